#include "tests/fakes/fake_registry.h"

#include <utility>

#include "lib/base/digest.h"
#include "lib/base/random.h"
#include "tests/fakes/api_status.h"
#include "tests/fakes/json_access.h"

namespace kontrakt::fakes {
namespace {

constexpr const char* kIndex = "application/vnd.oci.image.index.v1+json";

std::string PlainType(const std::string& content_type) {
  return content_type.substr(0, content_type.find(';'));
}

}  // namespace

FakeRegistry::FakeRegistry(RegistryOptions options) : options_(std::move(options)), auth_(options_.auth) {
  storage_ = std::make_unique<HttpServer>(
      [this](const HttpRequest& request, ResponseWriter& writer) { writer.Send(AnswerStorage(request)); });
  http_ = std::make_unique<HttpServer>(
      [this](const HttpRequest& request, ResponseWriter& writer) { Handle(request, writer); });
  auth_.SetRealm(http_->url() + "/token");
}

FakeRegistry::~FakeRegistry() {
  http_->Stop();
  storage_->Stop();
}

void FakeRegistry::Tally(const std::string& kind) {
  const std::lock_guard lock(mutex_);
  ++counts_[kind];
}

int FakeRegistry::Count(const std::string& kind) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(kind);
  return found == counts_.end() ? 0 : found->second;
}

std::map<std::string, int> FakeRegistry::Counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void FakeRegistry::ClearCounts() {
  const std::lock_guard lock(mutex_);
  counts_.clear();
}

bool FakeRegistry::StorageSawCredentials() const {
  const std::lock_guard lock(mutex_);
  return storage_saw_credentials_;
}

bool FakeRegistry::Parse(const std::string& path, Path& parsed) {
  if (path.rfind("/v2/", 0) != 0) {
    return false;
  }
  for (const auto& [marker, kind] :
       {std::pair{"/manifests/", "manifests"}, std::pair{"/blobs/uploads/", "uploads"}, std::pair{"/blobs/", "blobs"},
        std::pair{"/tags/", "tags"}, std::pair{"/referrers/", "referrers"}}) {
    const std::size_t at = path.rfind(marker);
    if (at != std::string::npos && at > 4) {
      parsed = {path.substr(4, at - 4), kind, path.substr(at + std::string_view(marker).size())};
      return true;
    }
  }
  return false;
}

void FakeRegistry::Handle(const HttpRequest& request, ResponseWriter& writer) {
  HttpResponse answer = Answer(request);
  answer.headers.Set("Docker-Distribution-Api-Version", "registry/2.0");
  writer.Send(std::move(answer));
}

HttpResponse FakeRegistry::Answer(const HttpRequest& request) {
  if (request.path == "/token") {
    return auth_.IssueToken(request);
  }
  Path path;
  const bool ping = request.path == "/v2/" || request.path == "/v2";
  if (!ping && !Parse(request.path, path)) {
    return {404, {{"Content-Type", "text/plain; charset=utf-8"}}, "404 page not found\n"};
  }
  std::vector<RegistryNeed> needs;
  if (!ping) {
    needs.push_back({path.repository, "pull"});
    if (request.method != "GET" && request.method != "HEAD") {
      needs.push_back({path.repository, "push"});
    }
    if (path.kind == "uploads" && request.HasQuery("mount") && request.HasQuery("from")) {
      needs.push_back({request.Query("from"), "pull"});
    }
  }
  if (auto refused = auth_.Check(request, needs)) {
    Tally("challenge");
    return *refused;
  }
  if (ping) {
    Tally("ping");
    return JsonAnswer(200, Json::object());
  }
  if (path.kind == "manifests") {
    return AnswerManifest(request, path);
  }
  if (path.kind == "blobs") {
    return AnswerBlob(request, path);
  }
  if (path.kind == "uploads") {
    return request.method == "POST" ? StartUpload(request, path) : AnswerUpload(request, path);
  }
  if (path.kind == "referrers") {
    return AnswerReferrers(path);
  }
  Tally("tags");
  if (!store_.HasRepository(path.repository)) {
    return RegistryErrorAnswer(404, "NAME_UNKNOWN", "repository name not known to registry");
  }
  return JsonAnswer(200, {{"name", path.repository}, {"tags", store_.Tags(path.repository)}});
}

HttpResponse FakeRegistry::AnswerManifest(const HttpRequest& request, const Path& path) {
  if (request.method == "PUT") {
    Tally("manifest-put");
    return PutManifest(request, path);
  }
  if (request.method != "GET" && request.method != "HEAD") {
    return RegistryErrorAnswer(405, "UNSUPPORTED", "The operation is unsupported.");
  }
  Tally(request.method == "GET" ? "manifest-get" : "manifest-head");
  const auto manifest = store_.Manifest(path.repository, path.reference);
  if (!manifest) {
    return RegistryErrorAnswer(404, "MANIFEST_UNKNOWN", "manifest unknown");
  }
  const std::string accept = request.Header("Accept");
  if (!accept.empty() && accept.find(manifest->media_type) == std::string::npos &&
      accept.find("*/*") == std::string::npos) {
    return RegistryErrorAnswer(404, "MANIFEST_UNKNOWN",
                               "OCI index found, but accept header does not support OCI indexes");
  }
  HttpResponse answer{200, {{"Content-Type", manifest->media_type}}, manifest->bytes};
  if (options_.digest_header) {
    answer.headers.Add("Docker-Content-Digest", manifest->digest);
    answer.headers.Add("Etag", "\"" + manifest->digest + "\"");
  }
  return answer;
}

HttpResponse FakeRegistry::PutManifest(const HttpRequest& request, const Path& path) {
  const std::string digest = Digest::Of(request.body).ToString();
  const bool by_digest = path.reference.find(':') != std::string::npos;
  if (by_digest && path.reference != digest) {
    return RegistryErrorAnswer(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  }
  const std::string type = PlainType(request.Header("Content-Type"));
  const Json manifest = Json::parse(request.body, nullptr, false);
  if (!manifest.is_object() || type.empty() || Text(manifest, "mediaType", type) != type) {
    return RegistryErrorAnswer(400, "MANIFEST_INVALID", "manifest invalid");
  }
  if (const auto missing = store_.Missing(path.repository, manifest); !missing.empty()) {
    return RegistryErrorAnswer(404, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry: " + missing.front());
  }
  if (!by_digest) {
    const std::string old = store_.DigestOf(path.repository, path.reference);
    if (!options_.immutable_tags.empty() && MatchesGlob(options_.immutable_tags, path.reference) && !old.empty() &&
        old != digest) {
      return RegistryErrorAnswer(400, "TAG_INVALID",
                                 "The image tag '" + path.reference + "' already exists in the '" + path.repository +
                                     "' repository and cannot be overwritten because the tag is immutable.");
    }
  }
  store_.AddManifest(path.repository, type, request.body);
  if (!by_digest) {
    store_.Tag(path.repository, path.reference, digest);
  }
  HttpResponse answer{
      201, {{"Location", "/v2/" + path.repository + "/manifests/" + digest}, {"Docker-Content-Digest", digest}}, ""};
  if (const std::string subject = Text(Object(manifest, "subject"), "digest"); !subject.empty() && options_.referrers) {
    answer.headers.Add("OCI-Subject", subject);
  }
  return answer;
}

HttpResponse FakeRegistry::AnswerBlob(const HttpRequest& request, const Path& path) {
  Tally(request.method == "HEAD" ? "blob-head" : "blob-get");
  const auto blob = store_.Blob(path.repository, path.reference);
  if (!blob) {
    return RegistryErrorAnswer(404, "BLOB_UNKNOWN", "blob unknown to registry");
  }
  if (options_.redirect_blobs && request.method == "GET") {
    return {307, {{"Location", storage_->url() + "/storage/" + path.reference + "?X-Amz-Signature=secret"}}, ""};
  }
  return {200, {{"Content-Type", "application/octet-stream"}, {"Docker-Content-Digest", path.reference}}, *blob};
}

HttpResponse FakeRegistry::AnswerStorage(const HttpRequest& request) {
  if (request.headers.Get("Authorization")) {
    const std::lock_guard lock(mutex_);
    storage_saw_credentials_ = true;
    // What S3 says to a signed URL with credentials on top.
    return {400,
            {{"Content-Type", "application/xml"}},
            "<Error><Code>InvalidArgument</Code><Message>Only one auth "
            "mechanism allowed</Message></Error>"};
  }
  const std::string prefix = "/storage/";
  const auto blob =
      request.path.rfind(prefix, 0) == 0 ? store_.AnyBlob(request.path.substr(prefix.size())) : std::nullopt;
  if (!blob) {
    return {404, {{"Content-Type", "application/xml"}}, "<Error><Code>NoSuchKey</Code></Error>"};
  }
  return {200, {{"Content-Type", "application/octet-stream"}}, *blob};
}

std::string FakeRegistry::UploadLocation(const std::string& repository, const std::string& id) const {
  const std::string path = "/v2/" + repository + "/blobs/uploads/" + id + "?_state=" + RandomHex(4);
  return options_.relative_locations ? path : http_->url() + path;
}

HttpResponse FakeRegistry::StartUpload(const HttpRequest& request, const Path& path) {
  const std::string mount = request.Query("mount");
  if (!mount.empty()) {
    if (options_.mounts && store_.Mount(mount, request.Query("from"), path.repository)) {
      Tally("mount");
      return {201, {{"Location", "/v2/" + path.repository + "/blobs/" + mount}, {"Docker-Content-Digest", mount}}, ""};
    }
    Tally("mount-refused");
  } else {
    Tally("upload-start");
  }
  if (const std::string digest = request.Query("digest"); !digest.empty() && options_.monolithic_post) {
    return FinishUpload(path.repository, digest, request.body);
  }
  const std::string id = RandomHex(16);
  {
    const std::lock_guard lock(mutex_);
    uploads_[id] = {path.repository, ""};
  }
  return {202, {{"Location", UploadLocation(path.repository, id)}, {"Docker-Upload-Uuid", id}, {"Range", "0-0"}}, ""};
}

HttpResponse FakeRegistry::AnswerUpload(const HttpRequest& request, const Path& path) {
  std::unique_lock lock(mutex_);
  const auto upload = uploads_.find(path.reference);
  if (upload == uploads_.end() || upload->second.repository != path.repository) {
    return RegistryErrorAnswer(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
  }
  if (!request.HasQuery("_state")) {
    return RegistryErrorAnswer(400, "BLOB_UPLOAD_INVALID", "blob upload invalid");
  }
  std::string& bytes = upload->second.bytes;
  if (request.method == "DELETE") {
    uploads_.erase(upload);
    lock.unlock();
    Tally("upload-cancel");
    return {204, {}, ""};
  }
  bytes += request.body;
  if (request.method == "PUT") {
    std::string whole = std::move(bytes);
    uploads_.erase(upload);
    lock.unlock();
    Tally("upload-finish");
    return FinishUpload(path.repository, request.Query("digest"), std::move(whole));
  }
  const std::string range = "0-" + std::to_string(bytes.empty() ? 0 : bytes.size() - 1);
  lock.unlock();
  if (request.method == "PATCH") {
    Tally("upload-patch");
  }
  return {request.method == "PATCH" ? 202 : 204,
          {{"Location", UploadLocation(path.repository, path.reference)}, {"Range", range}},
          ""};
}

HttpResponse FakeRegistry::FinishUpload(const std::string& repository, const std::string& digest, std::string bytes) {
  if (Digest::Of(bytes).ToString() != digest) {
    return RegistryErrorAnswer(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  }
  store_.AddBlob(repository, std::move(bytes));
  return {201, {{"Location", "/v2/" + repository + "/blobs/" + digest}, {"Docker-Content-Digest", digest}}, ""};
}

HttpResponse FakeRegistry::AnswerReferrers(const Path& path) {
  Tally("referrers");
  if (!options_.referrers) {
    return {404, {{"Content-Type", "text/plain; charset=utf-8"}}, "404 page not found\n"};
  }
  Json manifests = Json::array();
  for (const StoredManifest& referrer : store_.Referrers(path.repository, path.reference)) {
    const Json manifest = Json::parse(referrer.bytes, nullptr, false);
    Json descriptor = {{"mediaType", referrer.media_type},
                       {"digest", referrer.digest},
                       {"size", referrer.bytes.size()},
                       {"artifactType", Text(manifest, "artifactType")}};
    if (Has(manifest, "annotations")) {
      descriptor["annotations"] = manifest["annotations"];
    }
    manifests.push_back(std::move(descriptor));
  }
  HttpResponse answer =
      JsonAnswer(200, {{"schemaVersion", 2}, {"mediaType", kIndex}, {"manifests", std::move(manifests)}});
  answer.headers.Set("Content-Type", kIndex);
  return answer;
}

}  // namespace kontrakt::fakes
