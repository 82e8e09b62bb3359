#include "lib/oci/transfer.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <thread>

#include "lib/base/retry.h"
#include "lib/oci/errors.h"
#include "lib/oci/pipe.h"
#include "lib/oci/upload.h"

namespace kontrakt::oci {
namespace {

constexpr std::size_t kPipeCapacity = std::size_t{512} << 10;
constexpr std::chrono::seconds kDownloadIdle{60};
constexpr RetryPolicy kPatience{
    .attempts = 4, .first = std::chrono::milliseconds(300), .longest = std::chrono::seconds(5), .factor = 3.0};

Result<void> Download(Session& session, const Repository& source, const std::shared_ptr<Pipe>& pipe,
                      const Bound& bound) {
  Call call;
  call.repository = source;
  call.path = "blobs/" + pipe->digest().ToString();
  call.scopes = ScopeSet(source.path, Access::kPull);
  call.request.lane = net::Lane::kBulk;
  call.request.timeout = std::chrono::milliseconds(0);
  call.request.idle_timeout = kDownloadIdle;
  call.request.sink = [pipe](std::string_view piece) { return pipe->Push(piece); };
  call.request.can_receive = [pipe] { return pipe->HasRoom(); };
  KT_ASSIGN(const net::Response response, session.Send(call, bound));
  if (!response.ok()) {
    return session.ToError(response, source);
  }
  if (!pipe->IsWhole()) {
    return Unavailable("the download of blob " + pipe->digest().ToString() + " ended early");
  }
  return {};
}

Result<void> StreamOnce(Session& session, const Repository& source, const Descriptor& blob,
                        const Repository& destination, const net::Url& location, const Bound& bound) {
  const auto pipe = std::make_shared<Pipe>(blob.digest, blob.size, kPipeCapacity);
  // Either side's failure stops the other, and so does the caller.
  std::stop_source stop;
  const std::stop_callback forward(bound.stop, [&stop] { stop.request_stop(); });
  const Bound both{stop.get_token(), bound.deadline};
  std::jthread downloader([&] {
    if (const Result<void> downloaded = Download(session, source, pipe, both); !downloaded) {
      pipe->Fail(WithContext(downloaded.error(), "downloading from " + source.ToString()));
      stop.request_stop();
    }
  });
  Result<void> uploaded = pipe->WaitForNews(both);
  if (uploaded) {
    uploaded = FinishUpload(session, destination, location, pipe, both);
  }
  if (!uploaded) {
    pipe->Fail(WithContext(uploaded.error(), "uploading to " + destination.ToString()));
    stop.request_stop();
  }
  downloader.join();
  if (uploaded) {
    return {};
  }
  // A request to stop from outside reads as that, whichever side met it first.
  KT_TRY(bound.Check("the transfer of blob " + blob.digest.ToString()));
  Error error = *pipe->error();
  if (error.reason() == kDigestMismatch && error.context().empty()) {
    error.AddContext("downloading from " + source.ToString());  // found by the pipe, which knows no repository
  }
  return error;
}

/// Repeats `attempt` with a new upload each time.
Result<void> WithUpload(Session& session, const Repository& repository, std::optional<net::Url> location,
                        const Bound& bound, const std::function<Result<void>(const net::Url&)>& attempt) {
  Backoff backoff(kPatience);
  while (true) {
    Result<void> result;
    if (!location) {
      Result<net::Url> started = StartUpload(session, repository, bound);
      if (!started) {
        return WithContext(std::move(started.error()), "uploading to " + repository.ToString());
      }
      location = std::move(*started);
    }
    result = attempt(*location);
    if (result) {
      return result;
    }
    KT_TRY(bound.Check("an upload to " + repository.ToString()));
    if (!IsWorthAnotherUpload(result.error()) || !backoff.HasNext()) {
      return result;
    }
    location.reset();
    SleepFor(backoff.Next(), bound);
  }
}

}  // namespace

Result<void> TransferBlob(Session& session, const Repository& source, const Descriptor& blob,
                          const Repository& destination, std::optional<net::Url> location, const Bound& bound) {
  if (!blob.data.empty()) {
    return UploadBytes(session, destination, blob.data, blob.digest, std::move(location), bound);
  }
  KT_TRY_CONTEXT(WithUpload(session, destination, std::move(location), bound,
                            [&](const net::Url& address) {
                              return StreamOnce(session, source, blob, destination, address, bound);
                            }),
                 "copying blob " + blob.digest.ToString());
  session.Remember(destination, blob.digest);
  return {};
}

Result<void> UploadBytes(Session& session, const Repository& repository, std::string_view bytes, const Digest& digest,
                         std::optional<net::Url> location, const Bound& bound) {
  KT_TRY_CONTEXT(WithUpload(session, repository, std::move(location), bound,
                            [&](const net::Url& address) {
                              return FinishUpload(session, repository, address, bytes, digest, bound);
                            }),
                 "uploading blob " + digest.ToString());
  session.Remember(repository, digest);
  return {};
}

}  // namespace kontrakt::oci
