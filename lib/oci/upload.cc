#include "lib/oci/upload.h"

#include <fmt/format.h>

#include "lib/oci/errors.h"

namespace kontrakt::oci {
namespace {

/// Storing what has arrived takes some registries minutes, in which nothing moves.
constexpr std::chrono::minutes kUploadIdle{5};

Call PutCall(const Repository& repository, const net::Url& location, const Digest& digest) {
  Call call;
  call.method = net::Method::kPut;
  call.repository = repository;
  call.location = location;
  call.query = {{"digest", digest.ToString()}};
  call.scopes = ScopeSet(repository.path, Access::kPush);
  call.request.headers.Add("Content-Type", "application/octet-stream");
  call.request.lane = net::Lane::kBulk;
  call.request.timeout = std::chrono::milliseconds(0);
  call.request.idle_timeout = kUploadIdle;
  return call;
}

Result<void> SendPut(Session& session, const Call& call, const Bound& bound) {
  KT_ASSIGN(const net::Response response, session.Send(call, bound));
  if (!response.ok()) {
    return session.ToError(response, call.repository);
  }
  return {};
}

Call PostCall(const Repository& repository) {
  Call call;
  call.method = net::Method::kPost;
  call.repository = repository;
  call.path = "blobs/uploads/";
  call.scopes = ScopeSet(repository.path, Access::kPush);
  call.request.retryable = true;  // an upload opened twice costs nothing
  return call;
}

}  // namespace

Result<net::Url> ResolveUploadLocation(const net::Response& response, Session& session, const Repository& repository) {
  const std::string location = response.headers.Get("Location").value_or("");
  if (location.empty()) {
    return InvalidInput(fmt::format("registry {} opened an upload without an address", repository.registry));
  }
  KT_ASSIGN_CONTEXT(net::Url url, response.url.Resolve(location), "upload address of " + repository.registry);
  if (response.url.scheme != "https" || url.scheme == "https") {
    return url;
  }
  if (url.host == response.url.host) {
    // A registry behind a proxy that ends TLS, unaware of it: the way back is the way there.
    url.scheme = response.url.scheme;
    url.port = response.url.port;
    return url;
  }
  if (session.network().hosts().IsPlain(url.Authority())) {
    return url;
  }
  return Denied(
      fmt::format("registry {} sends uploads to {} without encryption", repository.registry, url.Authority()));
}

Result<net::Url> StartUpload(Session& session, const Repository& repository, const Bound& bound) {
  KT_ASSIGN(const net::Response response, session.Send(PostCall(repository), bound));
  if (!response.ok()) {
    return session.ToError(response, repository);
  }
  return ResolveUploadLocation(response, session, repository);
}

Result<MountAnswer> TryMount(Session& session, const Repository& source, const Repository& destination,
                             const Digest& digest, const Bound& bound) {
  Call call = PostCall(destination);
  call.query = {{"mount", digest.ToString()}, {"from", source.path}};
  // The distribution server demands both in one token.
  call.scopes.Add(source.path, Access::kPull);
  const Result<net::Response> response = session.Send(call, bound);
  if (!response) {
    // A token server that refuses the pair may still grant each.
    return response.error().code() == ErrorCode::kDenied ? Result<MountAnswer>(MountAnswer{})
                                                         : Result<MountAnswer>(response.error());
  }
  if (response->status == 201) {
    return MountAnswer{true, std::nullopt};
  }
  if (response->ok()) {
    MountAnswer answer;
    if (Result<net::Url> location = ResolveUploadLocation(*response, session, destination); location) {
      answer.location = std::move(*location);
    }
    return answer;
  }
  if (response->status == 429 || response->status >= 500) {
    return session.ToError(*response, destination);
  }
  return MountAnswer{};
}

Result<void> FinishUpload(Session& session, const Repository& repository, const net::Url& location,
                          std::string_view bytes, const Digest& digest, const Bound& bound) {
  Call call = PutCall(repository, location, digest);
  call.request.body = std::make_shared<const std::string>(bytes);
  return SendPut(session, call, bound);
}

Result<void> FinishUpload(Session& session, const Repository& repository, const net::Url& location,
                          const std::shared_ptr<Pipe>& pipe, const Bound& bound) {
  Call call = PutCall(repository, location, pipe->digest());
  call.request.source = [pipe](std::size_t at_most) { return pipe->Pull(at_most); };
  call.request.source_size = pipe->size();
  call.request.can_send = [pipe] { return pipe->HasNews(); };
  return SendPut(session, call, bound);
}

void CancelUpload(Session& session, const Repository& repository, const net::Url& location, const Bound& bound) {
  Call call;
  call.method = net::Method::kDelete;
  call.repository = repository;
  call.location = location;
  call.scopes = ScopeSet(repository.path, Access::kPush);
  const Result<net::Response> ignored = session.Send(call, bound);
  static_cast<void>(ignored);
}

Result<bool> IsBlobPresent(Session& session, const Repository& repository, const Digest& digest, const Bound& bound) {
  Call call;
  call.method = net::Method::kHead;
  call.repository = repository;
  call.path = "blobs/" + digest.ToString();
  call.scopes = ScopeSet(repository.path, Access::kPull);
  call.request.retryable = true;
  KT_ASSIGN(const net::Response response, session.Send(call, bound));
  if (response.status == 404) {
    return false;
  }
  if (!response.ok()) {
    return session.ToError(response, repository);
  }
  return true;
}

bool IsWorthAnotherUpload(const Error& error) {
  if (error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kTimeout) {
    return true;
  }
  const std::string& reason = error.reason();
  return reason == kDigestMismatch || reason == "DIGEST_INVALID" || reason == "SIZE_INVALID" ||
         reason == "BLOB_UPLOAD_INVALID" || reason == "BLOB_UPLOAD_UNKNOWN";
}

}  // namespace kontrakt::oci
