#include "lib/lifecycle/passing_trouble.h"

#include <string_view>

namespace kontrakt {
namespace {

using std::chrono::seconds;

bool Says(const Error& error, std::string_view text) {
  return error.message().find(text) != std::string::npos;
}

}  // namespace

std::optional<std::chrono::milliseconds> PassesWithin(const Error& error) {
  const int status = error.http_status().value_or(0);
  switch (status) {
    case 403:
      // ServiceAccount admission: the controller has not made the account yet (kubernetes/kubernetes#66689).
      if (Says(error, "error looking up service account"))
        return seconds(30);
      // ResourceQuota admission before the controller has counted a new quota.
      if (Says(error, "status unknown for quota"))
        return seconds(30);
      return std::nullopt;
    case 404:
      // A path that one of several API servers does not know yet although the CRD is Established.
      if (error.reason().empty() || Says(error, "could not find the requested resource"))
        return seconds(10);
      // Namespace lifecycle admission of an API server that lags behind.
      if (Says(error, "namespaces \""))
        return seconds(5);
      return std::nullopt;
    case 409:
      // Two writers of one quota's status (kubernetes/kubernetes#67761); a field manager conflict is final.
      if (Says(error, "resourcequotas"))
        return seconds(30);
      if (Says(error, "object is being deleted"))
        return seconds(60);
      return std::nullopt;
    case 500:
      // A webhook whose pods are still starting; its denials come as 4xx.
      if (Says(error, "failed calling webhook") || Says(error, "failed calling admission webhook") ||
          Says(error, "conversion webhook for")) {
        return seconds(120);
      }
      if (Says(error, "etcdserver: leader changed") || Says(error, "raft proposal dropped"))
        return seconds(30);
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace kontrakt
