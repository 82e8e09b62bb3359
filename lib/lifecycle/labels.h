#pragma once

#include <string_view>

namespace kontrakt {

/// Labels and annotations that kontrakts are written with, and those that we write. docs/kontrakt-folder.md lists them.
namespace label {
inline constexpr std::string_view kManagedBy = "app.kubernetes.io/managed-by";
inline constexpr std::string_view kManagedByValue = "kontrakt";
inline constexpr std::string_view kOwner = "kontrakt/owner";
inline constexpr std::string_view kRun = "kontrakt/run";
inline constexpr std::string_view kName = "kontrakt/name";
inline constexpr std::string_view kRole = "kontrakt";  ///< on pods: "target" or "test"
inline constexpr std::string_view kOutside = "kontrakt/outside";
inline constexpr std::string_view kRunUserPrefix = "run.kontrakt/";  ///< one per run that uses an outside object
inline constexpr std::string_view kGuard = "kontrakt/guard";
}  // namespace label

namespace annotation {
inline constexpr std::string_view kPrefix = "kontrakt/prefix";
inline constexpr std::string_view kRoot = "kontrakt/root";
inline constexpr std::string_view kFolder = "kontrakt/folder";
inline constexpr std::string_view kSourceReference = "kontrakt/source-reference";
inline constexpr std::string_view kRunKontrakts = "kontrakt/run-kontrakts";
inline constexpr std::string_view kPhase = "kontrakt/phase";
inline constexpr std::string_view kInputs = "kontrakt/inputs";
inline constexpr std::string_view kAssertions = "kontrakt/assertions";  ///< sha256 of the assertion files
inline constexpr std::string_view kTargets = "kontrakt/targets";
inline constexpr std::string_view kInventory = "kontrakt/inventory";
inline constexpr std::string_view kTests = "kontrakt/tests";
inline constexpr std::string_view kAttempt = "kontrakt/attempt";
inline constexpr std::string_view kVerdict = "kontrakt/verdict";
inline constexpr std::string_view kExpires = "kontrakt/expires";
inline constexpr std::string_view kReportUrl = "kontrakt/report-url";
inline constexpr std::string_view kNonce = "kontrakt/nonce";
// Written by people, on pods, pod templates or objects:
inline constexpr std::string_view kTargetContainers = "kontrakt/target-containers";
inline constexpr std::string_view kExpect = "kontrakt/expect";         ///< completion | readiness
inline constexpr std::string_view kStart = "kontrakt/start";           ///< at-once
inline constexpr std::string_view kReadyWhen = "kontrakt/ready-when";  ///< a doc::Condition
inline constexpr std::string_view kWait = "kontrakt/wait";             ///< "false"
inline constexpr std::string_view kPushTo = "kontrakt/push-to";        ///< host/repo:tag,…
inline constexpr std::string_view kMutable = "kontrakt/mutable";
inline constexpr std::string_view kStays = "kontrakt/stays";  ///< on *.error.yaml: a duration
inline constexpr std::string_view kSyncWave = "argocd.argoproj.io/sync-wave";
}  // namespace annotation

/// The scheduling gate that holds tests back until everything else of their kontrakt is ready; wait lifts it.
inline constexpr std::string_view kReadyGate = "kontrakt/ready";

}  // namespace kontrakt
