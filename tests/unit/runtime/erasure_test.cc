#include "engine/runtime/erasure.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "engine/runtime/backup.h"
#include "engine/runtime/engine.h"
#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using simulation::open_account;
using simulation::report;
using ToyEngine = Engine<toy::Machine>;
namespace fs = std::filesystem;

const Actor kOne{"u-1", "city", {"clerk"}};
const Actor kTwo{"u-2", "city", {"clerk"}};

/// The process ended here.
struct Killed {};

class ErasureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    toy::control() = {};
    std::string name = (fs::temp_directory_path() / "ritrovo-erasure-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    place_ = name;
    FolderSettings settings;
    settings.clock = ClockKind::kSimulated;
    settings.partitions = 2;
    ASSERT_TRUE(Folder::init(place_ / "data", settings));
    open();
    id_ = engine_->ask(open_account("k", at("2025-03-01"))).case_id;
    const Answer told = engine_->ask(report("d", id_, "deposit", at("2025-03-01"), {{"name", Value("Ada")}}));
    ASSERT_EQ(told.kind, AnswerKind::kAccepted);
    for (const Event& event : told.events)
      for (const Box& box : event.boxes) person_ = box.owner;
    ASSERT_NE(person_, PersonId());
  }
  void TearDown() override {
    engine_.reset();
    fs::remove_all(place_);
  }
  void open(const std::string& name = "data") {
    engine_.reset();
    EngineOptions options;
    options.path = place_ / name;
    options.erasing = [this](std::string_view step) {
      if (step == dies_at_) throw Killed{};
    };
    auto opened = ToyEngine::open(std::move(options), toy::Machine());
    ASSERT_TRUE(opened) << opened.error().message;
    engine_ = std::move(*opened);
  }
  Answer ask(ErasureStage stage, const Actor& by) { return engine_->erase(id_, {stage, stage >= ErasureStage::kHeld ? PersonId() : person_, "asked for"}, by, at("2025-03-02")); }
  std::string code_of(const Answer& answer) { return answer.rejection ? answer.rejection->code : std::string(name_of(answer.kind)); }
  /// Whether the person's values can still be read.
  bool readable() {
    const auto opened = engine_->opened(**engine_->state(id_));
    for (const Opened::Entry& entry : opened->entries())
      if (entry.owner == person_ && entry.state == BoxState::kOpen) return true;
    return false;
  }
  void expect_erased() {
    EXPECT_FALSE(readable());
    const auto all = *engine_->erasures();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().stage, ErasureStage::kCompleted);
    EXPECT_EQ(engine_->folder().erased()->size(), 1U);
    // Nothing is recorded about them any more, and processing still agrees with replay.
    EXPECT_EQ(code_of(engine_->ask(report("again", id_, "deposit", at("2025-03-03"), {{"name", Value("Ada")}}))), "person_erased");
    EXPECT_EQ(ToyEngine::exact_hash((*engine_->state(id_))->state), ToyEngine::exact_hash((*engine_->replay(id_))->state));
  }

  fs::path place_;
  std::unique_ptr<ToyEngine> engine_;
  CaseId id_;
  PersonId person_;
  std::string dies_at_;
};

TEST_F(ErasureTest, TakesTwoPersons) {
  EXPECT_EQ(code_of(ask(ErasureStage::kApproved, kTwo)), "not_proposed");
  EXPECT_EQ(code_of(ask(ErasureStage::kProposed, kOne)), "accepted");
  EXPECT_EQ(code_of(ask(ErasureStage::kProposed, kTwo)), "already_proposed");
  EXPECT_EQ(code_of(ask(ErasureStage::kApproved, kOne)), "second_person");
  EXPECT_TRUE(readable());
  EXPECT_EQ(code_of(ask(ErasureStage::kApproved, kTwo)), "accepted");
  expect_erased();
  EXPECT_EQ(code_of(ask(ErasureStage::kApproved, kTwo)), "already_erased");
  EXPECT_EQ(code_of(ask(ErasureStage::kCompleted, kTwo)), "not_asked_for");
}

/// Every key and value of a log, decoded from its files.
std::string all_rows(const fs::path& log_folder) {
  RocksLogOptions options;
  options.path = log_folder;
  auto log = *RocksLog::open(std::move(options));
  std::string all;
  for (std::size_t column = 0; column < kColumns; ++column)
    EXPECT_TRUE(log->scan(static_cast<Column>(column), {}, {}, [&all](std::string_view key, std::string_view value) {
      all.append(key).append(value);
      return true;
    }));
  EXPECT_TRUE(log->close());
  return all;
}

TEST_F(ErasureTest, LeavesNoValueAndNoKeyInTheFolderOrALaterBackup) {
  const std::string before = *read_file(place_ / "data" / "vault" / "keys");
  ASSERT_EQ(code_of(ask(ErasureStage::kProposed, kOne)), "accepted");
  ASSERT_EQ(code_of(ask(ErasureStage::kApproved, kTwo)), "accepted");
  ASSERT_TRUE(engine_->back_up(place_ / "backup", *new_vault_copy(place_ / "vaults", at("2025-03-01"))));
  ASSERT_TRUE(engine_->close());
  engine_.reset();
  const fs::path copy = fs::directory_iterator(place_ / "vaults")->path();
  ASSERT_TRUE(restore_backup(place_ / "backup" / "log", 1, place_ / "restored"));
  const std::string rows = all_rows(place_ / "data" / "log") + all_rows(place_ / "restored");
  EXPECT_EQ(rows.find("Ada"), std::string::npos);
  std::string person;
  for (int shift = 56; shift >= 0; shift -= 8) person.push_back(static_cast<char>(person_.value() >> shift));
  const std::size_t slot = before.find(person);
  ASSERT_NE(slot, std::string::npos);
  const std::string wrapped = before.substr(slot + 16, 24 + 32 + 16);
  for (const fs::path& keys : {place_ / "data" / "vault" / "keys", copy / "keys"}) EXPECT_EQ(read_file(keys)->find(wrapped), std::string::npos);
  EXPECT_EQ(rows.find(wrapped), std::string::npos);
}

TEST_F(ErasureTest, IsStoppedByALegalHoldUntilThatEnds) {
  ASSERT_EQ(code_of(ask(ErasureStage::kProposed, kOne)), "accepted");
  EXPECT_EQ(code_of(ask(ErasureStage::kHoldEnded, kOne)), "not_held");
  EXPECT_EQ(code_of(ask(ErasureStage::kHeld, kOne)), "accepted");
  EXPECT_EQ(code_of(ask(ErasureStage::kApproved, kTwo)), "legal_hold");
  EXPECT_TRUE(readable());
  EXPECT_EQ(code_of(ask(ErasureStage::kHoldEnded, kOne)), "accepted");
  EXPECT_EQ(code_of(ask(ErasureStage::kApproved, kTwo)), "accepted");
  expect_erased();
}

TEST_F(ErasureTest, MayBeWithdrawnAndProposedAgain) {
  ASSERT_EQ(code_of(ask(ErasureStage::kProposed, kOne)), "accepted");
  EXPECT_EQ(code_of(ask(ErasureStage::kWithdrawn, kOne)), "accepted");
  EXPECT_EQ(code_of(ask(ErasureStage::kApproved, kTwo)), "not_proposed");
  EXPECT_EQ(code_of(ask(ErasureStage::kProposed, kTwo)), "accepted");
  EXPECT_EQ(code_of(ask(ErasureStage::kApproved, kOne)), "accepted");
  expect_erased();
}

TEST_F(ErasureTest, IsFinishedAtTheNextOpeningWhereverItWasInterrupted) {
  ASSERT_EQ(code_of(ask(ErasureStage::kProposed, kOne)), "accepted");
  ASSERT_TRUE(engine_->close());
  engine_.reset();
  fs::copy(place_ / "data", place_ / "proposed", fs::copy_options::recursive);
  for (const char* step : {"intent", "key", "register", "completion"}) {
    fs::remove_all(place_ / "data");
    fs::copy(place_ / "proposed", place_ / "data", fs::copy_options::recursive);
    dies_at_.clear();
    open();
    dies_at_ = step;
    EXPECT_THROW((void)ask(ErasureStage::kApproved, kTwo), Killed) << step;
    engine_.reset();  // as a kill leaves it
    dies_at_.clear();
    open();
    SCOPED_TRACE(step);
    expect_erased();
  }
}

TEST_F(ErasureTest, SurvivesARestoreFromBeforeIt) {
  ASSERT_TRUE(engine_->back_up(place_ / "backup", *new_vault_copy(place_ / "vaults", at("2025-03-01"))));
  ASSERT_EQ(code_of(ask(ErasureStage::kProposed, kOne)), "accepted");
  ASSERT_EQ(code_of(ask(ErasureStage::kApproved, kTwo)), "accepted");
  ASSERT_TRUE(engine_->close());
  engine_.reset();
  RestoreWish wish{place_ / "backup", {}, fs::directory_iterator(place_ / "vaults")->path(), {place_ / "data" / "erasures"}, Timestamp(1000)};
  const auto settings = restore_folder(wish, place_ / "restored");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->incarnation, 1000U);
  fs::copy(place_ / "data" / "vault" / "master.key", place_ / "restored" / "vault" / "master.key");
  open("restored");
  expect_erased();
}

TEST_F(ErasureTest, ReachesACaseThatARestoreBringsBackInQuarantine) {
  toy::control().decide_broken = true;
  const auto fails = [&] { return engine_->ask(report("culprit", id_, "fail", at("2025-03-01"), {{"name", Value("Ada")}})); };
  ASSERT_EQ(fails().kind, AnswerKind::kParked);
  ASSERT_TRUE(engine_->back_up(place_ / "backup", *new_vault_copy(place_ / "vaults", at("2025-03-01"))));
  EXPECT_EQ(code_of(ask(ErasureStage::kProposed, kOne)), "accepted");
  EXPECT_EQ(code_of(ask(ErasureStage::kApproved, kTwo)), "in_quarantine");
  toy::control() = {};
  ASSERT_EQ(engine_->release(id_, kOne, "mended", at("2025-03-02")).kind, AnswerKind::kAccepted);
  ASSERT_EQ(code_of(ask(ErasureStage::kApproved, kTwo)), "accepted");
  ASSERT_TRUE(engine_->close());
  engine_.reset();
  RestoreWish wish{place_ / "backup", {}, fs::directory_iterator(place_ / "vaults")->path(), {place_ / "data" / "erasures"}, Timestamp(1000)};
  ASSERT_TRUE(restore_folder(wish, place_ / "restored"));
  fs::copy(place_ / "data" / "vault" / "master.key", place_ / "restored" / "vault" / "master.key");
  open("restored");
  EXPECT_FALSE(readable());
  // What was parked spoke of them: it isn't run, and the rest of the case goes on.
  ASSERT_EQ(engine_->release(id_, kOne, "restored", at("2025-03-03")).kind, AnswerKind::kAccepted);
  EXPECT_EQ(fails().kind, AnswerKind::kParked);
  expect_erased();
}

TEST_F(ErasureTest, OfTwentyPersonsLeavesNoValueAndNoKeyInAnyFile) {
  std::vector<CaseId> cases;
  for (int i = 0; i < 20; ++i) {
    cases.push_back(engine_->ask(open_account("p" + std::to_string(i), at("2025-03-01"))).case_id);
    const Answer told = engine_->ask(report("d" + std::to_string(i), cases.back(), "deposit", at("2025-03-01"), {{"name", Value("Ada-Lovelace-" + std::to_string(i))}}));
    ASSERT_EQ(told.kind, AnswerKind::kAccepted);
  }
  toy::control().decide_broken = true;
  ASSERT_EQ(engine_->ask(report("parked", cases[0], "fail", at("2025-03-01"), {{"name", Value("Ada-Lovelace-0")}})).kind, AnswerKind::kParked);
  toy::control() = {};
  ASSERT_EQ(engine_->release(cases[0], kOne, "mended", at("2025-03-01")).kind, AnswerKind::kAccepted);
  const std::string before = *read_file(place_ / "data" / "vault" / "keys");
  std::vector<std::string> wrapped;
  for (const CaseId case_id : cases) {
    const PersonId person = engine_->opened(**engine_->state(case_id))->entries().front().owner;
    std::string printed;
    for (int shift = 56; shift >= 0; shift -= 8) printed.push_back(static_cast<char>(person.value() >> shift));
    const std::size_t slot = before.find(printed);
    ASSERT_NE(slot, std::string::npos);
    wrapped.push_back(before.substr(slot + 16, 24 + 32 + 16));
    ASSERT_EQ(code_of(engine_->erase(case_id, {ErasureStage::kProposed, person, ""}, kOne, at("2025-03-02"))), "accepted");
    ASSERT_EQ(code_of(engine_->erase(case_id, {ErasureStage::kApproved, person, ""}, kTwo, at("2025-03-02"))), "accepted");
  }
  ASSERT_TRUE(engine_->back_up(place_ / "backup", *new_vault_copy(place_ / "vaults", at("2025-03-02"))));
  ASSERT_TRUE(engine_->close());
  engine_.reset();
  ASSERT_TRUE(restore_backup(place_ / "backup" / "log", 1, place_ / "restored"));
  std::string all = all_rows(place_ / "data" / "log") + all_rows(place_ / "restored");
  for (const fs::directory_entry& file : fs::recursive_directory_iterator(place_))
    if (file.is_regular_file()) all += *read_file(file.path());
  EXPECT_EQ(all.find("Ada-Lovelace"), std::string::npos);
  for (const std::string& key : wrapped) EXPECT_EQ(all.find(key), std::string::npos);
}

TEST_F(ErasureTest, RowsAreComparedWithTheRecords) {
  ASSERT_EQ(code_of(ask(ErasureStage::kProposed, kOne)), "accepted");
  ASSERT_EQ(code_of(ask(ErasureStage::kHeld, kTwo)), "accepted");
  ASSERT_TRUE(engine_->close());
  engine_.reset();
  RocksLogOptions options;
  options.path = place_ / "data" / "log";
  auto log = *RocksLog::open(std::move(options));
  EXPECT_EQ(wrong_erasure_rows(*log, 2)->size(), 0U);
  Batch edited;
  edited.put(Column::kMeta, "erasure/" + id_.printed() + "/" + person_.printed(), std::string(1, '\2') + "u-1");
  edited.erase(Column::kMeta, "hold/" + id_.printed());
  ASSERT_TRUE(log->write(edited));
  EXPECT_EQ(wrong_erasure_rows(*log, 2)->size(), 2U);
  ASSERT_TRUE(log->close());
}

TEST_F(ErasureTest, BackupUnderWayHoldsWhatWasAnsweredBeforeIt) {
  std::atomic<int> answered = 0;
  std::atomic<bool> stop = false;
  std::vector<CaseId> opened;
  std::thread busy([&] {
    while (!stop) {
      const Answer answer = engine_->ask(open_account("b" + std::to_string(answered), at("2025-03-01")));
      if (answer.kind != AnswerKind::kAccepted) continue;
      opened.push_back(answer.case_id);
      ++answered;
    }
  });
  while (answered < 50) std::this_thread::yield();
  const int before = answered;
  const auto first = engine_->back_up(place_ / "backup", *new_vault_copy(place_ / "vaults", at("2025-03-01")));
  while (answered < before + 50) std::this_thread::yield();
  const int later = answered;
  const auto second = engine_->back_up(place_ / "backup", std::nullopt);
  stop = true;
  busy.join();
  ASSERT_TRUE(first && second) << (first ? second : first).error().message;
  EXPECT_EQ(second->id, first->id + 1);
  EXPECT_TRUE(verify_backup(place_ / "backup" / "log", first->id));
  ASSERT_TRUE(engine_->close());
  engine_.reset();
  // The vault's copy is of the first one; what the second one holds beside was opened without a box.
  for (const auto& [id, count] : {std::pair(first->id, before), std::pair(second->id, later)}) {
    fs::remove_all(place_ / "restored");
    RestoreWish wish{place_ / "backup", id, fs::directory_iterator(place_ / "vaults")->path(), {}, Timestamp(1000)};
    ASSERT_TRUE(restore_folder(wish, place_ / "restored"));
    fs::copy(place_ / "data" / "vault" / "master.key", place_ / "restored" / "vault" / "master.key");
    open("restored");
    for (int i = 0; i < count; ++i) ASSERT_TRUE(*engine_->state(opened[i])) << i << " of " << count;
    ASSERT_TRUE(engine_->close());
    engine_.reset();
  }
}

TEST(ErasureRegister, IsReadBackAndUnited) {
  const ErasedPerson ada{CaseId(1), PersonId(5), at("2025-03-01")};
  const ErasedPerson bea{CaseId(2), PersonId(3), at("2025-03-02")};
  const std::string text = register_text({ada, bea, ada});
  EXPECT_EQ(parse_register(text).value(), (std::vector<ErasedPerson>{bea, ada}));
  EXPECT_EQ(united({ada}, {bea, {CaseId(1), PersonId(5), at("2025-04-01")}}), (std::vector<ErasedPerson>{bea, ada}));
  EXPECT_FALSE(parse_register(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(parse_register("{}\n"));
  EXPECT_EQ(parse_register("")->size(), 0U);
}

}  // namespace
}  // namespace ritrovo
