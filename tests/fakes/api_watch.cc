#include <charconv>
#include <cstdint>
#include <optional>

#include "tests/fakes/api_reads.h"
#include "tests/fakes/api_status.h"
#include "tests/fakes/json_access.h"
#include "tests/fakes/selectors.h"

namespace kontrakt::fakes {
namespace {

using Clock = std::chrono::steady_clock;

std::optional<std::uint64_t> ParseVersion(const std::string& text) {
  std::uint64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return version;
}

/// One open watch: what it follows and how far it has got.
class Watch {
 public:
  Watch(ApiCore& core, const ResourceType& type, const ApiPath& path, const HttpRequest& request)
      : core_(core), type_(type), path_(path), metadata_only_(WantsMetadataOnly(request)) {
    bookmarks_ = request.Query("allowWatchBookmarks") == "true";
    streaming_ = request.Query("sendInitialEvents") == "true";
    version_text_ = request.Query("resourceVersion");
    const std::string timeout = request.Query("timeoutSeconds");
    if (const auto seconds = ParseVersion(timeout); seconds && *seconds > 0) {
      until_ = Clock::now() + std::chrono::seconds(static_cast<long>(*seconds));
    }
    labels_ = *LabelSelector::Parse(request.Query("labelSelector"));
    fields_ = *FieldSelector::Parse(request.Query("fieldSelector"));
  }

  /// The first lines: synthetic ADDED events and what belongs to them, or an ERROR. False: nothing follows.
  bool Begin(std::string& lines) {
    watch_epoch_ = core_.watch_epoch;
    bookmark_epoch_ = core_.bookmark_epoch;
    position_ = core_.store.version();
    const bool from_now = streaming_ || version_text_.empty() || version_text_ == "0";
    if (!from_now) {
      const auto from = ParseVersion(version_text_);
      if (!from || *from < core_.store.compacted()) {
        lines += Line("ERROR", StatusObject(410, "Expired",
                                            "too old resource version: " + version_text_ + " (" +
                                                std::to_string(core_.store.compacted()) + ")"));
        return false;
      }
      position_ = *from;
      return true;
    }
    for (const auto& [id, object] : core_.store.List(type_.Id(), path_.namespace_name)) {
      if (Matches(*object)) {
        lines += Line("ADDED", Shown(type_, path_.version, *object, metadata_only_));
      }
    }
    if (streaming_ && bookmarks_) {
      lines += Bookmark(true);
    }
    return true;
  }

  /// What has happened since. False: the watch ends.
  bool Continue(std::string& lines) {
    if (core_.stopping || core_.watch_epoch != watch_epoch_ || Clock::now() >= until_) {
      return false;
    }
    if (position_ < core_.store.compacted()) {
      lines += Line("ERROR", StatusObject(410, "Expired",
                                          "too old resource version: " + std::to_string(position_) + " (" +
                                              std::to_string(core_.store.compacted()) + ")"));
      return false;
    }
    const auto& history = core_.store.history();
    // Versions in the history are consecutive, so the first new event is found by counting back.
    const std::uint64_t newest = history.empty() ? position_ : history.back().version;
    for (std::size_t i = history.size() - std::min<std::size_t>(history.size(), newest - position_); i < history.size();
         ++i) {
      if (history[i].version > position_) {
        lines += EventLine(history[i]);
      }
    }
    position_ = std::max(position_, core_.store.version());
    if (core_.bookmark_epoch != bookmark_epoch_) {
      bookmark_epoch_ = core_.bookmark_epoch;
      lines += bookmarks_ ? Bookmark(false) : "";
    }
    return true;
  }

  Clock::time_point until() const { return until_; }

 private:
  bool Matches(const Json& object) const { return labels_.Matches(object) && fields_.Matches(object); }

  static std::string Line(std::string_view type, const Json& object) {
    return Json({{"type", type}, {"object", object}}).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }

  std::string Bookmark(bool initial_end) const {
    Json metadata = {{"resourceVersion", std::to_string(position_)}};
    if (initial_end) {
      metadata["annotations"] = {{"k8s.io/initial-events-end", "true"}};
    }
    Json object = {{"kind", metadata_only_ ? "PartialObjectMetadata" : type_.kind},
                   {"apiVersion", metadata_only_ ? "meta.k8s.io/v1" : type_.ApiVersion(path_.version)},
                   {"metadata", std::move(metadata)}};
    return Line("BOOKMARK", object);
  }

  /// An object that comes to match is ADDED, one that ceases to is DELETED, as the server's watch cache has it.
  std::string EventLine(const StoreEvent& event) const {
    if (event.id.type != type_.Id() ||
        (!path_.namespace_name.empty() && event.id.namespace_name != path_.namespace_name)) {
      return "";
    }
    const bool before = event.before && Matches(*event.before);
    const bool now = event.change != StoreChange::kDeleted && Matches(*event.object);
    if (!before && !now) {
      return "";
    }
    std::string_view type = now ? (before ? "MODIFIED" : "ADDED") : "DELETED";
    return Line(type, Shown(type_, path_.version, *event.object, metadata_only_));
  }

  ApiCore& core_;
  const ResourceType type_;
  const ApiPath path_;
  const bool metadata_only_;
  bool bookmarks_ = false;
  bool streaming_ = false;
  std::string version_text_;
  LabelSelector labels_;
  FieldSelector fields_;
  Clock::time_point until_ = Clock::time_point::max();
  std::uint64_t position_ = 0;
  unsigned watch_epoch_ = 0;
  unsigned bookmark_epoch_ = 0;
};

std::optional<HttpResponse> Refused(const ApiCore& core, const HttpRequest& request) {
  const auto labels = LabelSelector::Parse(request.Query("labelSelector"));
  const auto fields = FieldSelector::Parse(request.Query("fieldSelector"));
  if (!labels || !fields) {
    return BadRequestAnswer(!labels ? "unable to parse requirement: " + labels.error() : fields.error());
  }
  if (!request.HasQuery("sendInitialEvents")) {
    return std::nullopt;
  }
  if (!core.options.watch_list) {
    return InvalidOptionsAnswer("ListOptions",
                                {"FieldValueForbidden",
                                 "Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature "
                                 "gate is enabled",
                                 "sendInitialEvents"});
  }
  if (request.Query("resourceVersionMatch") != "NotOlderThan") {
    return InvalidOptionsAnswer(
        "ListOptions",
        {"FieldValueForbidden", "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
         "resourceVersionMatch"});
  }
  return std::nullopt;
}

}  // namespace

void StreamWatch(ApiCore& core, const ResourceType& type, const ApiPath& path, const HttpRequest& request,
                 ResponseWriter& writer) {
  std::unique_lock lock(core.mutex);
  if (const auto refused = Refused(core, request)) {
    lock.unlock();
    writer.Send(*refused);
    return;
  }
  Watch watch(core, type, path, request);
  std::string lines;
  bool going = watch.Begin(lines);
  lock.unlock();
  if (!writer.Begin(200, {{"Content-Type", "application/json"}, {"Cache-Control", "no-cache, private"}})) {
    return;
  }
  while (writer.Write(lines) && going && !writer.IsGone()) {
    lines.clear();
    lock.lock();
    going = watch.Continue(lines);
    if (going && lines.empty()) {
      // Looks at the connection now and then: nobody else notices that the client has gone.
      core.changed.wait_until(lock, std::min(watch.until(), Clock::now() + std::chrono::milliseconds(100)));
      going = watch.Continue(lines);
    }
    lock.unlock();
  }
  writer.End();
}

}  // namespace kontrakt::fakes
