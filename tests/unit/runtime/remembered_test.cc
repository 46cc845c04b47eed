#include "engine/runtime/remembered.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <functional>

#include "engine/record/case_ids.h"
#include "engine/runtime/engine.h"
#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using simulation::open_account;
using simulation::report;
using ToyEngine = Engine<toy::Machine>;
namespace fs = std::filesystem;

/// A folder with a few families and the files beside its log, to be exchanged while nobody has it open.
class RememberedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    toy::control() = {};
    std::string name = (fs::temp_directory_path() / "ritrovo-remembered-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    path_ = fs::path(name) / "data";
    settings_.clock = ClockKind::kSimulated;
    settings_.partitions = 2;
    ASSERT_TRUE(Folder::init(path_, settings_));
  }
  void TearDown() override {
    limit_file_size(RLIM_INFINITY);
    engine_.reset();
    fs::remove_all(path_.parent_path());
  }
  Result<void> open() {
    engine_.reset();
    EngineOptions options;
    options.path = path_;
    auto opened = ToyEngine::open(std::move(options), toy::Machine());
    if (!opened) return tl::unexpected(opened.error());
    engine_ = std::move(*opened);
    return {};
  }
  /// Opens, has `families` more record something personal, and closes; a kill unless `cleanly`.
  void work(int families, bool cleanly = true) {
    ASSERT_TRUE(open());
    for (int i = 0; i < families; ++i) {
      const CaseId id = engine_->ask(open_account("k" + std::to_string(made_++), at("2025-03-01"))).case_id;
      ids_.push_back(id);
      ASSERT_EQ(deposit(id).kind, AnswerKind::kAccepted);
    }
    if (cleanly) {
      ASSERT_TRUE(engine_->close());
    }
    engine_.reset();
  }
  Answer deposit(CaseId id) {
    return engine_->ask(report("d" + std::to_string(made_++), id, "deposit", at("2025-03-01"), {{"name", Value("Ada")}}));
  }
  /// Writes rows into the log while nobody has it open.
  void damage(const std::function<void(const LogPort&, Batch&)>& fill) const {
    RocksLogOptions options;
    options.path = path_ / "log";
    auto log = *RocksLog::open(options);
    Batch batch;
    fill(*log, batch);
    ASSERT_TRUE(log->write(batch));
    ASSERT_TRUE(log->close());
  }
  void expect_refused(ErrorCode code, const std::vector<std::string>& words) {
    const Result<void> refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, code) << refused.error().message;
    for (const std::string& word : words) EXPECT_NE(refused.error().message.find(word), std::string::npos) << refused.error().message;
  }
  static void limit_file_size(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }

  fs::path path_;
  FolderSettings settings_;
  std::unique_ptr<ToyEngine> engine_;
  std::vector<CaseId> ids_;
  int made_ = 0;
};

TEST_F(RememberedTest, AVaultThatWasCutIsRefusedWithBothCounts) {
  work(3);
  constexpr std::uintmax_t kSlotBytes = 128;
  const fs::path keys = path_ / "vault" / "keys";
  fs::resize_file(keys, fs::file_size(keys) - 2 * kSlotBytes);
  expect_refused(ErrorCode::kCorrupt, {"vault/keys holds 2 keys", "use 4 keys", "Nobody was erased", "put it back from the newest copy of the vault"});
}

TEST_F(RememberedTest, AnOlderVaultIsRefusedAfterAKillToo) {
  work(1);
  const fs::path keys = path_ / "vault" / "keys";
  const fs::path backup = path_.parent_path() / "keys.backup";
  fs::copy_file(keys, backup);
  work(1, false);
  fs::copy_file(backup, keys, fs::copy_options::overwrite_existing);
  expect_refused(ErrorCode::kCorrupt, {"vault/keys holds 2 keys", "use 3 keys"});
}

TEST_F(RememberedTest, AMissingVaultIsToldFromAnErasure) {
  work(1);
  fs::remove(path_ / "vault" / "keys");
  expect_refused(ErrorCode::kCorrupt, {"vault/keys is missing", "use 2 keys", "Nobody was erased", "put it back from the newest copy of the vault"});
}

TEST_F(RememberedTest, AnotherFoldersVaultIsRefused) {
  work(1);
  const fs::path other = path_.parent_path() / "other";
  ASSERT_TRUE(Folder::init(other, settings_, path_ / "vault" / "master.key"));
  fs::copy_file(other / "vault" / "keys", path_ / "vault" / "keys", fs::copy_options::overwrite_existing);
  expect_refused(ErrorCode::kWrongFolder, {"vault/keys is another vault's"});
}

TEST_F(RememberedTest, AnErasureThatABackupWouldUndoIsNoticed) {
  work(2);
  const fs::path keys = path_ / "vault" / "keys";
  const fs::path backup = path_.parent_path() / "keys.backup";
  fs::copy_file(keys, backup);
  ASSERT_TRUE(open());
  ASSERT_TRUE(engine_->erase_key(person_id_for(ids_[0], "owner")));
  ASSERT_EQ(deposit(ids_[1]).kind, AnswerKind::kAccepted);
  ASSERT_TRUE(engine_->close());
  EXPECT_TRUE(open()) << "an erasure loses no slot";
  engine_.reset();
  fs::copy_file(backup, keys, fs::copy_options::overwrite_existing);
  expect_refused(ErrorCode::kCorrupt, {"0 erased", "1 erased", "older than an erasure"});
}

TEST_F(RememberedTest, AnErasureThatFailsOpensTheFolderAgain) {
  ASSERT_TRUE(open());
  ids_.push_back(engine_->ask(open_account("k", at("2025-03-01"))).case_id);
  ASSERT_EQ(deposit(ids_[0]).kind, AnswerKind::kAccepted);
  const PersonId owner = person_id_for(ids_[0], "owner");
  limit_file_size(64);
  const Result<void> erased = engine_->erase_key(owner);
  limit_file_size(RLIM_INFINITY);
  ASSERT_FALSE(erased);
  EXPECT_EQ(erased.error().code, ErrorCode::kUnavailable);
  Answer answer;
  for (int i = 0; i < 100'000 && answer.kind != AnswerKind::kAccepted; ++i) {
    answer = deposit(ids_[0]);
    std::this_thread::yield();
  }
  EXPECT_EQ(answer.kind, AnswerKind::kAccepted) << answer.message;
  EXPECT_TRUE(engine_->erase_key(owner)) << "the vault works again";
  EXPECT_TRUE(engine_->close());
}

TEST_F(RememberedTest, ACheckpointThatWasDeletedIsRefused) {
  work(2);
  fs::remove(path_ / "checkpoints" / "1");
  expect_refused(ErrorCode::kCorrupt, {"partition 1", "checkpoints/1 is missing", "one was signed at"});
}

TEST_F(RememberedTest, AnOlderCheckpointIsRefused) {
  work(4);
  fs::copy(path_ / "checkpoints", path_ / "older", fs::copy_options::recursive);
  work(4);
  fs::remove_all(path_ / "checkpoints");
  fs::rename(path_ / "older", path_ / "checkpoints");
  expect_refused(ErrorCode::kCorrupt, {"checkpoints/0 is of", "but one was signed at"});
}

/// Exchanges two records of a partition, the first ones, as somebody might who rewrites history behind a checkpoint.
void exchange_records(const LogPort& log, Batch& batch) {
  const std::string first = event_key(PartitionId(0), Position(0));
  const std::string second = event_key(PartitionId(0), Position(1));
  const std::string one = **log.get(Column::kEvents, first);
  batch.put(Column::kEvents, first, **log.get(Column::kEvents, second));
  batch.put(Column::kEvents, second, one);
}

TEST_F(RememberedTest, ALongerLogThatDoesNotExtendItsCheckpointIsRefused) {
  work(6);
  work(6, false);
  damage(exchange_records);
  expect_refused(ErrorCode::kCorrupt, {"partition 0", "aren't those of its checkpoint", "checkpoints/0"});
}

TEST_F(RememberedTest, ALedgerThatIsNotThatOfItsRecordsIsRefused) {
  work(6);
  work(6, false);
  damage([](const LogPort& log, Batch& batch) {
    std::string frontier = **log.get(Column::kLedger, ledger_frontier_key(PartitionId(0)));
    frontier.back() = static_cast<char>(frontier.back() ^ 1);
    batch.put(Column::kLedger, ledger_frontier_key(PartitionId(0)), frontier);
  });
  expect_refused(ErrorCode::kCorrupt, {"partition 0", "another root"});
}

TEST_F(RememberedTest, WhatDoesNotExtendAnEarlierCheckpointIsNotSigned) {
  work(6);
  const Result<std::string> signed_before = read_file(path_ / "checkpoints" / "0");
  ASSERT_TRUE(open());
  ASSERT_TRUE(write_file_atomically(path_ / "checkpoints" / "0", *read_file(path_ / "checkpoints" / "1")));
  const Result<void> closed = engine_->close();
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(*read_file(path_ / "checkpoints" / "0"), *signed_before) << "nothing was signed over it";
}

TEST_F(RememberedTest, SettingsThatWereEditedAreRefusedByName) {
  work(1);
  const std::string json = *read_file(path_ / "ritrovo.folder");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string edited = json;
    edited.replace(edited.find(from), from.size(), to);
    return write_file_atomically(path_ / "ritrovo.folder", edited);
  };
  ASSERT_TRUE(with("\"partitions\":2", "\"partitions\":1"));
  expect_refused(ErrorCode::kWrongFolder, {"partitions 1", "made with 2", "restore ritrovo.folder"});
  ASSERT_TRUE(with("simulated", "real"));
  expect_refused(ErrorCode::kWrongFolder, {"clock real", "made with simulated"});
  ASSERT_TRUE(with("\"incarnation\":1", "\"incarnation\":2"));
  EXPECT_TRUE(open()) << "a restore changes the incarnation";
}

TEST_F(RememberedTest, AnotherFoldersLogIsRefused) {
  work(1);
  const fs::path other = path_.parent_path() / "other";
  ASSERT_TRUE(Folder::init(other, settings_));
  fs::remove_all(path_ / "log");
  fs::rename(other / "log", path_ / "log");
  expect_refused(ErrorCode::kWrongFolder, {"log_id"});
}

}  // namespace
}  // namespace ritrovo
