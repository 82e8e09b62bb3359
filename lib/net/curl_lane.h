#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <curl/curl.h>

#include "lib/net/curl_sockets.h"
#include "lib/net/curl_transfer.h"

namespace kontrakt::net {

/// What all lanes of a transport count together.
struct LaneCounters {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> bytes_sent{0};
  std::atomic<std::uint64_t> bytes_received{0};
};

/// One curl_multi handle with a thread of its own, begun by the first request: the connections of one lane.
///
/// Threads: any may call; callbacks run on the lane's thread.
class CurlLane {
 public:
  /// `settings` and `counters` must outlive it.
  CurlLane(const CurlSettings& settings, LaneCounters& counters);
  /// Cancels what is under way and waits for the thread; must not be called on it.
  ~CurlLane();
  CurlLane(const CurlLane&) = delete;
  CurlLane& operator=(const CurlLane&) = delete;

  void Start(std::unique_ptr<CurlTransfer> transfer);
  void Cancel(Transport::Ticket ticket);
  void SetTls(std::shared_ptr<const TlsConfig> tls);

 private:
  using Clock = CurlTransfer::Clock;

  void Run();
  /// Takes over what other threads asked for. Whether to go on.
  bool TakeCommands();
  void BeginDue();
  void Begin(std::unique_ptr<CurlTransfer> transfer);
  void ReadFinished();
  void EndIdle();
  /// Lets paused transfers go on whose source or sink can. Whether one did.
  bool ResumePaused();
  void CancelOne(Transport::Ticket ticket);
  void End(CURL* easy, CURLcode code);
  void CloseUnusedConnections();
  void Account(const CurlTransfer& transfer, const Result<Response>& result);
  void LimitConnections();
  std::chrono::milliseconds UntilNextDue() const;
  void Wake();

  const CurlSettings& settings_;
  LaneCounters& counters_;

  std::mutex mutex_;  ///< guards the five below
  std::vector<std::unique_ptr<CurlTransfer>> incoming_;
  std::vector<Transport::Ticket> cancelled_;
  std::shared_ptr<const TlsConfig> tls_;
  bool tls_changed_ = false;
  bool stopping_ = false;

  CurlSockets sockets_;  ///< before the multi handle, which closes sockets to the very end
  CURLM* multi_ = nullptr;
  std::shared_ptr<const TlsConfig> current_tls_;
  std::vector<std::unique_ptr<CurlTransfer>> delayed_;
  std::map<CURL*, std::unique_ptr<CurlTransfer>> running_;
  std::map<std::string, int> version_by_origin_;
  long connection_limit_ = 0;
  std::jthread thread_;
};

}  // namespace kontrakt::net
