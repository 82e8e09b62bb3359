#pragma once

#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace kontrakt::cli {

/// A file descriptor that keeps what is written to it.
class Captured {
 public:
  Captured() : descriptor_(::memfd_create("captured", 0)) {}
  ~Captured() { ::close(descriptor_); }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;

  int descriptor() const { return descriptor_; }
  std::string Text() const {
    std::string text;
    char piece[4096];
    off_t at = 0;
    for (ssize_t got = 0; (got = ::pread(descriptor_, piece, sizeof piece, at)) > 0; at += got) {
      text.append(piece, static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  int descriptor_;
};

}  // namespace kontrakt::cli
