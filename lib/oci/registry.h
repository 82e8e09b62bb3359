#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/retry.h"
#include "lib/base/stop.h"
#include "lib/net/transport.h"
#include "lib/oci/auth.h"
#include "lib/oci/manifest.h"
#include "lib/oci/reference.h"
#include "lib/oci/token.h"

namespace kontrakt::oci {

struct RegistryOptions {
  Environment environment;
  Keychain keychain;
  std::set<std::string> plain_http;  ///< hosts to speak http to; localhost and loopback need no entry
  bool insecure_skip_tls_verify = false;
  std::string ca_file;
  std::map<std::string, std::string> aliases;  ///< --registry-alias CLUSTERHOST=HOST: name in references → host to dial
  std::string user_agent = "kontrakt";
  std::size_t in_flight = 4;  ///< blob transfers at a time
  /// Patience with throttling, 5xx and connections that can't be made.
  RetryPolicy retry{.attempts = 5, .first = std::chrono::milliseconds(200), .longest = std::chrono::seconds(5)};
  /// For tests: used instead of libcurl; must outlive the client.
  net::Transport* transport = nullptr;
};

/// What a tag or digest points to.
struct Resolved {
  Digest digest;
  std::string media_type;
  std::uint64_t size = 0;
};

struct CopiedContent;

/// Any number of registries, over one pool of connections and one cache of tokens.
///
/// No ping: the first request tells by its 401 what is wanted; tokens are kept a (host, scopes) and asked for once even
/// by many threads, push scope from the start where a push will follow. Redirects are followed by hand without
/// credentials. Errors: kNotFound (404, MANIFEST_UNKNOWN, NAME_UNKNOWN), kDenied, kUnavailable, kInvalidInput (digest
/// mismatch, HTML where JSON is due), kConflict (immutable tag).
///
/// Threads: any.
class Registry {
 public:
  static Result<Registry> Create(RegistryOptions options);

  /// HEAD, GET where a registry answers HEAD without a digest. kNotFound when there is no such manifest.
  Result<Resolved> Resolve(const Reference& reference, Access access, const Bound& bound) const;
  /// GET by digest or tag; verified against the reference's digest and the Docker-Content-Digest header.
  Result<Manifest> FetchManifest(const Reference& reference, Access access, const Bound& bound) const;
  /// PUT of exactly those bytes under a tag, or under its digest when `tag` is empty. Verifies the answered digest.
  Result<void> PutManifest(const Repository& repository, const std::string& tag, const Manifest& manifest,
                           const Bound& bound) const;
  Result<std::string> FetchBlob(const Repository& repository, const Descriptor& blob, const Bound& bound) const;
  Result<void> PutBlob(const Repository& repository, std::string_view bytes, const Digest& digest,
                       const Bound& bound) const;
  Result<bool> HasBlob(const Repository& repository, const Digest& digest, const Bound& bound) const;
  /// Starts and cancels one upload: whether these credentials may push there.
  Result<bool> MayPush(const Repository& repository, const Bound& bound) const;

  struct CopyCounts {
    std::uint64_t manifests = 0;
    std::uint64_t blobs_mounted = 0;
    std::uint64_t blobs_present = 0;
    std::uint64_t blobs_copied = 0;
    std::uint64_t bytes_copied = 0;
  };
  /// Makes `source.digest` and all it names (every platform, nested indexes, attestation manifests) exist in
  /// `destination`, children before parents, without giving it a tag unless `tag` is given. Same registry: blobs are
  /// mounted, never downloaded; else streamed, nothing on disk, each verified on the way. What is there is not sent
  /// again.
  ///
  /// Same repository: nothing but the tag. Errors name the blob or manifest.
  Result<CopyCounts> Copy(const Reference& source, const Repository& destination, const std::string& tag,
                          const Bound& bound) const;

  /// The same but for the manifest itself, which the caller then gives its tags, one PUT each.
  Result<CopiedContent> CopyContent(const Reference& source, const Repository& destination, const Bound& bound) const;
  /// Tells beforehand that content of `source` will be mounted in `destination`: a token for one is then asked for
  /// both.
  void WillCopy(const Repository& source, const Repository& destination) const;
  /// The manifest that an index names, of any media type; content embedded in the descriptor is not fetched.
  Result<Manifest> FetchChild(const Repository& repository, const Descriptor& child, const Bound& bound) const;

  /// Whether two repositories live on one registry, aliases considered (mounting is then possible).
  bool SameRegistry(const Repository& a, const Repository& b) const;
  /// The same connections with other credentials (to try a pull secret); tokens are not shared.
  Registry WithKeychain(Keychain keychain) const;
  const Keychain& keychain() const;
  /// Requests sent so far, tokens included.
  std::uint64_t RequestCount() const;

  struct Shared;

 private:
  explicit Registry(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  std::shared_ptr<Shared> shared_;
};

/// What Registry::CopyContent did.
struct CopiedContent {
  Manifest manifest;  ///< of the source, still without a place in the destination unless `was_there`
  Registry::CopyCounts counts;
  bool was_there = false;  ///< the destination had it already
};

}  // namespace kontrakt::oci
