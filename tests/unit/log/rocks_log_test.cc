#include "engine/log/rocks_log.h"

#include <algorithm>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/log/replayed_batches.h"
#include "tests/unit/log/log_fixture.h"

namespace ritrovo {
namespace {

using log_tests::options_for;
using log_tests::TemporaryFolder;
using testing::HasSubstr;

std::unique_ptr<RocksLog> opened(RocksLogOptions options) {
  Result<std::unique_ptr<RocksLog>> log = RocksLog::open(std::move(options));
  EXPECT_TRUE(log.has_value()) << log.error().message;
  return log ? *std::move(log) : nullptr;
}

Batch one_row(Column column, std::string key, std::string value) {
  Batch batch;
  batch.put(column, std::move(key), std::move(value));
  return batch;
}

TEST(RocksLog, KeepsWhatWasWrittenInEachColumnApart) {
  const TemporaryFolder folder;
  {
    const auto log = opened(options_for(folder.path()));
    EXPECT_TRUE(log->opening().created);
    Batch batch;
    for (std::size_t i = 0; i < kColumns; ++i) batch.put(static_cast<Column>(i), "key", std::string(1, static_cast<char>('a' + i)));
    ASSERT_TRUE(log->write(batch));
    ASSERT_TRUE(log->close());
  }
  const auto log = opened(options_for(folder.path()));
  EXPECT_FALSE(log->opening().created);
  for (std::size_t i = 0; i < kColumns; ++i) {
    EXPECT_EQ(log->get(static_cast<Column>(i), "key").value(), std::string(1, static_cast<char>('a' + i)));
  }
  EXPECT_EQ(log->get(Column::kMeta, "other").value(), std::nullopt);
}

TEST(RocksLog, KeepsWhatWasWrittenWhenItWasNotClosed) {
  const TemporaryFolder folder;
  { ASSERT_TRUE(opened(options_for(folder.path()))->write(one_row(Column::kMeta, "key", "value"))); }
  const auto log = opened(options_for(folder.path()));
  EXPECT_EQ(log->get(Column::kMeta, "key").value(), "value");
  EXPECT_EQ(log->opening().wal_batches, 1U);
  EXPECT_FALSE(log->opening().dropped);
}

TEST(RocksLog, ErasesAndScansWithinItsBounds) {
  const TemporaryFolder folder;
  const auto log = opened(options_for(folder.path()));
  Batch batch;
  for (const char* key : {"a", "b", "c", "d"}) batch.put(Column::kTimers, key, key);
  batch.erase(Column::kTimers, "c");
  ASSERT_TRUE(log->write(batch));
  std::string seen;
  const auto collect = [&](std::string_view key, std::string_view) {
    seen += key;
    return true;
  };
  ASSERT_TRUE(log->scan(Column::kTimers, "b", "z", collect));
  EXPECT_EQ(seen, "bd");
  seen.clear();
  ASSERT_TRUE(log->scan(Column::kTimers, "a", "d", collect));
  EXPECT_EQ(seen, "ab");
  EXPECT_EQ(log->last(Column::kTimers, "a", "d").value()->first, "b");
  EXPECT_EQ(log->last(Column::kTimers, "c", "d").value(), std::nullopt);
  EXPECT_EQ(log->last(Column::kTimers, "d", "a").value(), std::nullopt);
}

TEST(RocksLog, StopsAScanWhenTheVisitorHasEnough) {
  const TemporaryFolder folder;
  const auto log = opened(options_for(folder.path()));
  Batch batch;
  for (const char* key : {"a", "b", "c"}) batch.put(Column::kTimers, key, "");
  ASSERT_TRUE(log->write(batch));
  int rows = 0;
  ASSERT_TRUE(log->scan(Column::kTimers, "a", "z", [&](std::string_view, std::string_view) { return ++rows < 2; }));
  EXPECT_EQ(rows, 2);
}

TEST(RocksLog, RefusesASecondOpenerAndNamesTheRemedy) {
  const TemporaryFolder folder;
  const auto log = opened(options_for(folder.path()));
  const auto second = RocksLog::open(options_for(folder.path()));
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("in use by another ritrovo"));
  EXPECT_THAT(second.error().message, HasSubstr("stop that one"));
}

TEST(RocksLog, MakesNoLogUnlessAskedTo) {
  const TemporaryFolder folder;
  RocksLogOptions options = options_for(folder.path() / "log");
  options.create_if_missing = false;
  EXPECT_EQ(RocksLog::open(options).error().code, ErrorCode::kNotFound);
  std::filesystem::create_directory(folder.path() / "log");
  EXPECT_EQ(RocksLog::open(options).error().code, ErrorCode::kNotFound);
}

TEST(RocksLog, RefusesToStartAfreshOverTheRemainsOfALog) {
  const TemporaryFolder folder;
  { ASSERT_TRUE(opened(options_for(folder.path()))->write(one_row(Column::kMeta, "key", "value"))); }
  std::filesystem::remove(folder.path() / "CURRENT");
  const auto log = RocksLog::open(options_for(folder.path()));
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(log.error().message, HasSubstr("CURRENT is missing"));
}

TEST(RocksLog, NoticesAWriteAheadLogThatIsGone) {
  const TemporaryFolder folder;
  {
    const auto log = opened(options_for(folder.path()));
    ASSERT_TRUE(log->write(one_row(Column::kSources, "quiet", "1")));
    // The busy column fills its buffer and begins a new write-ahead log; the quiet row stands only in the first.
    for (int i = 0; i < 40; ++i) ASSERT_TRUE(log->write(one_row(Column::kEvents, std::to_string(i), std::string(1 << 20, 'x'))));
  }
  std::vector<std::filesystem::path> wals;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.path().extension() == ".log") wals.push_back(entry.path());
  }
  ASSERT_GE(wals.size(), 2U);
  std::filesystem::remove(*std::min_element(wals.begin(), wals.end()));
  const auto log = RocksLog::open(options_for(folder.path()));
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, ErrorCode::kCorrupt) << log.error().message;
}

TEST(RocksLog, ACleanCloseLeavesNothingToRecover) {
  const TemporaryFolder folder;
  {
    const auto log = opened(options_for(folder.path()));
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(log->write(one_row(Column::kEvents, std::to_string(i), std::string(1000, 'x'))));
    ASSERT_TRUE(log->close());
    EXPECT_EQ(log->get(Column::kEvents, "1").error().code, ErrorCode::kUnavailable);
    ASSERT_TRUE(log->close());
  }
  EXPECT_EQ(opened(options_for(folder.path()))->opening().wal_batches, 0U);
}

TEST(RocksLog, BoundsTheWriteAheadLogAlthoughAColumnIsQuiet) {
  const TemporaryFolder folder;
  RocksLogOptions options = options_for(folder.path());
  options.wal_bytes_max = 1U << 20;
  {
    const auto log = opened(options);
    ASSERT_TRUE(log->write(one_row(Column::kSources, "quiet", "1")));
    for (int i = 0; i < 400; ++i) ASSERT_TRUE(log->write(one_row(Column::kEvents, std::to_string(i), std::string(16 << 10, 'x'))));
  }
  EXPECT_LT(opened(options)->opening().wal_bytes, 4U << 20);
}

TEST(RocksLog, VerifiesAndCompactsWithoutChangingARow) {
  const TemporaryFolder folder;
  const auto log = opened(options_for(folder.path()));
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(log->write(one_row(Column::kEvents, "k" + std::to_string(i % 100), std::to_string(i))));
  ASSERT_TRUE(log->flush());
  ASSERT_TRUE(log->compact());
  const Result<void> verified = log->verify_files();
  ASSERT_TRUE(verified) << verified.error().message;
  EXPECT_EQ(log->get(Column::kEvents, "k99").value(), "299");
  EXPECT_GT(log->approximate_size(), 0U);
}

TEST(RocksLog, ReadersSeeABatchWholeOrNotAtAllWhileAnotherIsWritten) {
  const TemporaryFolder folder;
  const auto log = opened(options_for(folder.path()));
  std::thread writer([&] {
    for (int i = 0; i < 300; ++i) {
      Batch batch;
      batch.put(Column::kTimers, "a", std::to_string(i));
      batch.put(Column::kTimers, "b", std::to_string(i));
      ASSERT_TRUE(log->write(batch));
    }
  });
  for (int i = 0; i < 300; ++i) {
    std::vector<std::string> values;
    ASSERT_TRUE(log->scan(Column::kTimers, "a", "c", [&](std::string_view, std::string_view value) {
      values.emplace_back(value);
      return true;
    }));
    ASSERT_TRUE(values.empty() || (values.size() == 2 && values[0] == values[1]));
  }
  writer.join();
}

TEST(ReplayedBatches, MakeTheSameRowsInAFreshLog) {
  const TemporaryFolder folder;
  std::vector<std::string> captured;
  {
    RocksLogOptions options = options_for(folder.path() / "first");
    options.capture = [&](std::string_view batch) { captured.emplace_back(batch); };
    const auto log = opened(std::move(options));
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(log->write(one_row(Column::kEvents, std::to_string(i), "v")));
  }
  ASSERT_EQ(captured.size(), 10U);
  {
    Result<ReplayedBatches> replayed = ReplayedBatches::create(folder.path() / "second");
    ASSERT_TRUE(replayed.has_value());
    for (const std::string& batch : captured) ASSERT_TRUE(replayed->apply(batch));
    EXPECT_EQ(replayed->apply("no batch").error().code, ErrorCode::kMalformed);
  }
  const auto log = opened(options_for(folder.path() / "second"));
  EXPECT_EQ(log->get(Column::kEvents, "9").value(), "v");
  EXPECT_EQ(ReplayedBatches::create(folder.path() / "second").error().code, ErrorCode::kExists);
}

}  // namespace
}  // namespace ritrovo
