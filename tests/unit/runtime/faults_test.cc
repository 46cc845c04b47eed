#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>

#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using simulation::House;
using simulation::HouseSettings;
using simulation::open_account;
using simulation::report;
using simulation::World;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

class FaultsTest : public ::testing::Test {
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
  void use_a_real_clock() {
    settings_.clock = ClockKind::kReal;
    reopen();
    house_->part(0).start_timers();
  }
  std::size_t events() const { return world_.disk.seen()[static_cast<std::size_t>(Column::kEvents)].size(); }

  World world_{1};
  HouseSettings settings_;
  std::unique_ptr<House> house_;
};

TEST_F(FaultsTest, AStoppedPartitionAnswersEachOfManyThatWaitOnce) {
  world_.disk.faults.failed_sync = 1;
  EXPECT_EQ(house_->ask(open_account("k1", at("2025-03-01"))).kind, AnswerKind::kFailed);
  std::vector<int> answers(2 * limits::kRunCommandsMax + 1);
  for (std::size_t i = 0; i < answers.size(); ++i)
    house_->part(0).push(House::Part::Submitted{open_account("o" + std::to_string(i), at("2025-03-01")), [&answers, i](const Answer&) { ++answers[i]; }});
  house_->settle();
  EXPECT_EQ(answers, std::vector<int>(answers.size(), 1));
}

/// A vault that stops working.
class BrokenVault final : public VaultPort {
 public:
  explicit BrokenVault(VaultPort& vault) : vault_(vault) {}
  bool broken = false;
  std::function<void()> before_seal;
  Result<void> ensure(PersonId owner) override { return broken ? failure(ErrorCode::kUnavailable, "the vault stopped") : vault_.ensure(owner); }
  Result<void> sync() override { return vault_.sync(); }
  Result<std::string> seal(const BoxPlace& place, std::string_view plaintext) const override {
    if (before_seal) before_seal();
    return vault_.seal(place, plaintext);
  }
  Result<OpenedBox> open(const BoxPlace& place, std::string_view sealed) const override { return vault_.open(place, sealed); }
  Result<void> erase(PersonId owner) override { return vault_.erase(owner); }
  VaultMark mark() const override { return vault_.mark(); }

 private:
  VaultPort& vault_;
};

TEST_F(FaultsTest, ACommandThatTheWorldInterruptedInDecideIsNotTakenForACrash) {
  BrokenVault vault(world_.vault);
  house_->use(vault);
  const CaseId id = house_->ask(open_account("k1", at("2025-03-01"))).case_id;
  vault.broken = true;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(house_->ask(report("k2", id, "deposit", at("2025-03-01"), {{"name", Value("Ada")}})).kind, AnswerKind::kFailed);
    reopen();
    house_->use(vault);
  }
  vault.broken = false;
  EXPECT_EQ(house_->ask(report("k2", id, "deposit", at("2025-03-01"), {{"name", Value("Ada")}})).kind, AnswerKind::kAccepted);
}

TEST_F(FaultsTest, APersonWhoIsErasedBetweenKeyAndSealStopsNobody) {
  BrokenVault vault(world_.vault);
  house_->use(vault);
  const CaseId id = house_->ask(open_account("k1", at("2025-03-01"))).case_id;
  vault.before_seal = [&] { (void)world_.vault.erase(person_id_for(id, "owner")); };
  EXPECT_EQ(house_->ask(report("k2", id, "deposit", at("2025-03-01"), {{"name", Value("Ada")}})).rejection->code, "person_erased");
  EXPECT_EQ(house_->ask(report("k3", id, "deposit", at("2025-03-01"))).kind, AnswerKind::kAccepted);
}

TEST_F(FaultsTest, WhatWasOpenedOfAnErasedPersonLeavesTheCasesInMemory) {
  const CaseId id = house_->ask(open_account("k1", at("2025-03-01"))).case_id;
  (void)house_->ask(report("k2", id, "deposit", at("2025-03-01"), {{"name", Value("Ada")}}));
  EXPECT_EQ(house_->ask(report("k3", id, "boxes", at("2025-03-01"))).rejection->reason, "1 open");
  ASSERT_TRUE(world_.vault.erase(person_id_for(id, "owner")));
  house_->part(0).push(House::Part::Forget{person_id_for(id, "owner"), [](const Answer&) {}});
  EXPECT_EQ(house_->ask(report("k4", id, "boxes", at("2025-03-01"))).rejection->reason, "0 open");
}

TEST_F(FaultsTest, AnEventOverTheLimitIsRefusedAndTheNextCommandIsTaken) {
  const CaseId id = house_->ask(open_account("k1", at("2025-03-01"))).case_id;
  const Values data{{"name", Value(std::string(limits::kRecordBytesMax, 'x'))}};
  EXPECT_EQ(house_->ask(report("k2", id, "deposit", at("2025-03-01"), data)).rejection->code, "record_too_large");
  EXPECT_EQ(house_->ask(report("k3", id, "deposit", at("2025-03-01"))).kind, AnswerKind::kAccepted);
}

TEST_F(FaultsTest, NothingIsRecordedOnADayWhoseTimersHaveNotFired) {
  use_a_real_clock();
  const CaseId id = house_->ask(open_account("k1", std::nullopt)).case_id;
  (void)house_->ask(report("k2", id, "plan", std::nullopt, {{"day", Value("2025-03-05")}}));
  const Timestamp midnight = TimeZone::find("Europe/Rome")->start_of(*parse_day("2025-03-05"));
  world_.clock.forward(midnight.value() - 1 - world_.clock.wall.value());
  world_.clock.ms_each_reading = 1;
  const Answer answer = house_->ask(report("k3", id, "deposit", std::nullopt));
  EXPECT_TRUE(answer.events.front().recorded < midnight || house_->state(id, false)->wakes == 1);
}

TEST_F(FaultsTest, AClockThatJumpedStampsNothing) {
  use_a_real_clock();
  const CaseId id = house_->ask(open_account("k1", std::nullopt)).case_id;
  const std::size_t before = events();
  world_.clock.wall = Timestamp(world_.clock.wall.value() + 2 * kDayMs);
  EXPECT_EQ(house_->ask(report("k2", id, "deposit", std::nullopt)).kind, AnswerKind::kStopped);
  EXPECT_EQ(house_->release(id).kind, AnswerKind::kStopped);
  EXPECT_EQ(house_->publish("catalogue", std::nullopt).kind, AnswerKind::kStopped);
  house_->tick();
  EXPECT_EQ(events(), before);
  reopen();
  EXPECT_EQ(house_->ask(report("k2", id, "deposit", std::nullopt)).kind, AnswerKind::kAccepted) << "who opens it again has accepted the clock";
}

TEST_F(FaultsTest, AReleaseCantSayWhenItIsInARealFolder) {
  use_a_real_clock();
  const CaseId id = house_->ask(open_account("k1", std::nullopt)).case_id;
  toy::control().decide_broken = true;
  (void)house_->ask(report("k2", id, "fail", std::nullopt));
  toy::control().decide_broken = false;
  EXPECT_EQ(house_->release(id, at("2035-03-01")).rejection->code, "at_refused");
  EXPECT_EQ(house_->release(id).kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->part(0).end().last_instant(), world_.clock.wall);
}

TEST_F(FaultsTest, ATimerWhoseCommandIsRefusedIsNotLost) {
  const CaseId id = house_->ask(open_account("k1", at("2025-03-01"))).case_id;
  (void)house_->ask(report("k2", id, "plan", at("2025-03-01"), {{"day", Value("2025-03-05")}}));
  toy::control().wake_refused = true;
  (void)house_->advance(at("2025-03-06"));
  EXPECT_TRUE(house_->part(0).quarantined().contains(id));
  toy::control().wake_refused = false;
  EXPECT_EQ(house_->release(id, at("2025-03-06")).kind, AnswerKind::kAccepted);
  EXPECT_EQ(house_->state(id, false)->wakes, 1U);
}

TEST_F(FaultsTest, ABoxUnderALostKeyIsUnreadableAndStopsNobody) {
  const auto constant = [](std::uint8_t byte) { return [byte](std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), byte); }; };
  MemoryVault before(constant(1));
  MemoryVault after(constant(2));  // the slot was lost, and the person got another key
  const BoxPlace place{CaseId(7), Version(2), PersonId(9)};
  ASSERT_TRUE(before.ensure(place.owner));
  ASSERT_TRUE(after.ensure(place.owner));
  const Box box{place.owner, *before.seal(place, encode_values({}))};
  const Result<Opened::Entry> opened = open_box(after, place.case_id, place.version, box);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->state, BoxState::kUnreadable);
}

TEST(InflightFile, HasItsPlaceOnTheDiskBeforeItIsWrittenInMemory) {
  std::string name = (std::filesystem::temp_directory_path() / "ritrovo-inflight-XXXXXX").string();
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::filesystem::path path = std::filesystem::path(name) / "inflight";
  ASSERT_TRUE(InflightFile::open(path, 64));
  struct stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_size, 64 * 64);
  EXPECT_GE(facts.st_blocks * 512, facts.st_size) << "a hole would be filled at a write to memory: on a full disk that ends the process";
  std::filesystem::remove_all(name);
}

}  // namespace
}  // namespace ritrovo
