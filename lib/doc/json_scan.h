#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace kontrakt::doc {

/// What a list's envelope says, next to its items.
struct ListEnvelope {
  std::string resource_version;
  std::string continue_token;
};

/// Fields of an object that decide whether it is worth parsing.
struct ObjectHead {
  std::string_view name;
  std::string_view namespace_name;
  std::string_view uid;
  std::string_view resource_version;
};

/// Walks a Kubernetes list without building a tree: calls `item` with each element's head and its raw JSON, which are
/// valid during the call only. An error of `item` ends the walk and is returned. kInvalidInput when the text is no
/// list.
Result<ListEnvelope> ScanList(std::string_view text,
                              const std::function<Result<void>(const ObjectHead& head, std::string_view raw)>& item);

/// One line of a watch.
struct WatchLine {
  std::string type;                     ///< ADDED, MODIFIED, DELETED, BOOKMARK or ERROR
  ObjectHead head;                      ///< of the object; empty for ERROR; valid as long as this value or a copy of it
  std::string_view object;              ///< raw JSON, valid as long as the line
  bool initial_events_end = false;      ///< the bookmark that ends a streaming list
  std::shared_ptr<const void> storage;  ///< what `head` points into
};
/// kInvalidInput when the line is no JSON or lacks type or object.
Result<WatchLine> ScanWatchLine(std::string_view line);

}  // namespace kontrakt::doc
