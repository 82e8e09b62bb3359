#include "lib/manifest/load.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "lib/base/file.h"
#include "lib/base/strings.h"
#include "lib/manifest/object_check.h"
#include "lib/manifest/text_part.h"

namespace kontrakt::manifest {
namespace {

constexpr std::string_view kExtensions[] = {".yaml", ".yml", ".json"};

bool HasKindOfName(std::string_view path, std::string_view kind) {
  return std::any_of(std::begin(kExtensions), std::end(kExtensions), [&](std::string_view extension) {
    return path.ends_with(std::string(kind) + std::string(extension));
  });
}

bool IsErrorFile(std::string_view path) {
  return HasKindOfName(path, ".error");
}

enum class Files : unsigned char { kAll, kAssertions };

/// Loads one kontrakt's files into `kontrakt`; what is wrong goes to `errors`.
class Loader {
 public:
  Loader(const Variables& variables, const ImageRules& images, std::vector<Error>& errors,
         std::vector<bool>& rules_used)
      : variables_(variables), images_(images), errors_(errors), rules_used_(rules_used) {}

  Kontrakt Load(const Folder& folder, Files files) {
    kontrakt_.folder = folder;
    for (const std::string& file : folder.files) {
      if (files == Files::kAssertions && !IsAssertionFile(file))
        continue;
      Result<std::string> text = file == "-" ? ReadStandardInput() : ReadFile(file);
      if (!text) {
        errors_.push_back(std::move(text.error().SetCode(ErrorCode::kInvalidInput)));
        continue;
      }
      LoadText(file == "-" ? "standard input" : file, PathInFolder(folder, file), *text);
    }
    if (files == Files::kAll && errors_.empty() && kontrakt_.objects.empty()) {
      errors_.push_back(InvalidInput(folder.path + ": no manifests in it"));
    }
    kontrakt_.source_digest = sources_.Finish();
    if (has_assertions_)
      kontrakt_.assertion_digest = assertion_sources_.Finish();
    return std::move(kontrakt_);
  }

 private:
  static std::string PathInFolder(const Folder& folder, const std::string& file) {
    const std::string start = folder.path + "/";
    return file.starts_with(start) ? file.substr(start.size()) : file;
  }

  void LoadText(const std::string& file, const std::string& path_in_folder, const std::string& text) {
    const std::size_t known = errors_.size();
    // Names and lengths are hashed too, so that moving text from one file to the next changes the digest.
    const auto add = [&path_in_folder](Hasher& sources, const std::string& content) {
      sources.Update(path_in_folder + '\0' + std::to_string(content.size()) + '\0');
      sources.Update(content);
    };
    if (IsAssertionFile(file)) {
      has_assertions_ = true;
      add(assertion_sources_, text);
    }
    const std::string substituted = Substitute(text, file, variables_, Escapes::kResolve, errors_);
    if (errors_.size() > known)
      return;
    const ImageReplacement replacement = ReplaceImages(substituted, file, images_, errors_);
    for (std::size_t i = 0; i < replacement.rules_used.size(); ++i) {
      rules_used_[i] = rules_used_[i] || replacement.rules_used[i];
    }
    if (errors_.size() > known)
      return;
    add(sources_, replacement.text);
    Result<std::vector<doc::Document>> documents = doc::ParseYaml(replacement.text, file);
    if (!documents) {
      errors_.push_back(std::move(documents.error()));
      return;
    }
    AssertionFile assertion{file, IsErrorFile(file), {}};
    const ObjectUse use = IsAssertionFile(file) ? ObjectUse::kAssert : ObjectUse::kApply;
    for (const doc::Document& document : *documents) {
      for (Object& object : ObjectsOf(document, file, use, errors_)) {
        if (use == ObjectUse::kAssert) {
          assertion.objects.push_back(std::move(object));
        } else {
          Add(std::move(object));
        }
      }
    }
    if (use == ObjectUse::kApply)
      return;
    if (assertion.objects.empty() && errors_.size() == known)
      errors_.push_back(InvalidInput(file + ": asserts nothing"));
    kontrakt_.assertions.push_back(std::move(assertion));
  }

  /// An object is one whatever version of its group a manifest writes it in.
  void Add(Object object) {
    std::string ns = object.namespace_name;
    if (variables_.namespace_name && ns == *variables_.namespace_name)
      ns.clear();
    if (!object.name.empty()) {
      const auto [entry, is_new] =
          places_.try_emplace({object.gvk.group, object.gvk.kind, ns, object.name}, object.location);
      if (!is_new) {
        errors_.push_back(InvalidInput(object.Describe() + " is defined twice, first at " + entry->second.ToString())
                              .SetLocation(object.location));
        return;
      }
    }
    kontrakt_.objects.push_back(std::move(object));
  }

  using Identity = std::tuple<std::string, std::string, std::string, std::string>;

  const Variables& variables_;
  const ImageRules& images_;
  std::vector<Error>& errors_;
  std::vector<bool>& rules_used_;
  Kontrakt kontrakt_;
  Hasher sources_;
  Hasher assertion_sources_;
  bool has_assertions_ = false;
  std::map<Identity, FileLine> places_;
};

}  // namespace

bool IsAssertionFile(const std::string& path) {
  return IsErrorFile(path) || HasKindOfName(path, ".assert");
}

namespace {

Result<Kontrakt> Load(const Folder& folder, const Variables& variables, ImageRules rules, Files files,
                      LoadProblems& problems) {
  if (!rules.ko_docker_repo)
    rules.ko_docker_repo = variables.ko_docker_repo;
  if (!rules.source_reference)
    rules.source_reference = variables.source_reference;
  StartAt(folder, rules);
  problems.image_rules_used.resize(std::max(problems.image_rules_used.size(), rules.set.size()));
  std::vector<Error> errors;
  Kontrakt kontrakt = Loader(variables, rules, errors, problems.image_rules_used).Load(folder, files);
  if (errors.empty())
    return kontrakt;
  problems.errors.insert(problems.errors.end(), errors.begin(), errors.end());
  return Combine(std::move(errors));
}

}  // namespace

Result<Kontrakt> LoadKontrakt(const Folder& folder, const Variables& variables, LoadProblems& problems,
                              const ImageRules* images) {
  return Load(folder, variables, images != nullptr ? *images : ImageRules(), Files::kAll, problems);
}

Result<Assertions> LoadAssertions(const Folder& folder, const Variables& variables, LoadProblems& problems) {
  KT_ASSIGN(Kontrakt loaded, Load(folder, variables, ImageRules(), Files::kAssertions, problems));
  return Assertions{std::move(loaded.assertions), loaded.assertion_digest};
}

}  // namespace kontrakt::manifest
