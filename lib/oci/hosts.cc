#include "lib/oci/hosts.h"

#include <arpa/inet.h>

#include "lib/oci/reference.h"

namespace kontrakt::oci {
namespace {

std::string_view WithoutPort(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos;
  return has_port ? host.substr(0, colon) : host;
}

}  // namespace

bool IsLoopbackHost(std::string_view host) {
  const std::string name(WithoutPort(host));
  if (name == "localhost" || name.ends_with(".localhost") || name == "[::1]") {
    return true;
  }
  in_addr address{};
  return inet_pton(AF_INET, name.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24) == 127;
}

net::Url Host::base() const {
  const std::lock_guard lock(mutex_);
  return base_;
}

bool Host::Upgrade() {
  const std::lock_guard lock(mutex_);
  if (!may_upgrade_ || base_.scheme == "https") {
    return false;
  }
  base_.scheme = "https";
  return true;
}

std::optional<Challenge> Host::challenge() const {
  const std::lock_guard lock(mutex_);
  return challenge_;
}

void Host::SetChallenge(Challenge challenge) {
  const std::lock_guard lock(mutex_);
  challenge_ = std::move(challenge);
}

Result<bool> Host::BeginFirst(const Bound& bound) {
  std::unique_lock lock(mutex_);
  while (state_ == State::kAsking) {
    KT_TRY(bound.Check("the first answer of registry " + name_));
    const auto pause = bound.deadline.Remaining(std::chrono::minutes(1)) + std::chrono::milliseconds(1);
    changed_.wait_for(lock, bound.stop, pause, [this] { return state_ != State::kAsking; });
  }
  if (state_ == State::kKnown) {
    return false;
  }
  state_ = State::kAsking;
  return true;
}

void Host::EndFirst(bool answered) {
  {
    const std::lock_guard lock(mutex_);
    state_ = answered ? State::kKnown : State::kUnknown;
  }
  changed_.notify_all();
}

bool Host::HasAnswered() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::kKnown;
}

Result<std::shared_ptr<Host>> HostTable::Get(const std::string& registry) {
  const std::lock_guard lock(mutex_);
  if (const auto found = hosts_.find(registry); found != hosts_.end()) {
    return found->second;
  }
  const std::string dialled = DialledHost(registry);
  const bool plain = IsPlain(dialled);
  KT_ASSIGN_CONTEXT(net::Url base, net::Url::Parse((plain ? "http://" : "https://") + dialled + "/v2"),
                    "registry " + registry);
  auto host = std::make_shared<Host>(registry, std::move(base), IsLoopbackHost(dialled));
  hosts_.emplace(registry, host);
  return host;
}

std::string HostTable::DialledHost(const std::string& registry) const {
  if (const auto alias = rules_.aliases.find(registry); alias != rules_.aliases.end()) {
    return alias->second;
  }
  return registry == "docker.io" ? "registry-1.docker.io" : registry;
}

bool HostTable::IsPlain(std::string_view host) const {
  return IsLoopbackHost(host) || rules_.plain_http.contains(std::string(host)) ||
         rules_.plain_http.contains(std::string(WithoutPort(host)));
}

}  // namespace kontrakt::oci
