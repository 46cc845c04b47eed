#include <gtest/gtest.h>

#include "engine/record/case_ids.h"
#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using simulation::House;
using simulation::HouseSettings;
using simulation::open_account;
using simulation::report;
using simulation::World;

class TimersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    toy::control() = {};
    reopen();
  }
  void reopen() {
    house_ = std::make_unique<House>(world_, settings_);
    ASSERT_TRUE(house_->open());
  }
  void make_real() {
    settings_.clock = ClockKind::kReal;
    reopen();
    now_.reset();
  }
  CaseId open(const std::string& key) { return house_->ask(open_account(key, now_)).case_id; }
  Answer plan(const std::string& key, CaseId id, const char* day) { return house_->ask(report(key, id, "plan", now_, {{"day", Value(day)}})); }
  Answer tell(const std::string& key, CaseId id, const char* fact) { return house_->ask(report(key, id, fact, now_)); }
  std::vector<Event> events(CaseId id) const {
    std::vector<Event> found;
    EXPECT_TRUE(CaseLog(house_->log()).read_case(PartitionId(0), id, Version(1), [&found](const StoredRecord& record) {
      found.push_back(record.event);
      return true;
    }));
    return found;
  }
  std::size_t rows() const { return world_.disk.seen()[static_cast<std::size_t>(Column::kTimers)].size(); }

  World world_{1};
  HouseSettings settings_;
  std::optional<Timestamp> now_ = at("2025-03-01");
  std::unique_ptr<House> house_;
};

TEST_F(TimersTest, FireBeforeTheCommandThatComesLaterAtTheBeginningOfTheirLocalDay) {
  const CaseId id = open("k1");
  (void)plan("k2", id, "2025-03-10");
  now_ = at("2025-03-20");
  (void)tell("k3", id, "deposit");
  const std::vector<Event> found = events(id);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[2].tag, toy::kWoken);
  EXPECT_EQ(to_string(found[2].recorded), "2025-03-09T23:00:00.000Z") << "midnight in Rome";
  EXPECT_EQ(found[2].provenance->actor.id, "ritrovo:timer");
  EXPECT_EQ(rows(), 0U);
}

TEST_F(TimersTest, DontFireBeforeTheirDayBegins) {
  const CaseId id = open("k1");
  (void)plan("k2", id, "2025-03-10");
  now_ = Timestamp(at("2025-03-09", 23).value() - 1);
  (void)tell("k3", id, "deposit");
  EXPECT_EQ(house_->state(id, false)->wakes, 0U);
  now_ = at("2025-03-09", 23);
  (void)tell("k4", id, "deposit");
  EXPECT_EQ(house_->state(id, false)->wakes, 1U);
}

TEST_F(TimersTest, HaveOneRowACaseThatMovesWithItsState) {
  const CaseId id = open("k1");
  (void)plan("k2", id, "2025-03-10");
  (void)plan("k3", id, "2025-05-10");
  EXPECT_EQ(rows(), 1U);
  ASSERT_EQ(house_->advance(at("2025-04-01")).kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->state(id, false)->wakes, 0U);
  ASSERT_EQ(house_->advance(at("2025-06-01")).kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->state(id, false)->wakes, 1U);
}

TEST_F(TimersTest, FireInOrderOfDayThenCaseAlsoAcrossRunsAndReopenings) {
  std::vector<CaseId> ids;
  for (int i = 0; i < 600; ++i) {
    ids.push_back(open("k" + std::to_string(i)));
    (void)plan("p" + std::to_string(i), ids.back(), i % 2 == 0 ? "2025-07-02" : "2025-07-01");
  }
  reopen();
  ASSERT_EQ(house_->advance(at("2025-08-01")).kind, AnswerKind::kAccepted);
  std::vector<Timer> woken;
  ASSERT_TRUE(CaseLog(house_->log()).scan_records(PartitionId(0), Position(1200), [&woken](const StoredRecord& record) {
    woken.push_back({record.event.effective, record.event.case_id});
    return true;
  }));
  EXPECT_EQ(woken.size(), 600U);
  EXPECT_TRUE(std::is_sorted(woken.begin(), woken.end()));
}

TEST_F(TimersTest, ThatFindNothingToDoRecordNothingAndDontFireAgain) {
  const CaseId id = open("k1");
  (void)house_->ask(report("k2", id, "deposit", now_, {{"amount", Value(std::int64_t{-5})}}));
  (void)plan("k3", id, "2025-03-10");
  ASSERT_EQ(house_->advance(at("2025-03-20")).kind, AnswerKind::kAccepted);
  EXPECT_EQ(events(id).size(), 3U);
  EXPECT_EQ(rows(), 0U);
}

TEST_F(TimersTest, OfADayThatHasComeFireBeforeTheNextCommand) {
  const CaseId id = open("k1");
  (void)plan("k2", id, "2025-02-01");
  (void)tell("k3", id, "deposit");
  EXPECT_EQ(house_->state(id, false)->wakes, 1U);
}

TEST_F(TimersTest, ThatNeverComeToRestPutTheirCaseIntoQuarantine) {
  const CaseId id = open("k1");
  (void)tell("k2", id, "restless");
  ASSERT_EQ(house_->advance(at("2025-03-20")).kind, AnswerKind::kAccepted);
  EXPECT_TRUE(house_->part(0).quarantined().contains(id));
}

TEST_F(TimersTest, OfARealFolderWaitUntilTheSourcesWereRead) {
  make_real();
  const CaseId id = open("k1");
  (void)plan("k2", id, "2025-03-10");
  world_.clock.forward(30LL * 24 * 3600 * 1000);
  house_->tick();
  EXPECT_EQ(house_->state(id, false)->wakes, 0U);
  house_->part(0).start_timers();
  house_->tick();
  EXPECT_EQ(house_->state(id, false)->wakes, 1U);
  EXPECT_EQ(events(id).back().recorded, world_.clock.now());
}

TEST_F(TimersTest, AdvanceMovesTheClockOfASimulatedPartitionForGood) {
  ASSERT_EQ(house_->advance(at("2025-06-01")).kind, AnswerKind::kAccepted);
  reopen();
  const CaseId id = open("k1");
  EXPECT_EQ(events(id).front().recorded, at("2025-06-01"));
}

TEST_F(TimersTest, ADayOfManyCommandsIsNoRestlessMachine) {
  const CaseId id = open("k1");
  (void)house_->ask(report("k2", id, "deposit", now_, {{"amount", Value(std::int64_t{-100'000})}}));
  (void)plan("k3", id, "2025-03-01");
  for (std::uint32_t i = 0; i < 2 * House::Part::kWakesMax; ++i)
    ASSERT_EQ(tell("d" + std::to_string(i), id, "deposit").kind, AnswerKind::kAccepted) << i;
}

TEST_F(TimersTest, ATimerOfAPersonWhoWasErasedGoesOnWithoutTheirPart) {
  toy::control().wake_names = true;
  const CaseId id = open("k1");
  (void)house_->ask(report("k2", id, "deposit", now_, {{"name", Value("Ada")}}));
  (void)plan("k3", id, "2025-03-10");
  ASSERT_TRUE(world_.vault.erase(person_id_for(id, "owner")));
  (void)house_->advance(at("2025-03-20"));
  EXPECT_TRUE(house_->part(0).quarantined().empty());
  EXPECT_EQ(house_->state(id, false)->wakes, 1U);
  const Box empty = events(id).back().boxes.at(0);
  EXPECT_EQ(open_box(world_.vault, id, events(id).back().version, empty)->state, BoxState::kErased);
  reopen();
  EXPECT_EQ(tell("k4", id, "deposit").kind, AnswerKind::kAccepted) << "the case goes on";
  EXPECT_EQ(house_->ask(report("k5", id, "deposit", now_, {{"name", Value("Ada")}})).rejection->code, "person_erased");
}

TEST_F(TimersTest, WhatFollowsFromACommandGoesOnWithoutAnErasedPersonsPart) {
  const CaseId id = open("k1");
  (void)house_->ask(report("k2", id, "deposit", now_, {{"name", Value("Ada")}}));
  ASSERT_TRUE(world_.vault.erase(person_id_for(id, "owner")));
  ASSERT_EQ(tell("k3", id, "consequence").kind, AnswerKind::kAccepted);
  const Event derived = events(id).back();
  EXPECT_EQ(open_box(world_.vault, id, derived.version, derived.boxes.at(0))->state, BoxState::kErased);
  EXPECT_EQ(house_->ask(report("k4", id, "deposit", now_, {{"name", Value("Ada")}})).rejection->code, "person_erased");
}

TEST(TimeZone, BeginsADayAtLocalMidnightAlsoWhereItDoesNotExist) {
  const TimeZone rome = *TimeZone::find("Europe/Rome");
  EXPECT_EQ(to_string(rome.start_of(*parse_day("2025-03-30"))), "2025-03-29T23:00:00.000Z");
  EXPECT_EQ(to_string(rome.start_of(*parse_day("2025-03-31"))), "2025-03-30T22:00:00.000Z");
  EXPECT_EQ(rome.day_of(rome.start_of(*parse_day("2025-03-31"))), *parse_day("2025-03-31"));
  EXPECT_EQ(rome.day_of(Timestamp(rome.start_of(*parse_day("2025-03-31")).value() - 1)), *parse_day("2025-03-30"));
  const TimeZone beirut = *TimeZone::find("Asia/Beirut");  // clocks go forward at midnight
  EXPECT_EQ(to_string(beirut.start_of(*parse_day("2024-03-31"))), "2024-03-30T22:00:00.000Z");
  EXPECT_FALSE(TimeZone::find("Europe/Atlantis"));
  EXPECT_NE(TimeZone::version(), "");
}

TEST(Clock, TakesAMonthOfRestForRestAndADayBackForAMistake) {
  EXPECT_TRUE(check_rest(at("2025-03-01"), at("2025-03-03")));
  EXPECT_TRUE(check_rest(at("2025-03-01"), at("2025-04-01")));
  EXPECT_FALSE(check_rest(at("2025-03-01"), at("2025-04-01", 10)));
  EXPECT_TRUE(check_rest(at("2025-03-03"), at("2025-03-02", 10)));
  EXPECT_FALSE(check_rest(at("2025-03-03"), at("2025-03-02", 8)));
}

TEST(Clock, RefusesToGoOnAcrossAJumpOfMoreThanADay) {
  simulation::FakeClock clock;
  JumpGuard guard(clock);
  clock.forward(90LL * 24 * 3600 * 1000);
  EXPECT_TRUE(guard.steady(clock)) << "time that went by is no jump";
  clock.wall = Timestamp(clock.wall.value() + 25LL * 3600 * 1000);
  EXPECT_FALSE(guard.steady(clock));
}

}  // namespace
}  // namespace ritrovo
