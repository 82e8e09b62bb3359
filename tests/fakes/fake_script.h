#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json_fwd.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_registry.h"

namespace kontrakt::fakes {

/// The fakes that a script asks for; its format is at the top of fake_server.cc.
class FakeScript {
 public:
  /// Starts everything. Files named in the script are sought beside `path`.
  static Result<FakeScript> Start(const std::string& path);
  FakeScript(FakeScript&& other) noexcept;
  FakeScript& operator=(FakeScript&&) = delete;
  ~FakeScript();

  /// What the golden runner is told, in order: name and address (or path, or digest).
  const std::vector<std::pair<std::string, std::string>>& names() const { return names_; }
  std::chrono::seconds life() const { return life_; }
  FakeApiServer* api_server() { return api_server_.get(); }
  FakeRegistry* registry(const std::string& name) { return registries_.at(name).get(); }

 private:
  FakeScript() = default;
  Result<void> StartRegistry(const std::string& name, const doc::Json& script);
  Result<void> StartApiServer(const doc::Json& script, const std::string& folder);
  Result<void> WriteKubeconfig(const doc::Json& script);
  void ReservePort();
  std::string Filled(std::string text) const;

  std::map<std::string, std::unique_ptr<FakeRegistry>> registries_;
  std::unique_ptr<FakeApiServer> api_server_;
  std::vector<std::pair<std::string, std::string>> names_;
  std::chrono::seconds life_{60};
  std::string made_folder_;  ///< removed at the end
  int reserved_ = -1;        ///< a socket that is bound and never listens
};

}  // namespace kontrakt::fakes
