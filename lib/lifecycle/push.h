#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/base/text_style.h"
#include "lib/doc/json_fwd.h"
#include "lib/lifecycle/context.h"
#include "lib/lifecycle/promote.h"
#include "lib/oci/registry.h"

namespace kontrakt {

/// Which signatures, SBOMs and attestations travel along.
enum class Referrers : unsigned char { kNone };
constexpr std::array<std::pair<std::string_view, Referrers>, 1> ValueNames(Referrers) {
  return {{{"none", Referrers::kNone}}};
}

struct PushOptions {
  std::vector<std::string> tags;      ///< --tag; without any, `to` takes the target's own tag
  std::string to;                     ///< --to HOST/PATH; with a slash at its end each image keeps its last name there
  std::vector<std::string> allow_to;  ///< further HOST/PATH that annotations may name
  std::string ko_docker_repo;
  bool per_kontrakt = false;
  bool no_overwrite = false;
  std::string if_tag_is;  ///< a digest, or empty
  bool dry_run = false;
  Referrers referrers = Referrers::kNone;
  std::string from;  ///< an image without a run; needs `unverified`
  bool unverified = false;
  bool verdict_from_report = false;
  std::vector<std::string> require_platform;
  std::chrono::milliseconds timeout{600'000};  ///< of the step: how far kontrakt/expires moves
};

/// A kontrakt that was asked whether its targets may be promoted.
struct PushedKontrakt {
  std::string name;
  std::string namespace_name;
  std::string refusal;  ///< why nothing of it may be promoted; empty when it passed
};

struct PushReport {
  bool dry_run = false;
  bool unverified = false;
  bool verdict_from_report = false;
  std::vector<PushedKontrakt> kontrakts;
  PromotionOutcome outcome;
  std::vector<std::string> notes;
  std::uint64_t requests = 0;  ///< that went to registries, tokens included

  doc::Json ToJson() const;
  doc::Json ToJson(const Promotion& promotion) const;
  std::string ToText(const TextStyle& style) const;
  /// "host/path:tag@digest" of every destination.
  std::vector<std::string> Names() const;
  /// For IMAGES: "host/path@digest", each once. Where there is exactly one, its parts are IMAGE_URL and IMAGE_DIGEST.
  std::vector<std::string> Images() const;
  struct OneImage {
    std::string url;
    std::string digest;
  };
  std::optional<OneImage> TheOneImage() const;
};

/// Promotes the targets of every kontrakt in scope by digest: product "push". The Namespace decides whether it may,
/// unless options.verdict_from_report; it is read again right before the first tag moves.
///
/// kUsage: nothing says where to. kConflict: no pass, a verdict that no longer fits, a destination outside of what was
/// allowed, a guard; nothing was written then. Others as Promote.
Result<PushReport> Push(const Context& context, const oci::Registry& registry, const PushOptions& options);

/// Promotes options.from without a run and without a verdict. kUsage unless options.unverified.
Result<PushReport> PushUnverified(const oci::Registry& registry, const PushOptions& options, Progress& progress,
                                  const Bound& bound);

}  // namespace kontrakt
