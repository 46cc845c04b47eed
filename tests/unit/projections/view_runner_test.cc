#include "projections/view_runner.h"

#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>

#include "engine/record/record_codec.h"
#include "projections/caseload.h"
#include "projections/deadlines.h"
#include "projections/shared_views.h"
#include "projections/store.h"
#include "projections/worklist.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/projections/written_case.h"

namespace ritrovo::projections::test {
namespace {

constexpr std::uint16_t kPartitions = 2;
const LogIdentity kLog{"log-1", 1, kPartitions};

/// A log of written cases: even ids in partition 0, odd ones in partition 1, their events taking turns.
class ViewRunnerTest : public testing::Test {
 protected:
  ViewRunnerTest() {
    log_ = std::move(*RocksLog::open(log_tests::options_for(folder_.path() / "log")));
    for (std::uint64_t id = 1; id <= 6; ++id) {
      WrittenCase written = waiting_for_prefecture(library_, id, id % 2 == 0 ? "EG" : "PE");
      if (id == 3) written.on(day(4, 11)).deadline_missed("nulla_osta", day(4, 10));
      if (id == 4) written.on(day(3, 1)).step_completed("nulla_osta", "granted").deadline_met("nulla_osta");
      cases_.push_back(std::move(written));
    }
  }
  /// Appends the event at that place of every case that has one.
  void append_turn(std::size_t turn) {
    for (const WrittenCase& written : cases_) {
      if (turn >= written.events().size()) continue;
      append(written.events()[turn]);
    }
  }
  void append(const Event& event) { append_in_one({event}); }
  void append_in_one(const std::vector<Event>& events) {
    Batch batch;
    for (const Event& event : events) stage(batch, event);
    ASSERT_TRUE(log_->write(batch));
  }
  void stage(Batch& batch, const Event& event) {
    const PartitionId partition(static_cast<std::uint16_t>(event.case_id.value() % kPartitions));
    log_tests::stage(batch, partition, Position(next_[partition.value()]++), event);
    std::vector<TileHash> completed;
    ledgers_.at(partition.value()).append(leaf_hash(encode_record(event)), completed);
    for (const TileHash& tile : completed) batch.put(Column::kLedger, ledger_tile_key(partition, tile.level, tile.index), tile.hash.view());
  }
  void append_all() {
    for (std::size_t turn = 0; turn < 20; ++turn) append_turn(turn);
  }
  std::unique_ptr<ViewStore> store(const std::string& name) { return std::move(*ViewStore::open(folder_.path() / name)); }
  ViewRunner runner(RowStore& store, std::vector<ViewKind> kinds = all_views(), LogIdentity log = kLog, std::size_t batch = 3) {
    return ViewRunner(store, std::move(log), [this] { return library_; }, std::move(kinds), batch);
  }
  [[nodiscard]] CaseLog log() const { return CaseLog(*log_); }
  /// The rows of every view in a store made from the log in one go.
  std::map<std::string, std::map<CaseId, std::string>> fresh_rows(const std::string& name) {
    const auto fresh = store(name);
    ViewRunner made = runner(*fresh, all_views(), kLog, 1000);
    EXPECT_TRUE(made.poll(log()).empty());
    return rows_of(made);
  }
  static std::map<std::string, std::map<CaseId, std::string>> rows_of(const ViewRunner& runner) {
    std::map<std::string, std::map<CaseId, std::string>> rows;
    for (const ViewKind& kind : runner.kinds()) rows[kind.name] = runner.rows(kind.name).value();
    return rows;
  }

  log_tests::TemporaryFolder folder_;
  std::shared_ptr<const definition::Library> library_ = small_library();
  std::unique_ptr<RocksLog> log_;
  std::vector<WrittenCase> cases_;
  std::array<std::uint64_t, kPartitions> next_{};
  std::array<Frontier, kPartitions> ledgers_;
};

/// A store whose process ends at a write: before it, or right after it.
class EndingStore final : public RowStore {
 public:
  EndingStore(RowStore& store, int writes, bool after) : store_(store), writes_(writes), after_(after) {}
  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override { return store_.get(key); }
  [[nodiscard]] Result<void> scan(std::string_view prefix, const Visit& visit) const override { return store_.scan(prefix, visit); }
  [[nodiscard]] Result<void> drop(std::string_view prefix) override { return store_.drop(prefix); }
  [[nodiscard]] Result<void> write(const RowBatch& batch) override {
    if (ended_) return gone();
    if (writes_-- > 0) return store_.write(batch);
    ended_ = true;
    if (after_) {
      EXPECT_TRUE(store_.write(batch));
    }
    return gone();
  }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  static Result<void> gone() { return failure(ErrorCode::kUnavailable, "the process ended"); }
  RowStore& store_;
  int writes_;
  bool after_;
  bool ended_ = false;
};

TEST_F(ViewRunnerTest, KeepsTheSameBytesStepByStepAndInOneGo) {
  const auto followed = store("followed");
  ViewRunner following = runner(*followed);
  for (std::size_t turn = 0; turn < 20; ++turn) {
    append_turn(turn);
    ASSERT_TRUE(following.poll(log()).empty());
  }
  const auto rows = rows_of(following);
  EXPECT_EQ(rows.at("caseload").size(), cases_.size());
  EXPECT_EQ(rows, fresh_rows("fresh"));
  ASSERT_TRUE(following.rebuild("caseload", log()));
  EXPECT_EQ(rows_of(following), rows);
}

TEST_F(ViewRunnerTest, AnswersFromKeptRowsAsFromTheEvents) {
  append_all();
  const auto kept = store("kept");
  ViewRunner made = runner(*kept);
  ASSERT_TRUE(made.poll(log()).empty());
  CaseFold fold(library_);
  Caseload caseload;
  Worklist worklist;
  Deadlines deadlines;
  fold.feed(worklist);
  fold.feed(deadlines);
  tell(fold, caseload, cases_);
  EXPECT_EQ(made.load<Caseload>()->view->report("it"), caseload.report("it"));
  EXPECT_EQ(made.load<Worklist>()->view->tasks("it"), worklist.tasks("it"));
  EXPECT_EQ(made.load<Deadlines>()->view->open(day(5, 1), "en", library_.get()), deadlines.open(day(5, 1), "en", library_.get()));
  EXPECT_EQ(made.load<Deadlines>()->view->report(day(5, 1), 30, "en", library_.get()), deadlines.report(day(5, 1), 30, "en", library_.get()));
}

TEST_F(ViewRunnerTest, CountsEachRecordOnceWhereverTheProcessEnds) {
  append_all();
  const auto expected = fresh_rows("fresh");
  bool ended = true;
  for (int writes = 0; ended; ++writes) {
    for (const bool after : {false, true}) {
      const std::string name = "ending-" + std::to_string(writes) + (after ? "a" : "b");
      {
        const auto inner = store(name);
        EndingStore ending(*inner, writes, after);
        ViewRunner stopped = runner(ending, all_views(), kLog, 12);
        ended = !stopped.poll(log()).empty();
        EXPECT_EQ(ended, ending.ended());
      }
      const auto again = store(name);
      ViewRunner resumed = runner(*again, all_views(), kLog, 12);
      ASSERT_TRUE(resumed.poll(log()).empty());
      ASSERT_EQ(rows_of(resumed), expected) << name;
    }
    ASSERT_LT(writes, 200);
  }
}

TEST_F(ViewRunnerTest, SaysForkedLogForAnotherIncarnationUntilRebuilt) {
  append_all();
  const auto kept = store("kept");
  ASSERT_TRUE(runner(*kept).poll(log()).empty());
  const LogIdentity restored{"log-1", 2, kPartitions};
  ViewRunner after = runner(*kept, all_views(), restored);
  const Result<void> caught = after.catch_up("worklist", log());
  ASSERT_FALSE(caught);
  EXPECT_EQ(caught.error().code, ErrorCode::kWrongFolder);
  EXPECT_NE(caught.error().message.find("forked log"), std::string::npos);
  EXPECT_EQ(after.status(log())->at(0).life, ViewLife::kForked);
  ASSERT_TRUE(after.rebuild("worklist", log()));
  EXPECT_TRUE(after.catch_up("worklist", log()));
  EXPECT_EQ(after.rows("worklist").value().size(), cases_.size());
}

TEST_F(ViewRunnerTest, SaysForkedLogWhereAnotherRecordStands) {
  append_all();
  const auto kept = store("kept");
  ASSERT_TRUE(runner(*kept).poll(log()).empty());
  Event other = cases_.at(1).events().back();
  other.recorded = Timestamp(other.recorded.value() + 1);
  Batch batch;
  log_tests::stage(batch, PartitionId(0), Position(next_[0] - 1), other);
  ASSERT_TRUE(log_->write(batch));
  const Result<void> caught = runner(*kept).catch_up("deadlines", log());
  ASSERT_FALSE(caught);
  EXPECT_NE(caught.error().message.find("forked log"), std::string::npos);
}

/// How many events a case has; fails on one case while told so.
struct CountRow {
  const definition::Pathway* pathway = nullptr;
  std::string events;
  [[nodiscard]] std::string encode() const { return events; }
  [[nodiscard]] static Result<CountRow> decode(std::string_view bytes) { return CountRow{nullptr, std::string(bytes)}; }
};
class Counting : public CaseRows<CountRow> {
 public:
  static inline CaseId fails_on;
  static inline CaseId hangs_on;
  static inline std::latch* hangs = nullptr;   ///< counted down where it hangs
  static inline std::latch* mended = nullptr;  ///< until then
  void apply(const CaseEvent& event) override {
    rows_[event.record.case_id].events += 'x';
    if (event.record.case_id == hangs_on && event.record.version == Version(3)) {
      hangs->count_down();
      mended->wait();
    }
    if (event.record.case_id == fails_on && event.record.version == Version(3)) throw std::runtime_error("it can't be counted");
  }
  [[nodiscard]] const std::vector<Table>& tables() const override {
    static const std::vector<Table> kNone;
    return kNone;
  }
  void tabulate(CaseId /*case_id*/, const TableSink& /*sink*/) const override {}
};
std::vector<ViewKind> with_counting(std::uint32_t version) {
  std::vector<ViewKind> kinds = all_views();
  kinds.push_back({"counting", version, "events", [] { return std::make_unique<Counting>(); }});
  return kinds;
}

TEST_F(ViewRunnerTest, LetsOnlyTheViewThatFailsWaitAndGoesOnAfterTheMend) {
  append_all();
  const auto kept = store("kept");
  Counting::fails_on = CaseId(3);
  {
    ViewRunner failing = runner(*kept, with_counting(1));
    const std::map<std::string, Error> troubles = failing.poll(log());
    ASSERT_EQ(troubles.size(), 1U);
    EXPECT_NE(troubles.at("counting").message.find("it can't be counted"), std::string::npos);
    const ViewStatus status = failing.status(log())->back();
    EXPECT_EQ(status.life, ViewLife::kStuck);
    ASSERT_TRUE(status.stuck);
    EXPECT_EQ(status.stuck->case_id, CaseId(3));
    EXPECT_EQ(status.stuck->partition, PartitionId(1));
    EXPECT_GT(status.lag, 0U);
    // The other partition's cases are counted to their end, the failing case up to the event before.
    EXPECT_EQ(failing.status(log())->front().lag, 0U);
  }
  Counting::fails_on = CaseId();
  ViewRunner mended = runner(*kept, with_counting(1));
  EXPECT_TRUE(mended.poll(log()).empty());
  const ViewStatus status = mended.status(log())->back();
  EXPECT_EQ(status.life, ViewLife::kFollowing);
  EXPECT_EQ(status.lag, 0U);
  const auto fresh = store("fresh");
  ViewRunner anew = runner(*fresh, with_counting(1));
  ASSERT_TRUE(anew.poll(log()).empty());
  EXPECT_EQ(rows_of(mended), rows_of(anew));
}

TEST_F(ViewRunnerTest, TellsOfAViewThatHangsWhileTheOthersGoOn) {
  using std::chrono::seconds;
  append_all();
  const auto kept = store("kept");
  SharedViews shared(*kept, kLog, [this] { return library_; }, with_counting(1), std::chrono::milliseconds(0));
  const auto catch_up = [&](const std::string& name) { return shared.with(name, [&](ViewRunner& runner) { return runner.catch_up(name, log()); }); };
  std::latch hangs(1);
  std::latch mended(1);
  Counting::hangs_on = CaseId(3);
  Counting::hangs = &hangs;
  Counting::mended = &mended;
  std::thread hung([&] { EXPECT_TRUE(catch_up("counting")); });
  hangs.wait();
  const SharedViews::Clock::time_point begun = SharedViews::Clock::now();
  EXPECT_TRUE(shared.hanging(begun).empty());
  EXPECT_TRUE(catch_up("caseload")) << "the others go on";
  EXPECT_TRUE(shared.hanging(begun + seconds(29)).empty());
  const std::vector<SharedViews::Hanging> hanging = shared.hanging(begun + seconds(30));
  ASSERT_EQ(hanging.size(), 1U);
  EXPECT_EQ(hanging[0].view, "counting");
  EXPECT_NE(hanging[0].sentence.find("has been at partition 1, position"), std::string::npos) << hanging[0].sentence;
  const std::vector<ViewStatus> all = *shared.status(log());
  EXPECT_EQ(all.back().life, ViewLife::kStuck);
  EXPECT_EQ(all.back().problem, hanging[0].sentence);
  EXPECT_EQ(all.front().life, ViewLife::kFollowing);
  EXPECT_EQ(all.front().lag, 0U);
  const Result<void> asked = catch_up("counting");
  ASSERT_FALSE(asked) << "whoever asks for it is told";
  EXPECT_NE(asked.error().message.find("'ritrovo view list' says whether it hangs"), std::string::npos);
  EXPECT_FALSE(shared.at_rest_within(seconds(0)));
  EXPECT_EQ(catch_up("none").error().code, ErrorCode::kNotFound);

  Counting::hangs_on = CaseId();
  mended.count_down();
  hung.join();
  EXPECT_TRUE(shared.at_rest_within(seconds(0)));
  EXPECT_TRUE(shared.hanging(begun + seconds(61)).empty());
  EXPECT_EQ(shared.status(log())->back().life, ViewLife::kFollowing);
  EXPECT_EQ(shared.status(log())->back().lag, 0U);
}

TEST_F(ViewRunnerTest, MakesAChangedVersionBesideTheOldOneWhichItReplacesWhenWhole) {
  append_all();
  const auto kept = store("kept");
  ASSERT_TRUE(runner(*kept, with_counting(1)).poll(log()).empty());
  Counting::fails_on = CaseId(5);
  {
    ViewRunner changed = runner(*kept, with_counting(2));
    EXPECT_EQ(changed.status(log())->back().life, ViewLife::kRemade);
    EXPECT_FALSE(changed.catch_up("counting", log()));
    EXPECT_FALSE(changed.rows("counting"));
    EXPECT_EQ(runner(*kept, with_counting(1)).rows("counting").value().size(), cases_.size()) << "the old rows stay until the new ones are whole";
  }
  Counting::fails_on = CaseId();
  ViewRunner changed = runner(*kept, with_counting(2));
  ASSERT_TRUE(changed.catch_up("counting", log()));
  EXPECT_EQ(changed.rows("counting").value().size(), cases_.size());
  std::size_t rows = 0;
  ASSERT_TRUE(kept->scan("r/", [&rows](std::string_view, std::string_view) { return ++rows > 0; }));
  EXPECT_EQ(rows, cases_.size() * (all_views().size() + 1)) << "each view once, and nothing of the replaced rows";
}

TEST_F(ViewRunnerTest, SaysWhereItStandsAsTheLedgerDoes) {
  append_all();
  const auto kept = store("kept");
  ViewRunner made = runner(*kept);
  ASSERT_TRUE(made.catch_up("caseload", log()));
  const ViewStatus status = made.status(log())->at(0);
  EXPECT_EQ(status.cursors.at(1).next, Position(next_[1]));
  EXPECT_EQ(status.cursors.at(1).ledger, ledgers_[1]);
  EXPECT_EQ(made.load<Caseload>()->cursors.at(1).ledger, ledgers_[1]);
}

TEST_F(ViewRunnerTest, StandsWhereTheLedgerDoesHoweverFarItCameAtOnce) {
  WrittenCase told = waiting_for_prefecture(library_, 1);
  for (std::uint64_t report = 0; report < kHashedMax + 300; ++report) told.on(day(2, 1)).fact("application.filed");
  append_in_one(told.events());
  const auto far = store("far");
  ViewRunner made = runner(*far, all_views(), kLog, 500);
  ASSERT_TRUE(made.catch_up("caseload", log()));
  const PartitionCursor at = made.status(log())->at(0).cursors.at(1);
  EXPECT_EQ(at.next, Position(told.events().size()));
  EXPECT_EQ(at.last_leaf, leaf_hash(encode_record(told.events().back())));
  EXPECT_EQ(at.ledger, ledgers_[1]);
  told.on(day(2, 2)).fact("application.filed");
  append(told.events().back());
  ASSERT_TRUE(made.catch_up("caseload", log()));
  EXPECT_EQ(made.status(log())->at(0).cursors.at(1).ledger, ledgers_[1]) << "and goes on from there";
}

}  // namespace
}  // namespace ritrovo::projections::test
