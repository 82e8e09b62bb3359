#include "lib/doc/json_scan.h"

#include <utility>

#include <simdjson.h>

#include "lib/base/strings.h"

namespace kontrakt::doc {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kInitialEventsEnd = "k8s.io/initial-events-end";

/// The string that `value` is, "" for anything else.
std::string_view TextOf(ondemand::value value) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS)
    return {};
  return text;
}

bool HasInitialEventsEnd(ondemand::value annotations) {
  ondemand::object object;
  if (annotations.get_object().get(object) != simdjson::SUCCESS)
    return false;
  for (ondemand::field field : object) {
    if (field.unescaped_key().value() == kInitialEventsEnd)
      return TextOf(field.value()) == "true";
  }
  return false;
}

/// What the caller of ScanHead wants beside the head.
enum class Annotations : unsigned char { kSkip, kRead };

struct HeadAndMark {
  ObjectHead head;
  bool initial_events_end = false;
};

HeadAndMark ScanMetadata(ondemand::object metadata, Annotations annotations) {
  HeadAndMark found;
  for (ondemand::field field : metadata) {
    const std::string_view key = field.unescaped_key().value();
    if (key == "name") {
      found.head.name = TextOf(field.value());
    } else if (key == "namespace") {
      found.head.namespace_name = TextOf(field.value());
    } else if (key == "uid") {
      found.head.uid = TextOf(field.value());
    } else if (key == "resourceVersion") {
      found.head.resource_version = TextOf(field.value());
    } else if (key == "annotations" && annotations == Annotations::kRead) {
      found.initial_events_end = HasInitialEventsEnd(field.value());
    }
  }
  return found;
}

HeadAndMark ScanHead(ondemand::object& object, Annotations annotations) {
  ondemand::object metadata;
  const auto found = object.find_field_unordered("metadata").get_object().get(metadata);
  if (found == simdjson::NO_SUCH_FIELD || found == simdjson::INCORRECT_TYPE)
    return {};
  if (found != simdjson::SUCCESS)
    throw simdjson::simdjson_error(found);
  return ScanMetadata(metadata, annotations);
}

Error NoList(const std::string& why) {
  return InvalidInput("the answer is no list: " + why);
}

void ReadEnvelope(ondemand::value value, ListEnvelope& envelope) {
  ondemand::object metadata;
  if (value.get_object().get(metadata) != simdjson::SUCCESS)
    return;
  for (ondemand::field field : metadata) {
    const std::string_view key = field.unescaped_key().value();
    if (key == "resourceVersion")
      envelope.resource_version = TextOf(field.value());
    if (key == "continue")
      envelope.continue_token = TextOf(field.value());
  }
}

using ItemSink = std::function<Result<void>(const ObjectHead& head, std::string_view raw)>;

Result<void> ScanItems(ondemand::value value, const ItemSink& item) {
  if (value.is_null())
    return {};  // Go prints a list that was never filled so
  ondemand::array items;
  if (value.get_array().get(items) != simdjson::SUCCESS)
    return NoList("its items are none");
  for (ondemand::value element : items) {
    ondemand::object object = element.get_object().value();
    const HeadAndMark found = ScanHead(object, Annotations::kSkip);
    KT_TRY(item(found.head, Trim(object.raw_json().value())));
  }
  return {};
}

Result<ListEnvelope> ScanListDocument(ondemand::document& document, const ItemSink& item) {
  ondemand::object list;
  if (const auto error = document.get_object().get(list); error != simdjson::SUCCESS) {
    return NoList(simdjson::error_message(error));
  }
  ListEnvelope envelope;
  bool has_items = false;
  for (ondemand::field field : list) {
    const std::string_view key = field.unescaped_key().value();
    if (key == "metadata") {
      ReadEnvelope(field.value(), envelope);
    } else if (key == "items") {
      has_items = true;
      KT_TRY(ScanItems(field.value(), item));
    }
  }
  if (!has_items)
    return NoList("it has no items");
  return envelope;
}

/// Keeps the bytes that a WatchLine's views point to.
struct Scan {
  explicit Scan(std::string_view line) : text(line) {}
  simdjson::padded_string text;
  ondemand::parser parser;
};

Result<WatchLine> ScanWatchDocument(std::string_view line, Scan& scan) {
  ondemand::document document = scan.parser.iterate(scan.text).value();
  WatchLine found;
  std::string_view type;
  if (document.find_field_unordered("type").get_string().get(type) != simdjson::SUCCESS) {
    return InvalidInput("watch line has no type");
  }
  found.type = type;
  ondemand::object object;
  if (document.find_field_unordered("object").get_object().get(object) != simdjson::SUCCESS) {
    return InvalidInput("watch line of type " + found.type + " has no object");
  }
  if (found.type != "ERROR") {
    const HeadAndMark head = ScanHead(object, found.type == "BOOKMARK" ? Annotations::kRead : Annotations::kSkip);
    found.head = head.head;
    found.initial_events_end = head.initial_events_end;
  }
  const std::string_view raw = Trim(object.raw_json().value());
  // The scan worked on a padded copy; the caller's own bytes outlive it.
  found.object = line.substr(static_cast<std::size_t>(raw.data() - scan.text.data()), raw.size());
  return found;
}

}  // namespace

Result<ListEnvelope> ScanList(std::string_view text, const ItemSink& item) {
  try {
    const simdjson::padded_string padded(text);
    ondemand::parser parser;
    ondemand::document document = parser.iterate(padded).value();
    return ScanListDocument(document, item);
  } catch (const simdjson::simdjson_error& error) {
    return NoList(error.what());
  }
}

Result<WatchLine> ScanWatchLine(std::string_view line) {
  try {
    const auto scan = std::make_shared<Scan>(line);
    Result<WatchLine> found = ScanWatchDocument(line, *scan);
    if (found)
      found->storage = scan;
    return found;
  } catch (const simdjson::simdjson_error& error) {
    return InvalidInput(std::string("watch line is no JSON: ") + error.what());
  }
}

}  // namespace kontrakt::doc
