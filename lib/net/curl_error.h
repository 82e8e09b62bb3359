#pragma once

#include <string>

#include <curl/curl.h>

#include "lib/base/error.h"

namespace kontrakt::net {

/// What is known of a transfer that libcurl gave up.
struct CurlFailure {
  CURLcode code = CURLE_OK;
  std::string peer;        ///< "host:port"
  std::string detail;      ///< libcurl's error buffer; may be empty
  bool sent = false;       ///< something of the request may have left
  bool timed_out = false;  ///< the request's own timeout passed, not only that of the connect
  long os_error = 0;       ///< errno of the connect, or 0
  long proxy_status = 0;   ///< answer of a proxy to CONNECT, or 0
};

/// The Error of a failure below HTTP, by libcurl's code. Its reason is kNotSent while nothing had been sent.
Error ToError(const CurlFailure& failure);

}  // namespace kontrakt::net
