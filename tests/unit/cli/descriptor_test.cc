#include "lib/cli/descriptor.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/cli/captured.h"

namespace kontrakt::cli {
namespace {

TEST(WriteAll, WritesEverything) {
  const Captured captured;
  EXPECT_EQ(WriteAll(captured.descriptor(), std::string(100'000, 'x')), 0);
  EXPECT_EQ(captured.Text().size(), 100'000U);
}

TEST(WriteAll, SaysWhatStoppedIt) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  std::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(WriteAll(ends[1], "x"), EPIPE);
  ::close(ends[1]);
  EXPECT_EQ(WriteAll(ends[1], "x"), EBADF);
}

TEST(WriteAll, WaitsForANonBlockingPipe) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_NONBLOCK), 0);
  const std::string bytes(1'000'000, 'x');
  std::size_t read = 0;
  std::thread reader([&] {
    std::array<char, 4096> piece{};
    while (read < bytes.size()) {
      if (const ssize_t got = ::read(ends[0], piece.data(), piece.size()); got > 0) {
        read += static_cast<std::size_t>(got);
      }
    }
  });
  EXPECT_EQ(WriteAll(ends[1], bytes), 0);
  reader.join();
  EXPECT_EQ(read, bytes.size());
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Terminal, AFileIsNoneAndHasTheUsualSize) {
  const Captured captured;
  EXPECT_FALSE(IsTerminal(captured.descriptor()));
  EXPECT_EQ(SizeOfTerminal(captured.descriptor()).columns, 80);
  EXPECT_EQ(SizeOfTerminal(captured.descriptor()).rows, 24);
}

TEST(OpenStandardDescriptorsDeathTest, AClosedOutputStaysUnwritableButIsTaken) {
  EXPECT_EXIT(
      {
        ::close(1);
        OpenStandardDescriptors();
        const int file = ::open("/dev/null", O_WRONLY);
        ::_exit(file > 2 && WriteAll(1, "x") == EBADF ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace kontrakt::cli
