#include "lib/net/curl_lane.h"

#include <algorithm>
#include <csignal>

#include <pthread.h>

#include "lib/base/check.h"

namespace kontrakt::net {
namespace {

constexpr std::chrono::milliseconds kLongestPoll{60'000};
constexpr std::chrono::milliseconds kPausedPoll{50};
constexpr long kKeptConnections = 32;

/// Signals belong to the program's main thread; a SIGPIPE from a cut connection to nobody.
void BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

CurlLane::CurlLane(const CurlSettings& settings, LaneCounters& counters) : settings_(settings), counters_(counters) {
  multi_ = curl_multi_init();
  KT_CHECK(multi_ != nullptr);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  curl_multi_setopt(multi_, CURLMOPT_MAX_CONCURRENT_STREAMS,
                    static_cast<long>(settings.options.streams_per_connection));
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kKeptConnections);
  tls_ = current_tls_ = std::make_shared<const TlsConfig>(settings.options.tls);
}

CurlLane::~CurlLane() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  Wake();
  if (thread_.joinable())
    thread_.join();
  curl_multi_cleanup(multi_);
}

void CurlLane::Start(std::unique_ptr<CurlTransfer> transfer) {
  {
    const std::lock_guard lock(mutex_);
    incoming_.push_back(std::move(transfer));
    if (!thread_.joinable())
      thread_ = std::jthread([this] { Run(); });
  }
  Wake();
}

void CurlLane::Cancel(Transport::Ticket ticket) {
  {
    const std::lock_guard lock(mutex_);
    cancelled_.push_back(ticket);
  }
  Wake();
}

void CurlLane::SetTls(std::shared_ptr<const TlsConfig> tls) {
  {
    const std::lock_guard lock(mutex_);
    tls_ = std::move(tls);
    tls_changed_ = true;
  }
  Wake();
}

void CurlLane::Wake() {
  curl_multi_wakeup(multi_);
}

void CurlLane::Run() {
  BlockSignals();
  while (TakeCommands()) {
    BeginDue();
    int running = 0;
    curl_multi_perform(multi_, &running);
    ReadFinished();
    EndIdle();
    if (ResumePaused())
      continue;
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(UntilNextDue().count()), nullptr);
  }
  while (!running_.empty())
    CancelOne(running_.begin()->second->ticket());
  while (!delayed_.empty())
    CancelOne(delayed_.front()->ticket());
}

bool CurlLane::TakeCommands() {
  std::vector<Transport::Ticket> cancelled;
  bool tls_changed = false;
  bool stopping = false;
  {
    const std::lock_guard lock(mutex_);
    for (auto& transfer : incoming_)
      delayed_.push_back(std::move(transfer));
    incoming_.clear();
    cancelled.swap(cancelled_);
    current_tls_ = tls_;
    std::swap(tls_changed, tls_changed_);
    stopping = stopping_;
  }
  if (tls_changed)
    CloseUnusedConnections();
  for (const Transport::Ticket ticket : cancelled)
    CancelOne(ticket);
  return !stopping;
}

void CurlLane::BeginDue() {
  const auto now = Clock::now();
  std::vector<std::unique_ptr<CurlTransfer>> due;
  for (auto& transfer : delayed_) {
    if (transfer->start_at() <= now)
      due.push_back(std::move(transfer));
  }
  std::erase(delayed_, nullptr);
  for (auto& transfer : due)
    Begin(std::move(transfer));
}

void CurlLane::Begin(std::unique_ptr<CurlTransfer> transfer) {
  counters_.requests.fetch_add(1);
  if (auto prepared = transfer->Prepare(settings_, current_tls_, sockets_); !prepared) {
    transfer->Complete(std::move(prepared.error()));
    return;
  }
  CURL* easy = transfer->handle();
  running_.emplace(easy, std::move(transfer));
  LimitConnections();
  if (curl_multi_add_handle(multi_, easy) != CURLM_OK)
    End(easy, CURLE_FAILED_INIT);
}

void CurlLane::ReadFinished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE)
      End(message->easy_handle, message->data.result);
  }
}

void CurlLane::End(CURL* easy, CURLcode code) {
  auto node = running_.extract(easy);
  KT_CHECK(!node.empty());
  CurlTransfer& transfer = *node.mapped();
  Result<Response> result = transfer.Finish(code);
  Account(transfer, result);
  curl_multi_remove_handle(multi_, easy);
  if (code == CURLE_OPERATION_TIMEDOUT && transfer.connection()) {
    const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - transfer.sent_at());
    // Half of the wait: what belongs to the exchange before, such as an acknowledgement, may come a little later.
    sockets_.CutIfSilent(*transfer.connection(), waited / 2);
  }
  transfer.Complete(std::move(result));
}

void CurlLane::EndIdle() {
  const auto now = Clock::now();
  std::vector<CURL*> idle;
  for (const auto& [easy, transfer] : running_) {
    if (const auto end = transfer->idle_end(); end && *end <= now)
      idle.push_back(easy);
  }
  for (CURL* easy : idle) {
    auto node = running_.extract(easy);
    CurlTransfer& transfer = *node.mapped();
    Result<Response> result = transfer.IdleError();
    Account(transfer, result);
    curl_multi_remove_handle(multi_, easy);
    if (transfer.connection())
      sockets_.CutIfSilent(*transfer.connection(), transfer.request().idle_timeout / 2);
    transfer.Complete(std::move(result));
  }
}

bool CurlLane::ResumePaused() {
  bool resumed = false;
  for (const auto& [easy, transfer] : running_)
    resumed = transfer->ResumeIfReady() || resumed;
  return resumed;
}

void CurlLane::CancelOne(Transport::Ticket ticket) {
  const auto has_ticket = [ticket](const auto& transfer) { return transfer->ticket() == ticket; };
  std::unique_ptr<CurlTransfer> transfer;
  if (const auto found = std::find_if(delayed_.begin(), delayed_.end(), has_ticket); found != delayed_.end()) {
    transfer = std::move(*found);
    delayed_.erase(found);
  } else {
    const auto entry = std::find_if(running_.begin(), running_.end(),
                                    [&](const auto& candidate) { return has_ticket(candidate.second); });
    if (entry == running_.end())
      return;
    transfer = std::move(entry->second);
    running_.erase(entry);
    const Result<Response> ended = Cancelled("cancelled");
    Account(*transfer, ended);
    curl_multi_remove_handle(multi_, transfer->handle());
  }
  transfer->Complete(Cancelled("request to " + transfer->request().url.Authority() + " cancelled"));
}

void CurlLane::CloseUnusedConnections() {
  std::set<ConnectionPorts> used;
  for (const auto& [easy, transfer] : running_) {
    // One that waits for its connection has none to name yet; cutting it would fail the request for nothing.
    if (!transfer->connection())
      return;
    used.insert(*transfer->connection());
  }
  sockets_.CutAllBut(used);
}

void CurlLane::Account(const CurlTransfer& transfer, const Result<Response>& result) {
  long connects = 0;
  long request_bytes = 0;
  long header_bytes = 0;
  curl_off_t uploaded = 0;
  curl_off_t downloaded = 0;
  curl_easy_getinfo(transfer.handle(), CURLINFO_NUM_CONNECTS, &connects);
  curl_easy_getinfo(transfer.handle(), CURLINFO_REQUEST_SIZE, &request_bytes);
  curl_easy_getinfo(transfer.handle(), CURLINFO_HEADER_SIZE, &header_bytes);
  curl_easy_getinfo(transfer.handle(), CURLINFO_SIZE_UPLOAD_T, &uploaded);
  curl_easy_getinfo(transfer.handle(), CURLINFO_SIZE_DOWNLOAD_T, &downloaded);
  counters_.connections.fetch_add(static_cast<std::uint64_t>(connects));
  counters_.bytes_sent.fetch_add(static_cast<std::uint64_t>(request_bytes + uploaded));
  counters_.bytes_received.fetch_add(static_cast<std::uint64_t>(header_bytes + downloaded));
  if (result)
    version_by_origin_[transfer.request().url.Origin()] = result->http_version;
}

void CurlLane::LimitConnections() {
  // libcurl 7.88 opens a connection for each request beyond the stream limit. A bound on connections mends that, but
  // with HTTP/1.1 it would let a watch starve all others, so it stands only while every server is known to speak
  // HTTP/2. One more than needed: a connection that got GOAWAY still counts while its streams last.
  const bool all_http2 =
      !version_by_origin_.empty() && std::all_of(running_.begin(), running_.end(), [this](const auto& entry) {
        const auto known = version_by_origin_.find(entry.second->request().url.Origin());
        return known != version_by_origin_.end() && known->second == 2;
      });
  const auto streams = static_cast<long>(running_.size());
  const long needed =
      (streams + settings_.options.streams_per_connection - 1) / settings_.options.streams_per_connection;
  const long limit = all_http2 ? needed + 1 : 0;
  if (limit == connection_limit_)
    return;
  connection_limit_ = limit;
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, limit);
}

std::chrono::milliseconds CurlLane::UntilNextDue() const {
  const auto now = Clock::now();
  auto due = now + kLongestPoll;
  for (const auto& transfer : delayed_)
    due = std::min(due, transfer->start_at());
  for (const auto& [easy, transfer] : running_) {
    if (const auto end = transfer->idle_end())
      due = std::min(due, *end);
    if (transfer->IsPaused())
      due = std::min(due, now + kPausedPoll);
  }
  if (due <= now)
    return std::chrono::milliseconds(0);
  return std::chrono::ceil<std::chrono::milliseconds>(due - now);
}

}  // namespace kontrakt::net
