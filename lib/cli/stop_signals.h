#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace kontrakt::cli {

/// Turns SIGINT, SIGTERM and SIGHUP into one stop request. The only place where signals are handled.
///
/// Handlers, not a blocked mask: what we start by exec gets the default dispositions back. SIGPIPE gets a handler that
/// does nothing, so that writing to a pipe without reader is an ordinary error.
///
/// Threads: one object a process; its methods may be called from any. Listeners run on its own thread.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  /// The first signal, 0 for none yet.
  int received() const;

  /// Called with each signal after the stop was requested, `again` for a SIGINT that is not the first signal. Empty:
  /// nobody listens.
  using Listener = std::function<void(int signal, bool again)>;
  void SetListener(Listener listener);

 private:
  void Listen();

  int read_end_ = -1;
  int write_end_ = -1;
  std::stop_source stop_;
  mutable std::mutex mutex_;
  int received_ = 0;
  Listener listener_;
  std::thread thread_;
};

}  // namespace kontrakt::cli
