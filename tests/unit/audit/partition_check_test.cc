#include "engine/audit/partition_check.h"

#include <gtest/gtest.h>

#include "engine/log/case_log.h"
#include "engine/log/earlier_frontier.h"
#include "engine/log/keys.h"
#include "engine/log/stored_tree.h"
#include "engine/record/record_codec.h"
#include "tests/simulation/simulated_disk.h"

namespace ritrovo {
namespace {

using simulation::Disk;
using simulation::DiskLog;

constexpr PartitionId kPartition{3};

std::string record_bytes(std::uint64_t number, std::string body) {
  Event event;
  event.case_id = CaseId(7);
  event.version = Version(static_cast<std::uint32_t>(number + 1));
  event.cause = event.version;
  event.body = std::move(body);
  return encode_record(event);
}

/// A partition's log, written as the engine writes it: records, index, kept hashes and frontier.
class Written {
 public:
  explicit Written(std::uint64_t records, std::string_view body = "as it was") {
    for (std::uint64_t i = 0; i < records; ++i) append(std::string(body) + std::to_string(i));
  }
  void append(std::string body) {
    const std::uint64_t number = frontier_.size().value();
    const std::string bytes = record_bytes(number, std::move(body));
    Batch batch;
    put_record(batch, kPartition, Position(number), *decode_record(bytes), bytes);
    std::vector<TileHash> completed;
    frontier_.append(leaf_hash(bytes), completed);
    for (const TileHash& node : completed) batch.put(Column::kLedger, ledger_tile_key(kPartition, node.level, node.index), node.hash.view());
    batch.put(Column::kLedger, ledger_frontier_key(kPartition), frontier_.encode());
    write(batch);
  }
  void put(Column column, const std::string& key, std::string_view value) {
    Batch batch;
    batch.put(column, key, value);
    write(batch);
  }
  void erase(Column column, const std::string& key) {
    Batch batch;
    batch.erase(column, key);
    write(batch);
  }
  [[nodiscard]] Anchor anchor(std::string place) const { return {{"origin", frontier_.size(), frontier_.root(), {}}, std::move(place)}; }
  [[nodiscard]] PartitionCheck check(std::vector<Anchor> anchors = {}) {
    std::atomic<std::uint64_t> done = 0;
    PartitionCheck found = check_partition_against(log_, kPartition, std::move(anchors), done);
    EXPECT_EQ(done, found.records);
    return found;
  }
  [[nodiscard]] const LogPort& log() const { return log_; }

 private:
  void write(const Batch& batch) { ASSERT_TRUE(log_.write(batch)); }
  Disk disk_{1};
  DiskLog log_{disk_};
  Frontier frontier_;
};

void expect_first_bad(const PartitionCheck& check, std::uint64_t first, std::uint64_t last, std::string_view words) {
  ASSERT_FALSE(check.findings.empty());
  const Finding& finding = check.findings.front();
  ASSERT_TRUE(finding.first) << finding.what;
  EXPECT_EQ(finding.first->value(), first) << finding.what;
  EXPECT_EQ(finding.last->value(), last) << finding.what;
  EXPECT_NE(finding.what.find(words), std::string::npos) << finding.what;
}

TEST(PartitionCheck, SaysHowFarTheTruthReaches) {
  Written log(300);
  const Anchor anchor = log.anchor("elsewhere/3");
  for (int i = 0; i < 5; ++i) log.append("later");
  const PartitionCheck check = log.check({anchor});
  EXPECT_TRUE(check.findings.empty());
  EXPECT_EQ(check.records, 305U);
  EXPECT_EQ(check.proved, 300U);
  EXPECT_EQ(check.proved_by, "elsewhere/3");
  EXPECT_TRUE(Written(0).check().findings.empty());
}

TEST(PartitionCheck, NamesARecordWhoseBytesDontVerify) {
  Written log(300);
  std::string bytes = record_bytes(17, "as it was17");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  log.put(Column::kEvents, event_key(kPartition, Position(17)), bytes);
  const PartitionCheck check = log.check({log.anchor("a")});
  expect_first_bad(check, 17, 17, "checksum");
  EXPECT_EQ(check.records, 17U);
}

TEST(PartitionCheck, NamesARecordThatIsMissing) {
  Written log(40);
  log.erase(Column::kEvents, event_key(kPartition, Position(20)));
  expect_first_bad(log.check(), 20, 20, "missing");
}

TEST(PartitionCheck, NamesTheStretchOfARecordThatWasForgedWithItsChecksum) {
  Written log(600);
  log.put(Column::kEvents, event_key(kPartition, Position(300)), record_bytes(300, "forged"));
  expect_first_bad(log.check(), 256, 511, "changed since");
  Written tail(600);
  tail.put(Column::kEvents, event_key(kPartition, Position(590)), record_bytes(590, "forged"));
  expect_first_bad(tail.check(), 512, 599, "changed since");
}

TEST(PartitionCheck, NamesARecordThatStandsInAnothersPlace) {
  Written log(600);
  log.put(Column::kEvents, event_key(kPartition, Position(300)), record_bytes(40, "as it was40"));
  expect_first_bad(log.check(), 300, 300, "another record");
}

TEST(PartitionCheck, NoticesALostEnd) {
  Written log(300);
  log.erase(Column::kEvents, event_key(kPartition, Position(299)));
  expect_first_bad(log.check(), 299, 299, "gone");
  // With its ledger cut back as well, only a checkpoint knows.
  Written cut(299);
  EXPECT_TRUE(cut.check().findings.empty());
  expect_first_bad(cut.check({Written(300).anchor("elsewhere/3")}), 299, 299, "elsewhere/3 was signed at 300 records: the log has lost its end");
}

TEST(PartitionCheck, NoticesRecordsPutBehindTheEnd) {
  Written log(300);
  log.put(Column::kEvents, event_key(kPartition, Position(300)), record_bytes(40, "as it was40"));
  expect_first_bad(log.check(), 300, 300, "past it");
}

TEST(PartitionCheck, NoticesALogWrittenAnewWithItsTreeByAnEarlierCheckpoint) {
  const Anchor earlier = Written(280).anchor("elsewhere/3");
  Written forged(400, "another story");
  EXPECT_TRUE(forged.check().findings.empty());
  expect_first_bad(forged.check({earlier}), 0, 279, "written anew");
  // From the newest checkpoint on that still agrees.
  Written half(260);
  const Anchor agrees = half.anchor("older");
  for (int i = 0; i < 40; ++i) half.append("another end");
  expect_first_bad(half.check({agrees, earlier}), 260, 279, "written anew");
}

TEST(PartitionCheck, TellsADerivedRowFromARecord) {
  Written log(600);
  const Anchor anchor = log.anchor("checkpoints/3");
  log.put(Column::kLedger, ledger_tile_key(kPartition, 1, 1), leaf_hash("x").view());
  log.put(Column::kLedger, ledger_tile_key(kPartition, 1, 0), "short");
  log.put(Column::kLedger, ledger_frontier_key(kPartition), Frontier().encode());
  const PartitionCheck check = log.check({anchor});
  EXPECT_EQ(check.proved, 600U);
  EXPECT_GE(check.findings.size(), 3U);
  bool named = false;
  for (const Finding& finding : check.findings) named |= finding.what.find("level 1, index 1") != std::string::npos && !finding.first;
  EXPECT_TRUE(named);
}

TEST(PartitionCheck, NamesARowOfALevelThatNoTreeHas) {
  Written log(10);
  std::string key = ledger_tile_key(kPartition, 1, 0);
  key[2] = 9;
  log.put(Column::kLedger, key, Hash256().view());
  const PartitionCheck check = log.check();
  ASSERT_EQ(check.findings.size(), 1U);
  EXPECT_EQ(check.findings[0].what, "a row of the ledger can't be read");
}

TEST(StoredTree, MakesTheRootThatTheFrontierHas) {
  const Written log(700);
  const Frontier frontier = *stored_frontier(log.log(), kPartition);
  EXPECT_EQ(*root_of(frontier.size(), stored_tree(log.log(), kPartition)), frontier.root());
  EXPECT_EQ(stored_frontier(log.log(), PartitionId(9))->size(), TreeSize(0));
}

TEST(StoredTree, TellsTheFrontierOfEachEarlierSize) {
  const Written log(700);
  Frontier grown;
  for (std::uint64_t size = 0; size <= 700; ++size) {
    const Result<Frontier> then = frontier_at(log.log(), kPartition, TreeSize(size));
    ASSERT_TRUE(then) << then.error().message;
    ASSERT_EQ(*then, grown) << size;
    if (size < 700) grown.append(leaf_hash(CaseLog(log.log()).read_record(kPartition, Position(size))->bytes));
  }
  EXPECT_FALSE(frontier_at(log.log(), kPartition, TreeSize(701)));
}

}  // namespace
}  // namespace ritrovo
