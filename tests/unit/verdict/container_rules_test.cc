#include "lib/verdict/container_rules.h"

#include <gtest/gtest.h>

#include "tests/unit/verdict/object_json.h"

namespace kontrakt::verdict {
namespace {

/// One container, looked at again and again.
class Container {
 public:
  std::optional<Judgement> See(std::string_view status_yaml, int seconds) {
    status_ = Object(status_yaml);
    const ContainerView view{status_, name_};
    Surroundings around;
    around.now = At(seconds);
    Remember(view, around, memory_);
    return JudgeContainer(view, "web", around, memory_);
  }

 private:
  std::string name_ = "app";
  doc::Json status_;
  Memory::Container memory_;
};

constexpr std::string_view kNotFound =
    "state: {waiting: {reason: ErrImagePull, message: 'rpc error: manifest unknown: not found'}}";
constexpr std::string_view kBackOff =
    "state: {waiting: {reason: ImagePullBackOff, message: 'Back-off pulling image \"x\"'}}";

TEST(ContainerRules, AnImageThatIsNotThereDoomsAtItsSecondFailure) {
  Container container;
  EXPECT_EQ(container.See(kNotFound, 0)->state, State::kPending);
  const auto judged = container.See(kBackOff, 3);
  ASSERT_TRUE(judged);
  EXPECT_EQ(judged->state, State::kDoomed);
  EXPECT_EQ(judged->cause, Cause::kImageNotFound);
  EXPECT_NE(judged->message.find("manifest unknown"), std::string::npos) << judged->message;
}

TEST(ContainerRules, ARegistryHiccupGetsItsGrace) {
  Container container;
  const std::string_view hiccup = "state: {waiting: {reason: ErrImagePull, message: '503 Service Unavailable'}}";
  const auto first = container.See(hiccup, 0);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->state, State::kPending);
  EXPECT_EQ(first->doomed_at, At(120));
  EXPECT_EQ(container.See(kBackOff, 60)->state, State::kPending);
  EXPECT_EQ(container.See(kBackOff, 121)->state, State::kDoomed);
}

TEST(ContainerRules, AnInvalidImageNameDoomsAtOnce) {
  EXPECT_EQ(Container().See("state: {waiting: {reason: InvalidImageName}}", 0)->cause, Cause::kImageNameInvalid);
}

TEST(ContainerRules, MissingConfigGetsHalfAMinute) {
  Container container;
  const std::string_view missing =
      "state: {waiting: {reason: CreateContainerConfigError, message: 'secret \"db\" not found'}}";
  EXPECT_EQ(container.See(missing, 0)->state, State::kPending);
  EXPECT_EQ(container.See(missing, 31)->cause, Cause::kConfigMissing);
  EXPECT_EQ(container.See(missing, 31)->state, State::kDoomed);
}

TEST(ContainerRules, ThreeCrashesAreALoop) {
  Container container;
  EXPECT_EQ(container.See("{restartCount: 0, state: {terminated: {exitCode: 3}}}", 0)->state, State::kPending);
  EXPECT_FALSE(container.See("{restartCount: 1, state: {running: {}}}", 1));
  const auto third = container.See("{restartCount: 2, state: {terminated: {exitCode: 3, message: no database}}}", 20);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->state, State::kDoomed);
  EXPECT_EQ(third->cause, Cause::kCrashLoop);
  EXPECT_EQ(third->message, "exited with status 3: no database, 3 times");
}

TEST(ContainerRules, ABadCommandNeedsNoThirdTry) {
  const auto judged = Container().See("{restartCount: 1, state: {terminated: {exitCode: 127}}}", 0);
  ASSERT_TRUE(judged);
  EXPECT_EQ(judged->state, State::kDoomed);
  EXPECT_EQ(judged->cause, Cause::kBadCommand);
}

TEST(ContainerRules, OrdinaryStartsAreNoTrouble) {
  EXPECT_FALSE(Container().See("state: {waiting: {reason: ContainerCreating}}", 500));
  EXPECT_FALSE(Container().See("state: {running: {}}", 0));
}

TEST(ContainerRules, ReasonsNobodyKnowsYetGetABudget) {
  Container container;
  EXPECT_EQ(container.See("state: {waiting: {reason: ErrQuantum}}", 0)->state, State::kPending);
  EXPECT_EQ(container.See("state: {waiting: {reason: ErrQuantum}}", 121)->state, State::kDoomed);
  EXPECT_FALSE(container.See("state: {waiting: {reason: Pondering}}", 500));
}

TEST(ContainerRules, TellsHowAContainerEnded) {
  EXPECT_EQ(DescribeTermination(Object("{exitCode: 137, reason: OOMKilled}")), "was killed: out of memory");
  EXPECT_EQ(CauseOfTermination(Object("{exitCode: 137, reason: OOMKilled}"), false), Cause::kOutOfMemory);
  EXPECT_EQ(CauseOfTermination(Object("{exitCode: 1}"), true), Cause::kInitContainerFailed);
  EXPECT_EQ(CauseOfTermination(Object("{exitCode: 128, reason: StartError}"), false), Cause::kBadCommand);
}

}  // namespace
}  // namespace kontrakt::verdict
