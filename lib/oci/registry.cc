#include "lib/oci/registry.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "lib/oci/copy.h"
#include "lib/oci/errors.h"
#include "lib/oci/network.h"
#include "lib/oci/session.h"
#include "lib/oci/transfer.h"
#include "lib/oci/upload.h"

namespace kontrakt::oci {

struct Registry::Shared {
  Shared(std::shared_ptr<Network> network, Keychain keychain, std::size_t width)
      : session(std::move(network), std::move(keychain)), in_flight(width) {}
  Session session;
  std::size_t in_flight;
};

namespace {

constexpr std::size_t kManifestLimit = std::size_t{16} << 20;
constexpr std::size_t kSmallBlob = std::size_t{1} << 20;
constexpr std::size_t kBlobLimit = std::size_t{256} << 20;

/// Without all of these, old registries convert to schema 1 or choose a platform. The last only lets us see schema 1.
constexpr std::string_view kAccept =
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.v1+prettyjws";

/// Pauses before a manifest is put again whose blobs the registry does not see yet.
constexpr std::array<std::chrono::milliseconds, 3> kUnknownBlobPauses = {
    std::chrono::milliseconds(100), std::chrono::milliseconds(250), std::chrono::milliseconds(600)};

Call ManifestCall(net::Method method, const Repository& repository, const std::string& identifier, Access access) {
  Call call;
  call.method = method;
  call.repository = repository;
  call.path = "manifests/" + identifier;
  call.scopes = ScopeSet(repository.path, access);
  call.request.headers.Add("Accept", std::string(kAccept));
  call.request.body_limit = kManifestLimit;
  call.request.retryable = true;
  return call;
}

std::string Reading(const Reference& reference) {
  return fmt::format("reading {}{}{}", reference.repository.ToString(), reference.digest.empty() ? ":" : "@",
                     reference.Identifier());
}

/// The registry's own word on a digest; nothing where it says none that can be read.
Digest AnsweredDigest(const net::Response& response) {
  const Result<Digest> digest = Digest::Parse(response.headers.Get("Docker-Content-Digest").value_or(""));
  return digest ? *digest : Digest();
}

std::uint64_t ContentLength(const net::Response& response) {
  const std::string text = response.headers.Get("Content-Length").value_or("");
  std::uint64_t size = 0;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size;
}

Digest DigestOf(std::string_view bytes, std::string_view algorithm) {
  Hasher hasher(algorithm);
  hasher.Update(bytes);
  return hasher.Finish();
}

/// Bytes as the registry sent them, checked against the digest asked for and the one it claims.
Result<void> CheckBytes(const net::Response& response, const Digest& wanted) {
  if (!wanted.empty()) {
    if (const Digest found = DigestOf(response.body, wanted.algorithm()); found != wanted) {
      return DigestMismatch("manifest", wanted.ToString(), found.ToString());
    }
  }
  if (const Digest claimed = AnsweredDigest(response); !claimed.empty()) {
    if (const Digest found = DigestOf(response.body, claimed.algorithm()); found != claimed) {
      return DigestMismatch("manifest", claimed.ToString(), found.ToString());
    }
  }
  return {};
}

Result<net::Response> FetchBytes(Session& session, const Call& call, const Digest& wanted, const Bound& bound) {
  KT_ASSIGN(net::Response response, session.Send(call, bound));
  if (!response.ok()) {
    return session.ToError(response, call.repository);
  }
  KT_TRY(CheckBytes(response, wanted));
  return response;
}

bool SaysBlobUnknown(const Error& error) {
  return error.reason() == "MANIFEST_BLOB_UNKNOWN" || error.reason() == "BLOB_UNKNOWN";
}

}  // namespace

Result<Registry> Registry::Create(RegistryOptions options) {
  KT_ASSIGN(std::shared_ptr<Network> network, Network::Create(options));
  return Registry(std::make_shared<Shared>(std::move(network), std::move(options.keychain), options.in_flight));
}

Registry Registry::WithKeychain(Keychain keychain) const {
  return Registry(std::make_shared<Shared>(shared_->session.shared_network(), std::move(keychain), shared_->in_flight));
}

const Keychain& Registry::keychain() const {
  return shared_->session.keychain();
}

Result<Resolved> Registry::Resolve(const Reference& reference, Access access, const Bound& bound) const {
  const Call call = ManifestCall(net::Method::kHead, reference.repository, reference.Identifier(), access);
  Result<net::Response> response = shared_->session.Send(call, bound);
  if (!response) {
    return WithContext(std::move(response.error()), Reading(reference));
  }
  if (response->status == 404) {
    Error error = NotFound(fmt::format("registry {} has no such image", reference.repository.registry));
    return WithContext(std::move(error.SetHttpStatus(404)), Reading(reference));
  }
  const Digest digest = AnsweredDigest(*response);
  if (!response->ok() || digest.empty()) {
    // Errors of HEAD have no body that says why; old registries answer it without a digest.
    KT_ASSIGN(const Manifest manifest, FetchManifest(reference, access, bound));
    return Resolved{reference.digest.empty() ? manifest.digest : reference.digest, manifest.media_type,
                    manifest.bytes.size()};
  }
  if (!reference.digest.empty() && digest != reference.digest) {
    return WithContext(DigestMismatch("manifest", reference.digest.ToString(), digest.ToString()), Reading(reference));
  }
  return Resolved{digest, MediaTypeOf(response->headers.Get("Content-Type").value_or("")), ContentLength(*response)};
}

Result<Manifest> Registry::FetchManifest(const Reference& reference, Access access, const Bound& bound) const {
  const Call call = ManifestCall(net::Method::kGet, reference.repository, reference.Identifier(), access);
  KT_ASSIGN_CONTEXT(net::Response response, FetchBytes(shared_->session, call, reference.digest, bound),
                    Reading(reference));
  const std::string algorithm(reference.digest.empty() ? "sha256" : reference.digest.algorithm());
  KT_ASSIGN_CONTEXT(
      Manifest manifest,
      ParseManifest(std::move(response.body), response.headers.Get("Content-Type").value_or(""), algorithm),
      Reading(reference));
  return manifest;
}

Result<Manifest> Registry::FetchChild(const Repository& repository, const Descriptor& child, const Bound& bound) const {
  const bool known = IsManifestType(child.media_type);
  std::string bytes = child.data;
  std::string content_type = child.media_type;
  if (bytes.empty()) {
    Call call = ManifestCall(net::Method::kGet, repository, child.digest.ToString(), Access::kPull);
    if (!known && !child.media_type.empty()) {
      call.request.headers.Set("Accept", child.media_type + ", " + std::string(kAccept));
    }
    KT_ASSIGN(net::Response response, FetchBytes(shared_->session, call, child.digest, bound));
    bytes = std::move(response.body);
    content_type = response.headers.Get("Content-Type").value_or(content_type);
  }
  if (known || child.media_type.empty()) {
    return ParseManifest(std::move(bytes), content_type, child.digest.algorithm());
  }
  // An index may name what we can't read; it is copied as it is, and the registry decides.
  Manifest manifest;
  manifest.bytes = std::move(bytes);
  manifest.media_type = child.media_type;
  manifest.digest = child.digest;
  return manifest;
}

Result<void> Registry::PutManifest(const Repository& repository, const std::string& tag, const Manifest& manifest,
                                   const Bound& bound) const {
  const std::string identifier = tag.empty() ? manifest.digest.ToString() : tag;
  const std::string what = "writing " + repository.ToString() + (tag.empty() ? "@" : ":") + identifier;
  Call call = ManifestCall(net::Method::kPut, repository, identifier, Access::kPush);
  call.request.headers = {{"Content-Type", manifest.media_type}};
  call.request.body = std::make_shared<const std::string>(manifest.bytes);
  for (std::size_t attempt = 0;; ++attempt) {
    Result<net::Response> response = shared_->session.Send(call, bound);
    if (!response) {
      return WithContext(std::move(response.error()), what);
    }
    if (response->ok()) {
      const Digest answered = AnsweredDigest(*response);
      const bool comparable = !answered.empty() && answered.algorithm() == manifest.digest.algorithm();
      if (comparable && answered != manifest.digest) {
        return WithContext(DigestMismatch("what the registry stored", manifest.digest.ToString(), answered.ToString()),
                           what);
      }
      return {};
    }
    Error error = shared_->session.ToError(*response, repository);
    // Some registries see a blob only a moment after they took it.
    if (!SaysBlobUnknown(error) || attempt == kUnknownBlobPauses.size()) {
      return WithContext(std::move(error), what);
    }
    SleepFor(kUnknownBlobPauses.at(attempt), bound);
    KT_TRY_CONTEXT(bound.Check("the registry to see its blobs"), what);
  }
}

Result<std::string> Registry::FetchBlob(const Repository& repository, const Descriptor& blob,
                                        const Bound& bound) const {
  if (!blob.data.empty()) {
    return blob.data;
  }
  const std::string what = "reading blob " + blob.digest.ToString() + " of " + repository.ToString();
  if (blob.size > kBlobLimit) {
    return WithContext(InvalidInput(fmt::format("it has {} bytes, too many to hold in memory", blob.size)), what);
  }
  Call call;
  call.repository = repository;
  call.path = "blobs/" + blob.digest.ToString();
  call.scopes = ScopeSet(repository.path, Access::kPull);
  call.request.lane = blob.size < kSmallBlob ? net::Lane::kShort : net::Lane::kBulk;
  call.request.body_limit = static_cast<std::size_t>(blob.size);
  call.request.retryable = true;
  Result<net::Response> response = shared_->session.Send(call, bound);
  if (!response) {
    return WithContext(std::move(response.error()), what);
  }
  if (!response->ok()) {
    return WithContext(shared_->session.ToError(*response, repository), what);
  }
  if (const Digest found = DigestOf(response->body, blob.digest.algorithm()); found != blob.digest) {
    return WithContext(DigestMismatch("blob", blob.digest.ToString(), found.ToString()), what);
  }
  return std::move(response->body);
}

Result<void> Registry::PutBlob(const Repository& repository, std::string_view bytes, const Digest& digest,
                               const Bound& bound) const {
  return UploadBytes(shared_->session, repository, bytes, digest, std::nullopt, bound);
}

Result<bool> Registry::HasBlob(const Repository& repository, const Digest& digest, const Bound& bound) const {
  Result<bool> present = IsBlobPresent(shared_->session, repository, digest, bound);
  if (!present) {
    return WithContext(std::move(present.error()),
                       "looking for blob " + digest.ToString() + " of " + repository.ToString());
  }
  return present;
}

Result<bool> Registry::MayPush(const Repository& repository, const Bound& bound) const {
  Session& session = shared_->session;
  const Result<net::Url> location = StartUpload(session, repository, bound);
  if (location) {
    CancelUpload(session, repository, *location, bound);
    return true;
  }
  const ErrorCode code = location.error().code();
  const auto status = location.error().http_status();
  // 404: a repository that these credentials can't see; 405: a mirror that takes no uploads.
  if (code == ErrorCode::kDenied || status == 404 || status == 405) {
    return false;
  }
  return WithContext(location.error(), "asking whether " + repository.ToString() + " may be written");
}

Result<CopiedContent> Registry::CopyContent(const Reference& source, const Repository& destination,
                                            const Bound& bound) const {
  Result<CopiedContent> copied =
      oci::CopyContent(*this, shared_->session, source, destination, shared_->in_flight, bound);
  if (!copied) {
    return WithContext(std::move(copied.error()),
                       fmt::format("copying {} to {}", source.ToString(), destination.ToString()));
  }
  return copied;
}

Result<Registry::CopyCounts> Registry::Copy(const Reference& source, const Repository& destination,
                                            const std::string& tag, const Bound& bound) const {
  KT_ASSIGN(CopiedContent copied, CopyContent(source, destination, bound));
  if (!copied.was_there || !tag.empty()) {
    KT_TRY(PutManifest(destination, tag, copied.manifest, bound));
    copied.counts.manifests += 1;
  }
  return copied.counts;
}

void Registry::WillCopy(const Repository& source, const Repository& destination) const {
  shared_->session.Link(source, destination);
}

bool Registry::SameRegistry(const Repository& a, const Repository& b) const {
  return shared_->session.SameRegistry(a, b);
}

std::uint64_t Registry::RequestCount() const {
  return shared_->session.network().RequestCount();
}

}  // namespace kontrakt::oci
