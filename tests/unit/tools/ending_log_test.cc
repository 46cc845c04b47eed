#include "tools/ending_log.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/simulation/simulated_disk.h"

namespace ritrovo::tools {
namespace {

class EndingLogTest : public testing::Test {
 protected:
  EndingLogTest() {
    Batch batch;
    for (const char* key : {"a", "b", "c"}) batch.put(Column::kMeta, key, "v");
    EXPECT_TRUE(disk_.write(batch));
  }
  simulation::Disk disk_{1};
  simulation::DiskLog rows_{disk_};
  std::atomic<bool> ending_ = false;
  EndingLog log_{rows_, ending_};
};

TEST_F(EndingLogTest, ReadsAsTheLogDoesUntilItsServerEnds) {
  std::string seen;
  ASSERT_TRUE(log_.scan(Column::kMeta, {}, {}, [&seen](std::string_view key, std::string_view) { return seen += key, true; }));
  EXPECT_EQ(seen, "abc");
  EXPECT_EQ(*log_.get(Column::kMeta, "b"), "v");
  EXPECT_EQ((*log_.last(Column::kMeta, {}, {}))->first, "c");
}

TEST_F(EndingLogTest, StopsAScanAtItsNextRowAndRefusesFromThenOn) {
  int rows = 0;
  const Result<void> scanned = log_.scan(Column::kMeta, {}, {}, [&](std::string_view, std::string_view) {
    ending_ = true;
    return ++rows < 10;
  });
  ASSERT_FALSE(scanned);
  EXPECT_EQ(scanned.error().message, server_ends().message);
  EXPECT_EQ(rows, 1);
  EXPECT_FALSE(log_.get(Column::kMeta, "b"));
  EXPECT_FALSE(log_.last(Column::kMeta, {}, {}));
  EXPECT_FALSE(log_.scan(Column::kMeta, {}, {}, [](std::string_view, std::string_view) { return true; }));
}

TEST_F(EndingLogTest, AScanThatHadItsLastRowIsWhole) {
  EXPECT_TRUE(log_.scan(Column::kMeta, {}, {}, [this](std::string_view key, std::string_view) { return ending_ = key == "c", true; }));
}

}  // namespace
}  // namespace ritrovo::tools
