#include "lib/net/curl_error.h"

#include <cctype>
#include <system_error>

#include "lib/base/strings.h"
#include "lib/net/transport.h"

namespace kontrakt::net {
namespace {

std::string LowerFirst(std::string text) {
  // "SSL …" and other abbreviations keep their case.
  const bool abbreviation = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) != 0;
  if (!text.empty() && !abbreviation)
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string Detail(const CurlFailure& failure) {
  std::string text(Trim(failure.detail));
  if (text.empty())
    text = curl_easy_strerror(failure.code);
  while (!text.empty() && text.back() == '.')
    text.pop_back();
  return LowerFirst(std::move(text));
}

Error ConnectError(const CurlFailure& failure) {
  std::string why = Detail(failure);
  if (failure.os_error != 0)
    why = LowerFirst(std::generic_category().message(static_cast<int>(failure.os_error)));
  if (failure.code == CURLE_OPERATION_TIMEDOUT)
    why = "no answer in time";
  return Unavailable("connecting to " + failure.peer + ": " + why);
}

Error ProxyError(const CurlFailure& failure) {
  const std::string text =
      "connecting to " + failure.peer + ": the proxy answered " + std::to_string(failure.proxy_status);
  if (failure.proxy_status == 401 || failure.proxy_status == 403 || failure.proxy_status == 407)
    return Denied(text);
  return Unavailable(text);
}

Error Classify(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return Unavailable("resolving the host of " + failure.peer + ": no such host, or no answer from DNS");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Unavailable("resolving the proxy for " + failure.peer + ": no such host, or no answer from DNS");
    case CURLE_COULDNT_CONNECT:
      return ConnectError(failure);
    case CURLE_OPERATION_TIMEDOUT:
      if (failure.timed_out)
        return TimedOut("waiting for " + failure.peer + ": no complete answer in time");
      return failure.sent ? Unavailable(failure.peer + ": " + Detail(failure)) : ConnectError(failure);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_SHUTDOWN_FAILED:
      return Unavailable("TLS handshake with " + failure.peer + ": " + Detail(failure));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return Denied("the certificate of " + failure.peer + " can't be trusted: " + Detail(failure));
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
      return InvalidInput("TLS settings for " + failure.peer + ": " + Detail(failure));
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return InvalidInput(failure.peer + " does not answer in HTTP: " + Detail(failure));
    case CURLE_URL_MALFORMAT:
      return InvalidInput("URL of " + failure.peer + ": " + Detail(failure));
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_NOT_BUILT_IN:
      return Internal("libcurl: " + Detail(failure));
    default:
      return Unavailable("connection to " + failure.peer + " lost: " + Detail(failure));
  }
}

}  // namespace

Error ToError(const CurlFailure& failure) {
  Error error = failure.proxy_status >= 300 && !failure.sent ? ProxyError(failure) : Classify(failure);
  if (!failure.sent && error.code() == ErrorCode::kUnavailable)
    error.SetReason(std::string(kNotSent));
  return error;
}

}  // namespace kontrakt::net
