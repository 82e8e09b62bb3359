#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/doc/yaml.h"
#include "lib/doc/yaml_text.h"
#include "lib/doc/yaml_types.h"

namespace kontrakt::doc {

enum class Flow : unsigned char { kNo, kYes };

/// What an event says about the node that it begins.
struct NodeEvent {
  std::size_t offset = 0;  ///< of the node's tag, anchor or text
  std::size_t anchor = 0;  ///< number of its anchor, 0 for none
};

/// Makes Documents of a YAML parser's events: values, types, merge keys, aliases, positions, and what is refused.
///
/// Threads: confined to one. `text` must outlive it.
class YamlBuilder {
 public:
  YamlBuilder(const YamlText& text, const YamlOptions& options) : text_(text), options_(options) {}

  Result<void> BeginDocument(std::size_t offset);
  void EndDocument();
  Result<void> Null(const NodeEvent& event);
  Result<void> Alias(std::size_t offset, std::size_t anchor);
  /// `tag` as yaml-cpp gives it: "?" for a plain scalar, "!" for a string, else the tag.
  Result<void> Scalar(const NodeEvent& event, const std::string& tag, const std::string& value);
  Result<void> BeginList(const NodeEvent& event, Flow flow);
  Result<void> BeginMap(const NodeEvent& event, Flow flow);
  /// Of list or map.
  Result<void> End();
  std::vector<Document> TakeDocuments() { return std::move(documents_); }

 private:
  /// A list or map that is being read.
  struct Frame {
    bool is_map = false;
    Flow flow = Flow::kNo;
    bool has_key = false;  ///< of a map: the next node is a value
    bool key_is_merge = false;
    std::size_t path_size = 0;  ///< of its own pointer within path_
    std::size_t anchor = 0;
    std::size_t first = std::string::npos;  ///< where its first item or key begins
    std::string key;
    std::vector<Json> items;
    std::vector<std::pair<std::string, Json>> members;
    std::unordered_map<std::string, std::size_t> index;  ///< of members by key, once there are many
    std::set<std::string> merged;                        ///< keys that only a `<<` has set
  };
  struct Anchored {
    Json value;
    std::string pointer;
    std::size_t weight = 0;  ///< what one more copy costs
  };

  /// Prepares path_ for the node that begins; false when it is a map's key.
  bool BeginNode(std::size_t offset);
  Result<void> CheckTab(std::size_t offset) const;
  Result<void> AcceptKey(std::size_t offset, const PlainScalar& key);
  Result<void> Push(const NodeEvent& event, Flow flow, bool is_map);
  /// Puts a finished value where it belongs.
  Result<void> Place(Json value, std::size_t anchor, std::size_t offset);
  Result<void> Merge(const Json& value, std::size_t offset);
  void MergeMap(const Json& map, const std::string& source);
  ScalarStyle StyleAt(std::size_t begin, const std::string& tag, const std::string& value) const;
  std::size_t FindMember(Frame& frame, const std::string& key) const;
  static void AddMember(Frame& frame, std::string key, Json value);
  int BlockColumn() const;

  const YamlText& text_;
  const YamlOptions& options_;
  std::vector<Document> documents_;
  std::size_t documents_begun_ = 0;
  bool last_was_flow_ = false;
  Document document_;
  std::vector<Frame> stack_;
  std::string path_;
  std::unordered_map<std::size_t, Anchored> anchors_;
  std::size_t expanded_ = 0;
};

}  // namespace kontrakt::doc
