#include "lib/lifecycle/imagereplace.h"

#include <algorithm>
#include <map>
#include <utility>

#include "lib/base/file.h"
#include "lib/doc/diff.h"
#include "lib/doc/json.h"
#include "lib/manifest/folder.h"
#include "lib/manifest/load.h"

namespace kontrakt {
namespace {

constexpr const char* kStandardInput = "-";

/// The rules with a memory: many files name the same image.
manifest::ImageRules WithMemory(const manifest::ImageRules& rules) {
  manifest::ImageRules remembering = rules;
  if (rules.resolve) {
    remembering.resolve = [ask = rules.resolve, known = std::map<std::string, Result<std::string>>()](
                              const std::string& reference) mutable -> Result<std::string> {
      auto found = known.find(reference);
      if (found == known.end())
        found = known.emplace(reference, ask(reference)).first;
      return found->second;
    };
  }
  return remembering;
}

/// Reads and changes the files of all kontrakts in memory.
class Replacing {
 public:
  Replacing(const manifest::Scope& scope, const ImagereplaceOptions& options)
      : scope_(scope), options_(options), images_(WithMemory(options.images)), rules_used_(images_.set.size()) {}

  void Add(const manifest::Folder& folder) {
    manifest::Variables variables = options_.variables;
    variables.name = folder.name;
    if (!scope_.run_id.empty()) {
      variables.run = scope_.run_id;
      variables.namespace_name =
          manifest::NamespaceOf(scope_.namespace_prefix, scope_.owner, scope_.run_id, folder.name);
    }
    if (!scope_.namespace_name.empty())
      variables.namespace_name = scope_.namespace_name;
    manifest::StartAt(folder, images_);
    for (const std::string& path : folder.files)
      AddFile(folder.name, path, variables);
  }

  Result<std::vector<ReplacedFile>> Take() {
    for (std::size_t i = 0; i < rules_used_.size() && problems_.empty(); ++i) {
      if (rules_used_[i])
        continue;
      const auto& [old, replacement] = images_.set[i];
      return NotFound("--image " + old + "=" + replacement + " matches no image")
          .SetHint("images are compared as they are written; --any-image-key finds them under any key named image");
    }
    if (!problems_.empty())
      return manifest::Combine(std::move(problems_));
    return std::move(files_);
  }

 private:
  void AddFile(const std::string& kontrakt, const std::string& path, const manifest::Variables& variables) {
    const bool is_input = path == kStandardInput;
    const std::string shown = is_input ? "standard input" : path;
    Result<std::string> text = is_input ? ReadStandardInput() : ReadFile(path);
    if (!text) {
      problems_.push_back(std::move(text.error().SetCode(ErrorCode::kInvalidInput)));
      return;
    }
    const std::size_t known = problems_.size();
    const auto escapes = options_.mode == ReplaceMode::kPrint ? manifest::Escapes::kResolve : manifest::Escapes::kKeep;
    const std::string substituted = manifest::Substitute(*text, shown, variables, escapes, problems_);
    if (problems_.size() > known)
      return;
    manifest::ImageReplacement replaced = manifest::ReplaceImages(substituted, shown, images_, problems_);
    for (std::size_t i = 0; i < rules_used_.size(); ++i) {
      rules_used_[i] = rules_used_[i] || replaced.rules_used[i];
    }
    ReplacedFile file{shown, kontrakt, replaced.text != *text, replaced.replaced, {}, {}};
    if (file.changed)
      file.before = std::move(*text);
    if (file.changed || options_.mode == ReplaceMode::kPrint)
      file.after = std::move(replaced.text);
    files_.push_back(std::move(file));
  }

  const manifest::Scope& scope_;
  const ImagereplaceOptions& options_;
  manifest::ImageRules images_;
  std::vector<bool> rules_used_;
  std::vector<Error> problems_;
  std::vector<ReplacedFile> files_;
};

/// Replaces one file's content unless somebody else did so since it was read.
Result<void> WriteChange(const ReplacedFile& file) {
  KT_ASSIGN(const std::string now, ReadFile(file.path));
  if (now != file.before)
    return Conflict(file.path + " changed while it was read").SetHint("try again");
  return WriteFileAtomic(file.path, file.after);
}

Result<void> WriteAll(const std::vector<ReplacedFile>& files) {
  std::vector<const ReplacedFile*> written;
  for (const ReplacedFile& file : files) {
    if (!file.changed)
      continue;
    Result<void> done = WriteChange(file);
    if (done) {
      written.push_back(&file);
      continue;
    }
    Error error = WithContext(std::move(done.error()), "replacing in " + file.path);
    for (const ReplacedFile* each : written) {
      const Result<void> restored = WriteFileAtomic(each->path, each->before);
      if (!restored)
        error.AddContext(each->path + " stays changed (" + restored.error().ToString() + ")");
    }
    return error;
  }
  return {};
}

/// Puts one file's documents behind others, separated as a YAML stream is.
void AppendDocuments(std::string_view text, std::string& stream) {
  if (text.starts_with("\xEF\xBB\xBF"))
    text.remove_prefix(3);
  if (text.empty())
    return;
  if (!stream.empty()) {
    if (text.starts_with('%')) {
      stream += "...\n";  // directives are only read behind a document's end
    } else if (!text.starts_with("---")) {
      stream += "---\n";
    }
  }
  stream += text;
  if (!stream.ends_with('\n'))
    stream += '\n';
}

std::string DiffOf(const ReplacedFile& file) {
  const bool is_relative = !file.path.starts_with('/');
  return doc::UnifiedDiff(file.before, file.after, (is_relative ? "a/" : "") + file.path,
                          (is_relative ? "b/" : "") + file.path);
}

}  // namespace

std::function<Result<std::string>(const std::string&)> ResolveWith(oci::Registry registry, Bound bound) {
  return [registry = std::move(registry), bound = std::move(bound)](const std::string& text) -> Result<std::string> {
    KT_ASSIGN(const oci::Reference reference, oci::Reference::Parse(text));
    KT_ASSIGN(const oci::Resolved resolved, registry.Resolve(reference, oci::Access::kPull, bound));
    return resolved.digest.ToString();
  };
}

Result<ImagereplaceReport> Imagereplace(const manifest::Scope& scope, const ImagereplaceOptions& options,
                                        Progress& progress) {
  const bool reads_input = std::find(scope.files.begin(), scope.files.end(), kStandardInput) != scope.files.end();
  if (reads_input && options.mode == ReplaceMode::kInPlace) {
    return Usage("standard input can't be changed in place").SetHint("without -i the documents go to standard output");
  }
  KT_ASSIGN(const manifest::Found found,
            manifest::FindKontrakts({scope.files, scope.recursive, scope.only, scope.name, scope.root}));
  for (const std::string& note : found.notes)
    progress.Note("", note);
  Replacing replacing(scope, options);
  for (const manifest::Folder& folder : found.folders)
    replacing.Add(folder);
  ImagereplaceReport report{options.mode, {}};
  KT_ASSIGN(report.files, replacing.Take());
  if (options.mode == ReplaceMode::kInPlace)
    KT_TRY(WriteAll(report.files));
  return report;
}

doc::Json ImagereplaceReport::ToJson() const {
  doc::Json json = {{"files", doc::Json::array()}};
  for (const ReplacedFile& file : files) {
    doc::Json each = {
        {"path", file.path}, {"kontrakt", file.kontrakt}, {"changed", file.changed}, {"images", file.images}};
    if (mode == ReplaceMode::kPrint)
      each["text"] = file.after;
    if (mode == ReplaceMode::kCheck && file.changed)
      each["diff"] = DiffOf(file);
    json["files"].push_back(std::move(each));
  }
  return json;
}

std::string ImagereplaceReport::ToText(const TextStyle&) const {
  std::string text;
  for (const ReplacedFile& file : files) {
    if (mode == ReplaceMode::kPrint) {
      AppendDocuments(file.after, text);
    } else if (file.changed) {
      text += mode == ReplaceMode::kCheck ? DiffOf(file) : "changed " + file.path + "\n";
    }
  }
  return text;
}

std::vector<std::string> ImagereplaceReport::Names() const {
  std::vector<std::string> names;
  for (const ReplacedFile& file : files) {
    if (file.changed)
      names.push_back(file.path);
  }
  return names;
}

Result<void> ImagereplaceReport::Outcome() const {
  const auto changed = std::count_if(files.begin(), files.end(), [](const ReplacedFile& file) { return file.changed; });
  if (mode != ReplaceMode::kCheck || changed == 0)
    return {};
  return Negative(std::to_string(changed) + (changed == 1 ? " file" : " files") + " would change");
}

}  // namespace kontrakt
