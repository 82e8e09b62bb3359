#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "lib/base/result.h"
#include "lib/net/http.h"
#include "lib/net/transport.h"

namespace kontrakt::fakes {

/// A net::Transport without a network: each request takes the first unused answer whose method and URL match.
///
/// A request that no answer is left for is completed with kInternal that names it, and is listed by Unexpected().
/// Sources are read to their end and sinks are fed on the transport's own thread, as libcurl's transport does.
///
/// Threads: any, as net::Transport says.
class ScriptedTransport : public net::Transport {
 public:
  struct Answer {
    std::optional<net::Method> method;  ///< nullopt: any
    std::string url = "*";              ///< glob over the whole URL
    int times = 1;                      ///< requests that it serves; 0 = any number
    net::Response response;             ///< given when `error` is absent
    std::optional<Error> error;
    /// Pieces for the request's sink, instead of response.body in one; where there is no sink they are joined.
    std::vector<std::string> pieces;
    bool never = false;  ///< does not answer until Cancel or the destruction
  };

  ScriptedTransport();
  ~ScriptedTransport() override;
  ScriptedTransport(const ScriptedTransport&) = delete;
  ScriptedTransport& operator=(const ScriptedTransport&) = delete;

  /// Adds an answer at the end of the script.
  ScriptedTransport& Expect(Answer answer);
  ScriptedTransport& Expect(net::Method method, std::string url, int status, std::string body = "",
                            net::Headers headers = {});
  ScriptedTransport& ExpectError(net::Method method, std::string url, Error error);

  Ticket Start(net::Request request, Completion done) override;
  void Cancel(Ticket ticket) override;

  /// What was sent, in order. Bodies from sources are in `bodies`.
  struct Sent {
    net::Request request;
    std::string body;
  };
  std::vector<Sent> Requests() const;
  /// Method and URL of each request that found no answer.
  std::vector<std::string> Unexpected() const;
  /// Method and URL of each answer that was to be used and was not.
  std::vector<std::string> Unused() const;

 private:
  struct Pending {
    Ticket ticket;
    net::Request request;
    Completion done;
  };
  struct Scripted {
    Answer answer;
    int used = 0;
  };

  void Run();
  void Complete(Pending pending);
  /// The scripted answer for it, counted as used; nullopt where there is none.
  std::optional<Answer> Take(const net::Request& request, const std::string& body);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  Ticket last_ticket_ = 0;
  std::deque<Pending> queue_;
  std::map<Ticket, Pending> hanging_;
  std::vector<Scripted> script_;
  std::vector<Sent> sent_;
  std::vector<std::string> unexpected_;
  std::thread thread_;
};

}  // namespace kontrakt::fakes
