#include "lib/base/subprocess.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/check.h"
#include "lib/base/strings.h"
#include "lib/base/system_error.h"

namespace kontrakt {
namespace {

constexpr std::chrono::milliseconds kGrace{1000};    // between SIGTERM and SIGKILL
constexpr std::chrono::milliseconds kLookAgain{20};  // where the kernel has no pidfd
constexpr std::size_t kErrorOutputLimit = std::size_t{64} << 10;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Descriptor() { Close(); }
  int get() const { return descriptor_; }
  bool ok() const { return descriptor_ >= 0; }
  void Close() {
    if (descriptor_ >= 0)
      close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_ = -1;
};

struct Pipe {
  Descriptor reader;
  Descriptor writer;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return SystemError(errno, "pipe");
  Pipe made{Descriptor(ends[0]), Descriptor(ends[1])};
  // Where our own standard streams are closed, a pipe could get one of their numbers and be lost in the child's dup2.
  for (Descriptor* end : {&made.reader, &made.writer}) {
    if (end->get() > STDERR_FILENO)
      continue;
    *end = Descriptor(fcntl(end->get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!end->ok())
      return SystemError(errno, "pipe");
  }
  return made;
}

/// Keeps SIGPIPE from this thread while the child may close its input before it has read all of it.
class SigpipeBlock {
 public:
  SigpipeBlock() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  SigpipeBlock(const SigpipeBlock&) = delete;
  SigpipeBlock& operator=(const SigpipeBlock&) = delete;
  ~SigpipeBlock() {
    const timespec at_once{};
    if (!was_pending_) {
      while (sigtimedwait(&sigpipe_, nullptr, &at_once) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t sigpipe_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

/// A descriptor that becomes readable once a stop is requested.
class StopDescriptor {
 public:
  explicit StopDescriptor(const std::stop_token& stop)
      : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), callback_(stop, [this] {
          const std::uint64_t one = 1;
          // Fails only when the counter is full, which also wakes the reader.
          if (event_.ok() && write(event_.get(), &one, sizeof one) < 0)
            return;
        }) {}
  int get() const { return event_.get(); }

 private:
  Descriptor event_;
  std::stop_callback<std::function<void()>> callback_;
};

/// The program's path, looked up on the child's own PATH; folders that are not absolute do not count, so that
/// no workspace can put a program of its own in the way.
Result<std::string> LookUp(const Subprocess& subprocess) {
  const std::string& program = subprocess.program;
  if (program.find('/') != std::string::npos)
    return program;
  const auto path = subprocess.environment.find("PATH");
  const std::string folders = path != subprocess.environment.end() ? path->second : "/usr/local/bin:/usr/bin:/bin";
  bool denied = false;
  for (const std::string& folder : Split(folders, ':')) {
    if (!folder.starts_with('/'))
      continue;
    std::string candidate = folder + "/" + program;
    struct stat about{};
    if (stat(candidate.c_str(), &about) != 0 || !S_ISREG(about.st_mode))
      continue;
    if (access(candidate.c_str(), X_OK) == 0)
      return candidate;
    denied = true;
  }
  if (denied)
    return Denied("program '" + program + "' on PATH is not executable");
  return NotFound("no program '" + program + "' on PATH");
}

struct Spawned {
  pid_t pid = -1;
  bool own_group = false;
};

class SpawnSettings {
 public:
  SpawnSettings() {
    KT_CHECK(posix_spawn_file_actions_init(&actions) == 0);
    KT_CHECK(posix_spawnattr_init(&attributes) == 0);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

Result<Spawned> Spawn(const Subprocess& subprocess, const std::string& path, int input, int output, int error_output) {
  SpawnSettings settings;
  if (input >= 0)
    posix_spawn_file_actions_adddup2(&settings.actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&settings.actions, output, STDOUT_FILENO);
  if (error_output >= 0)
    posix_spawn_file_actions_adddup2(&settings.actions, error_output, STDERR_FILENO);

  // A child that reads the terminal has to stay in the foreground group; any other gets a group of its own, so that
  // it can be killed with all that it started.
  Spawned spawned{.own_group = !subprocess.inherit_input};
  sigset_t none;
  sigemptyset(&none);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGQUIT, SIGHUP})
    sigaddset(&defaults, signal);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setsigdefault(&settings.attributes, &defaults);
  posix_spawnattr_setpgroup(&settings.attributes, 0);
  const int group = spawned.own_group ? POSIX_SPAWN_SETPGROUP : 0;
  posix_spawnattr_setflags(&settings.attributes,
                           static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group));

  std::vector<std::string> entries;
  entries.reserve(subprocess.environment.size());
  for (const auto& [name, value] : subprocess.environment)
    entries.push_back(name + "=" + value);
  std::vector<char*> environment;
  for (std::string& entry : entries)
    environment.push_back(entry.data());
  environment.push_back(nullptr);
  std::vector<char*> arguments;
  arguments.push_back(const_cast<char*>(subprocess.program.c_str()));
  for (const std::string& argument : subprocess.args)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  const int status = posix_spawn(&spawned.pid, path.c_str(), &settings.actions, &settings.attributes, arguments.data(),
                                 environment.data());
  if (status == ENOEXEC)
    return Denied("program '" + path + "' is not executable");
  if (status != 0)
    return SystemError(status, "program '" + path + "'");
  return spawned;
}

/// Follows one running child: feeds it, collects what it says, and ends it. Reaps it in every case.
class Conversation {
 public:
  Conversation(const Subprocess& subprocess, const Bound& bound, Spawned spawned, Descriptor input, Descriptor output,
               Descriptor error_output)
      : subprocess_(subprocess),
        bound_(bound),
        stop_(bound.stop),
        spawned_(spawned),
        pidfd_(static_cast<int>(syscall(SYS_pidfd_open, spawned.pid, 0))),
        input_(std::move(input)),
        output_(std::move(output)),
        error_output_(std::move(error_output)) {
    for (const Descriptor* pipe : {&input_, &output_, &error_output_}) {
      if (pipe->ok())
        fcntl(pipe->get(), F_SETFL, O_NONBLOCK);
    }
    if (subprocess.input.empty())
      input_.Close();
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  Result<SubprocessResult> Hold() {
    while (!Reap()) {
      Result<void> going = bound_.Check(subprocess_.program);
      if (going)
        going = Exchange();
      if (!going) {
        Kill();
        return std::move(going.error());
      }
    }
    // What it wrote before it ended is in the pipes; what its own children may still write is not waited for.
    KT_TRY(ReadOutput());
    ReadErrorOutput();
    return std::move(result_);
  }

 private:
  Result<void> Exchange() {
    std::array<pollfd, 5> waits{{{stop_.get(), POLLIN, 0},
                                 {pidfd_.get(), POLLIN, 0},
                                 {input_.get(), POLLOUT, 0},
                                 {output_.get(), POLLIN, 0},
                                 {error_output_.get(), POLLIN, 0}}};
    const auto pause =
        bound_.deadline.Remaining(pidfd_.ok() ? std::chrono::milliseconds(std::chrono::hours(1)) : kLookAgain);
    if (poll(waits.data(), waits.size(), static_cast<int>(pause.count())) <= 0)
      return {};
    if (waits[2].revents != 0)
      WriteInput();
    if (waits[3].revents != 0)
      KT_TRY(ReadOutput());
    if (waits[4].revents != 0)
      ReadErrorOutput();
    return {};
  }

  bool Reap() {
    if (reaped_)
      return true;
    int status = 0;
    const pid_t reaped = waitpid(spawned_.pid, &status, WNOHANG);
    if (reaped == 0 || (reaped < 0 && errno == EINTR))
      return false;
    reaped_ = true;
    if (reaped > 0)
      result_.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
  }

  void Signal(int signal) const { kill(spawned_.own_group ? -spawned_.pid : spawned_.pid, signal); }

  void Kill() {
    Signal(SIGTERM);
    const Deadline grace = Deadline::After(kGrace);
    while (!Reap() && !grace.HasPassed()) {
      pollfd wait{pidfd_.get(), POLLIN, 0};
      poll(&wait, 1, static_cast<int>(grace.Remaining(pidfd_.ok() ? kGrace : kLookAgain).count()));
    }
    if (!reaped_ || spawned_.own_group)
      Signal(SIGKILL);
    if (reaped_)
      return;
    while (waitpid(spawned_.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
  }

  void WriteInput() {
    const std::string_view rest = std::string_view(subprocess_.input).substr(written_);
    const ssize_t put = write(input_.get(), rest.data(), rest.size());
    if (put < 0 && (errno == EAGAIN || errno == EINTR))
      return;
    if (put > 0)
      written_ += static_cast<std::size_t>(put);
    if (put < 0 || written_ == subprocess_.input.size())
      input_.Close();
  }

  Result<void> ReadOutput() {
    return ReadAvailable(output_, [this](std::string_view bytes) -> Result<void> {
      if (bytes.size() > subprocess_.output_limit - result_.output.size()) {
        return InvalidInput("program '" + subprocess_.program + "' printed more than " +
                            std::to_string(subprocess_.output_limit) + " bytes");
      }
      result_.output += bytes;
      return {};
    });
  }

  void ReadErrorOutput() {
    static_cast<void>(ReadAvailable(error_output_, [this](std::string_view bytes) -> Result<void> {
      result_.error_output += bytes.substr(0, kErrorOutputLimit - result_.error_output.size());
      return {};
    }));
  }

  template <typename Sink>
  static Result<void> ReadAvailable(Descriptor& pipe, const Sink& sink) {
    std::array<char, 16384> buffer{};
    while (pipe.ok()) {
      const ssize_t got = read(pipe.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0 && errno == EAGAIN)
        return {};
      if (got <= 0) {
        pipe.Close();
        return {};
      }
      KT_TRY(sink(std::string_view(buffer.data(), static_cast<std::size_t>(got))));
    }
    return {};
  }

  const Subprocess& subprocess_;
  const Bound& bound_;
  StopDescriptor stop_;
  Spawned spawned_;
  Descriptor pidfd_;
  Descriptor input_;
  Descriptor output_;
  Descriptor error_output_;
  SubprocessResult result_;
  std::size_t written_ = 0;
  bool reaped_ = false;
};

}  // namespace

Result<SubprocessResult> RunSubprocess(const Subprocess& subprocess, const Bound& bound) {
  KT_TRY(bound.Check(subprocess.program));
  KT_ASSIGN(const std::string path, LookUp(subprocess));
  Pipe input;
  if (!subprocess.inherit_input) {
    KT_ASSIGN(input, MakePipe());
  }
  KT_ASSIGN(Pipe output, MakePipe());
  Pipe error_output;
  if (subprocess.capture_error_output) {
    KT_ASSIGN(error_output, MakePipe());
  }
  const SigpipeBlock no_sigpipe;
  KT_ASSIGN(const Spawned spawned,
            Spawn(subprocess, path, input.reader.get(), output.writer.get(), error_output.writer.get()));
  input.reader.Close();
  output.writer.Close();
  error_output.writer.Close();
  Conversation conversation(subprocess, bound, spawned, std::move(input.writer), std::move(output.reader),
                            std::move(error_output.reader));
  return conversation.Hold();
}

}  // namespace kontrakt
