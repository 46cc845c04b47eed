#include "engine/runtime/engine.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using simulation::open_account;
using simulation::report;
using ToyEngine = Engine<toy::Machine>;
namespace fs = std::filesystem;

class EngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    toy::control() = {};
    std::string name = (fs::temp_directory_path() / "ritrovo-engine-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    path_ = fs::path(name) / "data";
    settings_.clock = ClockKind::kSimulated;
    settings_.partitions = 4;
  }
  void TearDown() override {
    engine_.reset();
    fs::remove_all(path_.parent_path());
  }
  void init() { ASSERT_TRUE(Folder::init(path_, settings_)); }
  Result<void> open() {
    engine_.reset();
    EngineOptions options;
    options.path = path_;
    options.clock = clock_;
    options.accept_clock_jump = accept_clock_jump_;
    auto opened = ToyEngine::open(std::move(options), toy::Machine());
    if (!opened) return tl::unexpected(opened.error());
    engine_ = std::move(*opened);
    return {};
  }

  fs::path path_;
  FolderSettings settings_;
  std::shared_ptr<const ClockPort> clock_;
  bool accept_clock_jump_ = false;
  std::unique_ptr<ToyEngine> engine_;
};

TEST_F(EngineTest, KeepsWhatItAnsweredThroughAKillAndThroughACleanClose) {
  init();
  ASSERT_TRUE(open());
  const Answer opened = engine_->ask(open_account("k1", at("2025-03-01")));
  const Answer deposit = engine_->ask(report("k2", opened.case_id, "deposit", at("2025-03-01"), {{"amount", Value(std::int64_t{5})}}));
  ASSERT_EQ(deposit.kind, AnswerKind::kAccepted);
  ASSERT_TRUE(open()) << "after a kill";
  EXPECT_FALSE(engine_->folder().closed_cleanly());
  EXPECT_EQ((*engine_->state(opened.case_id))->state.balance, 5);
  ASSERT_TRUE(engine_->close());
  ASSERT_TRUE(open());
  EXPECT_TRUE(engine_->folder().closed_cleanly());
  const Answer again = engine_->ask(report("k2", opened.case_id, "deposit", at("2025-03-01"), {{"amount", Value(std::int64_t{5})}}));
  EXPECT_TRUE(again.again);
  EXPECT_EQ(again.receipt, deposit.receipt);
  EXPECT_EQ(again.events, deposit.events);
}

TEST_F(EngineTest, TakesCommandsFromManyThreadsAndAnswersEachOnce) {
  init();
  ASSERT_TRUE(open());
  std::atomic<int> accepted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const Answer opened = engine_->ask(open_account("t" + std::to_string(t) + "-" + std::to_string(i), at("2025-03-01")));
        if (opened.kind == AnswerKind::kAccepted) ++accepted;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(accepted, 200);
  int cases = 0;
  ASSERT_TRUE(engine_->for_each_case(false, [&](const CaseView<toy::Machine::State>& view) {
    ++cases;
    EXPECT_EQ(ToyEngine::exact_hash(view.state), ToyEngine::exact_hash((*engine_->state(view.case_id))->state));
    return true;
  }));
  EXPECT_EQ(cases, 200);
}

TEST_F(EngineTest, AnswersBusyWhenAPartitionsInboxIsFull) {
  init();
  ASSERT_TRUE(open());
  std::atomic<int> busy = 0;
  std::atomic<int> answered = 0;
  std::atomic<bool> block = true;
  const CaseId id = open_account("k1", at("2025-03-01")).case_id;
  engine_->submit(open_account("k1", at("2025-03-01")), [&](const Answer&) {
    while (block) std::this_thread::yield();
  });
  const int count = static_cast<int>(limits::kInboxCommandsMax) * 2;
  for (int i = 0; i < count; ++i)
    engine_->submit(report("d" + std::to_string(i), id, "deposit", at("2025-03-01")), [&](const Answer& answer) {
      if (answer.kind == AnswerKind::kBusy && answer.retry_after_ms > 0) ++busy;
      ++answered;
    });
  block = false;
  ASSERT_TRUE(engine_->close());
  EXPECT_EQ(answered, count);
  EXPECT_GT(busy, 0);
}

TEST_F(EngineTest, PublishesInEveryPartitionOnceAndRemembersIt) {
  init();
  ASSERT_TRUE(open());
  const std::vector<PublishedDocument> documents{{"a.yaml", "text"}};
  const Result<Published> first = engine_->publish(documents, {}, at("2025-03-01"));
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->already);
  EXPECT_TRUE(engine_->publish(documents, {}, at("2025-03-02"))->already);
  for (const PartitionView& view : engine_->partitions()) EXPECT_EQ(view.records, 1U);
  ASSERT_TRUE(open());
  EXPECT_TRUE(engine_->publish(documents, {}, at("2025-03-02"))->already);
  EXPECT_EQ(engine_->machine()->published.size(), 1U);
}

TEST_F(EngineTest, FinishesAPublicationThatWasInterrupted) {
  init();
  ASSERT_TRUE(open());
  ASSERT_TRUE(engine_->publish({{"a.yaml", "text"}}, {}, at("2025-03-01")));
  ASSERT_TRUE(engine_->close());
  engine_.reset();
  {  // partition 3 as it would stand if the process had ended before its turn
    RocksLogOptions options;
    options.path = path_ / "log";
    auto log = *RocksLog::open(options);
    Batch undo;
    undo.erase(Column::kEvents, event_key(PartitionId(3), Position(0)));
    undo.erase(Column::kCases, case_key(PartitionId(3), CaseId(0), Version(1)));
    undo.erase(Column::kLedger, ledger_frontier_key(PartitionId(3)));
    undo.erase(Column::kMeta, "checkpoint/3");
    ASSERT_TRUE(log->write(undo));
    ASSERT_TRUE(log->close());
  }
  const Result<void> refused = open();
  ASSERT_FALSE(refused) << "the checkpoint of the clean close knows better";
  EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(refused.error().message.find("partition 3"), std::string::npos);
  fs::remove(path_ / "checkpoints" / "3");
  ASSERT_TRUE(open());
  for (const PartitionView& view : engine_->partitions()) {
    EXPECT_EQ(view.records, 1U);
    EXPECT_EQ(view.last_instant, at("2025-03-01")) << "a simulated clock stands where the publication left the others";
  }
}

TEST_F(EngineTest, AdvancesEveryPartitionOfASimulatedFolder) {
  init();
  ASSERT_TRUE(open());
  std::vector<CaseId> ids;
  for (int i = 0; i < 20; ++i) {
    ids.push_back(engine_->ask(open_account("k" + std::to_string(i), at("2025-03-01"))).case_id);
    (void)engine_->ask(report("p" + std::to_string(i), ids.back(), "plan", at("2025-03-01"), {{"day", Value("2025-04-01")}}));
  }
  ASSERT_TRUE(engine_->advance(at("2025-05-01")));
  for (const CaseId id : ids) EXPECT_EQ((*engine_->state(id))->state.wakes, 1U);
  EXPECT_EQ(engine_->latest_instant(), at("2025-05-01"));
}

TEST_F(EngineTest, ReleasesACaseFromQuarantine) {
  init();
  ASSERT_TRUE(open());
  toy::control().decide_broken = true;
  const CaseId id = engine_->ask(open_account("k1", at("2025-03-01"))).case_id;
  EXPECT_EQ(engine_->ask(report("k2", id, "fail", at("2025-03-01"))).kind, AnswerKind::kParked);
  EXPECT_EQ(engine_->release(id, {}, "too early").rejection->code, "still_failing");
  toy::control().decide_broken = false;
  EXPECT_EQ(engine_->release(id, {}, "mended").kind, AnswerKind::kAccepted);
}

TEST_F(EngineTest, FiresTimersOfARealFolderByItselfOnceStarted) {
  settings_.clock = ClockKind::kReal;
  init();
  ASSERT_TRUE(open());
  const CaseId id = engine_->ask(open_account("k1", std::nullopt)).case_id;
  (void)engine_->ask(report("p1", id, "plan", std::nullopt, {{"day", Value("2025-03-05")}}));
  EXPECT_EQ((*engine_->state(id))->state.wakes, 0U);
  engine_->start_timers();
  for (int i = 0; i < 2000 && (*engine_->state(id))->state.wakes == 0; ++i) std::this_thread::yield();
  (void)engine_->ask(report("p2", id, "deposit", std::nullopt));
  EXPECT_EQ((*engine_->state(id))->state.wakes, 1U);
  EXPECT_FALSE(engine_->advance(at("2026-01-01")));
}

TEST_F(EngineTest, FiresWhatIsDueThoughItIsClosedAsSoonAsTimersMayFire) {
  settings_.clock = ClockKind::kReal;
  init();
  ASSERT_TRUE(open());
  const CaseId id = engine_->ask(open_account("k1", std::nullopt)).case_id;
  (void)engine_->ask(report("p1", id, "plan", std::nullopt, {{"day", Value("2025-03-05")}}));
  engine_->start_timers();
  ASSERT_TRUE(engine_->close());
  ASSERT_TRUE(open());
  EXPECT_EQ((*engine_->state(id))->state.wakes, 1U);
}

TEST_F(EngineTest, IsForReadingWhileTheClockIsFarFromTheLastRecord) {
  settings_.clock = ClockKind::kReal;
  auto clock = std::make_shared<simulation::FakeClock>();
  clock->wall = at("2025-03-01");
  clock_ = clock;
  init();
  ASSERT_TRUE(open());
  (void)engine_->ask(open_account("k1", std::nullopt));
  engine_.reset();
  clock->forward(40LL * 24 * 3600 * 1000);
  ASSERT_TRUE(open());
  ASSERT_TRUE(engine_->clock_doubt());
  EXPECT_NE(engine_->clock_doubt()->message.find("accept-clock-jump"), std::string::npos);
  engine_->start_timers();
  EXPECT_EQ(engine_->ask(open_account("k2", std::nullopt)).kind, AnswerKind::kStopped);
  ASSERT_TRUE(engine_->close());
  ASSERT_TRUE(open());
  EXPECT_TRUE(engine_->clock_doubt()) << "having been read proves no clock";
  accept_clock_jump_ = true;
  ASSERT_TRUE(open());
  ASSERT_TRUE(engine_->close());
  accept_clock_jump_ = false;
  ASSERT_TRUE(open());
  EXPECT_FALSE(engine_->clock_doubt()) << "accepted once is enough";
}

TEST_F(EngineTest, RestsOverHolidaysThoughNothingIsRecorded) {
  settings_.clock = ClockKind::kReal;
  auto clock = std::make_shared<simulation::FakeClock>();
  clock->wall = at("2025-03-01");
  clock_ = clock;
  init();
  ASSERT_TRUE(open());
  (void)engine_->ask(open_account("k1", std::nullopt));
  for (int week = 0; week < 10; ++week) {
    ASSERT_TRUE(engine_->close());
    clock->forward(7LL * 24 * 3600 * 1000);
    ASSERT_TRUE(open());
    ASSERT_FALSE(engine_->clock_doubt()) << "week " << week;
  }
  EXPECT_EQ(engine_->ask(open_account("k2", std::nullopt)).kind, AnswerKind::kAccepted);
}

TEST_F(EngineTest, DoesNotTakeAClockThatJumpedForTheMeasureOfTheNextOpening) {
  settings_.clock = ClockKind::kReal;
  auto clock = std::make_shared<simulation::FakeClock>();
  clock->wall = at("2025-03-01");
  clock_ = clock;
  init();
  ASSERT_TRUE(open());
  (void)engine_->ask(open_account("k1", std::nullopt));
  clock->wall = at("2027-03-01");
  ASSERT_TRUE(engine_->close());
  ASSERT_TRUE(open());
  EXPECT_TRUE(engine_->clock_doubt());
  clock->wall = at("2025-03-02");
  ASSERT_TRUE(open());
  EXPECT_FALSE(engine_->clock_doubt());
}

/// Makes every file of this process end at `bytes`, as a full disk would.
void limit_file_size(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = bytes;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
}

TEST_F(EngineTest, AnswersFailedWhenTheDiskIsFullAndOpensTheLogAgainByItself) {
  init();
  ASSERT_TRUE(open());
  const CaseId id = engine_->ask(open_account("k1", at("2025-03-01"))).case_id;
  ASSERT_TRUE(engine_->publish({{"a.yaml", "text"}}, {}, at("2025-03-01")));
  limit_file_size(64U << 10);
  std::vector<std::string> failed;
  for (int i = 0; i < 2000 && failed.empty(); ++i) {
    const std::string key = "d" + std::to_string(i);
    if (engine_->ask(report(key, id, "deposit", at("2025-03-01"), {{"name", Value("Ada")}})).kind == AnswerKind::kFailed) failed.push_back(key);
  }
  limit_file_size(RLIM_INFINITY);
  ASSERT_FALSE(failed.empty());
  Answer answer;
  for (int i = 0; i < 100'000 && answer.kind != AnswerKind::kAccepted; ++i) {
    answer = engine_->ask(report(failed.front(), id, "deposit", at("2025-03-01"), {{"name", Value("Ada")}}));
    std::this_thread::yield();
  }
  ASSERT_EQ(answer.kind, AnswerKind::kAccepted) << answer.message;
  EXPECT_EQ((*engine_->replay(id))->version, answer.last);
  EXPECT_EQ(engine_->machine()->published.size(), 1U);
  EXPECT_TRUE(engine_->close());
}

TEST_F(EngineTest, IsHeldByOneProcessAtATime) {
  init();
  ASSERT_TRUE(open());
  EngineOptions second;
  second.path = path_;
  const auto refused = ToyEngine::open(second, toy::Machine());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("open in another process"), std::string::npos);
}

TEST_F(EngineTest, RefusesANewerFormatByName) {
  init();
  FolderSettings newer = settings_;
  newer.format = 2;
  ASSERT_TRUE(write_file_atomically(path_ / "ritrovo.folder", folder_json(newer)));
  const Result<void> refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kWrongFolder);
  EXPECT_NE(refused.error().message.find("format 2"), std::string::npos);
}

TEST_F(EngineTest, MakesAFolderOnlyInAnEmptyPlace) {
  init();
  EXPECT_EQ(Folder::init(path_, settings_).error().code, ErrorCode::kExists);
  const Result<std::unique_ptr<Folder>> none = Folder::open(path_.parent_path());
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace ritrovo
