#include "lib/cli/live_progress.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "lib/base/duration.h"
#include "lib/cli/descriptor.h"

namespace kontrakt::cli {
namespace {

constexpr std::chrono::milliseconds kBetweenPictures{100};

std::string Padded(std::string text, std::size_t width) {
  const std::size_t used = DisplayWidth(text);
  text.append(width > used ? width - used : 0, ' ');
  return text;
}

/// Leaves out what is good and below a heading until `lines` are enough, then cuts. Returns how many were left out.
std::size_t Thin(std::vector<LiveRow>& rows, std::size_t lines) {
  const std::size_t before = rows.size();
  if (before <= lines) {
    return 0;
  }
  const std::size_t room = lines - std::min<std::size_t>(lines, 1);  // the last line counts the rest
  for (auto row = rows.begin(); row != rows.end() && rows.size() > room;) {
    row = row->mood == Mood::kGood && row->depth > 0 ? rows.erase(row) : row + 1;
  }
  rows.resize(std::min(rows.size(), room));
  return before - rows.size();
}

}  // namespace

std::vector<std::string> DrawRows(const std::vector<LiveRow>& rows, const TextStyle& style, std::size_t columns,
                                  std::size_t lines) {
  std::vector<LiveRow> shown = rows;
  const std::size_t left_out = Thin(shown, lines);
  const std::size_t widest = columns / 2;
  std::size_t name_width = 0;
  std::size_t state_width = 0;
  const auto name_of = [&](const LiveRow& row) {
    return std::string(static_cast<std::size_t>(std::max(row.depth, 0)) * 2, ' ') + style.Sign(row.mood) + " " +
           (row.depth == 0 ? style.Bold(row.name) : row.name);
  };
  for (const LiveRow& row : shown) {
    name_width = std::max(name_width, std::min(DisplayWidth(name_of(row)), widest));
    state_width = std::max(state_width, DisplayWidth(row.state));
  }
  std::vector<std::string> picture;
  for (const LiveRow& row : shown) {
    std::string line = Padded(CutToWidth(name_of(row), name_width, style.signs()), name_width) + "  " +
                       style.In(row.mood, Padded(row.state, state_width));
    line += "  " + Padded(row.age.count() > 0 ? FormatDuration(row.age) : "", 6);
    if (!row.detail.empty()) {
      line += "  " + style.Dim(row.detail);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    picture.push_back(CutToWidth(line, columns, style.signs()));
  }
  if (left_out > 0) {
    picture.push_back(style.Dim("and " + std::to_string(left_out) + " more"));
  }
  return picture;
}

LiveProgress::~LiveProgress() {
  if (painter_.joinable()) {
    painter_.request_stop();
    painter_.join();
  }
  (void)WriteAll(settings().descriptor, Erasure());
}

void LiveProgress::Live(const std::vector<LiveRow>& rows) {
  if (settings().verbosity == Verbosity::kQuiet) {
    return;
  }
  const std::lock_guard lock(mutex_);
  rows_ = rows;
  for (LiveRow& row : rows_) {
    for (std::string* text : {&row.name, &row.state, &row.detail}) {
      *text = Cleaned(*text);
      std::replace(text->begin(), text->end(), '\n', ' ');
      std::replace(text->begin(), text->end(), '\t', ' ');
    }
  }
  is_stale_ = true;
  if (!painter_.joinable()) {
    painter_ = std::jthread([this](const std::stop_token& stop) { DrawUntil(stop); });
  }
  changed_.notify_all();
}

std::string LiveProgress::Erasure() const {
  return drawn_lines_ == 0 ? "" : "\x1b[" + std::to_string(drawn_lines_) + "F\x1b[J";
}

void LiveProgress::Emit(const std::string& lines) {
  const std::lock_guard lock(mutex_);
  (void)WriteAll(settings().descriptor, Erasure() + lines);
  if (drawn_lines_ > 0) {
    drawn_lines_ = 0;
    is_stale_ = true;
    changed_.notify_all();
  }
}

void LiveProgress::DrawUntil(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return is_stale_; })) {
    const TerminalSize size = SizeOfTerminal(settings().descriptor);
    const std::vector<std::string> picture = DrawRows(
        rows_, settings().style, static_cast<std::size_t>(size.columns) - 1, static_cast<std::size_t>(size.rows) - 2);
    // One write, so that the terminal never shows half a picture.
    std::string bytes = Erasure();
    for (const std::string& line : picture) {
      bytes += line + "\n";
    }
    (void)WriteAll(settings().descriptor, bytes);
    drawn_lines_ = picture.size();
    is_stale_ = false;
    (void)changed_.wait_for(lock, stop, kBetweenPictures, [] { return false; });
  }
}

}  // namespace kontrakt::cli
