#include "lib/net/proxy.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include <arpa/inet.h>

#include "lib/base/redact.h"
#include "lib/base/strings.h"

namespace kontrakt::net {
namespace {

constexpr std::string_view kLoopback = "localhost,127.0.0.0/8,::1/128";

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  int size = 0;  ///< 4 or 16
};

std::optional<Address> ParseAddress(std::string text) {
  if (text.size() > 1 && text.front() == '[' && text.back() == ']')
    text = text.substr(1, text.size() - 2);
  Address address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
    address.size = 4;
    return address;
  }
  if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) {
    address.size = 16;
    return address;
  }
  return std::nullopt;
}

bool SamePrefix(const Address& a, const Address& b, int bits) {
  if (a.size != b.size || bits < 0 || bits > a.size * 8)
    return false;
  for (int bit = 0; bit < bits; ++bit) {
    const auto index = static_cast<std::size_t>(bit / 8);
    const int mask = 0x80 >> (bit % 8);
    if (((a.bytes[index] ^ b.bytes[index]) & mask) != 0)
      return false;
  }
  return true;
}

std::optional<int> ParseInt(std::string_view text) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

/// Takes ":port" off the end of an entry that is no bare IPv6 address.
std::optional<int> TakePort(std::string& entry) {
  const auto colon = entry.rfind(':');
  if (colon == std::string::npos || ParseAddress(entry))
    return std::nullopt;
  const auto port = ParseInt(std::string_view(entry).substr(colon + 1));
  if (port)
    entry.resize(colon);
  return port;
}

bool EntryMatches(std::string entry, const Url& target) {
  if (entry == "*")
    return true;
  const auto address = ParseAddress(target.host);
  if (const auto slash = entry.find('/'); slash != std::string::npos) {
    const auto network = ParseAddress(entry.substr(0, slash));
    const auto bits = ParseInt(std::string_view(entry).substr(slash + 1));
    return address && network && bits && SamePrefix(*address, *network, *bits);
  }
  if (const auto port = TakePort(entry); port && *port != target.port)
    return false;
  if (const auto named = ParseAddress(entry))
    return address && SamePrefix(*address, *named, named->size * 8);
  if (entry.starts_with("*."))
    entry.erase(0, 1);
  if (entry.empty())
    return false;
  const std::string& host = target.host;
  if (entry.front() == '.')
    return host.size() > entry.size() && host.ends_with(entry);
  return host == entry || (host.size() > entry.size() && host.ends_with("." + entry));
}

}  // namespace

ProxyConfig ProxyConfig::OfEnvironment(const Environment& environment, std::string_view scheme) {
  const auto read = [&](const std::string& name) {
    auto value = environment.Get(name);
    return value ? value : environment.Get(ToLower(name));
  };
  ProxyConfig proxy;
  proxy.url = read(scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY").value_or("");
  if (proxy.url.empty())
    return proxy;
  proxy.no_proxy = std::string(kLoopback);
  if (const auto excluded = read("NO_PROXY"))
    proxy.no_proxy += "," + *excluded;
  return proxy;
}

bool ProxyConfig::AppliesTo(const Url& target) const {
  if (url.empty())
    return false;
  for (const std::string& part : Split(no_proxy, ',')) {
    const std::string entry = ToLower(Trim(part));
    if (!entry.empty() && EntryMatches(entry, target))
      return false;
  }
  return true;
}

Result<std::string> ProxyConfig::CurlUrl() const {
  if (url.empty())
    return std::string();
  const auto mark = url.find("://");
  const std::string scheme = mark == std::string::npos ? "http" : ToLower(std::string_view(url).substr(0, mark));
  const std::string rest = mark == std::string::npos ? url : url.substr(mark + 3);
  const std::string shown = mark == std::string::npos ? "proxy" : "proxy " + RedactUrl(url);
  if (rest.empty() || rest.front() == '/')
    return InvalidInput(shown + ": no host");
  if (scheme == "http" || scheme == "https")
    return scheme + "://" + rest;
  if (scheme == "socks5" || scheme == "socks5h")
    return "socks5h://" + rest;
  return InvalidInput(shown + ": scheme must be http, https or socks5");
}

}  // namespace kontrakt::net
