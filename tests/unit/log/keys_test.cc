#include "engine/log/keys.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ritrovo {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

TEST(Keys, HaveTheBytesThatTheFormatSays) {
  EXPECT_EQ(hex(event_key(PartitionId(3), Position(258))), "00030000000000000102");
  EXPECT_EQ(hex(case_key(PartitionId(3), CaseId(0x0102030405060708), Version(9))), "0003010203040506070800000009");
  EXPECT_EQ(hex(snapshot_key(PartitionId(3), CaseId(0x0102030405060708))), "00030102030405060708");
  EXPECT_EQ(hex(timer_key(PartitionId(3), Timestamp(1), CaseId(7))), "000380000000000000010000000000000007");
  EXPECT_EQ(hex(timer_key(PartitionId(3), Timestamp(-1), CaseId(7))), "00037fffffffffffffff0000000000000007");
  KeyHash hash{};
  hash[0] = 0xAB;
  hash[15] = 0xCD;
  EXPECT_EQ(hex(answer_key(PartitionId(3), CaseId(7), hash)), "00030000000000000007ab0000000000000000000000000000cd");
  EXPECT_EQ(hex(ledger_tile_key(PartitionId(3), 2, 5)), "0003020000000000000005");
  EXPECT_EQ(hex(ledger_frontier_key(PartitionId(3))), "0003ff");
  EXPECT_EQ(hex(parked_key(PartitionId(3), CaseId(7), Position(5))), "000300000000000000070000000000000005");
  EXPECT_EQ(hex(position_value(Position(258))), "0000000000000102");
  EXPECT_EQ(hex(offset_value(258)), "0000000000000102");
}

TEST(Keys, EndOfAPrefixIsTheNextOneAfterAllThatBeginWithIt) {
  EXPECT_EQ(hex(end_of_prefix("a")), "62");
  EXPECT_EQ(hex(end_of_prefix(std::string("a\xff", 2))), "62");
  EXPECT_EQ(end_of_prefix(std::string("\xff\xff", 2)), "");
}

TEST(Keys, FrontierIsTheLastRowOfItsPartition) {
  const KeyRange range = partition_range(PartitionId(255));
  EXPECT_LT(ledger_tile_key(PartitionId(255), kLedgerLevelMax, std::numeric_limits<std::uint64_t>::max()), ledger_frontier_key(PartitionId(255)));
  EXPECT_LT(ledger_frontier_key(PartitionId(255)), range.to);
  EXPECT_LT(range.to, ledger_tile_key(PartitionId(256), 0, 0));
}

TEST(Keys, BytesOfAnotherLengthAreNoKey) {
  for (std::size_t length = 0; length < 40; ++length) {
    const std::string bytes(length, 'x');
    EXPECT_EQ(parse_event_key(bytes).has_value(), length == 10);
    EXPECT_EQ(parse_case_key(bytes).has_value(), length == 14);
    EXPECT_EQ(parse_snapshot_key(bytes).has_value(), length == 10);
    EXPECT_EQ(parse_timer_key(bytes).has_value(), length == 18);
    EXPECT_EQ(parse_answer_key(bytes).has_value(), length == 26);
    EXPECT_EQ(parse_parked_key(bytes).has_value(), length == 18);
    EXPECT_EQ(parse_position_value(bytes).has_value(), length == 8);
    EXPECT_EQ(parse_offset_value(bytes).has_value(), length == 8);
  }
}

TEST(Keys, TimersOfTheEndOfTimeAreInTheRangeUntilThen) {
  const Timestamp end(std::numeric_limits<std::int64_t>::max());
  const KeyRange range = timers_range(PartitionId(1), end);
  EXPECT_LT(timer_key(PartitionId(1), end, CaseId(std::numeric_limits<std::uint64_t>::max())), range.to);
}

RC_GTEST_PROP(Keys, OrderOfBytesIsOrderOfNumbers, (std::uint16_t p1, std::uint16_t p2, std::uint64_t a1, std::uint64_t a2, std::uint32_t v1, std::uint32_t v2)) {
  const auto events = std::pair(std::pair(p1, a1), std::pair(p2, a2));
  RC_ASSERT((event_key(PartitionId(p1), Position(a1)) < event_key(PartitionId(p2), Position(a2))) == (events.first < events.second));
  RC_ASSERT((case_key(PartitionId(p1), CaseId(a1), Version(v1)) < case_key(PartitionId(p2), CaseId(a2), Version(v2))) ==
            (std::tuple(p1, a1, v1) < std::tuple(p2, a2, v2)));
}

RC_GTEST_PROP(Keys, TimersSortBySignedInstant, (std::int64_t due1, std::int64_t due2, std::uint64_t case1, std::uint64_t case2)) {
  RC_ASSERT((timer_key(PartitionId(1), Timestamp(due1), CaseId(case1)) < timer_key(PartitionId(1), Timestamp(due2), CaseId(case2))) ==
            (std::pair(due1, case1) < std::pair(due2, case2)));
}

RC_GTEST_PROP(Keys, RangesHoldWhatIsTheirsAndNothingElse, (std::uint64_t case1, std::uint64_t case2, std::uint32_t version, std::int64_t due, std::int64_t until)) {
  const KeyRange range = case_range(PartitionId(2), CaseId(case1));
  const std::string key = case_key(PartitionId(2), CaseId(case2), Version(version));
  RC_ASSERT((range.from <= key && key < range.to) == (case1 == case2));
  const KeyRange timers = timers_range(PartitionId(2), Timestamp(until));
  const std::string timer = timer_key(PartitionId(2), Timestamp(due), CaseId(case1));
  RC_ASSERT((timers.from <= timer && timer < timers.to) == (due <= until));
}

RC_GTEST_PROP(Keys, WhatWasBuiltIsRead, (std::uint16_t partition, std::uint64_t number, std::uint64_t other, std::uint32_t version)) {
  const PartitionId p(partition);
  RC_ASSERT(parse_event_key(event_key(p, Position(number))) == (EventKey{p, Position(number)}));
  RC_ASSERT(parse_case_key(case_key(p, CaseId(number), Version(version))) == (CaseKey{p, CaseId(number), Version(version)}));
  RC_ASSERT(parse_snapshot_key(snapshot_key(p, CaseId(number))) == (SnapshotKey{p, CaseId(number)}));
  RC_ASSERT(parse_parked_key(parked_key(p, CaseId(number), Position(other))) == (ParkedKey{p, CaseId(number), Position(other)}));
  const Timestamp due(static_cast<std::int64_t>(other));
  RC_ASSERT(parse_timer_key(timer_key(p, due, CaseId(number))) == (TimerKey{p, due, CaseId(number)}));
  RC_ASSERT(parse_position_value(position_value(Position(number))) == Position(number));
}

}  // namespace
}  // namespace ritrovo
