#include "engine/runtime/partition.h"

#include <gtest/gtest.h>

#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using simulation::House;
using simulation::HouseSettings;
using simulation::open_account;
using simulation::report;
using simulation::World;

class PartitionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    toy::control() = {};
    reopen();
  }
  void TearDown() override { toy::control() = {}; }
  void reopen() {
    house_ = std::make_unique<House>(world_, settings_);
    ASSERT_TRUE(house_->open());
  }
  Answer open(const std::string& key) { return house_->ask(open_account(key, now_)); }
  Answer tell(const std::string& key, CaseId id, const std::string& fact, Values data = {}) {
    return house_->ask(report(key, id, fact, now_, std::move(data)));
  }
  std::size_t rows(Column column) const { return world_.disk.seen()[static_cast<std::size_t>(column)].size(); }

  World world_{1};
  HouseSettings settings_;
  std::optional<Timestamp> now_ = at("2025-03-01");
  std::unique_ptr<House> house_;
};

TEST_F(PartitionTest, AnswersWithEventsVersionsAndAReceiptThatTheStoredBytesHashTo) {
  const Answer answer = open("k1");
  ASSERT_EQ(answer.kind, AnswerKind::kAccepted);
  EXPECT_EQ(answer.first, Version(1));
  EXPECT_EQ(answer.events.size(), 1U);
  const StoredRecord stored = *CaseLog(house_->log()).read_record(PartitionId(0), answer.receipt->position);
  EXPECT_EQ(leaf_hash(stored.bytes), answer.receipt->leaf);
  EXPECT_EQ(stored.event, answer.events.front());
}

TEST_F(PartitionTest, GivesTheSameAnswerToTheSameKeyAfterAReopening) {
  const Answer opened = open("k1");
  const Answer many = tell("k2", opened.case_id, "many", {{"count", Value(std::int64_t{3})}});
  reopen();
  now_ = at("2025-03-02");
  const Answer again = tell("k2", opened.case_id, "many", {{"count", Value(std::int64_t{3})}});
  EXPECT_TRUE(again.again);
  EXPECT_EQ(again.kind, AnswerKind::kAccepted);
  EXPECT_EQ(again.events, many.events);
  EXPECT_EQ(again.receipt, many.receipt);
  EXPECT_EQ(again.first, Version(2));
  EXPECT_EQ(again.last, Version(4));
  EXPECT_EQ(rows(Column::kEvents), 4U);
}

TEST_F(PartitionTest, RefusesAnotherCommandUnderTheSameKeyWithoutRecordingIt) {
  const CaseId id = open("k1").case_id;
  (void)tell("k2", id, "deposit", {{"amount", Value(std::int64_t{5})}});
  const Answer other = tell("k2", id, "deposit", {{"amount", Value(std::int64_t{6})}});
  EXPECT_EQ(other.kind, AnswerKind::kRejected);
  EXPECT_EQ(other.rejection->code, "key_reused");
  EXPECT_FALSE(other.receipt);
  EXPECT_EQ(rows(Column::kEvents), 2U);
}

TEST_F(PartitionTest, AnswersADuplicateOfAStagedCommandAfterTheCommitOfTheFirst) {
  std::vector<Answer> answers;
  const auto keep = [&answers](const Answer& answer) { answers.push_back(answer); };
  House::Part& part = house_->part(0);
  part.push(House::Part::Submitted{open_account("k1", now_), keep});
  part.run();
  part.push(House::Part::Submitted{open_account("k1", now_), keep});
  part.run();
  EXPECT_TRUE(answers.empty());
  house_->settle();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].receipt, answers[1].receipt);
  EXPECT_EQ(rows(Column::kEvents), 1U);
}

TEST_F(PartitionTest, RefusesAVerbOnAnUnknownCaseUnrecordedSoThatARetryAfterTheOpeningSucceeds) {
  const CaseId id = open_account("k1", now_).case_id;
  EXPECT_EQ(tell("k2", id, "deposit").rejection->code, "unknown_case");
  EXPECT_EQ(rows(Column::kEvents), 0U);
  (void)open("k1");
  EXPECT_EQ(tell("k2", id, "deposit").kind, AnswerKind::kAccepted);
}

TEST_F(PartitionTest, RecordsARejectionWithAPositionButNoVersionAndRepeatsIt) {
  const CaseId id = open("k1").case_id;
  const Answer first = tell("k2", id, "refuse");
  ASSERT_EQ(first.kind, AnswerKind::kRejected);
  EXPECT_EQ(first.rejection->code, "refused");
  EXPECT_EQ(first.receipt->position, Position(1));
  (void)tell("k3", id, "deposit", {{"amount", Value(std::int64_t{9})}});
  const Answer again = tell("k2", id, "refuse");
  EXPECT_EQ(again.rejection, first.rejection);
  EXPECT_EQ(again.receipt, first.receipt);
  EXPECT_EQ(house_->state(id, false)->events, 2U);
}

TEST_F(PartitionTest, NamesTheActualVersionWhereAnotherWasExpected) {
  const CaseId id = open("k1").case_id;
  Command command = report("k2", id, "deposit", now_);
  command.expect_version = Version(7);
  const Answer answer = house_->ask(command);
  EXPECT_EQ(answer.rejection->code, "version_conflict");
  EXPECT_NE(answer.rejection->reason.find("stands at version 1"), std::string::npos);
  EXPECT_TRUE(answer.receipt);
}

TEST_F(PartitionTest, RefusesToOpenACaseTwice) {
  const CaseId id = open("k1").case_id;
  Command second = open_account("k9", now_);
  second.case_id = id;
  EXPECT_EQ(house_->ask(second).rejection->code, "case_exists");
}

TEST_F(PartitionTest, RefusesACommandThatLeadsToTooManyEvents) {
  const CaseId id = open("k1").case_id;
  const Answer answer = tell("k2", id, "many", {{"count", Value(static_cast<std::int64_t>(limits::kConsequencesMax + 1))}});
  EXPECT_EQ(answer.rejection->code, "too_many_consequences");
  EXPECT_EQ(house_->state(id, false)->events, 1U);
}

TEST_F(PartitionTest, KeepsPersonalValuesOnlySealed) {
  const CaseId id = open("k1").case_id;
  const Answer answer = tell("k2", id, "deposit", {{"amount", Value(std::int64_t{1})}, {"name", Value("Ada Rossi")}});
  ASSERT_EQ(answer.events.front().boxes.size(), 1U);
  for (const auto& table : world_.disk.seen())
    for (const auto& [key, value] : table) EXPECT_EQ(value.find("Ada"), std::string::npos);
  reopen();
  EXPECT_EQ(tell("k3", id, "deposit").kind, AnswerKind::kAccepted) << "decide finds the box opened after a cold load";
}

TEST_F(PartitionTest, WantsAnInstantInASimulatedFolderAndRefusesItInARealOne) {
  now_.reset();
  EXPECT_EQ(open("k1").rejection->code, "at_required");
  settings_.clock = ClockKind::kReal;
  reopen();
  EXPECT_EQ(open("k1").kind, AnswerKind::kAccepted);
  now_ = at("2025-03-01");
  EXPECT_EQ(open("k2").rejection->code, "at_refused");
  EXPECT_EQ(house_->advance(at("2025-04-01")).rejection->code, "advance_refused");
}

TEST_F(PartitionTest, NeverRecordsAnEarlierInstantThanTheOneBefore) {
  const CaseId id = open("k1").case_id;
  now_ = at("2024-12-31");
  EXPECT_EQ(tell("k2", id, "deposit").events.front().recorded, at("2025-03-01"));
}

TEST_F(PartitionTest, RefusesAMisroutedCommandByName) {
  World wide(1, 4);
  House house(wide, settings_);
  ASSERT_TRUE(house.open());
  const Command command = open_account("k1", now_);
  const std::uint16_t owner = partition_of(command.case_id, 4).value();
  std::optional<Answer> answer;
  house.part((owner + 1) % 4).push(House::Part::Submitted{command, [&answer](const Answer& given) { answer = given; }});
  house.settle();
  EXPECT_EQ(answer->rejection->code, "misrouted");
}

TEST_F(PartitionTest, CommitsTheOffsetOfASourceWithTheEventsItLedTo) {
  Command command = open_account("k1", now_);
  command.source = Source{"commands", 41};
  (void)house_->ask(command);
  EXPECT_EQ(*CaseLog(house_->log()).source_offset(source_row("commands", PartitionId(0))), 41U);
}

TEST_F(PartitionTest, GoesOnWithSmallRunsWhileNothingIsCommittedYetUntilTheyStageWhatALargeOneDoes) {
  std::vector<Answer> answers;
  const auto keep = [&answers](const Answer& answer) { answers.push_back(answer); };
  House::Part& part = house_->part(0);
  for (int i = 0; i < 80; ++i) {
    part.push(House::Part::Submitted{open_account("k" + std::to_string(i), now_), keep});
    part.run();
  }
  EXPECT_EQ(part.waiting(), 16U) << "64 runs of one command each are under way";
  EXPECT_FALSE(part.ready());
  EXPECT_TRUE(answers.empty());
  house_->settle();
  EXPECT_EQ(answers.size(), 80U);
}

TEST_F(PartitionTest, TakesNoMoreThanTheInboxHolds) {
  House::Part& part = house_->part(0);
  for (std::size_t i = 0; i < limits::kInboxCommandsMax; ++i) ASSERT_TRUE(part.offer(House::Part::Tick{}));
  EXPECT_FALSE(part.offer(House::Part::Tick{}));
}

TEST_F(PartitionTest, AnswersFailedWhenTheSyncFailsAndGoesOnAfterAReopening) {
  const CaseId id = open("k1").case_id;
  world_.disk.faults.failed_sync = 1;
  EXPECT_EQ(tell("k2", id, "deposit").kind, AnswerKind::kFailed);
  EXPECT_EQ(tell("k3", id, "deposit").kind, AnswerKind::kFailed);
  world_.disk.faults = {};
  world_.disk.crash();
  reopen();
  EXPECT_EQ(tell("k2", id, "deposit").kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->state(id, false)->events, 2U);
}

TEST_F(PartitionTest, RefusesToOpenOverALedgerThatDoesNotFitTheEvents) {
  (void)open("k1");
  Batch damage;
  damage.erase(Column::kEvents, event_key(PartitionId(0), Position(0)));
  ASSERT_TRUE(world_.disk.write(damage));
  const Result<void> opened = House(world_, settings_).open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(opened.error().message.find("partition 0"), std::string::npos);
}

TEST_F(PartitionTest, EvictsCasesAndLoadsThemAgainWithTheSameState) {
  settings_.cache.cases = 2;
  reopen();
  std::vector<CaseId> ids;
  for (int i = 0; i < 8; ++i) ids.push_back(open("k" + std::to_string(i)).case_id);
  for (int round = 0; round < 3; ++round)
    for (const CaseId id : ids) ASSERT_EQ(tell("d" + std::to_string(round) + id.printed(), id, "deposit").kind, AnswerKind::kAccepted);
  for (const CaseId id : ids) EXPECT_EQ(house_->state(id, false)->events, 4U);
}

TEST_F(PartitionTest, RecordsAPublicationInTheFoldersOwnStreamAndDecidesWithIt) {
  const Answer answer = house_->publish("catalogue", now_);
  EXPECT_EQ(answer.first, Version(1));
  const Answer opened = open("k1");
  EXPECT_EQ(opened.events.front().body.back(), 1) << "the machine knows one publication";
  reopen();
  EXPECT_EQ(house_->part(0).publications(), Version(1));
}

}  // namespace
}  // namespace ritrovo
