#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "engine/runtime/engine.h"
#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using simulation::open_account;
using simulation::report;
using ToyEngine = Engine<toy::Machine>;
namespace fs = std::filesystem;

class EngineFaultsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    toy::control() = {};
    std::string name = (fs::temp_directory_path() / "ritrovo-faults-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    path_ = fs::path(name) / "data";
    FolderSettings settings;
    settings.clock = ClockKind::kSimulated;
    settings.partitions = 4;
    ASSERT_TRUE(Folder::init(path_, settings));
  }
  void TearDown() override {
    limit_file_size(RLIM_INFINITY);
    engine_.reset();
    fs::remove_all(path_.parent_path());
  }
  void open() {
    EngineOptions options;
    options.path = path_;
    auto opened = ToyEngine::open(std::move(options), toy::Machine());
    ASSERT_TRUE(opened) << opened.error().message;
    engine_ = std::move(*opened);
  }
  /// Makes every file of this process end at `bytes`, as a full disk would.
  static void limit_file_size(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  bool readable() const { return engine_->with_log([](const CaseLog&) { return Result<void>(); }).has_value(); }
  /// Asks `done` again and again; false if it took too long.
  static bool comes(std::chrono::milliseconds patience, const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  fs::path path_;
  std::unique_ptr<ToyEngine> engine_;
};

TEST_F(EngineFaultsTest, TheLogIsOpenedAgainOnlyOnceEveryCallbackHasReturned) {
  open();
  const CaseId id = open_account("k1", at("2025-03-01")).case_id;
  std::atomic<bool> block = true;
  engine_->submit(open_account("k1", at("2025-03-01")), [&](const Answer&) {
    while (block) std::this_thread::yield();
  });
  // Two runs are under way when the commit fails, one more fails at once, and the last command is alone in the last run.
  const std::size_t count = 3 * limits::kRunCommandsMax + 1;
  std::atomic<std::size_t> answered = 0;
  std::atomic<bool> overtaken = false;
  for (std::size_t i = 0; i < count; ++i)
    engine_->submit(report("d" + std::to_string(i), id, "deposit", at("2025-03-01"), {{"name", Value(std::string(200, 'a'))}}), [&, i](const Answer&) {
      if (i + 1 == count && comes(std::chrono::seconds(5), [this] { return !readable(); }))
        overtaken = comes(std::chrono::milliseconds(500), [this] { return readable(); });
      ++answered;
    });
  limit_file_size(64U << 10);
  block = false;
  EXPECT_TRUE(comes(std::chrono::seconds(60), [&] { return answered >= count && readable(); }));
  EXPECT_EQ(answered, count);
  EXPECT_FALSE(overtaken);
}

TEST_F(EngineFaultsTest, AFolderThatCantBeOpenedAgainStaysDownAndSaysSo) {
  open();
  const CaseId id = engine_->ask(open_account("k1", at("2025-03-01"))).case_id;
  const CaseView<toy::Machine::State> view = **engine_->state(id);
  fs::rename(path_ / "vault" / "master.key", path_ / "vault" / "elsewhere.key");
  limit_file_size(64U << 10);
  Answer answer;
  int sent = 0;
  EXPECT_TRUE(comes(std::chrono::seconds(60), [&] {
    answer = engine_->ask(report("d" + std::to_string(sent++), id, "deposit", at("2025-03-01"), {{"name", Value("Ada")}}));
    return answer.message.find("master.key") != std::string::npos;
  }));
  EXPECT_EQ(answer.kind, AnswerKind::kStopped);
  EXPECT_FALSE(engine_->state(id));
  EXPECT_FALSE(engine_->opened(view));
  EXPECT_FALSE(engine_->close());
}

TEST_F(EngineFaultsTest, APublicationThatAPartitionCantTakeIsNotRecordedAgainElsewhere) {
  const CaseId id = open_account("k1", at("2025-03-01")).case_id;
  const PartitionId broken = partition_of(id, 4);
  {
    RocksLogOptions options;
    options.path = path_ / "log";
    auto log = *RocksLog::open(options);
    Batch damage;
    damage.put(Column::kCases, case_key(broken, id, Version(1)), position_value(Position(99)));
    ASSERT_TRUE(log->write(damage));
    ASSERT_TRUE(log->close());
  }
  open();
  for (int i = 0; i < 2; ++i) {
    const Answer answer = engine_->ask(open_account("k1", at("2025-03-01")));
    EXPECT_EQ(answer.kind, AnswerKind::kStopped) << "its partition stops over the damage, and takes nothing more";
    EXPECT_NE(answer.message.find("nor did it take this; open the folder again"), std::string::npos) << answer.message;
  }
  for (int i = 0; i < 2; ++i) {
    const Result<Published> published = engine_->publish({{"a.yaml", "text"}}, {}, at("2025-03-01"));
    ASSERT_FALSE(published);
    EXPECT_EQ(published.error().code, ErrorCode::kUnavailable);
  }
  for (const PartitionView& seen : engine_->partitions()) EXPECT_EQ(seen.records, seen.partition == broken ? 0U : 1U);
}

TEST_F(EngineFaultsTest, WhatHoldsFamiliesIsOpenToItsOwnerAlone) {
  for (const char* part : {"vault", "log", "views"}) {
    struct stat facts {};
    ASSERT_EQ(::stat((path_ / part).c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0700U) << part;
  }
  for (const char* file : {"vault/keys", "vault/master.key", "signing.key"}) {
    struct stat facts {};
    ASSERT_EQ(::stat((path_ / file).c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U) << file;
  }
}

}  // namespace
}  // namespace ritrovo
