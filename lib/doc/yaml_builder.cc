#include "lib/doc/yaml_builder.h"

#include <algorithm>

namespace kontrakt::doc {
namespace {

constexpr std::size_t kNowhere = std::string::npos;
constexpr std::size_t kManyMembers = 24;

void AppendPointerStep(std::string& path, std::string_view key) {
  path += '/';
  for (const char c : key) {
    if (c == '~') {
      path += "~0";
    } else if (c == '/') {
      path += "~1";
    } else {
      path += c;
    }
  }
}

/// Nodes of a value; long texts count for more, so that aliases cannot multiply them either.
std::size_t WeightOf(const Json& value) {
  constexpr std::size_t kLongText = 256;
  std::size_t weight = 1;
  if (value.is_string())
    weight += value.get_ref<const std::string&>().size() / kLongText;
  if (value.is_array() || value.is_object()) {
    for (const Json& child : value)
      weight += WeightOf(child);
  }
  return weight;
}

/// Of a scalar with a tag as yaml-cpp gives it. Without a location on failure.
Result<PlainScalar> TypeOf(const std::string& tag, const std::string& text) {
  if (tag == "!")
    return PlainScalar{PlainKind::kString, text};
  if (tag == "?") {
    PlainScalar plain = ResolvePlain(text);
    if (plain.kind == PlainKind::kInfinite)
      return InvalidInput("JSON has no '" + text + "'");
    return plain;
  }
  KT_ASSIGN(Json value, ResolveTagged(tag, text));
  const bool real = value.is_number_float();
  return PlainScalar{real ? PlainKind::kFloat : PlainKind::kString, std::move(value)};
}

Json MakeMap(std::vector<std::pair<std::string, Json>>& members) {
  Json map = Json::object();
  auto& object = map.get_ref<Json::object_t&>();
  object.reserve(members.size());
  // Straight into the vector beneath: its own emplace looks for the key again.
  for (auto& [key, value] : members)
    object.Json::object_t::Container::emplace_back(std::move(key), std::move(value));
  return map;
}

}  // namespace

Result<void> YamlBuilder::BeginDocument(std::size_t offset) {
  if (++documents_begun_ > options_.document_limit) {
    return text_.ErrorAt(offset, "the file holds more than " + std::to_string(options_.document_limit) + " documents");
  }
  const std::string_view rest = text_.readable().substr(std::min(offset, text_.readable().size()));
  const bool marked = rest.starts_with("---");
  const bool flow = rest.starts_with('{') || rest.starts_with('[');
  if (documents_begun_ > 1 && !marked && !(last_was_flow_ && flow)) {
    return text_.ErrorAt(offset, "this belongs to no document: a line '---' has to stand before another one")
        .SetHint("or the indentation differs from the lines above");
  }
  last_was_flow_ = false;
  document_ = Document{};
  stack_.clear();
  path_.clear();
  anchors_.clear();
  return {};
}

void YamlBuilder::EndDocument() {
  if (!document_.value.is_null())
    documents_.push_back(std::move(document_));
  document_ = Document{};
}

bool YamlBuilder::BeginNode(std::size_t offset) {
  if (stack_.empty()) {
    document_.line = text_.LineAt(offset);
    return true;
  }
  Frame& top = stack_.back();
  if (top.first == kNowhere)
    top.first = offset;
  if (top.is_map)
    return top.has_key;
  path_.resize(top.path_size);
  path_ += '/';
  path_ += std::to_string(top.items.size());
  document_.lines.emplace_back(path_, text_.LineAt(offset));
  return true;
}

Result<void> YamlBuilder::CheckTab(std::size_t offset) const {
  if (!stack_.empty() && stack_.back().flow == Flow::kYes)
    return {};
  const std::size_t tab = text_.TabBefore(offset);
  if (tab == kNowhere)
    return {};
  return text_.ErrorAt(tab, "a tab is used as indentation").SetHint("YAML is indented with spaces only");
}

std::size_t YamlBuilder::FindMember(Frame& frame, const std::string& key) const {
  if (frame.members.size() < kManyMembers) {
    for (std::size_t i = 0; i < frame.members.size(); ++i) {
      if (frame.members[i].first == key)
        return i;
    }
    return kNowhere;
  }
  for (std::size_t i = frame.index.size(); i < frame.members.size(); ++i)
    frame.index.emplace(frame.members[i].first, i);
  const auto found = frame.index.find(key);
  return found == frame.index.end() ? kNowhere : found->second;
}

void YamlBuilder::AddMember(Frame& frame, std::string key, Json value) {
  frame.members.emplace_back(std::move(key), std::move(value));
}

Result<void> YamlBuilder::AcceptKey(std::size_t offset, const PlainScalar& key) {
  const bool is_merge = key.kind == PlainKind::kMerge;
  Frame& top = stack_.back();
  Result<std::string> name = KeyText(key);
  if (!name)
    return text_.ErrorAt(offset, name.error().message());
  top.key = *std::move(name);
  top.has_key = true;
  top.key_is_merge = is_merge;
  path_.resize(top.path_size);
  AppendPointerStep(path_, top.key);
  if (!is_merge && top.merged.count(top.key) == 0 && FindMember(top, top.key) != kNowhere) {
    const auto first = std::find_if(document_.lines.begin(), document_.lines.end(),
                                    [this](const auto& entry) { return entry.first == path_; });
    const std::string where =
        first == document_.lines.end() ? "" : " (first in line " + std::to_string(first->second) + ")";
    return text_.ErrorAt(offset, "duplicate key '" + top.key + "'" + where);
  }
  document_.lines.emplace_back(path_, text_.LineAt(offset));
  return {};
}

Result<void> YamlBuilder::Null(const NodeEvent& event) {
  if (!BeginNode(event.offset))
    return AcceptKey(event.offset, {PlainKind::kNull, nullptr});
  return Place(nullptr, event.anchor, event.offset);
}

Result<void> YamlBuilder::Alias(std::size_t offset, std::size_t anchor) {
  const bool is_value = BeginNode(offset);
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end())
    return text_.ErrorAt(offset, "this alias stands inside of what it names");
  if (!is_value) {
    if (found->second.value.is_structured())
      return text_.ErrorAt(offset, "a list or map cannot be a key");
    const bool real = found->second.value.is_number_float();
    return AcceptKey(offset, {real ? PlainKind::kFloat : PlainKind::kString, found->second.value});
  }
  expanded_ += found->second.weight;
  if (expanded_ > options_.alias_limit)
    return text_.ErrorAt(offset, "aliases expand to more than is allowed");
  document_.aliases.emplace_back(path_, found->second.pointer);
  return Place(Json(found->second.value), 0, offset);
}

Result<void> YamlBuilder::Scalar(const NodeEvent& event, const std::string& tag, const std::string& value) {
  const bool is_value = BeginNode(event.offset);
  KT_TRY(CheckTab(event.offset));
  const std::size_t begin = text_.SkipProperties(event.offset);
  const ScalarStyle style = StyleAt(begin, tag, value);
  const bool has_text = !value.empty() || style != ScalarStyle::kPlain;  // else it is a tag alone
  const std::size_t end =
      has_text ? text_.EndOfScalar(begin, style, value, style >= ScalarStyle::kLiteral ? BlockColumn() : -1) : begin;
  if (end == kNowhere) {
    return text_.ErrorAt(begin,
                         style == ScalarStyle::kPlain ? "this text has no clear end" : "a quote is never closed");
  }
  std::string repaired = value;
  if (!text_.Repair(begin, end, style, repaired)) {
    return text_.ErrorAt(begin, "escapes of surrogate pairs stand in double quotes only");
  }
  Result<PlainScalar> typed = TypeOf(tag, repaired);
  if (!typed)
    return text_.ErrorAt(begin, typed.error().message());
  if (!is_value) {
    if (event.anchor != 0)
      anchors_[event.anchor] = {typed->value, std::string(), WeightOf(typed->value)};
    return AcceptKey(event.offset, *typed);
  }
  if (has_text) {
    document_.scalars.push_back(
        {path_, begin + text_.begin(), end + text_.begin(), text_.LineAt(begin), text_.ColumnAt(begin), style});
  }
  return Place(std::move(typed->value), event.anchor, event.offset);
}

ScalarStyle YamlBuilder::StyleAt(std::size_t begin, const std::string& tag, const std::string& value) const {
  const std::string_view rest = text_.readable().substr(begin);
  if (rest.empty())
    return ScalarStyle::kPlain;
  const ScalarStyle style = YamlText::StyleOf(rest[0]);
  const bool quoted = style == ScalarStyle::kSingleQuoted || style == ScalarStyle::kDoubleQuoted;
  // A tag without any text after it: the quote begins the next node.
  if (value.empty() && tag.size() > 1 && quoted && (rest.size() < 2 || rest[1] != rest[0]))
    return ScalarStyle::kPlain;
  return style;
}

int YamlBuilder::BlockColumn() const {
  for (auto frame = stack_.rbegin(); frame != stack_.rend(); ++frame) {
    if (frame->flow == Flow::kNo)
      return text_.ColumnAt(frame->first) - 1;
  }
  return -1;
}

Result<void> YamlBuilder::Push(const NodeEvent& event, Flow flow, bool is_map) {
  if (!BeginNode(event.offset))
    return text_.ErrorAt(event.offset, "a list or map cannot be a key");
  KT_TRY(CheckTab(event.offset));
  if (stack_.size() >= static_cast<std::size_t>(options_.depth_limit)) {
    return text_.ErrorAt(event.offset, "nested more than " + std::to_string(options_.depth_limit) + " levels deep");
  }
  if (stack_.empty())
    last_was_flow_ = flow == Flow::kYes;
  Frame frame;
  frame.is_map = is_map;
  frame.flow = flow;
  frame.path_size = path_.size();
  frame.anchor = event.anchor;
  // A list's items stand to the right of its dashes, which alone give its column.
  if (!is_map)
    frame.first = text_.SkipProperties(event.offset);
  stack_.push_back(std::move(frame));
  return {};
}

Result<void> YamlBuilder::BeginList(const NodeEvent& event, Flow flow) {
  return Push(event, flow, false);
}
Result<void> YamlBuilder::BeginMap(const NodeEvent& event, Flow flow) {
  return Push(event, flow, true);
}

Result<void> YamlBuilder::End() {
  Frame frame = std::move(stack_.back());
  stack_.pop_back();
  path_.resize(frame.path_size);
  Json value = frame.is_map ? MakeMap(frame.members) : Json(std::move(frame.items));
  return Place(std::move(value), frame.anchor, frame.first == kNowhere ? 0 : frame.first);
}

Result<void> YamlBuilder::Place(Json value, std::size_t anchor, std::size_t offset) {
  if (anchor != 0)
    anchors_[anchor] = {value, path_, WeightOf(value)};
  if (stack_.empty()) {
    document_.value = std::move(value);
    return {};
  }
  Frame& top = stack_.back();
  if (!top.is_map) {
    top.items.push_back(std::move(value));
    return {};
  }
  top.has_key = false;
  if (top.key_is_merge)
    return Merge(value, offset);
  if (!top.merged.empty() && top.merged.erase(top.key) > 0) {
    top.members[FindMember(top, top.key)].second = std::move(value);
    return {};
  }
  AddMember(top, std::move(top.key), std::move(value));
  return {};
}

Result<void> YamlBuilder::Merge(const Json& value, std::size_t offset) {
  const auto refuse = [&] { return text_.ErrorAt(offset, "'<<' takes a map or a list of maps"); };
  const std::string source = path_;
  if (value.is_object()) {
    MergeMap(value, source);
    return {};
  }
  if (!value.is_array())
    return refuse();
  // From the back, since the first of the list wins.
  for (std::size_t i = value.size(); i-- > 0;) {
    if (!value[i].is_object())
      return refuse();
    MergeMap(value[i], source + "/" + std::to_string(i));
  }
  return {};
}

void YamlBuilder::MergeMap(const Json& map, const std::string& source) {
  Frame& top = stack_.back();
  for (const auto& [key, value] : map.get_ref<const Json::object_t&>()) {
    std::string pointer = path_.substr(0, top.path_size);
    AppendPointerStep(pointer, key);
    std::string from = source;
    AppendPointerStep(from, key);
    document_.aliases.emplace_back(std::move(pointer), std::move(from));
    // As go-yaml v2 does it, a `<<` also overrides what stands before it.
    if (const std::size_t found = FindMember(top, key); found != kNowhere) {
      top.members[found].second = value;
    } else {
      AddMember(top, key, value);
      top.merged.insert(key);
    }
  }
}

}  // namespace kontrakt::doc
