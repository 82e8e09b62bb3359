#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/fakes/http_server.h"
#include "tests/fakes/registry_auth.h"
#include "tests/fakes/registry_store.h"

namespace kontrakt::fakes {

struct RegistryOptions {
  RegistryAuthOptions auth{};
  bool redirect_blobs = false;      ///< blob GETs answer 307 to a storage host of its own
  bool mounts = true;               ///< false: a mount is answered 202, as if the blob were unknown
  bool monolithic_post = false;     ///< POST ?digest= uploads in one request; else it starts a session
  bool referrers = true;            ///< false: the referrers API is 404
  bool digest_header = true;        ///< false: HEAD and GET of manifests do not name the digest
  bool relative_locations = false;  ///< of uploads
  std::string immutable_tags{};     ///< glob; moving such a tag is refused as ECR does
};

/// A registry of the OCI distribution specification over plain HTTP/1.1, modelled on distribution 2.8.
///
/// Counts requests that were let in, by kind: manifest-head, manifest-get, manifest-put, blob-head, blob-get,
/// upload-start, upload-patch, upload-finish, upload-cancel, mount, mount-refused, tags, referrers, ping; 401s are
/// counted as challenge.
///
/// Threads: all methods may be called from any thread.
class FakeRegistry {
 public:
  explicit FakeRegistry(RegistryOptions options = {});
  ~FakeRegistry();
  FakeRegistry(const FakeRegistry&) = delete;
  FakeRegistry& operator=(const FakeRegistry&) = delete;

  HttpServer& http() { return *http_; }
  /// "127.0.0.1:41234", the host part of references.
  std::string address() const { return http_->address(); }
  RegistryStore& store() { return store_; }
  RegistryAuth& auth() { return auth_; }
  /// What blob redirects lead to.
  HttpServer& storage() { return *storage_; }

  int Count(const std::string& kind) const;
  std::map<std::string, int> Counts() const;
  void ClearCounts();
  /// Whether a request that a redirect led to carried credentials.
  bool StorageSawCredentials() const;

 private:
  struct Upload {
    std::string repository;
    std::string bytes;
  };
  struct Path {
    std::string repository;
    std::string kind;  ///< manifests, blobs, uploads, tags, referrers
    std::string reference;
  };

  void Handle(const HttpRequest& request, ResponseWriter& writer);
  HttpResponse Answer(const HttpRequest& request);
  HttpResponse AnswerManifest(const HttpRequest& request, const Path& path);
  HttpResponse PutManifest(const HttpRequest& request, const Path& path);
  HttpResponse AnswerBlob(const HttpRequest& request, const Path& path);
  HttpResponse StartUpload(const HttpRequest& request, const Path& path);
  HttpResponse AnswerUpload(const HttpRequest& request, const Path& path);
  HttpResponse FinishUpload(const std::string& repository, const std::string& digest, std::string bytes);
  HttpResponse AnswerReferrers(const Path& path);
  HttpResponse AnswerStorage(const HttpRequest& request);
  std::string UploadLocation(const std::string& repository, const std::string& id) const;
  void Tally(const std::string& kind);
  static bool Parse(const std::string& path, Path& parsed);

  const RegistryOptions options_;
  RegistryStore store_;
  RegistryAuth auth_;
  mutable std::mutex mutex_;
  std::map<std::string, Upload> uploads_;
  std::map<std::string, int> counts_;
  bool storage_saw_credentials_ = false;
  std::unique_ptr<HttpServer> storage_;
  std::unique_ptr<HttpServer> http_;
};

}  // namespace kontrakt::fakes
