#include <gtest/gtest.h>

#include <vector>

#include "engine/record/engine_bodies.h"
#include "engine/runtime/parked.h"
#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using simulation::House;
using simulation::HouseSettings;
using simulation::open_account;
using simulation::report;
using simulation::World;

class QuarantineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    toy::control() = {};
    toy::control().decide_broken = true;
    reopen();
    id_ = house_->ask(open_account("k1", now_)).case_id;
  }
  void TearDown() override { toy::control() = {}; }
  void reopen() {
    house_ = std::make_unique<House>(world_, settings_);
    ASSERT_TRUE(house_->open());
  }
  Answer tell(const std::string& key, const char* fact, Values data = {}) { return house_->ask(report(key, id_, fact, now_, std::move(data))); }

  /// What waits, as the records tell it and as the rows do.
  std::vector<Position> waiting_by_records() const {
    ParkedCommands parked;
    EXPECT_TRUE(CaseLog(house_->log()).scan_records(PartitionId(0), Position(0), [&parked](const StoredRecord& record) { return parked.note(record), true; }));
    std::vector<Position> positions;
    for (const auto& [case_id, waiting] : parked.waiting())
      for (const ParkedCommands::Waiting& one : waiting) positions.push_back(one.position);
    return positions;
  }
  std::vector<Position> waiting_by_rows() const {
    std::vector<Position> positions;
    EXPECT_TRUE(CaseLog(house_->log()).parked(PartitionId(0), id_, [&positions](Position position) { return positions.push_back(position), true; }));
    return positions;
  }

  World world_{1};
  HouseSettings settings_;
  std::optional<Timestamp> now_ = at("2025-03-01");
  std::unique_ptr<House> house_;
  CaseId id_;
};

TEST_F(QuarantineTest, ParksTheCommandThatHitABugAndThoseAfterItButNoOtherCase) {
  EXPECT_EQ(tell("k2", "fail").kind, AnswerKind::kParked);
  EXPECT_EQ(tell("k3", "deposit").kind, AnswerKind::kParked);
  EXPECT_EQ(house_->ask(open_account("other", now_)).kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->state(id_, false)->events, 1U);
}

TEST_F(QuarantineTest, AnswersParkedToTheSameKeyAndTheFinalAnswerOnceItRan) {
  const Answer parked = tell("k2", "fail");
  const Answer again = tell("k2", "fail");
  EXPECT_EQ(again.kind, AnswerKind::kParked);
  EXPECT_EQ(again.receipt, parked.receipt);
  toy::control().decide_broken = false;
  ASSERT_EQ(house_->release(id_, now_).kind, AnswerKind::kAccepted);
  const Answer final = tell("k2", "fail");
  EXPECT_EQ(final.kind, AnswerKind::kAccepted);
  EXPECT_TRUE(final.again);
  EXPECT_EQ(final.first, Version(2));
}

TEST_F(QuarantineTest, RefusesTheReleaseWhileTheCulpritStillFailsAndRecordsNothing) {
  (void)tell("k2", "fail");
  const std::size_t before = world_.disk.seen()[static_cast<std::size_t>(Column::kEvents)].size();
  const Answer refused = house_->release(id_, now_);
  EXPECT_EQ(refused.kind, AnswerKind::kRejected);
  EXPECT_EQ(refused.rejection->code, "still_failing");
  EXPECT_EQ(world_.disk.seen()[static_cast<std::size_t>(Column::kEvents)].size(), before);
  EXPECT_EQ(tell("k3", "deposit").kind, AnswerKind::kParked);
}

TEST_F(QuarantineTest, RunsTheParkedCommandsInTheirOrderOnRelease) {
  (void)tell("k2", "fail");
  (void)tell("k3", "deposit", {{"amount", Value(std::int64_t{10})}});
  (void)tell("k4", "refuse");
  toy::control().decide_broken = false;
  reopen();
  EXPECT_EQ(tell("k5", "deposit").kind, AnswerKind::kParked) << "quarantine outlives the process";
  ASSERT_EQ(house_->release(id_, now_).kind, AnswerKind::kAccepted);
  EXPECT_EQ(tell("k3", "deposit", {{"amount", Value(std::int64_t{10})}}).first, Version(3));
  EXPECT_EQ(tell("k4", "refuse").rejection->reason, "balance 11");
  EXPECT_EQ(tell("k6", "deposit").kind, AnswerKind::kAccepted);
  EXPECT_TRUE(house_->part(0).quarantined().empty());
  EXPECT_EQ(house_->release(id_, now_).rejection->code, "not_quarantined");
}

TEST_F(QuarantineTest, TakesInACaseWhoseApplyFailsWithoutKeepingHalfOfIt) {
  toy::control().apply_broken = true;
  EXPECT_EQ(tell("k2", "fail_apply").kind, AnswerKind::kParked);
  EXPECT_EQ(house_->state(id_, false)->events, 1U);
  toy::control() = {};
  ASSERT_EQ(house_->release(id_, now_).kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->state(id_, false)->events, 3U);
}

TEST_F(QuarantineTest, KeepsARestAgainWhereAParkedCommandFailsInTurn) {
  (void)tell("k2", "fail");
  (void)tell("k3", "deposit");
  (void)tell("k4", "fail_apply");
  (void)tell("k5", "deposit");
  toy::control().decide_broken = false;
  toy::control().apply_broken = true;
  EXPECT_EQ(house_->release(id_, now_).rejection->code, "still_failing");
  EXPECT_EQ(tell("k3", "deposit").kind, AnswerKind::kAccepted) << "what ran stays";
  EXPECT_EQ(tell("k4", "fail_apply").kind, AnswerKind::kParked);
  toy::control() = {};
  ASSERT_EQ(house_->release(id_, now_).kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->state(id_, false)->events, 6U);
}

TEST_F(QuarantineTest, RecordsAloneTellWhichCommandsStillWaitAfterAReleaseThatWasCutShort) {
  toy::control().decide_broken = false;
  toy::control().apply_broken = true;
  (void)tell("k2", "fail_apply");
  (void)tell("k3", "deposit");
  (void)tell("k4", "fail");
  (void)tell("k5", "deposit");
  EXPECT_EQ(waiting_by_records().size(), 4U);
  toy::control() = {};
  toy::control().decide_broken = true;
  ASSERT_EQ(house_->release(id_, now_).rejection->code, "still_failing");
  EXPECT_EQ(waiting_by_rows().size(), 2U) << "two ran";
  EXPECT_EQ(waiting_by_records(), waiting_by_rows());
  toy::control() = {};
  ASSERT_EQ(house_->release(id_, now_).kind, AnswerKind::kAccepted);
  EXPECT_TRUE(waiting_by_rows().empty());
  EXPECT_TRUE(waiting_by_records().empty());
}

TEST_F(QuarantineTest, MakesTimersOfTheCaseWait) {
  (void)tell("k2", "plan", {{"day", Value("2025-03-05")}});
  (void)tell("k3", "fail");
  ASSERT_EQ(house_->advance(at("2025-03-10")).kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->state(id_, false)->wakes, 0U);
  toy::control().decide_broken = false;
  ASSERT_EQ(house_->release(id_).kind, AnswerKind::kAccepted);
  ASSERT_EQ(house_->advance(at("2025-03-11")).kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->state(id_, false)->wakes, 1U);
}

TEST_F(QuarantineTest, KeepsParkedCommandsSealed) {
  (void)tell("k2", "fail", {{"name", Value("Ada Rossi")}});
  for (const auto& table : world_.disk.seen())
    for (const auto& [key, value] : table) EXPECT_EQ(value.find("Ada"), std::string::npos);
}

TEST_F(QuarantineTest, TakesInTheCaseOfACommandThatEndedTheProcessTwice) {
  toy::control().on_crash = [] { throw simulation::Crash{}; };
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW((void)tell("k2", "crash"), simulation::Crash);
    world_.disk.crash();
    reopen();
  }
  EXPECT_EQ(tell("k2", "crash").kind, AnswerKind::kParked);
  toy::control().on_crash = nullptr;
  ASSERT_EQ(house_->release(id_, now_).kind, AnswerKind::kAccepted);
  EXPECT_EQ(tell("k2", "crash").kind, AnswerKind::kAccepted);
}

TEST_F(QuarantineTest, TakesInTheCaseThatEndsTheProcessWhenItIsLoaded) {
  for (const auto when : {SnapshotPolicy::When::kNever, SnapshotPolicy::When::kEveryEvent}) {
    settings_.snapshots.when = when;
    reopen();
    const CaseId id = house_->ask(open_account(when == SnapshotPolicy::When::kNever ? "events" : "snapshot", now_)).case_id;
    const auto deposit = [&] { return house_->ask(report("d" + id.printed(), id, "deposit", now_)); };
    (void)house_->ask(report("c" + id.printed(), id, "crash_apply", now_));
    toy::control().on_crash = [] { throw simulation::Crash{}; };
    reopen();
    for (int i = 0; i < 2; ++i) {
      EXPECT_THROW((void)deposit(), simulation::Crash);
      world_.disk.crash();
      reopen();
    }
    EXPECT_EQ(deposit().kind, AnswerKind::kParked);
    EXPECT_EQ(tell("other" + id.printed(), "deposit").kind, AnswerKind::kAccepted);
    toy::control().on_crash = nullptr;
    ASSERT_EQ(house_->release(id, now_).kind, AnswerKind::kAccepted);
    EXPECT_EQ(deposit().kind, AnswerKind::kAccepted);
  }
}

TEST_F(QuarantineTest, KeepsNoSnapshotOfACaseWhoseEncodingEndsTheProcess) {
  settings_.snapshots.when = SnapshotPolicy::When::kEveryEvent;
  toy::control().on_encode = [] { throw simulation::Crash{}; };
  reopen();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW((void)tell("k2", "deposit"), simulation::Crash);
    world_.disk.crash();
    reopen();
  }
  EXPECT_EQ(tell("k2", "deposit").kind, AnswerKind::kAccepted);
  EXPECT_TRUE(house_->part(0).quarantined().empty());
}

TEST_F(QuarantineTest, RunsWhatWasParkedInAsManyRunsAsItTakes) {
  (void)tell("k2", "fail");
  const std::string text(8000, 'x');
  constexpr std::uint32_t kParked = 1200;
  for (std::uint32_t i = 0; i < kParked; ++i) (void)tell("p" + std::to_string(i), "deposit", {{"name", Value(text)}});
  toy::control().decide_broken = false;
  std::size_t most_bytes = 0;
  std::size_t most_events = 0;
  house_->hand_over_to([&](StagedRun run) {
    std::size_t events = 0;
    run.batch.for_each([&events](const Batch::Write& write) { events += write.column == Column::kEvents ? 1 : 0; });
    most_events = std::max(most_events, events);
    most_bytes = std::max(most_bytes, run.batch.bytes());
    house_->committer().hand_over(std::move(run));
  });
  ASSERT_EQ(house_->release(id_, now_).kind, AnswerKind::kAccepted);
  EXPECT_LE(most_events, limits::kRunCommandsMax + 1);
  EXPECT_LE(most_bytes, limits::kRunBytesMax + limits::kRecordBytesMax);
  EXPECT_EQ(house_->state(id_, false)->events, 2 + kParked);
  EXPECT_TRUE(house_->part(0).quarantined().empty());
  reopen();
  EXPECT_TRUE(house_->part(0).quarantined().empty());
}

TEST_F(QuarantineTest, RefusesACommandThatIsTooLargeToBeKept) {
  (void)tell("k2", "fail");
  const Answer answer = tell("k3", "deposit", {{"name", Value(std::string(limits::kRecordBytesMax, 'x'))}});
  EXPECT_EQ(answer.rejection->code, "record_too_large");
  EXPECT_EQ(tell("k4", "deposit").kind, AnswerKind::kParked) << "the partition goes on";
}

TEST_F(QuarantineTest, ACulpritThatIsTooLargeToBeKeptBringsItsCaseThereAllTheSame) {
  House::Part& part = house_->part(0);
  std::vector<Answer> answers;
  const auto push = [&](const char* key, const char* fact, Values data) {
    part.push(House::Part::Submitted{report(key, id_, fact, now_, std::move(data)), [&answers](const Answer& answer) { answers.push_back(answer); }});
  };
  push("k2", "deposit", {});
  push("k3", "fail", {{"name", Value(std::string(limits::kRecordBytesMax, 'x'))}});
  push("k4", "deposit", {});
  house_->settle();
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].kind, AnswerKind::kAccepted);
  EXPECT_EQ(answers[1].rejection->code, "record_too_large");
  EXPECT_EQ(answers[2].kind, AnswerKind::kParked) << "what is in memory may be half changed, and what was staged isn't in the log yet";
  ASSERT_EQ(house_->release(id_, now_).kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->state(id_, false)->events, 3U);
}

TEST_F(QuarantineTest, LetsACommandPassThatOneCrashMerelyMet) {
  toy::control().on_crash = [] { throw simulation::Crash{}; };
  EXPECT_THROW((void)tell("k2", "crash"), simulation::Crash);
  world_.disk.crash();
  toy::control().on_crash = nullptr;
  reopen();
  EXPECT_EQ(tell("k2", "crash").kind, AnswerKind::kAccepted);
}

TEST_F(QuarantineTest, RecordsWhyAndSaysNothingPersonal) {
  (void)tell("k2", "fail");
  const StoredRecord record = *CaseLog(house_->log()).read_record(PartitionId(0), Position(1));
  ASSERT_EQ(record.event.tag, RecordTag::kCaseQuarantined);
  const QuarantineBody body = *decode_quarantine(record.event.body);
  EXPECT_EQ(body.cause, QuarantineCause::kDecide);
  EXPECT_NE(body.detail.find("decide_broken"), std::string::npos);
  EXPECT_NE(explain(body).find("The command 'report' met a mistake of the program"), std::string::npos) << explain(body);
  EXPECT_NE(explain(body).find("release the case"), std::string::npos) << explain(body);
}

}  // namespace
}  // namespace ritrovo
