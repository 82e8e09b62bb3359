#include "lib/net/url.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include <curl/curl.h>

#include "lib/base/redact.h"
#include "lib/base/strings.h"

namespace kontrakt::net {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;

std::string Part(CURLU* url, CURLUPart part, unsigned int flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK)
    return {};
  std::string result = text;
  curl_free(text);
  return result;
}

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Error BadUrl(std::string_view text, std::string_view why) {
  return InvalidInput("URL \"" + RedactUrl(text) + "\": " + std::string(why));
}

bool HasHttpScheme(std::string_view text) {
  const auto mark = text.find("://");
  if (mark == std::string_view::npos || mark + 3 >= text.size() || text[mark + 3] == '/')
    return false;
  const std::string scheme = ToLower(text.substr(0, mark));
  return scheme == "http" || scheme == "https";
}

Result<Url> Read(CURLU* handle, std::string_view text) {
  if (!Part(handle, CURLUPART_USER).empty() || !Part(handle, CURLUPART_PASSWORD).empty()) {
    return BadUrl(text, "user info is not allowed");
  }
  Url url;
  url.scheme = ToLower(Part(handle, CURLUPART_SCHEME));
  if (url.scheme != "http" && url.scheme != "https")
    return BadUrl(text, "scheme must be http or https");
  url.host = ToLower(Part(handle, CURLUPART_HOST));
  if (url.host.empty() || !IsPrintableAscii(url.host))
    return BadUrl(text, "no valid host");
  const std::string port = Part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (url.port < 1 || url.port > 65535)
    return BadUrl(text, "port must be 1 to 65535");
  url.path = Part(handle, CURLUPART_PATH);
  if (url.path.empty())
    url.path = "/";
  url.query = Part(handle, CURLUPART_QUERY);
  return url;
}

}  // namespace

Result<Url> Url::Parse(std::string_view text) {
  if (!HasHttpScheme(text))
    return BadUrl(text, "not an absolute http or https URL");
  if (!IsPrintableAscii(text))
    return BadUrl(text, "white space and bytes outside ASCII must be percent-encoded");
  const UrlHandle handle(curl_url());
  if (!handle)
    return Internal("out of memory");
  const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), 0);
  if (code != CURLUE_OK)
    return BadUrl(text, curl_url_strerror(code));
  return Read(handle.get(), text);
}

Result<Url> Url::Resolve(std::string_view reference) const {
  if (!IsPrintableAscii(reference))
    return BadUrl(reference, "white space and bytes outside ASCII are not allowed");
  const UrlHandle handle(curl_url());
  if (!handle)
    return Internal("out of memory");
  CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, ToString().c_str(), 0);
  if (code == CURLUE_OK && !reference.empty()) {
    code = curl_url_set(handle.get(), CURLUPART_URL, std::string(reference).c_str(), 0);
  }
  if (code != CURLUE_OK)
    return BadUrl(reference, curl_url_strerror(code));
  return Read(handle.get(), reference);
}

Url Url::WithQuery(std::string_view name, std::string_view value) const {
  Url url = *this;
  if (!url.query.empty())
    url.query += '&';
  url.query += PercentEncode(name) + "=" + PercentEncode(value);
  return url;
}

Url Url::Join(std::string_view more) const {
  Url url = *this;
  while (!url.path.empty() && url.path.back() == '/')
    url.path.pop_back();
  while (!more.empty() && more.front() == '/')
    more.remove_prefix(1);
  url.path += '/';
  url.path += more;
  return url;
}

std::string Url::ToString() const {
  std::string text = scheme + "://" + Authority() + path;
  if (!query.empty())
    text += "?" + query;
  return text;
}

std::string Url::Origin() const {
  return scheme + "://" + host + ":" + std::to_string(port);
}

std::string Url::Authority() const {
  const int usual = scheme == "https" ? 443 : 80;
  return port == usual ? host : host + ":" + std::to_string(port);
}

}  // namespace kontrakt::net
