#include "tests/simulation/simulator.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

namespace ritrovo::simulation {
namespace {

/// Seeds to play: RITROVO_SEEDS, or 500. RITROVO_SEED plays that one alone.
std::uint64_t seeds() {
  const char* asked = std::getenv("RITROVO_SEEDS");
  return asked == nullptr ? 500 : std::strtoull(asked, nullptr, 10);
}

class Simulator : public ::testing::Test {
 protected:
  void SetUp() override { spdlog::set_level(spdlog::level::off); }
};

TEST_F(Simulator, KeepsEveryPromiseFromEverySeedAndTheSameSeedEndsTheSame) {
  const char* one = std::getenv("RITROVO_SEED");
  const std::uint64_t first = one == nullptr ? 0 : std::strtoull(one, nullptr, 10);
  const std::uint64_t count = one == nullptr ? seeds() : 1;
  Outcome sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Outcome outcome = simulate(seed);
    ASSERT_FALSE(outcome.violation) << "RITROVO_SEED=" << seed << ": " << *outcome.violation;
    const Outcome again = simulate(seed);
    ASSERT_EQ(outcome.hash, again.hash) << "RITROVO_SEED=" << seed << " ends differently the second time";
    sum.commands += outcome.commands;
    sum.crashes += outcome.crashes;
    sum.wakes += outcome.wakes;
  }
  std::printf("%llu seeds: %llu commands, %llu crashes, %llu timers fired\n", static_cast<unsigned long long>(count),
              static_cast<unsigned long long>(sum.commands), static_cast<unsigned long long>(sum.crashes),
              static_cast<unsigned long long>(sum.wakes));
  if (one == nullptr && count >= 100) {
    EXPECT_GT(sum.crashes, count);
    EXPECT_GT(sum.wakes, count);
  }
}

/// The first seed that finds the bug, or nothing within 50.
std::optional<std::uint64_t> found_by(PlantedBug bug) {
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    if (simulate(seed, bug).violation) return seed;
  return std::nullopt;
}

TEST_F(Simulator, FindsAMissingSync) { EXPECT_TRUE(found_by(PlantedBug::kMissingSync)); }
TEST_F(Simulator, FindsAnAnswerBeforeTheCommit) { EXPECT_TRUE(found_by(PlantedBug::kAnswerBeforeCommit)); }
TEST_F(Simulator, FindsAForgottenKey) { EXPECT_TRUE(found_by(PlantedBug::kForgottenKey)); }
TEST_F(Simulator, FindsAVaultThatTrustsUnsyncedKeys) { EXPECT_TRUE(found_by(PlantedBug::kUnsyncedKeys)); }
TEST_F(Simulator, FindsAForgottenTimer) { EXPECT_TRUE(found_by(PlantedBug::kForgottenTimer)); }

}  // namespace
}  // namespace ritrovo::simulation
