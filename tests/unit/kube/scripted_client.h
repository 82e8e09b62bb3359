#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "lib/kube/client.h"
#include "tests/fakes/scripted_transport.h"

namespace kontrakt::kube {

/// A bound far longer than any test takes, so that a hang fails instead of blocking.
inline Bound Patient() {
  Bound bound;
  bound.deadline = Deadline::After(std::chrono::seconds(20));
  return bound;
}

/// A connection to nowhere, for scripted transports.
inline Connection Nowhere() {
  Connection connection;
  connection.context = "test";
  connection.server = "https://api";
  connection.namespace_name = "default";
  connection.token = "secret";
  return connection;
}

/// Options whose retries take no time worth mentioning.
inline ClientOptions QuickOptions(net::Transport* transport = nullptr) {
  ClientOptions options;
  options.transport = transport;
  options.retry = {4, std::chrono::milliseconds(1), std::chrono::milliseconds(2), 2.0};
  return options;
}

/// A client whose answers a script gives.
inline Client ScriptedClient(fakes::ScriptedTransport& transport, Connection connection = Nowhere()) {
  return *Client::Create(std::move(connection), QuickOptions(&transport));
}

/// A Status as the API server writes it.
inline std::string StatusText(int code, const std::string& reason, const std::string& message,
                              const std::string& details = "{}") {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","code":)" + std::to_string(code) + R"(,"reason":")" +
         reason + R"(","message":")" + message + R"(","details":)" + details + "}";
}

}  // namespace kontrakt::kube
