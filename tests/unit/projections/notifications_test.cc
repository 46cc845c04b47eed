#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "engine/record/record_codec.h"
#include "projections/notifications/dispatcher.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/projections/written_case.h"
#include "workflows/definition/loader.h"

namespace ritrovo::projections::test {
namespace {

constexpr const char* kNews = R"(pathway: news
version: 1
valid_from: 2018-01-01
title: {it: Notizie, en: News}
roles: {caseworker: {it: Operatore, en: Caseworker}}
managed_by: [caseworker]
persons: {sponsor: {count: one, title: {it: Richiedente, en: Sponsor}, data: {citizenship: {type: string, statistical: true}}}}
facts: {}
steps:
  tell: {title: {it: Notizia, en: News}, notify: {to: family, message: {it: Ecco, en: Here}}}
  tell_staff: {title: {it: Avviso, en: Notice}, notify: {to: caseworker, message: {it: Ecco, en: Here}}}
)";

std::shared_ptr<const definition::Library> news_library() {
  definition::Loaded loaded = definition::load({{"news.yaml", kNews}});
  for (const definition::Problem& problem : loaded.problems) ADD_FAILURE() << to_string(problem);
  return std::make_shared<const definition::Library>(std::move(loaded.library));
}

TEST(Timetable, WaitsTwiceAsLongEachTimeAndNeverLongerThanTheMost) {
  Timetable timetable;
  timetable.retry_first_ms = 1000;
  timetable.retry_most_ms = 5000;
  EXPECT_EQ(wait_after(timetable, 1, 0), 1000);
  EXPECT_EQ(wait_after(timetable, 2, 0), 2000);
  EXPECT_EQ(wait_after(timetable, 3, 0), 4000);
  EXPECT_EQ(wait_after(timetable, 4, 0), 5000);
  EXPECT_EQ(wait_after(timetable, 4'000'000'000U, 0), 5000);
  EXPECT_EQ(wait_after(timetable, 3, 1), 2000) << "chance takes up to half";
}

TEST(Timetable, IsQuietAlsoOverMidnight) {
  Timetable timetable;
  EXPECT_FALSE(quiet_at(timetable, 0));
  timetable.quiet_from = 20 * 60;
  timetable.quiet_to = 8 * 60;
  EXPECT_TRUE(quiet_at(timetable, 20 * 60));
  EXPECT_TRUE(quiet_at(timetable, 3 * 60));
  EXPECT_FALSE(quiet_at(timetable, 8 * 60));
  EXPECT_FALSE(quiet_at(timetable, 19 * 60 + 59));
}

TEST(Timetable, ADigestIsDueOnceADay) {
  Timetable timetable;
  EXPECT_FALSE(digest_due(timetable, std::nullopt, day(1, 2), 6 * 60));
  EXPECT_TRUE(digest_due(timetable, std::nullopt, day(1, 2), 7 * 60));
  EXPECT_FALSE(digest_due(timetable, day(1, 2), day(1, 2), 23 * 60));
  EXPECT_TRUE(digest_due(timetable, day(1, 2), day(1, 3), 7 * 60));
}

/// A carrier that answers as it is told, and remembers the ids it got.
class FakeCarrier final : public Carrier {
 public:
  [[nodiscard]] std::string_view name() const override { return "mail"; }
  [[nodiscard]] Sent send(const Letter& letter) override {
    const std::lock_guard lock(mutex);
    ids.push_back(letter.id);
    texts.push_back(letter.text);
    return letter.to == refuses ? Sent{Sent::Kind::kRefused, "550"} : answer;
  }
  std::mutex mutex;
  std::string refuses = "nobody";
  std::vector<std::string> ids;
  std::vector<std::string> texts;
  Sent answer;
};

/// Three families with a message to each and one to staff; a world in which recording may fail.
class DispatcherTest : public testing::Test {
 protected:
  DispatcherTest() {
    log_ = std::move(*RocksLog::open(log_tests::options_for(folder_.path() / "log")));
    for (std::uint64_t id = 1; id <= 3; ++id) {
      WrittenCase written(library_, id);
      written.on(day(1, 10)).open("EG");
      written.add(pathway::NotificationRequested{written.ref("tell"), 0xFF, "en", {}});
      written.add(pathway::NotificationRequested{written.ref("tell_staff"), 0xFF, "", {}});
      for (const Event& event : written.events()) append(event);
      cases_.push_back(written);
    }
    reopen();
  }
  void append(const Event& event) {
    Batch batch;
    log_tests::stage(batch, PartitionId(0), Position(next_++), event);
    ASSERT_TRUE(log_->write(batch));
  }
  void reopen() {
    outbox_.reset();
    Outbox::Place place{folder_.path() / "outbox", {"log-1", 1, 1}, [this] { return library_; }};
    outbox_ = std::move(*Outbox::open(std::move(place), Timestamp(0), Timestamp(0)));
    catch_up();
  }
  void catch_up() { ASSERT_TRUE(outbox_->catch_up(CaseLog(*log_))); }
  Dispatcher dispatcher() {
    DispatchPorts ports;
    ports.now = [this] { return now_; };
    ports.age_ms = [this](Timestamp) { return age_ms_; };
    ports.local_day = [](Timestamp at) { return Day(static_cast<std::int32_t>(at.value() / 86'400'000)); };
    ports.local_minute = [](Timestamp at) { return static_cast<MinuteOfDay>(at.value() % 86'400'000 / 60'000); };
    ports.chance = [] { return 0.0; };
    ports.write = [this](const Notification& message) -> Result<WrittenLetter> {
      if (erased_.contains(message.case_id)) return WrittenLetter{std::nullopt, std::string(withheld::kErased)};
      Letter letter;
      letter.id = message.name();
      return WrittenLetter{std::move(letter), {}};
    };
    ports.staff_line = [](const Notification& message) -> Result<std::string> { return message.name(); };
    ports.digest = [](const Digest& digest, const std::vector<std::string>& lines) {
      Letter letter;
      letter.id = "digest." + to_string(digest.day) + "." + std::to_string(digest.messages.size());
      for (const std::string& line : lines) letter.text += line + "\n";
      return letter;
    };
    ports.note_reads = [this]() -> Result<void> {
      if (full_) return failure(ErrorCode::kUnavailable, "the disk is full");
      return {};
    };
    ports.report = [this](const MessageReport& report) -> Result<void> {
      if (mute_) return failure(ErrorCode::kUnavailable, "the process ended");
      // What the folder would record, once for each key.
      if (!keys_.insert(report.message.printed() + report.key).second) return {};
      reports_.push_back(report);
      WrittenCase& written = cases_.at(report.message.case_id.value() - 1);
      written.on(day(1, 11)).add(pathway::MessageReported{report.message.version, report.fate, report.channel, report.reason});
      append(written.events().back());
      return {};
    };
    DispatchSettings settings;
    settings.timetable.retry_first_ms = 1000;
    settings.timetable.quiet_from = 20 * 60;
    settings.timetable.quiet_to = 6 * 60;
    settings.at_once = 2;
    settings.staff["caseworker"] = readers_;
    settings.families = &carrier_;
    settings.staff_carrier = &staff_;
    return {*outbox_, std::move(settings), std::move(ports)};
  }
  Round run(bool at_once = false) {
    Dispatcher one = dispatcher();
    Result<Round> round = one.run(at_once, [] { return false; });
    EXPECT_TRUE(round.has_value());
    catch_up();
    return round.value_or(Round{});
  }

  log_tests::TemporaryFolder folder_;
  std::shared_ptr<const definition::Library> library_ = news_library();
  std::unique_ptr<RocksLog> log_;
  std::vector<WrittenCase> cases_;
  std::uint64_t next_ = 0;
  std::unique_ptr<Outbox> outbox_;
  FakeCarrier carrier_;
  FakeCarrier staff_;
  std::vector<std::string> readers_ = {"desk@example.org"};
  Timestamp now_{std::int64_t{day(1, 11).value()} * 86'400'000 + 12 * 3'600'000};
  std::int64_t age_ms_ = 0;
  std::set<CaseId> erased_;
  bool mute_ = false;
  bool full_ = false;
  std::set<std::string> keys_;
  std::vector<MessageReport> reports_;
};

TEST_F(DispatcherTest, EachMessageGoesOnceAndStaffGetOneDigest) {
  EXPECT_EQ(outbox_->queued()->size(), 6U);
  const Round round = run();
  EXPECT_EQ(round.delivered, 6U);
  EXPECT_EQ(carrier_.ids.size(), 3U);
  ASSERT_EQ(staff_.ids.size(), 1U);
  EXPECT_EQ(std::count(staff_.texts[0].begin(), staff_.texts[0].end(), '\n'), 3);
  EXPECT_TRUE(outbox_->queued()->empty());
  EXPECT_EQ(run().delivered, 0U);
  EXPECT_EQ(carrier_.ids.size(), 3U);
}

TEST_F(DispatcherTest, WhatWasTakenIsRecordedAndNotSentAgainAfterTheProcessEndedInBetween) {
  mute_ = true;
  Dispatcher ending = dispatcher();
  EXPECT_FALSE(ending.run(false, [] { return false; }).has_value());
  const std::size_t sent = carrier_.ids.size();
  EXPECT_GT(sent, 0U);
  mute_ = false;
  reopen();
  now_ = Timestamp(now_.value() + 3'600'000);
  EXPECT_EQ(run().delivered, 6U);
  // The second letter of the batch that was cut off goes again, with the same id.
  EXPECT_EQ(std::set<std::string>(carrier_.ids.begin(), carrier_.ids.end()).size(), 3U);
  EXPECT_LE(carrier_.ids.size(), 4U);
  EXPECT_EQ(reports_.size(), 6U);
}

TEST_F(DispatcherTest, ATryThatFailsWaitsAndIsGivenUpAtLast) {
  carrier_.answer = {Sent::Kind::kLater, "451"};
  EXPECT_EQ(run().later, 3U);
  EXPECT_EQ(run().waiting, 3U) << "not before the next try";
  now_ = Timestamp(now_.value() + 1000);
  EXPECT_EQ(run().later, 3U);
  age_ms_ = std::int64_t{6} * 86'400'000;
  EXPECT_EQ(run(true).failed, 3U);
  EXPECT_EQ(outbox_->dead()->size(), 3U);
  EXPECT_EQ(outbox_->dead()->front().reason, "expired");
}

TEST_F(DispatcherTest, WhoWasForgottenBetweenQueueingAndSendingGetsNothing) {
  erased_.insert(CaseId(2));
  const Round round = run();
  EXPECT_EQ(round.withheld, 1U);
  EXPECT_EQ(std::count(carrier_.ids.begin(), carrier_.ids.end(), cases_[1].id().printed() + ".3"), 0);
  EXPECT_EQ(outbox_->dead()->front().reason, "erased");
}

TEST_F(DispatcherTest, NobodyIsWrittenToInQuietHoursAndAServerThatIsAwayIsAskedOnce) {
  now_ = Timestamp(std::int64_t{day(1, 11).value()} * 86'400'000 + 22 * 3'600'000);
  EXPECT_EQ(run().waiting, 3U);
  EXPECT_TRUE(carrier_.ids.empty());
  carrier_.answer = {Sent::Kind::kUnreachable, "connect"};
  const Round round = run(true);
  EXPECT_EQ(round.later, 2U) << "the batch that found nobody";
  EXPECT_EQ(round.waiting, 1U);
}

TEST_F(DispatcherTest, ADigestThatFailedIsRepeatedAsItWas) {
  staff_.answer = {Sent::Kind::kLater, "451"};
  EXPECT_EQ(run().later, 3U);
  WrittenCase& first = cases_[0];
  first.on(day(1, 11)).add(pathway::NotificationRequested{first.ref("tell_staff"), 0xFF, "", {}});
  append(first.events().back());
  catch_up();
  staff_.answer = {};
  now_ = Timestamp(now_.value() + 60'000);
  EXPECT_EQ(run().delivered, 3U);
  ASSERT_EQ(staff_.ids.size(), 2U);
  EXPECT_EQ(staff_.ids[0], staff_.ids[1]);
  EXPECT_EQ(outbox_->queued()->size(), 1U) << "what came since waits for the next day's";
}

TEST_F(DispatcherTest, ADigestThatNobodyWillEverTakeEndsAsFailed) {
  staff_.answer = {Sent::Kind::kRefused, "550"};
  const Round round = run();
  EXPECT_EQ(round.failed, 3U);
  EXPECT_EQ(round.later, 0U);
  EXPECT_EQ(round.last_trouble, "550");
  EXPECT_TRUE(outbox_->queued()->empty());
  ASSERT_EQ(outbox_->dead()->size(), 3U);
  EXPECT_EQ(outbox_->dead()->front().reason, "refused");
  EXPECT_EQ(run(true).failed, 0U) << "and it isn't sent again";
  EXPECT_EQ(staff_.ids.size(), 1U);
}

TEST_F(DispatcherTest, AnAddressThatRefusesDoesNotHoldBackTheDigestOfOthers) {
  readers_ = {"gone@example.org", "desk@example.org"};
  staff_.refuses = "gone@example.org";
  const Round round = run();
  EXPECT_EQ(round.delivered, 6U);
  EXPECT_EQ(round.last_trouble, "550");
  EXPECT_TRUE(outbox_->dead()->empty());
}

TEST_F(DispatcherTest, ADigestIsGivenUpWhenItsMessagesAreTooOld) {
  staff_.answer = {Sent::Kind::kUnreachable, "connect"};
  EXPECT_EQ(run().later, 3U);
  age_ms_ = std::int64_t{6} * 86'400'000;
  EXPECT_EQ(run(true).failed, 3U);
  ASSERT_EQ(outbox_->dead()->size(), 3U);
  EXPECT_EQ(outbox_->dead()->front().reason, "expired");
}

TEST_F(DispatcherTest, NothingLeavesWhereItCannotBeWrittenDownWhichCasesWereRead) {
  full_ = true;
  Dispatcher one = dispatcher();
  EXPECT_FALSE(one.run(true, [] { return false; }).has_value());
  EXPECT_TRUE(carrier_.ids.empty() && staff_.ids.empty());
  full_ = false;
  EXPECT_EQ(run(true).delivered, 6U);
}

TEST_F(DispatcherTest, AnOutboxOfAnotherHistoryStandsStillUntilItIsMadeAnew) {
  EXPECT_EQ(run().delivered, 6U);
  outbox_.reset();
  Outbox::Place place{folder_.path() / "outbox", {"log-1", 2, 1}, [this] { return library_; }};
  outbox_ = std::move(*Outbox::open(std::move(place), std::nullopt, Timestamp(0)));
  const Result<void> forked = outbox_->catch_up(CaseLog(*log_));
  ASSERT_FALSE(forked.has_value());
  EXPECT_NE(forked.error().message.find("'ritrovo outbox rebuild'"), std::string::npos) << forked.error().message;
  ASSERT_TRUE(outbox_->rebuild(CaseLog(*log_)));
  EXPECT_TRUE(outbox_->queued()->empty()) << "delivered is what the log says";
  WrittenCase& first = cases_[0];
  first.on(day(1, 11)).add(pathway::NotificationRequested{first.ref("tell"), 0xFF, "", {}});
  append(first.events().back());
  catch_up();
  EXPECT_EQ(outbox_->queued()->size(), 1U);
  ASSERT_TRUE(outbox_->rebuild(CaseLog(*log_)));
  EXPECT_EQ(outbox_->queued()->size(), 1U);
}

TEST_F(DispatcherTest, AnOutboxThatBeginsLaterLeavesOutWhatWasAskedForBefore) {
  outbox_.reset();
  Outbox::Place place{folder_.path() / "later", {"log-1", 1, 1}, [this] { return library_; }};
  outbox_ = std::move(*Outbox::open(std::move(place), std::nullopt, now_));
  catch_up();
  EXPECT_TRUE(outbox_->queued()->empty());
}

TEST(MessageNameTest, IsReadAsItIsPrinted) {
  const MessageName name{CaseId(7), Version(17)};
  EXPECT_EQ(*MessageName::parse(name.printed()), name);
  for (const char* text : {"", "fam-1.2", ".", "fam-lusab-babad-gutih-tugad-4", "fam-lusab-babad-gutih-tugad-4.x"}) EXPECT_FALSE(MessageName::parse(text).has_value()) << text;
}

}  // namespace
}  // namespace ritrovo::projections::test
