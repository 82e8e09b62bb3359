#include "tests/fakes/job_controller.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "tests/fakes/api_writes.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/owned_objects.h"
#include "tests/fakes/status_conditions.h"

namespace kontrakt::fakes {
namespace {

struct Tally {
  std::int64_t active = 0;
  std::int64_t ready = 0;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::int64_t restarts = 0;
  std::int64_t ending = 0;
};

Tally Count(const std::vector<Owned>& pods) {
  Tally tally;
  for (const Owned& pod : pods) {
    const std::string phase = Text(Object(*pod.object, "status"), "phase");
    if (phase == "Succeeded") {
      ++tally.succeeded;
    } else if (phase == "Failed") {
      ++tally.failed;
    } else if (Has(Metadata(*pod.object), "deletionTimestamp")) {
      ++tally.ending;
    } else {
      ++tally.active;
      tally.ready += ConditionStatus(*pod.object, "Ready") == "True" ? 1 : 0;
    }
    for (const Json& status : Array(Object(*pod.object, "status"), "containerStatuses")) {
      tally.restarts += Number(status, "restartCount", 0);
    }
  }
  return tally;
}

bool DeadlinePassed(const Json& job) {
  const Json& spec = Object(job, "spec");
  std::tm since{};
  const std::string start = Text(Object(job, "status"), "startTime");
  return Has(spec, "activeDeadlineSeconds") && strptime(start.c_str(), "%Y-%m-%dT%H:%M:%SZ", &since) != nullptr &&
         std::time(nullptr) - timegm(&since) >= Number(spec, "activeDeadlineSeconds", 0);
}

void EndActive(ApiCore& core, const std::vector<Owned>& pods) {
  for (const Owned& pod : pods) {
    const std::string phase = Text(Object(*pod.object, "status"), "phase");
    if (phase != "Succeeded" && phase != "Failed" && !Has(Metadata(*pod.object), "deletionTimestamp")) {
      DeleteOwned(core, pod.id);
    }
  }
}

/// The reason and message for which it has failed, or two empty strings.
std::pair<std::string, std::string> FailureOf(const Json& job, const Tally& tally) {
  const Json& spec = Object(job, "spec");
  const std::int64_t limit = Number(spec, "backoffLimit", 6);
  const bool restarts =
      Text(Object(Object(spec, "template"), "spec"), "restartPolicy") == "OnFailure" && tally.restarts > limit;
  if (tally.failed > limit || restarts) {
    return {"BackoffLimitExceeded", "Job has reached the specified backoff limit"};
  }
  if (DeadlinePassed(job)) {
    return {"DeadlineExceeded", "Job was active longer than specified deadline"};
  }
  return {};
}

void RunJob(ApiCore& core, Json& next, const Json& job, const std::vector<Owned>& pods, Tally& tally) {
  const Json& spec = Object(job, "spec");
  const std::int64_t parallelism = Number(spec, "parallelism", 1);
  const std::int64_t completions = Number(spec, "completions", 1);
  const auto [reason, message] = FailureOf(job, tally);
  if (!reason.empty()) {
    SetCondition(next, "FailureTarget", "True", reason, message);
    EndActive(core, pods);
    return;
  }
  if (tally.succeeded >= completions) {
    SetCondition(next, "SuccessCriteriaMet", "True", "CompletionsReached", "Reached expected number of succeeded pods");
    EndActive(core, pods);
    return;
  }
  const std::int64_t wanted = std::min(parallelism, completions - tally.succeeded);
  for (; tally.active < wanted; ++tally.active) {
    if (CreateOwned(core, job, "pods", PodFromTemplate(job, ""))) {
      return;
    }
  }
}

}  // namespace

void ReconcileJob(ApiCore& core, const ObjectId& id, const Snapshot& job) {
  Json next = *job;
  const bool over = ConditionStatus(*job, "Complete") == "True" || ConditionStatus(*job, "Failed") == "True";
  if (over) {
    if (Number(Object(*job, "spec"), "ttlSecondsAfterFinished", -1) == 0) {
      DeleteOwned(core, id);
    }
    return;
  }
  const std::vector<Owned> pods = OwnedBy(core, *job, "pods");
  Tally tally = Count(pods);
  if (Flag(Object(*job, "spec"), "suspend")) {
    EndActive(core, pods);
    SetCondition(next, "Suspended", "True", "JobSuspended", "Job suspended");
    next["status"].erase("startTime");
    WriteIfChanged(core, id, *job, std::move(next));
    return;
  }
  if (ConditionStatus(*job, "Suspended") == "True") {
    SetCondition(next, "Suspended", "False", "JobResumed", "Job resumed");
  }
  if (!Has(Object(next, "status"), "startTime")) {
    next["status"]["startTime"] = NowText();
  }
  const bool met = ConditionStatus(*job, "SuccessCriteriaMet") == "True";
  const bool failing = ConditionStatus(*job, "FailureTarget") == "True";
  if (met || failing) {
    if (tally.active + tally.ending == 0) {
      const std::string from = met ? "SuccessCriteriaMet" : "FailureTarget";
      for (const Json& condition : Array(Object(*job, "status"), "conditions")) {
        if (Text(condition, "type") == from) {
          SetCondition(next, met ? "Complete" : "Failed", "True", Text(condition, "reason"),
                       Text(condition, "message"));
        }
      }
      if (met) {
        next["status"]["completionTime"] = NowText();
      }
    }
  } else {
    RunJob(core, next, *job, pods, tally);
  }
  next["status"]["active"] = tally.active;
  next["status"]["ready"] = tally.ready;
  next["status"]["succeeded"] = tally.succeeded;
  next["status"]["failed"] = tally.failed;
  next["status"]["terminating"] = tally.ending;
  WriteIfChanged(core, id, *job, std::move(next));
}

}  // namespace kontrakt::fakes
