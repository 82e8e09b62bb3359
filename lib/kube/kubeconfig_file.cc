#include "lib/kube/kubeconfig_file.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "lib/base/file.h"
#include "lib/base/strings.h"

namespace kontrakt::kube {
namespace {

struct Section {
  std::string_view list;   ///< "clusters"
  std::string_view inner;  ///< "cluster"
  std::map<std::string, KubeconfigEntry> Kubeconfig::* into;
};

constexpr Section kSections[] = {
    {"clusters", "cluster", &Kubeconfig::clusters},
    {"users", "user", &Kubeconfig::users},
    {"contexts", "context", &Kubeconfig::contexts},
};

Error At(const std::string& file, const doc::Document& document, const std::string& pointer, std::string message) {
  return std::move(InvalidInput(std::move(message)).SetLocation({file, document.LineOf(pointer), 0}));
}

Result<void> MergeSection(const std::string& file, const std::shared_ptr<const doc::Document>& document,
                          const Section& section, Kubeconfig& merged) {
  const doc::Json* list = doc::Find(document->value, {section.list});
  if (list == nullptr || list->is_null())
    return {};
  const std::string base = "/" + std::string(section.list);
  if (!list->is_array())
    return At(file, *document, base, std::string(section.list) + " must be a list");
  std::map<std::string, KubeconfigEntry> own;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string pointer = base + "/" + std::to_string(i);
    const std::string name = doc::StringAt((*list)[i], {"name"});
    if (name.empty())
      return At(file, *document, pointer, "an entry of " + std::string(section.list) + " has no name");
    KubeconfigEntry entry{file, document, pointer + "/" + std::string(section.inner),
                          doc::ObjectAt((*list)[i], {section.inner})};
    if (!own.emplace(name, std::move(entry)).second) {
      return At(file, *document, pointer, std::string(section.inner) + " \"" + name + "\" is defined twice");
    }
  }
  (merged.*section.into).merge(own);
  return {};
}

Result<void> MergeFile(const std::string& file, Kubeconfig& merged) {
  KT_ASSIGN(const std::string text, ReadFile(file));
  KT_ASSIGN(std::vector<doc::Document> documents, doc::ParseYaml(text, file));
  merged.read.push_back(file);
  if (documents.empty())
    return {};
  if (documents.size() > 1)
    return At(file, documents[1], "", "a kubeconfig is one YAML document");
  const auto document = std::make_shared<const doc::Document>(std::move(documents.front()));
  if (!document->value.is_object())
    return At(file, *document, "", "a kubeconfig is a map");
  for (const Section& section : kSections)
    KT_TRY(MergeSection(file, document, section, merged));
  if (merged.current_context.empty())
    merged.current_context = doc::StringAt(document->value, {"current-context"});
  return {};
}

std::vector<std::string> FilesOf(const Environment& environment) {
  std::vector<std::string> files;
  if (const auto list = environment.Get("KUBECONFIG")) {
    for (const std::string& file : Split(*list, ':')) {
      if (!file.empty() && std::find(files.begin(), files.end(), file) == files.end())
        files.push_back(file);
    }
  } else if (const auto home = environment.Get("HOME")) {
    files.push_back(*home + "/.kube/config");
  }
  return files;
}

bool Exists(const std::string& file) {
  std::error_code failure;
  return std::filesystem::exists(file, failure) || failure;
}

}  // namespace

std::string KubeconfigEntry::String(std::string_view field) const {
  return doc::StringAt(value, {field});
}

bool KubeconfigEntry::Bool(std::string_view field) const {
  return doc::BoolAt(value, {field});
}

std::string KubeconfigEntry::Path(const std::string& path) const {
  if (path.empty() || path.front() == '/')
    return path;
  std::error_code failure;
  const auto absolute = std::filesystem::absolute(file, failure);
  return ((failure ? std::filesystem::path(file) : absolute).parent_path() / path).lexically_normal().string();
}

Error KubeconfigEntry::Fail(std::string_view field, std::string message) const {
  return At(file, *document, field.empty() ? pointer : pointer + "/" + std::string(field), std::move(message));
}

Result<Kubeconfig> ReadKubeconfig(const std::string& explicit_file, const Environment& environment) {
  Kubeconfig merged;
  merged.tried = explicit_file.empty() ? FilesOf(environment) : std::vector<std::string>{explicit_file};
  std::optional<Error> first_error;
  std::vector<std::string> also;
  for (const std::string& file : merged.tried) {
    if (explicit_file.empty() && !Exists(file))
      continue;
    auto done = MergeFile(file, merged);
    if (done)
      continue;
    if (first_error) {
      also.push_back(done.error().ToString());
    } else {
      first_error = WithContext(std::move(done.error()), "reading kubeconfig " + file);
    }
  }
  if (!first_error)
    return merged;
  if (!also.empty())
    first_error->SetHint("also: " + Join(also, "; "));
  // What is missing here is part of our configuration, not an object of the cluster.
  if (first_error->code() != ErrorCode::kInternal)
    first_error->SetCode(ErrorCode::kInvalidInput);
  return std::move(*first_error);
}

}  // namespace kontrakt::kube
