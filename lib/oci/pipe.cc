#include "lib/oci/pipe.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/oci/errors.h"

namespace kontrakt::oci {

Pipe::Pipe(Digest digest, std::uint64_t size, std::size_t capacity)
    : digest_(std::move(digest)), size_(size), capacity_(capacity), hasher_(digest_.algorithm()) {
  if (size_ == 0) {
    const Result<void> checked = CheckLocked({});
    static_cast<void>(checked);
  }
}

bool Pipe::HasRoom() const {
  const std::lock_guard lock(mutex_);
  return held_ < capacity_ || error_;
}

Result<void> Pipe::Push(std::string_view piece) {
  const std::lock_guard lock(mutex_);
  if (error_) {
    return *error_;
  }
  KT_TRY(CheckLocked(piece));
  if (!piece.empty()) {
    pieces_.emplace_back(piece);
    held_ += piece.size();
  }
  news_.notify_all();
  return {};
}

Result<void> Pipe::CheckLocked(std::string_view piece) {
  hasher_.Update(piece);
  received_ += piece.size();
  if (received_ > size_) {
    return FailLocked(InvalidInput(fmt::format("blob {} is longer than the {} bytes that its manifest says",
                                               digest_.ToString(), size_))
                          .SetReason(std::string(kDigestMismatch)));
  }
  if (received_ < size_) {
    return {};
  }
  if (const Digest found = hasher_.Finish(); found != digest_) {
    return FailLocked(DigestMismatch("blob", digest_.ToString(), found.ToString()));
  }
  whole_ = true;
  return {};
}

bool Pipe::HasNewsLocked() const {
  return held_ > 0 || whole_ || error_;
}

bool Pipe::HasNews() const {
  const std::lock_guard lock(mutex_);
  return HasNewsLocked();
}

Result<std::string> Pipe::Pull(std::size_t at_most) {
  const std::lock_guard lock(mutex_);
  if (error_) {
    return *error_;
  }
  if (held_ == 0) {
    return whole_ ? Result<std::string>(std::string())
                  : Result<std::string>(Internal("a blob was asked for before it had arrived"));
  }
  std::string bytes;
  bytes.reserve(std::min(at_most, held_));
  while (held_ > 0 && bytes.size() < at_most) {
    const std::string& front = pieces_.front();
    const std::size_t taken = std::min(front.size() - front_offset_, at_most - bytes.size());
    bytes.append(front, front_offset_, taken);
    front_offset_ += taken;
    held_ -= taken;
    if (front_offset_ == front.size()) {
      pieces_.pop_front();
      front_offset_ = 0;
    }
  }
  return bytes;
}

Error Pipe::FailLocked(Error error) {
  if (!error_) {
    error_ = std::move(error);
  }
  news_.notify_all();
  return *error_;
}

void Pipe::Fail(Error error) {
  const std::lock_guard lock(mutex_);
  FailLocked(std::move(error));
}

std::optional<Error> Pipe::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

Result<void> Pipe::WaitForNews(const Bound& bound) {
  std::unique_lock lock(mutex_);
  while (!HasNewsLocked()) {
    KT_TRY(bound.Check("the first bytes of blob " + digest_.ToString()));
    const auto pause = bound.deadline.Remaining(std::chrono::minutes(1)) + std::chrono::milliseconds(1);
    news_.wait_for(lock, bound.stop, pause, [this] { return HasNewsLocked(); });
  }
  return error_ ? Result<void>(*error_) : Result<void>();
}

bool Pipe::IsWhole() const {
  const std::lock_guard lock(mutex_);
  return whole_;
}

}  // namespace kontrakt::oci
