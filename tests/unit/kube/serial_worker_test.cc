#include "lib/kube/serial_worker.h"

#include <future>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kontrakt::kube {
namespace {

TEST(SerialWorker, RunsTasksInOrderOnAnotherThread) {
  SerialWorker worker;
  std::vector<int> order;
  std::promise<std::thread::id> last;
  for (int i = 0; i < 5; ++i) {
    worker.Add([&order, i](std::stop_token) { order.push_back(i); });
  }
  worker.Add([&](std::stop_token) { last.set_value(std::this_thread::get_id()); });
  EXPECT_NE(last.get_future().get(), std::this_thread::get_id());
  EXPECT_THAT(order, ::testing::ElementsAre(0, 1, 2, 3, 4));
}

TEST(SerialWorker, ATaskMayAddAnother) {
  SerialWorker worker;
  std::promise<void> done;
  worker.Add([&](std::stop_token) { worker.Add([&](std::stop_token) { done.set_value(); }); });
  done.get_future().wait();
}

TEST(SerialWorker, DestructionStopsTheRunningTaskAndDropsTheOthers) {
  std::promise<void> running;
  bool stopped = false;
  bool dropped = true;
  {
    SerialWorker worker;
    worker.Add([&](std::stop_token stop) {
      running.set_value();
      while (!stop.stop_requested())
        std::this_thread::yield();
      stopped = true;
    });
    worker.Add([&](std::stop_token) { dropped = false; });
    running.get_future().wait();
  }
  EXPECT_TRUE(stopped);
  EXPECT_TRUE(dropped);
}

TEST(SerialWorker, WithoutTasksHasNoThreadToEnd) {
  const SerialWorker worker;
}

}  // namespace
}  // namespace kontrakt::kube
