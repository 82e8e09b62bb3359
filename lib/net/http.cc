#include "lib/net/http.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "lib/base/strings.h"
#include "lib/base/time.h"

namespace kontrakt::net {
namespace {

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::string_view NameOf(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
  }
  return "GET";
}

void Headers::Set(std::string_view name, std::string value) {
  Remove(name);
  fields_.emplace_back(std::string(name), std::move(value));
}

void Headers::Remove(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return EqualIgnoringCase(field.first, name); });
}

std::optional<std::string> Headers::Get(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (EqualIgnoringCase(field, name))
      return value;
  }
  return std::nullopt;
}

std::vector<std::string> Headers::GetAll(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [field, value] : fields_) {
    if (EqualIgnoringCase(field, name))
      values.push_back(value);
  }
  return values;
}

std::optional<std::chrono::milliseconds> RetryAfter(const Response& response, std::chrono::milliseconds longest) {
  const auto field = response.headers.Get("Retry-After");
  if (!field)
    return std::nullopt;
  const std::string_view text = Trim(*field);
  std::int64_t seconds = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (end == text.data() + text.size() && !text.empty() && text.front() != '-') {
    // A number too great for 64 bits is a long wait, not a malformed one.
    if (code == std::errc::result_out_of_range)
      return longest;
    const auto limit = std::chrono::duration_cast<std::chrono::seconds>(longest).count() + 1;
    return std::min<std::chrono::milliseconds>(longest, std::chrono::seconds(std::min<std::int64_t>(seconds, limit)));
  }
  const auto when = ParseHttpDate(text);
  if (!when)
    return std::nullopt;
  // The server's own clock where it tells it: ours may be wrong by more than the pause.
  WallTime now = NowWall();
  if (const auto date = response.headers.Get("Date")) {
    if (const auto server_now = ParseHttpDate(Trim(*date)))
      now = *server_now;
  }
  return std::clamp<std::chrono::milliseconds>(*when - now, std::chrono::milliseconds(0), longest);
}

}  // namespace kontrakt::net
