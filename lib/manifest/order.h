#pragma once

#include <cstddef>
#include <vector>

#include "lib/base/result.h"
#include "lib/manifest/load.h"

namespace kontrakt::manifest {

/// The stages in which a kontrakt's objects are sent.
enum class Stage : unsigned char {
  kDefinitions,  ///< CRDs (the next waits until they are Established) and Namespaces
  kFoundations,  ///< quota, RBAC, service accounts, secrets, config, storage
  kWorkloads,    ///< services, workloads, custom resources, all else
  kGateways,     ///< webhook configurations, admission policies and API services
};

struct Wave {
  int sync_wave = 0;  ///< argocd.argoproj.io/sync-wave
  Stage stage = Stage::kWorkloads;
  std::vector<std::size_t> objects;  ///< indexes
};

Stage StageOf(const Object& object);

/// Orders objects: by sync-wave first, stages within it, file order within a stage. kInvalidInput with file:line for a
/// sync-wave that is no integer.
Result<std::vector<Wave>> OrderIntoWaves(const std::vector<Object>& objects);

}  // namespace kontrakt::manifest
