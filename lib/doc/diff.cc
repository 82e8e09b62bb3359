#include "lib/doc/diff.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "lib/doc/json.h"

namespace kontrakt::doc {
namespace {

constexpr std::size_t kContext = 3;
/// Beyond so many changed lines the shortest diff is not worth its memory, which grows with the square.
constexpr std::ptrdiff_t kMostEdits = 1500;

/// Lines with their line feeds.
std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

enum class Edit : unsigned char { kKeep, kDelete, kInsert };

/// Myers' greedy algorithm (An O(ND) Difference Algorithm, 1986), forgetting nothing, so that the way back is known.
std::optional<std::vector<Edit>> ShortestEdits(const std::vector<std::string_view>& before,
                                               const std::vector<std::string_view>& after) {
  const auto before_size = static_cast<std::ptrdiff_t>(before.size());
  const auto after_size = static_cast<std::ptrdiff_t>(after.size());
  const std::ptrdiff_t most = std::min(before_size + after_size, kMostEdits);
  const auto slot = [most](std::ptrdiff_t diagonal) { return static_cast<std::size_t>(diagonal + most + 1); };
  std::vector<std::ptrdiff_t> reach(static_cast<std::size_t>(2 * most + 3), 0);
  std::vector<std::vector<std::ptrdiff_t>> history;
  const auto goes_down = [&](const std::vector<std::ptrdiff_t>& at, std::ptrdiff_t edits, std::ptrdiff_t diagonal) {
    return diagonal == -edits || (diagonal != edits && at[slot(diagonal - 1)] < at[slot(diagonal + 1)]);
  };

  for (std::ptrdiff_t edits = 0; edits <= most; ++edits) {
    history.push_back(reach);
    for (std::ptrdiff_t diagonal = -edits; diagonal <= edits; diagonal += 2) {
      std::ptrdiff_t x = goes_down(reach, edits, diagonal) ? reach[slot(diagonal + 1)] : reach[slot(diagonal - 1)] + 1;
      std::ptrdiff_t y = x - diagonal;
      while (x < before_size && y < after_size &&
             before[static_cast<std::size_t>(x)] == after[static_cast<std::size_t>(y)]) {
        ++x;
        ++y;
      }
      reach[slot(diagonal)] = x;
      if (x < before_size || y < after_size)
        continue;

      std::vector<Edit> way;
      for (std::ptrdiff_t left = edits; left >= 0; --left) {
        const std::vector<std::ptrdiff_t>& at = history[static_cast<std::size_t>(left)];
        const std::ptrdiff_t here = x - y;
        const bool down = goes_down(at, left, here);
        const std::ptrdiff_t from = left == 0 ? 0 : at[slot(down ? here + 1 : here - 1)];
        const std::ptrdiff_t begin = left == 0 ? 0 : from + (down ? 0 : 1);
        for (; x > begin; --x, --y)
          way.push_back(Edit::kKeep);
        if (left == 0)
          break;
        way.push_back(down ? Edit::kInsert : Edit::kDelete);
        (down ? y : x) -= 1;
      }
      std::reverse(way.begin(), way.end());
      return way;
    }
  }
  return std::nullopt;
}

std::vector<Edit> EditsBetween(std::vector<std::string_view> before, std::vector<std::string_view> after) {
  const auto [first_before, first_after] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  const auto head = static_cast<std::size_t>(first_before - before.begin());
  std::size_t tail = 0;
  while (tail < std::min(before.size(), after.size()) - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  const auto middle = [&](const std::vector<std::string_view>& all) {
    return std::vector<std::string_view>(all.begin() + static_cast<std::ptrdiff_t>(head),
                                         all.end() - static_cast<std::ptrdiff_t>(tail));
  };
  const std::vector<std::string_view> old_lines = middle(before);
  const std::vector<std::string_view> new_lines = middle(after);
  std::vector<Edit> edits(head, Edit::kKeep);
  if (const auto shortest = ShortestEdits(old_lines, new_lines)) {
    edits.insert(edits.end(), shortest->begin(), shortest->end());
  } else {
    edits.insert(edits.end(), old_lines.size(), Edit::kDelete);
    edits.insert(edits.end(), new_lines.size(), Edit::kInsert);
  }
  edits.insert(edits.end(), tail, Edit::kKeep);
  return edits;
}

void AppendLine(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (!line.ends_with('\n'))
    out += "\n\\ No newline at end of file\n";
}

std::string RangeText(std::size_t begin, std::size_t count) {
  // An empty range names the line before it, as diff(1) does.
  const std::size_t first = count == 0 ? begin : begin + 1;
  return count == 1 ? std::to_string(first) : fmt::format("{},{}", first, count);
}

std::string ChildPath(const std::string& path, std::string_view key) {
  if (key.find_first_of(".[]\"/ ") != std::string_view::npos || key.empty()) {
    return path + "[" + Dump(Json(key)) + "]";
  }
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

/// The field by which lists of objects are matched: the first that all of `list` have as a scalar.
std::string_view IdentityOf(const Json& list) {
  for (const std::string_view key : {"name", "type", "key", "containerPort", "port"}) {
    const bool all = std::all_of(list.begin(), list.end(), [key](const Json& item) {
      const Json* const found = Find(item, {key});
      return found != nullptr && found->is_primitive() && !found->is_null();
    });
    if (all)
      return key;
  }
  return {};
}

class FieldComparison {
 public:
  void Compare(const Json& wanted, const Json* found, const std::string& path) {
    if (found == nullptr) {
      // A null asks for nothing: the server drops such fields.
      if (!wanted.is_null())
        differences.push_back({path, Dump(wanted), "(absent)"});
    } else if (wanted.is_object() && found->is_object()) {
      for (const auto& [key, value] : wanted.get_ref<const Json::object_t&>()) {
        Compare(value, Find(*found, {key}), ChildPath(path, key));
      }
    } else if (wanted.is_array() && found->is_array()) {
      CompareLists(wanted, *found, path);
    } else if (wanted != *found) {
      differences.push_back({path, Dump(wanted), Dump(*found)});
    }
  }

  std::vector<FieldDifference> differences;

 private:
  void CompareLists(const Json& wanted, const Json& found, const std::string& path) {
    if (wanted.empty())
      return;
    const bool of_objects =
        std::all_of(wanted.begin(), wanted.end(), [](const Json& item) { return item.is_object(); });
    if (!of_objects) {
      if (wanted.size() != found.size()) {
        differences.push_back({path, Dump(wanted), Dump(found)});
        return;
      }
    }
    const std::string_view identity = of_objects ? IdentityOf(wanted) : std::string_view();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const Json* match = i < found.size() ? &found[i] : nullptr;
      if (!identity.empty()) {
        const Json& wanted_identity = *Find(wanted[i], {identity});
        const auto same = std::find_if(found.begin(), found.end(), [&](const Json& item) {
          const Json* const other = Find(item, {identity});
          return other != nullptr && *other == wanted_identity;
        });
        match = same == found.end() ? nullptr : &*same;
      }
      Compare(wanted[i], match, path + "[" + std::to_string(i) + "]");
    }
  }
};

}  // namespace

std::string UnifiedDiff(std::string_view before, std::string_view after, const std::string& before_name,
                        const std::string& after_name) {
  if (before == after)
    return "";
  const std::vector<std::string_view> old_lines = LinesOf(before);
  const std::vector<std::string_view> new_lines = LinesOf(after);
  const std::vector<Edit> edits = EditsBetween(old_lines, new_lines);

  std::string out = "--- " + before_name + "\n+++ " + after_name + "\n";
  std::size_t old_at = 0;
  std::size_t new_at = 0;
  for (std::size_t i = 0; i < edits.size();) {
    if (edits[i] == Edit::kKeep) {
      ++i, ++old_at, ++new_at;
      continue;
    }
    // A hunk reaches on while the next change is near enough for both contexts to touch.
    std::size_t end = i;
    for (std::size_t kept = 0, j = i; j < edits.size() && kept <= 2 * kContext; ++j) {
      kept = edits[j] == Edit::kKeep ? kept + 1 : 0;
      if (kept == 0)
        end = j + 1;
    }
    const std::size_t lead = std::min({kContext, old_at, new_at});
    const std::size_t trail = std::min(kContext, edits.size() - end);
    std::size_t old_line = old_at - lead;
    std::size_t new_line = new_at - lead;
    const std::size_t old_begin = old_line;
    const std::size_t new_begin = new_line;
    std::string body;
    for (std::size_t j = i - lead; j < end + trail; ++j) {
      if (edits[j] == Edit::kInsert) {
        AppendLine(body, '+', new_lines[new_line++]);
        continue;
      }
      AppendLine(body, edits[j] == Edit::kKeep ? ' ' : '-', old_lines[old_line++]);
      if (edits[j] == Edit::kKeep)
        ++new_line;
    }
    out += "@@ -" + RangeText(old_begin, old_line - old_begin) + " +" + RangeText(new_begin, new_line - new_begin) +
           " @@\n" + body;
    old_at = old_line;
    new_at = new_line;
    i = end + trail;
  }
  return out;
}

std::vector<FieldDifference> MissingFrom(const Json& wanted, const Json& found) {
  FieldComparison comparison;
  comparison.Compare(wanted, &found, "");
  return std::move(comparison.differences);
}

}  // namespace kontrakt::doc
