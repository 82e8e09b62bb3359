#pragma once

#include "lib/base/environment.h"
#include "lib/base/progress.h"
#include "lib/base/redact.h"
#include "lib/base/stop.h"
#include "lib/kube/client.h"
#include "lib/lifecycle/report.h"
#include "lib/manifest/scope.h"

namespace kontrakt {

/// What every use case of the chain works with. Owns nothing: all must outlive the call.
struct Context {
  const kube::Client& client;
  const manifest::Scope& scope;
  Progress& progress;
  Redactor& redactor;
  ReportFile& report;
  Bound bound;  ///< the command's stop token and its --timeout
};

}  // namespace kontrakt
