#include <algorithm>

#include <fmt/format.h>

#include "lib/doc/json.h"
#include "lib/lifecycle/push.h"

namespace kontrakt {
namespace {

std::string Pinned(const Promotion& promotion) {
  return promotion.destination.ToString() + "@" + promotion.source.digest.ToString();
}

/// "sha256:0123456789ab": enough to tell digests apart on a screen.
std::string Short(const Digest& digest) {
  return digest.ToString().substr(0, digest.algorithm().size() + 13);
}

std::string SizeText(std::uint64_t bytes) {
  if (bytes < 1'000'000) {
    return fmt::format("{:.0f} kB", static_cast<double>(bytes) / 1e3);
  }
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string Summary(const PushReport& report) {
  const auto count = [&](PromotionState state) {
    return std::count_if(report.outcome.promotions.begin(), report.outcome.promotions.end(),
                         [&](const Promotion& promotion) { return promotion.state == state; });
  };
  const auto moved = count(PromotionState::kMoved);
  const auto there = count(PromotionState::kThere);
  const auto planned = count(PromotionState::kPlanned);
  std::string text = report.dry_run
                         ? fmt::format("{} to promote, {} there already; nothing was written", planned, there)
                         : fmt::format("{} promoted, {} there already", moved, there);
  const oci::Registry::CopyCounts& copied = report.outcome.copied;
  if (copied.blobs_mounted > 0) {
    text += fmt::format("; {} blobs mounted", copied.blobs_mounted);
  }
  if (copied.blobs_copied > 0) {
    text += fmt::format("; {} blobs copied, {}", copied.blobs_copied, SizeText(copied.bytes_copied));
  }
  return text + fmt::format("; {} requests", report.requests);
}

}  // namespace

doc::Json PushReport::ToJson(const Promotion& promotion) const {
  doc::Json json = doc::Json::object();
  if (!promotion.object.empty()) {
    json["object"] = promotion.object;
    json["container"] = promotion.container;
  }
  json["source"] = promotion.source.ToString();
  json["destination"] = promotion.destination.ToString();
  json["digest"] = promotion.source.digest.ToString();
  if (!promotion.previous.empty()) {
    json["previousDigest"] = promotion.previous.ToString();
  }
  json["state"] = std::string(NameOf(promotion.state));
  if (unverified) {
    json["unverified"] = true;
  }
  if (verdict_from_report) {
    json["verdictFromReport"] = true;
  }
  return json;
}

doc::Json PushReport::ToJson() const {
  doc::Json json = {{"dryRun", dry_run}, {"unverified", unverified}, {"verdictFromReport", verdict_from_report}};
  json["kontrakts"] = doc::Json::array();
  for (const PushedKontrakt& kontrakt : kontrakts) {
    doc::Json entry = {{"name", kontrakt.name}, {"namespace", kontrakt.namespace_name}};
    entry["passed"] = kontrakt.refusal.empty();
    if (!kontrakt.refusal.empty()) {
      entry["refusal"] = kontrakt.refusal;
    }
    json["kontrakts"].push_back(std::move(entry));
  }
  json["promotions"] = doc::Json::array();
  for (const Promotion& promotion : outcome.promotions) {
    doc::Json entry = ToJson(promotion);
    if (!promotion.kontrakt.empty()) {
      entry["kontrakt"] = promotion.kontrakt;
    }
    json["promotions"].push_back(std::move(entry));
  }
  json["images"] = Images();
  json["copied"] = {{"manifests", outcome.copied.manifests},
                    {"blobsMounted", outcome.copied.blobs_mounted},
                    {"blobsPresent", outcome.copied.blobs_present},
                    {"blobsCopied", outcome.copied.blobs_copied},
                    {"bytesCopied", outcome.copied.bytes_copied}};
  json["requests"] = requests;
  json["notes"] = notes;
  return json;
}

std::string PushReport::ToText(const TextStyle& style) const {
  std::string text;
  for (const std::string& note : notes) {
    text += "note: " + note + "\n";
  }
  for (const Promotion& promotion : outcome.promotions) {
    const Mood mood = promotion.state == PromotionState::kPlanned ? Mood::kNeutral : Mood::kGood;
    text += style.Sign(mood) + " " + std::string(NameOf(promotion.state)) + " " +
            style.Bold(promotion.destination.ToString()) + " " + Short(promotion.source.digest);
    if (promotion.source.repository != promotion.destination.repository) {
      text += " from " + promotion.source.repository.ToString();
    }
    if (!promotion.previous.empty() && promotion.previous != promotion.source.digest) {
      text += style.Dim(" (was " + Short(promotion.previous) + ")");
    }
    text += "\n";
  }
  return text + Summary(*this) + "\n";
}

std::vector<std::string> PushReport::Names() const {
  std::vector<std::string> names;
  for (const Promotion& promotion : outcome.promotions) {
    names.push_back(Pinned(promotion));
  }
  return names;
}

std::vector<std::string> PushReport::Images() const {
  std::vector<std::string> images;
  for (const Promotion& promotion : outcome.promotions) {
    std::string image = promotion.destination.repository.ToString() + "@" + promotion.source.digest.ToString();
    if (std::find(images.begin(), images.end(), image) == images.end()) {
      images.push_back(std::move(image));
    }
  }
  return images;
}

std::optional<PushReport::OneImage> PushReport::TheOneImage() const {
  if (Images().size() != 1) {
    return std::nullopt;
  }
  const Promotion& only = outcome.promotions.front();
  return OneImage{only.destination.repository.ToString(), only.source.digest.ToString()};
}

}  // namespace kontrakt
