#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/json.h"
#include "tests/fakes/api_core.h"
#include "tests/fakes/http_server.h"

namespace kontrakt::fakes {

class WorkloadSimulation;

/// A kube-apiserver over plain HTTP/1.1, as far as clients of Kontrakt see it, modelled on Kubernetes 1.34: a store of
/// any kind, discovery, server-side apply and the other patches, watches, logs, deletion, namespaces' lives, custom
/// resources, access rules, and, where the options say so, a cluster that runs pods in its imagination.
///
/// Threads: all methods may be called from any thread.
class FakeApiServer {
 public:
  explicit FakeApiServer(ApiOptions options = {});
  ~FakeApiServer();
  FakeApiServer(const FakeApiServer&) = delete;
  FakeApiServer& operator=(const FakeApiServer&) = delete;

  HttpServer& http() { return *http_; }
  std::string url() const { return http_->url(); }
  /// A kubeconfig (YAML) that points here, with that bearer token where it is not empty.
  std::string Kubeconfig(const std::string& token = "") const;
  /// Changes options in place.
  void Configure(const std::function<void(ApiOptions&)>& change);

  // Objects, past all admission. Kinds are named by apiVersion and kind; nothing happens where there is no such type.
  /// Adds or replaces an object, status included; fills in uid, creationTimestamp and defaults. Returns it as stored.
  doc::Json Put(doc::Json object);
  std::optional<doc::Json> Get(const std::string& api_version, const std::string& kind,
                               const std::string& namespace_name, const std::string& name) const;
  std::vector<doc::Json> GetAll(const std::string& api_version, const std::string& kind,
                                const std::string& namespace_name = "") const;
  /// Changes an object in place. False when there is none.
  bool Update(const std::string& api_version, const std::string& kind, const std::string& namespace_name,
              const std::string& name, const std::function<void(doc::Json&)>& change);
  /// Takes it out at once, with what it owns.
  void Remove(const std::string& api_version, const std::string& kind, const std::string& namespace_name,
              const std::string& name);
  /// Waits until the object fulfils it (null: there is none). False when it does not within `longest`.
  bool WaitFor(const std::string& api_version, const std::string& kind, const std::string& namespace_name,
               const std::string& name, const std::function<bool(const doc::Json*)>& fulfilled,
               std::chrono::milliseconds longest = std::chrono::seconds(10)) const;
  /// A namespace with its `default` account and root CA, as the controllers make it.
  void AddNamespace(const std::string& name, doc::Json labels = doc::Json::object());
  void AddBehaviour(PodBehaviour behaviour);

  // Logs.
  void AppendLog(const std::string& namespace_name, const std::string& pod, const std::string& container,
                 const std::string& text);
  void SetPreviousLog(const std::string& namespace_name, const std::string& pod, const std::string& container,
                      const std::string& text);

  // Watches.
  /// Forgets the history: watches from earlier versions get 410.
  void Compact();
  /// Ends all watches cleanly, as timeoutSeconds does.
  void EndWatches();
  void SendBookmarks();
  std::string ResourceVersion() const;

  // Access.
  void AddUser(const std::string& token, User user);
  void RemoveUser(const std::string& token);
  void AddRule(AccessRule rule);

  /// `METHOD path?query` of every request so far.
  std::vector<std::string> Audit() const;

 private:
  struct Located {
    const ResourceType* type;
    ObjectId id;
  };
  std::optional<Located> Locate(const std::string& api_version, const std::string& kind,
                                const std::string& namespace_name, const std::string& name) const;
  void RunCluster();

  std::unique_ptr<ApiCore> core_;
  std::unique_ptr<HttpServer> http_;
  std::thread cluster_;
};

}  // namespace kontrakt::fakes
