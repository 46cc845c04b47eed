// RocksDB's own part of the simulation: the real RocksLog over a file system that forgets what wasn't synced.
#include "tests/simulation/unsynced_file_system.h"

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include "engine/base/bytes.h"
#include "engine/log/rocks_log_hooks.h"
#include "tests/unit/log/log_fixture.h"

namespace ritrovo::simulation {
namespace {

using log_tests::options_for;
using log_tests::TemporaryFolder;

std::uint64_t seeds() {
  const char* text = std::getenv("RITROVO_SEEDS");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 40;
}

/// Batch `number` puts a row into three columns, replaces one and removes one: all of it, or none, must be there after a crash.
std::string row_key(std::uint64_t number) {
  std::string key;
  put_be(key, number);
  return key;
}

std::string row_value(std::uint64_t number) {
  std::mt19937_64 random(number);
  std::string value(number % 17 == 0 ? 70'000 : random() % 600, '\0');
  for (char& byte : value) byte = static_cast<char>(random());
  return value;
}

Batch numbered_batch(std::uint64_t number) {
  Batch batch;
  batch.put(Column::kEvents, row_key(number), row_value(number));
  batch.put(Column::kCases, row_key(number), row_key(number));
  batch.put(Column::kMeta, "last", row_key(number));
  batch.put(Column::kTimers, row_key(number), "");
  if (number > 0) batch.erase(Column::kTimers, row_key(number - 1));
  return batch;
}

/// What one life of a log saw.
struct Life {
  std::optional<std::uint64_t> acknowledged;  ///< the last batch whose write returned success
  std::optional<std::uint64_t> attempted;     ///< the last batch that was begun
};

/// The last batch that the log holds. Empty `problem` if the log holds it and all before it, whole, and nothing else.
std::optional<std::uint64_t> check_rows(const RocksLog& log, std::string& problem) {
  const Result<std::optional<std::string>> last = log.get(Column::kMeta, "last");
  if (!last) return problem = last.error().message, std::nullopt;
  const std::uint64_t rows = *last ? get_be<std::uint64_t>(**last) + 1 : 0;
  for (const Column column : {Column::kEvents, Column::kCases}) {
    std::uint64_t number = 0;
    const Result<void> scanned = log.scan(column, "", "", [&](std::string_view key, std::string_view value) {
      const bool right = key == row_key(number) && value == (column == Column::kEvents ? row_value(number) : row_key(number));
      if (!right) problem = "row " + std::to_string(number) + " isn't what was written";
      ++number;
      return right;
    });
    if (!scanned) problem = scanned.error().message;
    if (number != rows) problem += " " + std::to_string(number) + " rows where the last batch makes them " + std::to_string(rows);
  }
  std::uint64_t timers = 0;
  const Result<void> scanned = log.scan(Column::kTimers, "", "", [&](std::string_view, std::string_view) { return ++timers > 0; });
  if (!scanned || timers != (rows > 0 ? 1 : 0)) problem += " timers: " + std::to_string(timers);
  return rows > 0 ? std::optional(rows - 1) : std::nullopt;
}

/// Opens over `files`, writes from `next` on until the power is lost or enough is written.
Life live(const std::filesystem::path& path, const std::shared_ptr<UnsyncedFileSystem>& files, std::uint64_t next, std::mt19937_64& random, bool sync) {
  Life life;
  RocksLogOptions options = options_for(path);
  options.wal_bytes_max = 256U << 10;  // Many changes of file in a short life.
  const Result<std::unique_ptr<RocksLog>> log = open_rocks_log(options, {files, sync});
  if (!log) return life;  // The power went during the opening.
  for (int i = 0; i < 80; ++i, ++next) {
    life.attempted = next;
    if (!(*log)->write(numbered_batch(next))) break;
    life.acknowledged = next;
    if (random() % 20 == 0 && !(*log)->flush()) break;
  }
  return life;
}

/// Some lives, each ending in a crash, and what was found after them; an empty string if all is well.
std::string lives(std::uint64_t seed, bool sync) {
  const TemporaryFolder folder;
  std::mt19937_64 random(seed);
  std::uint64_t next = 0;
  std::optional<std::uint64_t> acknowledged;
  for (int crash = 0; crash < 4; ++crash) {
    auto files = std::make_shared<UnsyncedFileSystem>(folder.path() / "attic");
    files->lose_power_after(1 + random() % 500);
    const Life life = live(folder.path() / "log", files, next, random, sync);
    files->crash(random());
    if (life.acknowledged) acknowledged = life.acknowledged;

    // The look at what is left isn't interrupted; it goes through a file system of this kind only because that one really syncs nothing.
    const auto calm = std::make_shared<UnsyncedFileSystem>(folder.path() / "attic");
    RocksLogOptions options = options_for(folder.path() / "log");
    Result<std::unique_ptr<RocksLog>> log = open_rocks_log(options, {calm, true});
    if (!log && log.error().message.find("--drop-unfinished-record") != std::string::npos) {
      options.drop_unfinished_record = true;
      log = open_rocks_log(options, {calm, true});
    }
    if (!log) return "doesn't open: " + log.error().message;
    std::string problem;
    const std::optional<std::uint64_t> last = check_rows(**log, problem);
    if (!problem.empty()) return problem;
    if (acknowledged && (!last || *last < *acknowledged)) {
      return "batch " + std::to_string(*acknowledged) + " was acknowledged, but the log ends with " + (last ? std::to_string(*last) : "none");
    }
    if (last && life.attempted && *last > *life.attempted) return "the log holds what nobody wrote";
    acknowledged = last;
    next = last ? *last + 1 : 0;
  }
  return {};
}

/// What `lives` said of each seed from 1 on. After a failed flush RocksDB's thread sleeps for a second, so that many seeds run side by side.
std::map<std::uint64_t, std::string> complaints(std::uint64_t count, bool sync) {
  constexpr int kThreads = 24;
  for (const rocksdb::Env::Priority priority : {rocksdb::Env::Priority::LOW, rocksdb::Env::Priority::HIGH}) {
    rocksdb::Env::Default()->SetBackgroundThreads(2 * kThreads, priority);
  }
  std::map<std::uint64_t, std::string> found;
  std::mutex mutex;
  std::atomic<std::uint64_t> next{1};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (std::uint64_t seed = next++; seed <= count; seed = next++) {
        std::string complaint = lives(seed, sync);
        const std::scoped_lock hold(mutex);
        if (!complaint.empty()) found[seed] = std::move(complaint);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return found;
}

TEST(UnsyncedFileSystem, WhatWasSyncedSurvivesACrashAtAnyMomentAndTheRestIsDroppedWhole) {
  EXPECT_THAT(complaints(seeds(), true), testing::IsEmpty());
}

TEST(UnsyncedFileSystem, AMissingSyncIsCaught) {
  // The canary: with the syncs left out the same harness must complain, and soon.
  const std::map<std::uint64_t, std::string> caught = complaints(10, false);
  EXPECT_THAT(caught, testing::Contains(testing::Pair(testing::_, testing::HasSubstr("was acknowledged, but the log ends with"))));
}

/// A log over a file system that can fail, and the batches 0 … 9 in it.
class FailingDisk : public testing::Test {
 protected:
  void SetUp() override {
    files_ = std::make_shared<UnsyncedFileSystem>(folder_.path() / "attic");
    reopen(files_);
    for (std::uint64_t number = 0; number < 10; ++number) ASSERT_TRUE(log_->write(numbered_batch(number)));
  }
  void reopen(std::shared_ptr<UnsyncedFileSystem> files) {
    log_.reset();
    Result<std::unique_ptr<RocksLog>> log = open_rocks_log(options_for(folder_.path() / "log"), {std::move(files), true});
    ASSERT_TRUE(log.has_value()) << log.error().message;
    log_ = *std::move(log);
  }
  /// Batch 10 fails, and so does everything after it.
  void expect_poisoned() {
    const Result<void> failed = log_->write(numbered_batch(10));
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().code, ErrorCode::kUnavailable);
    files_->set_full(false);
    const Result<void> later = log_->write(numbered_batch(11));
    ASSERT_FALSE(later.has_value());
    EXPECT_EQ(later.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(later.error().message.find("close it and open it again"), std::string::npos) << later.error().message;
    EXPECT_EQ(log_->get(Column::kMeta, "last").error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(log_->flush().error().code, ErrorCode::kUnavailable);
  }
  /// All that was acknowledged is there, batch 10 perhaps, and writing goes on.
  void expect_healthy() {
    std::string problem;
    const std::optional<std::uint64_t> last = check_rows(*log_, problem);
    EXPECT_EQ(problem, "");
    ASSERT_TRUE(last == 9 || last == 10);
    EXPECT_TRUE(log_->write(numbered_batch(*last + 1)));
  }

  TemporaryFolder folder_;
  std::shared_ptr<UnsyncedFileSystem> files_;
  std::unique_ptr<RocksLog> log_;
};

TEST_F(FailingDisk, AFailedSyncPoisonsTheLogUntilItIsReopened) {
  files_->fail_next_wal_sync();
  expect_poisoned();
  reopen(files_);
  expect_healthy();
}

TEST_F(FailingDisk, AFailedSyncAndACrashLoseNothingThatWasAcknowledged) {
  files_->fail_next_wal_sync();
  expect_poisoned();
  log_.reset();
  files_->crash(7);
  reopen(std::make_shared<UnsyncedFileSystem>(folder_.path() / "attic"));
  expect_healthy();
}

TEST_F(FailingDisk, AFullDiskPoisonsTheLogAndItReopensWhenThereIsSpaceAgain) {
  files_->set_full(true);
  expect_poisoned();
  reopen(files_);
  // Half of batch 10 was written; it is cut off now, unless RocksDB saw the space come back first and began another write-ahead log.
  expect_healthy();
}

TEST_F(FailingDisk, AFullDiskSaysSo) {
  files_->set_full(true);
  EXPECT_NE(log_->write(numbered_batch(10)).error().message.find("the disk is full"), std::string::npos);
}

}  // namespace
}  // namespace ritrovo::simulation
