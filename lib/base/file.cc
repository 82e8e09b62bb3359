#include "lib/base/file.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/random.h"
#include "lib/base/system_error.h"

namespace kontrakt {
namespace {

/// Closes on destruction.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (descriptor_ >= 0)
      close(descriptor_);
  }
  int get() const { return descriptor_; }
  bool ok() const { return descriptor_ >= 0; }
  /// Closes now and returns 0 or -1 with errno: a full network disk may be told only here.
  int Close() { return close(Release()); }
  int Release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

int OpenFile(const std::string& path, int flags, mode_t mode = 0) {
  for (;;) {
    const int descriptor = open(path.c_str(), flags | O_CLOEXEC, mode);
    if (descriptor >= 0 || errno != EINTR)
      return descriptor;
  }
}

std::string LimitText(std::size_t limit) {
  constexpr std::size_t kMebibyte = std::size_t{1} << 20;
  return limit % kMebibyte == 0 ? std::to_string(limit / kMebibyte) + " MiB" : std::to_string(limit) + " bytes";
}

/// Reads to the end. `expected` is the size to reserve, zero when unknown (as for files of /proc).
Result<std::string> ReadAll(int descriptor, const std::string& name, std::size_t expected, std::size_t limit) {
  constexpr std::size_t kStep = std::size_t{64} << 10;
  std::string content;
  content.resize(expected > 0 ? expected + 1 : kStep);  // one more, so that the end is seen without growing
  std::size_t used = 0;
  for (;;) {
    if (used == content.size())
      content.resize(content.size() * 2);
    const ssize_t got = read(descriptor, content.data() + used, content.size() - used);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return SystemError(errno, name);
    if (got == 0)
      break;
    used += static_cast<std::size_t>(got);
    if (used > limit)
      return InvalidInput(name + " is larger than " + LimitText(limit));
  }
  content.resize(used);
  return content;
}

Result<void> WriteAll(int descriptor, const std::string& name, std::string_view content) {
  while (!content.empty()) {
    const ssize_t put = write(descriptor, content.data(), content.size());
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return SystemError(errno, name);
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos)
    return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// The path that `path` finally names, through symlinks, also where the last one dangles.
Result<std::string> FollowLinks(std::string path) {
  constexpr int kMostLinks = 40;  // as Linux itself
  const std::string first = path;
  for (int i = 0; i < kMostLinks; ++i) {
    std::string target(4096, '\0');
    const ssize_t length = readlink(path.c_str(), target.data(), target.size());
    if (length < 0)
      return path;
    target.resize(static_cast<std::size_t>(length));
    path = target.starts_with('/') ? target : FolderOf(path) + "/" + target;
  }
  return InvalidInput(first + " is a symlink to itself");
}

/// Gives a new file what the old one had. An owner that may not be given away stays ours.
Result<void> TakeOver(int descriptor, const struct stat& old, const std::string& path) {
  struct stat fresh{};
  if (fstat(descriptor, &fresh) != 0)
    return SystemError(errno, path);
  if ((fresh.st_uid != old.st_uid || fresh.st_gid != old.st_gid) && fchown(descriptor, old.st_uid, old.st_gid) != 0 &&
      errno != EPERM) {
    return SystemError(errno, path);
  }
  if (fchmod(descriptor, old.st_mode & 07777) != 0)
    return SystemError(errno, path);
  return {};
}

Result<void> WriteBeside(const std::string& beside, const std::string& path, std::string_view content,
                         const std::optional<struct stat>& old) {
  Descriptor file(OpenFile(beside, O_WRONLY | O_CREAT | O_EXCL, 0666));
  if (!file.ok())
    return SystemError(errno, path);
  Result<void> done = WriteAll(file.get(), path, content);
  if (done && old)
    done = TakeOver(file.get(), *old, path);
  if (file.Close() != 0 && done)
    done = SystemError(errno, path);
  if (done && rename(beside.c_str(), path.c_str()) != 0)
    done = SystemError(errno, path);
  if (!done)
    unlink(beside.c_str());
  return done;
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, std::size_t limit) {
  // Non-blocking: opening a FIFO without a writer would wait for one.
  const Descriptor file(OpenFile(path, O_RDONLY | O_NONBLOCK));
  if (!file.ok())
    return SystemError(errno, path);
  struct stat about{};
  if (fstat(file.get(), &about) != 0)
    return SystemError(errno, path);
  if (S_ISDIR(about.st_mode))
    return InvalidInput(path + " is a folder");
  if (!S_ISREG(about.st_mode))
    return InvalidInput(path + " is not a regular file");
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size > limit)
    return InvalidInput(path + " is larger than " + LimitText(limit));
  return ReadAll(file.get(), path, size, limit);
}

Result<std::string> ReadStandardInput(std::size_t limit) {
  return ReadAll(STDIN_FILENO, "standard input", 0, limit);
}

Result<void> WriteFileAtomic(const std::string& path, std::string_view content) {
  std::string target;
  KT_ASSIGN(target, FollowLinks(path));
  std::optional<struct stat> old;
  struct stat about{};
  if (stat(target.c_str(), &about) == 0) {
    if (S_ISDIR(about.st_mode))
      return InvalidInput(path + " is a folder");
    // A pipe or a terminal (/dev/stdout) has no content to replace.
    if (!S_ISREG(about.st_mode))
      return WriteFileInPlace(path, content);
    old = about;
  } else if (errno != ENOENT) {
    return SystemError(errno, path);
  }
  const std::string folder = FolderOf(target);
  return WriteBeside(folder + (folder == "/" ? "" : "/") + ".kontrakt-" + RandomHex(8), target, content, old);
}

Result<void> WriteFileInPlace(const std::string& path, std::string_view content) {
  Descriptor file(OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC, 0666));
  if (!file.ok())
    return SystemError(errno, path);
  KT_TRY(WriteAll(file.get(), path, content));
  if (file.Close() != 0)
    return SystemError(errno, path);
  return {};
}

Result<FileLock> FileLock::Acquire(const std::string& path) {
  const std::string lock_path = path + ".lock";
  for (;;) {
    Descriptor file(OpenFile(lock_path, O_RDWR | O_CREAT, 0666));
    if (!file.ok())
      return SystemError(errno, lock_path);
    if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR)
        continue;
      if (errno != EWOULDBLOCK)
        return SystemError(errno, lock_path);
      return Conflict(path + " is being written by another process")
          .SetHint("wait for it, or give this one a file of its own");
    }
    // The holder before us may have removed the file between our open and our lock: then ours guards nothing.
    struct stat locked{};
    struct stat named{};
    if (fstat(file.get(), &locked) != 0)
      return SystemError(errno, lock_path);
    if (stat(lock_path.c_str(), &named) != 0 || named.st_ino != locked.st_ino || named.st_dev != locked.st_dev)
      continue;
    return FileLock(file.Release(), lock_path);
  }
}

FileLock::FileLock(FileLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ < 0)
    return;
  unlink(path_.c_str());
  close(descriptor_);
}

}  // namespace kontrakt
