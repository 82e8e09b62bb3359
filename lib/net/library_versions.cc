#include "lib/net/library_versions.h"

#include <curl/curl.h>

namespace kontrakt::net {

std::map<std::string, std::string> LibraryVersions() {
  const curl_version_info_data* const about = curl_version_info(CURLVERSION_NOW);
  std::map<std::string, std::string> versions = {{"libcurl", about->version}};
  if (about->nghttp2_version != nullptr) {
    versions["nghttp2"] = about->nghttp2_version;
  }
  if (about->libz_version != nullptr) {
    versions["zlib"] = about->libz_version;
  }
  return versions;
}

}  // namespace kontrakt::net
