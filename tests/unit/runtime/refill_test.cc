#include "engine/runtime/refill.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/runtime/case_loader.h"
#include "engine/runtime/engine.h"
#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using simulation::open_account;
using simulation::report;
using ToyEngine = Engine<toy::Machine>;
namespace fs = std::filesystem;

constexpr std::uint16_t kPartitions = 3;
using Records = std::vector<std::vector<std::string>>;

class RefillTest : public ::testing::Test {
 protected:
  void SetUp() override {
    toy::control() = {};
    std::string name = (fs::temp_directory_path() / "ritrovo-refill-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    path_ = fs::path(name) / "data";
    FolderSettings settings;
    settings.clock = ClockKind::kSimulated;
    settings.partitions = kPartitions;
    ASSERT_TRUE(Folder::init(path_, settings));
  }
  void TearDown() override {
    engine_.reset();
    fs::remove_all(path_.parent_path());
  }
  void open() {
    engine_.reset();
    EngineOptions options;
    options.path = path_;
    auto opened = ToyEngine::open(std::move(options), toy::Machine());
    ASSERT_TRUE(opened) << opened.error().message;
    engine_ = std::move(*opened);
  }
  void close() {
    ASSERT_TRUE(engine_->close());
    engine_.reset();
  }
  /// Cases of every kind: planned, refused, with sealed values, in quarantine with two commands waiting and one that ran.
  void record_something() {
    open();
    ASSERT_TRUE(engine_->publish({{"a.yaml", "text"}}, {"u", "city", {}}, at("2025-03-01")));
    for (int i = 0; i < 12; ++i) {
      const std::string n = std::to_string(i);
      const CaseId id = engine_->ask(open_account("k" + n, at("2025-03-01"))).case_id;
      (void)engine_->ask(report("d" + n, id, "deposit", at("2025-03-02"), {{"amount", Value(std::int64_t{i})}, {"name", Value("Ada")}}));
      if (i % 2 == 0) (void)engine_->ask(report("p" + n, id, "plan", at("2025-03-03"), {{"day", Value(i % 4 == 0 ? "2025-03-20" : "2025-06-01")}}));
      if (i % 3 == 0) (void)engine_->ask(report("r" + n, id, "refuse", at("2025-03-04")));
      Command sourced = report("s" + n, id, "deposit", at("2025-03-05"), {{"amount", Value(std::int64_t{1})}});
      sourced.source = Source{"file:x", static_cast<std::uint64_t>(i)};
      (void)engine_->ask(sourced);
    }
    ASSERT_TRUE(engine_->advance(at("2025-04-01")));
    const CaseId kept = open_account("k1", std::nullopt).case_id;
    ASSERT_EQ(engine_->erase(kept, {ErasureStage::kProposed, PersonId(7), "asked for"}, {"u-1", "city", {}}, at("2025-04-02")).kind, AnswerKind::kAccepted);
    ASSERT_EQ(engine_->erase(kept, {ErasureStage::kHeld, PersonId(), "a court"}, {"u-1", "city", {}}, at("2025-04-02")).kind, AnswerKind::kAccepted);
    toy::control().decide_broken = true;
    const CaseId ill = open_account("k3", std::nullopt).case_id;
    const CaseId mended = open_account("k5", std::nullopt).case_id;
    for (const CaseId id : {ill, mended}) {
      ASSERT_EQ(engine_->ask(report("f" + id.printed(), id, "fail", at("2025-04-03"))).kind, AnswerKind::kParked);
      ASSERT_EQ(engine_->ask(report("g" + id.printed(), id, "deposit", at("2025-04-03"))).kind, AnswerKind::kParked);
    }
    toy::control().decide_broken = false;
    ASSERT_EQ(engine_->release(mended, {"u", "city", {}}, "mended", at("2025-04-04")).kind, AnswerKind::kAccepted);
    close();
  }
  std::unique_ptr<RocksLog> log() {
    RocksLogOptions options;
    options.path = path_ / "log";
    return std::move(*RocksLog::open(std::move(options)));
  }
  Records records() {
    Records all(kPartitions);
    const auto opened = log();
    for (std::uint16_t i = 0; i < kPartitions; ++i)
      EXPECT_TRUE(CaseLog(*opened).scan_bytes(PartitionId(i), Position(0), [&](Position, std::string_view bytes) {
        all[i].emplace_back(bytes);
        return true;
      }));
    EXPECT_TRUE(opened->close());
    return all;
  }
  /// Every row but snapshots, which come by themselves, and of `meta` what isn't derived from records.
  std::map<std::pair<int, std::string>, std::string> derived_rows() {
    std::map<std::pair<int, std::string>, std::string> rows;
    const auto opened = log();
    for (std::size_t column = 0; column < kColumns; ++column) {
      if (static_cast<Column>(column) == Column::kSnapshots) continue;
      EXPECT_TRUE(opened->scan(static_cast<Column>(column), {}, {}, [&](std::string_view key, std::string_view value) {
        if (static_cast<Column>(column) != Column::kMeta || !key.starts_with("clock/")) rows[{static_cast<int>(column), std::string(key)}] = value;
        return true;
      }));
    }
    EXPECT_TRUE(opened->close());
    return rows;
  }
  void lose() {
    fs::remove_all(path_ / "log");
    fs::create_directory(path_ / "log");
  }
  Result<Refilled> refill(const Records& records, bool without_checkpoint = false) {
    const auto folder = Folder::open(path_);
    if (!folder) return tl::unexpected(folder.error());
    const auto refill = LogRefill::begin(**folder);
    if (!refill) return tl::unexpected(refill.error());
    for (std::uint16_t i = 0; i < records.size(); ++i)
      for (const std::string& bytes : records[i])
        if (const Result<void> taken = (*refill)->take(PartitionId(i), bytes); !taken) return tl::unexpected(taken.error());
    RefillWish wish;
    wish.without_checkpoint = without_checkpoint;
    wish.now = at("2025-05-01");
    wish.wake_on = [](const CaseLog& log, PartitionId partition, CaseId case_id) -> Result<std::optional<Day>> {
      return load_case<toy::Machine>(log, partition, case_id, false).map([](const auto& loaded) { return toy::Machine::wake_on(loaded.state); });
    };
    return (*refill)->finish(wish);
  }
  void expect_refused(const Result<Refilled>& refused, ErrorCode code, const char* sentence) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, code);
    EXPECT_NE(refused.error().message.find(sentence), std::string::npos) << refused.error().message;
    EXPECT_TRUE(fs::is_empty(path_ / "log"));
  }

  fs::path path_;
  std::unique_ptr<ToyEngine> engine_;
};

TEST_F(RefillTest, ARefilledLogHasRowForRowWhatTheLostOneHad) {
  record_something();
  const Records kept = records();
  const auto before = derived_rows();
  lose();
  const Result<Refilled> done = refill(kept);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->records, done->signed_for);
  const auto after = derived_rows();
  for (const auto& [key, value] : before) {
    const auto found = after.find(key);
    ASSERT_NE(found, after.end()) << "column " << key.first << " lacks a row: " << testing::PrintToString(key.second);
    EXPECT_EQ(found->second, value) << "column " << key.first << ": " << testing::PrintToString(key.second);
  }
  for (const auto& [key, value] : after) EXPECT_TRUE(before.contains(key)) << "column " << key.first << " has a row too many: " << testing::PrintToString(key.second);
}

TEST_F(RefillTest, ARefilledFolderIsANewIncarnationAndAnswersAsBefore) {
  record_something();
  open();
  const Answer before = engine_->ask(report("d1", open_account("k1", std::nullopt).case_id, "deposit", at("2025-03-02"), {{"amount", Value(std::int64_t{1})}, {"name", Value("Ada")}}));
  ASSERT_TRUE(before.again);
  close();
  const Records kept = records();
  lose();
  const Result<Refilled> done = refill(kept);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->settings.incarnation, static_cast<std::uint64_t>(at("2025-05-01").value()));
  open();
  EXPECT_EQ(engine_->folder().settings().incarnation, done->settings.incarnation);
  const Answer after = engine_->ask(report("d1", open_account("k1", std::nullopt).case_id, "deposit", at("2025-03-02"), {{"amount", Value(std::int64_t{1})}, {"name", Value("Ada")}}));
  EXPECT_TRUE(after.again);
  EXPECT_EQ(after.receipt, before.receipt);
  EXPECT_EQ(after.events, before.events);
}

TEST_F(RefillTest, WhatAnotherHistoryReplacedIsCutAndNeverSeen) {
  record_something();
  const Records kept = records();
  lose();
  {
    const auto folder = Folder::open(path_);
    const auto refill = LogRefill::begin(**folder);
    ASSERT_TRUE((*refill)->take(PartitionId(0), "of another history"));
    ASSERT_TRUE((*refill)->cut(PartitionId(0), Position(0)));
    EXPECT_EQ((*refill)->end(PartitionId(0)), Position(0));
    // Left here, as a kill would leave it.
  }
  EXPECT_TRUE(refill(kept));
  EXPECT_EQ(records(), kept);
}

TEST_F(RefillTest, RecordsOfLessThanWasSignedAreRefused) {
  record_something();
  Records kept = records();
  lose();
  kept[1].pop_back();
  expect_refused(refill(kept), ErrorCode::kCorrupt, "but its checkpoint was signed at");
}

TEST_F(RefillTest, ARecordThatIsntTheOneSignedForIsRefused) {
  record_something();
  Records kept = records();
  lose();
  std::swap(kept[1].front(), kept[2].front());
  // They are the same publication, under another position's number: equal bytes would be no change.
  kept[1].front() = kept[1].back();
  expect_refused(refill(kept), ErrorCode::kCorrupt, "aren't those that its checkpoint was signed over");
}

TEST_F(RefillTest, BytesThatAreNoRecordAreRefused) {
  record_something();
  Records kept = records();
  lose();
  kept[0].front()[5] = static_cast<char>(kept[0].front()[5] ^ 1);
  expect_refused(refill(kept), ErrorCode::kCorrupt, "position 0");
}

TEST_F(RefillTest, PartitionsThatWereNeverSignedAreTakenOnlyWhereThatIsSaid) {
  record_something();
  const Records kept = records();
  lose();
  for (std::uint16_t i = 0; i < kPartitions; ++i) fs::remove(path_ / "checkpoints" / std::to_string(i));
  expect_refused(refill(kept), ErrorCode::kNotFound, "--without-checkpoint");
  const Result<Refilled> done = refill(kept, true);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->signed_for, 0U);
}

TEST_F(RefillTest, AVaultThatIsOlderThanTheRecordsIsNoticed) {
  open();
  (void)engine_->ask(open_account("k", at("2025-03-01")));
  close();
  const std::string older = *read_file(path_ / "vault" / "keys");
  record_something();
  const Records kept = records();
  lose();
  ASSERT_TRUE(write_file_atomically(path_ / "vault" / "keys", older));
  expect_refused(refill(kept), ErrorCode::kCorrupt, "lacks the keys of");
}

TEST_F(RefillTest, ALogThatIsThereIsLeftAsItIs) {
  record_something();
  const Records kept = records();
  const Result<Refilled> refused = refill({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kExists);
  EXPECT_EQ(records(), kept);
}

}  // namespace
}  // namespace ritrovo
