#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "lib/base/environment.h"
#include "lib/base/result.h"
#include "lib/base/stop.h"
#include "lib/base/time.h"
#include "lib/kube/exec_plugin.h"
#include "lib/kube/kubeconfig.h"

namespace kontrakt::kube {

/// Who we are at one moment.
struct Identity {
  std::string authorization;  ///< value of the Authorization header, or empty
  std::string client_cert_pem;
  std::string client_key_pem;
  std::uint64_t generation = 0;  ///< rises whenever something above changes
};

/// Keeps a connection's credentials fresh: token files are read again after 50 s, certificate files after five minutes,
/// plugins run again once their credential has expired; all of them after a 401. A file that can't be read any more, or
/// is half written, keeps what was read before.
///
/// Threads: any. One refresh at a time; others wait for it.
class Credentials {
 public:
  using Now = std::function<WallTime()>;

  /// `terminal`: whether standard input is one. `now` is a clock for tests.
  Credentials(Connection connection, Environment environment, bool terminal, Now now = NowWall);

  /// May read files and run a plugin. kInvalidInput, kDenied: see RunExecPlugin; a token file that never could be read.
  Result<Identity> Current(const Bound& bound);
  /// The server answered 401 to that generation. Whether another try makes sense: there is something to refresh, or
  /// it has been refreshed since.
  bool Reject(std::uint64_t generation);

 private:
  Result<void> RefreshToken();
  void RefreshCertificate();
  Result<void> RefreshPlugin(const Bound& bound);
  bool IsDue(const std::optional<WallTime>& last, std::chrono::milliseconds interval) const;
  void Change(std::string& field, std::string value);

  const Connection connection_;
  const Environment environment_;
  const bool terminal_;
  const Now now_;

  std::mutex mutex_;
  Identity identity_;
  std::optional<WallTime> token_read_;
  std::optional<WallTime> certificate_read_;
  std::optional<ExecCredential> plugin_credential_;
};

}  // namespace kontrakt::kube
