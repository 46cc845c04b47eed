#include "engine/log/case_log.h"

#include <limits>
#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/log/log_fixture.h"

namespace ritrovo {
namespace {

using log_tests::sample_event;
using log_tests::stage;
using testing::ElementsAre;
using testing::HasSubstr;

const PartitionId kPartition(4);

/// A log in memory, whose rows a test may damage.
class MemoryLog final : public LogPort {
 public:
  using Table = std::map<std::string, std::string, std::less<>>;
  Table& table(Column column) { return tables_[column]; }
  Result<std::optional<std::string>> get(Column column, std::string_view key) const override {
    const auto table = tables_.find(column);
    if (table == tables_.end()) return std::nullopt;
    const auto row = table->second.find(key);
    if (row == table->second.end()) return std::nullopt;
    return row->second;
  }
  Result<void> scan(Column column, std::string_view from, std::string_view to, const Visit& visit) const override {
    const auto table = tables_.find(column);
    if (table == tables_.end()) return {};
    for (auto row = table->second.lower_bound(from); row != table->second.end() && row->first < to; ++row) {
      if (!visit(row->first, row->second)) break;
    }
    return {};
  }
  Result<std::optional<std::pair<std::string, std::string>>> last(Column column, std::string_view from, std::string_view to) const override {
    std::optional<std::pair<std::string, std::string>> found;
    const Result<void> scanned = scan(column, from, to, [&](std::string_view key, std::string_view value) {
      found.emplace(key, value);
      return true;
    });
    if (!scanned) return tl::unexpected(scanned.error());
    return found;
  }
  Result<void> write(const Batch& batch) override {
    batch.for_each([this](const Batch::Write& write) {
      if (write.erase) tables_[write.column].erase(std::string(write.key));
      else tables_[write.column][std::string(write.key)] = write.value;
    });
    return {};
  }

 private:
  std::map<Column, Table> tables_;
};

/// Two cases whose events alternate, and a record without a version: positions 0 … 6.
class CaseLogTest : public testing::Test {
 protected:
  void SetUp() override {
    Batch batch;
    std::uint64_t position = 0;
    for (std::uint32_t version = 1; version <= 3; ++version) {
      for (const std::uint64_t number : {10U, 20U}) {
        stage(batch, kPartition, Position(position++), sample_event(CaseId(number), Version(version)));
      }
    }
    Event rejection = sample_event(CaseId(10), Version(0));
    rejection.tag = RecordTag::kRejection;
    stage(batch, kPartition, Position(position++), rejection);
    ASSERT_TRUE(port_.write(batch));
  }
  std::vector<std::uint64_t> positions_of_case(std::uint64_t number, std::uint32_t from = 1) {
    std::vector<std::uint64_t> positions;
    const Result<void> read = log_.read_case(kPartition, CaseId(number), Version(from), [&](const StoredRecord& record) {
      positions.push_back(record.position.value());
      return true;
    });
    EXPECT_TRUE(read.has_value()) << read.error().message;
    return positions;
  }
  std::string case_error(std::uint64_t number) {
    const Result<void> read = log_.read_case(kPartition, CaseId(number), Version(1), [](const StoredRecord&) { return true; });
    EXPECT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
    return read.error().message;
  }

  MemoryLog port_;
  CaseLog log_{port_};
};

TEST_F(CaseLogTest, ReadsACaseInOrderOfItsVersions) {
  EXPECT_THAT(positions_of_case(10), ElementsAre(0, 2, 4));
  EXPECT_THAT(positions_of_case(20, 2), ElementsAre(3, 5));
  EXPECT_THAT(positions_of_case(30), ElementsAre());
}

TEST_F(CaseLogTest, ReadsEventsThatStandTogetherInOneScan) {
  Batch batch;
  for (std::uint32_t version = 1; version <= 5; ++version) {
    stage(batch, kPartition, Position(6 + version), sample_event(CaseId(30), Version(version)));
  }
  ASSERT_TRUE(port_.write(batch));
  EXPECT_THAT(positions_of_case(30), ElementsAre(7, 8, 9, 10, 11));
}

TEST_F(CaseLogTest, GoesOnAfterAnEventOnlyWhereItStandsWhereItDid) {
  std::vector<std::uint64_t> positions;
  const auto after = [&](std::uint32_t version, std::uint64_t position) {
    positions.clear();
    return log_.read_case_after(kPartition, CaseId(10), {Version(version), Position(position)}, [&](const StoredRecord& record) {
      positions.push_back(record.position.value());
      return true;
    }).value();
  };
  EXPECT_TRUE(after(1, 0));
  EXPECT_THAT(positions, ElementsAre(2, 4));
  EXPECT_TRUE(after(3, 4));
  EXPECT_THAT(positions, ElementsAre());
  EXPECT_FALSE(after(2, 3)) << "another case's event stands there";
  EXPECT_FALSE(after(4, 5)) << "the case has no such version";
  EXPECT_THAT(positions, ElementsAre());
}

TEST_F(CaseLogTest, StopsWhenTheVisitorHasEnough) {
  int seen = 0;
  ASSERT_TRUE(log_.read_case(kPartition, CaseId(10), Version(1), [&](const StoredRecord&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
  seen = 0;
  ASSERT_TRUE(log_.scan_cases(kPartition, [&](CaseId, Version) { return ++seen < 1; }));
  EXPECT_EQ(seen, 1);
  seen = 0;
  ASSERT_TRUE(log_.read_records(kPartition, Position(0), Position(5), [&](const StoredRecord&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST_F(CaseLogTest, KnowsItsEnds) {
  EXPECT_EQ(log_.last_position(kPartition).value(), Position(6));
  EXPECT_EQ(log_.last_position(PartitionId(5)).value(), std::nullopt);
  EXPECT_EQ(log_.last_version(kPartition, CaseId(20)).value(), Version(3));
  EXPECT_EQ(log_.last_version(kPartition, CaseId(21)).value(), Version(0));
  EXPECT_TRUE(log_.has_case(kPartition, CaseId(20)).value());
  EXPECT_FALSE(log_.has_case(kPartition, CaseId(21)).value());
}

TEST_F(CaseLogTest, GivesARecordsBytesExactlyAsStored) {
  const Result<StoredRecord> record = log_.read_record(kPartition, Position(2));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->event, sample_event(CaseId(10), Version(2)));
  EXPECT_EQ(record->bytes, encode_record(record->event));
  EXPECT_EQ(log_.read_record(kPartition, Position(7)).error().code, ErrorCode::kNotFound);
}

TEST_F(CaseLogTest, NamesTheRecordThatDoesNotDecode) {
  port_.table(Column::kEvents)[event_key(kPartition, Position(2))][20] ^= 1;
  const Result<StoredRecord> record = log_.read_record(kPartition, Position(2));
  ASSERT_FALSE(record.has_value());
  EXPECT_EQ(record.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(record.error().message, HasSubstr("partition 4, position 2"));
  EXPECT_THAT(case_error(10), HasSubstr("partition 4, position 2"));
}

TEST_F(CaseLogTest, NoticesAGapInPositions) {
  port_.table(Column::kEvents).erase(event_key(kPartition, Position(3)));
  const Result<void> scanned = log_.scan_records(kPartition, Position(0), [](const StoredRecord&) { return true; });
  ASSERT_FALSE(scanned.has_value());
  EXPECT_THAT(scanned.error().message, HasSubstr("partition 4, position 3: the record is missing"));
  EXPECT_THAT(case_error(20), HasSubstr("position 3"));
  EXPECT_THAT(log_.read_records(kPartition, Position(2), Position(4), [](const StoredRecord&) { return true; }).error().message, HasSubstr("position 3"));
}

TEST_F(CaseLogTest, NoticesAGapInVersions) {
  port_.table(Column::kCases).erase(case_key(kPartition, CaseId(10), Version(2)));
  EXPECT_THAT(case_error(10), HasSubstr("version 2"));
  EXPECT_THAT(log_.scan_cases(kPartition, [](CaseId, Version) { return true; }).error().message, HasSubstr("version 2"));
  EXPECT_EQ(log_.check_partition(kPartition).error().code, ErrorCode::kCorrupt);
}

TEST_F(CaseLogTest, NoticesAnIndexThatNamesAnotherEvent) {
  port_.table(Column::kCases)[case_key(kPartition, CaseId(10), Version(2))] = position_value(Position(3));
  EXPECT_THAT(case_error(10), HasSubstr("holds another event"));
  EXPECT_EQ(log_.check_partition(kPartition).error().code, ErrorCode::kCorrupt);
}

TEST_F(CaseLogTest, ChecksAWholePartition) {
  EXPECT_EQ(log_.check_partition(kPartition).value(), 7U);
  EXPECT_EQ(log_.check_partition(PartitionId(5)).value(), 0U);
  port_.table(Column::kCases)[case_key(kPartition, CaseId(30), Version(1))] = position_value(Position(3));
  EXPECT_THAT(log_.check_partition(kPartition).error().message, HasSubstr("6 events, but 7 rows"));
}

TEST_F(CaseLogTest, ListsCasesWithTheirLastVersion) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> cases;
  ASSERT_TRUE(log_.scan_cases(kPartition, [&](CaseId id, Version version) {
    cases.emplace_back(id.value(), version.value());
    return true;
  }));
  EXPECT_THAT(cases, ElementsAre(std::pair(10, 3), std::pair(20, 3)));
}

TEST_F(CaseLogTest, FindsAnswersTimersSnapshotsOffsetsAndParkedCommands) {
  Batch batch;
  put_answer(batch, kPartition, CaseId(10), KeyHash{1}, Position(2));
  batch.put(Column::kTimers, timer_key(kPartition, Timestamp(500), CaseId(10)), "");
  batch.put(Column::kTimers, timer_key(kPartition, Timestamp(-5), CaseId(20)), "");
  batch.put(Column::kSnapshots, snapshot_key(kPartition, CaseId(10)), "state");
  batch.put(Column::kSources, "topic/0", offset_value(77));
  for (const std::uint64_t position : {5U, 3U}) batch.put(Column::kParked, parked_key(kPartition, CaseId(10), Position(position)), "");
  ASSERT_TRUE(port_.write(batch));

  EXPECT_EQ(log_.find_answer(kPartition, CaseId(10), KeyHash{1}).value(), Position(2));
  EXPECT_EQ(log_.find_answer(kPartition, CaseId(20), KeyHash{1}).value(), std::nullopt);
  EXPECT_EQ(log_.next_timer(kPartition).value(), (TimerKey{kPartition, Timestamp(-5), CaseId(20)}));
  EXPECT_EQ(log_.next_timer(PartitionId(5)).value(), std::nullopt);
  int due = 0;
  ASSERT_TRUE(log_.timers_due(kPartition, Timestamp(499), [&](Timestamp, CaseId) { return ++due > 0; }));
  EXPECT_EQ(due, 1);
  ASSERT_TRUE(log_.timers_due(kPartition, {Timestamp(-4), Timestamp(500)}, [&](Timestamp instant, CaseId) { return ++due > 0 && instant == Timestamp(500); }));
  EXPECT_EQ(due, 2) << "the one at -5 lies before";
  EXPECT_EQ(log_.snapshot(kPartition, CaseId(10)).value(), "state");
  EXPECT_EQ(log_.snapshot(kPartition, CaseId(20)).value(), std::nullopt);
  EXPECT_EQ(log_.source_offset("topic/0").value(), 77U);
  EXPECT_EQ(log_.source_offset("topic/1").value(), std::nullopt);
  std::vector<std::uint64_t> parked;
  ASSERT_TRUE(log_.parked(kPartition, CaseId(10), [&](Position position) {
    parked.push_back(position.value());
    return true;
  }));
  EXPECT_THAT(parked, ElementsAre(3, 5));
  int parked_cases = 0;
  ASSERT_TRUE(log_.parked_cases(kPartition, [&](CaseId) { return ++parked_cases > 0; }));
  EXPECT_EQ(parked_cases, 1);
}

}  // namespace
}  // namespace ritrovo
