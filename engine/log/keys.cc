#include "engine/log/keys.h"

#include <algorithm>
#include <limits>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

namespace ritrovo {
namespace {

constexpr char kFrontierMark = static_cast<char>(0xFF);
constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

std::string partition_key(PartitionId partition) {
  std::string key;
  put_be(key, partition.value());
  return key;
}

std::string partition_case_key(PartitionId partition, CaseId case_id) {
  std::string key = partition_key(partition);
  put_be(key, case_id.value());
  return key;
}

/// Flipping the sign bit makes instants before 1970 sort before those after it.
std::uint64_t ordered(Timestamp instant) { return static_cast<std::uint64_t>(instant.value()) ^ kSignBit; }

PartitionId partition_in(std::string_view key) { return PartitionId(get_be<std::uint16_t>(key)); }

}  // namespace

std::string end_of_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == static_cast<char>(0xFF)) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

KeyRange partition_range(PartitionId partition) {
  const std::string key = partition_key(partition);
  return {key, end_of_prefix(key)};
}

std::string event_key(PartitionId partition, Position position) {
  std::string key = partition_key(partition);
  put_be(key, position.value());
  return key;
}

KeyRange events_range(PartitionId partition, Position from) { return {event_key(partition, from), partition_range(partition).to}; }

std::optional<EventKey> parse_event_key(std::string_view key) {
  if (key.size() != 10) return std::nullopt;
  return EventKey{partition_in(key), Position(get_be<std::uint64_t>(key, 2))};
}

std::string case_key(PartitionId partition, CaseId case_id, Version version) {
  std::string key = partition_case_key(partition, case_id);
  put_be(key, version.value());
  return key;
}

KeyRange case_range(PartitionId partition, CaseId case_id, Version from) {
  return {case_key(partition, case_id, from), end_of_prefix(partition_case_key(partition, case_id))};
}

std::optional<CaseKey> parse_case_key(std::string_view key) {
  if (key.size() != 14) return std::nullopt;
  return CaseKey{partition_in(key), CaseId(get_be<std::uint64_t>(key, 2)), Version(get_be<std::uint32_t>(key, 10))};
}

std::string snapshot_key(PartitionId partition, CaseId case_id) { return partition_case_key(partition, case_id); }

std::optional<SnapshotKey> parse_snapshot_key(std::string_view key) {
  if (key.size() != 10) return std::nullopt;
  return SnapshotKey{partition_in(key), CaseId(get_be<std::uint64_t>(key, 2))};
}

std::string timer_key(PartitionId partition, Timestamp due, CaseId case_id) {
  std::string key = partition_key(partition);
  put_be(key, ordered(due));
  put_be(key, case_id.value());
  return key;
}

KeyRange timers_range(PartitionId partition, Timestamp until) {
  KeyRange range = partition_range(partition);
  if (until.value() != std::numeric_limits<std::int64_t>::max()) range.to = timer_key(partition, until.next(), CaseId(0));
  return range;
}

std::optional<TimerKey> parse_timer_key(std::string_view key) {
  if (key.size() != 18) return std::nullopt;
  const auto due = static_cast<std::int64_t>(get_be<std::uint64_t>(key, 2) ^ kSignBit);
  return TimerKey{partition_in(key), Timestamp(due), CaseId(get_be<std::uint64_t>(key, 10))};
}

std::string answer_key(PartitionId partition, CaseId case_id, const KeyHash& hash) {
  std::string key = partition_case_key(partition, case_id);
  key.append(hash.begin(), hash.end());
  return key;
}

std::optional<AnswerKey> parse_answer_key(std::string_view key) {
  if (key.size() != 26) return std::nullopt;
  AnswerKey parsed{partition_in(key), CaseId(get_be<std::uint64_t>(key, 2)), {}};
  std::copy(key.begin() + 10, key.end(), parsed.hash.begin());
  return parsed;
}

std::string ledger_tile_key(PartitionId partition, std::uint8_t level, std::uint64_t index) {
  RITROVO_ASSERT_OP(+level, <=, +kLedgerLevelMax);
  std::string key = partition_key(partition);
  key.push_back(static_cast<char>(level));
  put_be(key, index);
  return key;
}

std::string ledger_frontier_key(PartitionId partition) {
  std::string key = partition_key(partition);
  key.push_back(kFrontierMark);
  return key;
}

std::string parked_key(PartitionId partition, CaseId case_id, Position position) {
  std::string key = partition_case_key(partition, case_id);
  put_be(key, position.value());
  return key;
}

KeyRange parked_range(PartitionId partition, CaseId case_id) {
  const std::string key = partition_case_key(partition, case_id);
  return {key, end_of_prefix(key)};
}

std::optional<ParkedKey> parse_parked_key(std::string_view key) {
  if (key.size() != 18) return std::nullopt;
  return ParkedKey{partition_in(key), CaseId(get_be<std::uint64_t>(key, 2)), Position(get_be<std::uint64_t>(key, 10))};
}

std::string position_value(Position position) {
  std::string value;
  put_be(value, position.value());
  return value;
}

std::optional<Position> parse_position_value(std::string_view value) {
  if (value.size() != 8) return std::nullopt;
  return Position(get_be<std::uint64_t>(value));
}

std::string offset_value(std::uint64_t offset) {
  std::string value;
  put_be(value, offset);
  return value;
}

std::optional<std::uint64_t> parse_offset_value(std::string_view value) {
  if (value.size() != 8) return std::nullopt;
  return get_be<std::uint64_t>(value);
}

}  // namespace ritrovo
