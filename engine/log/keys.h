#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/time.h"

/// The keys of the log's tables (Column), and the values that are no more than a number. All integers are big-endian, so that the order of
/// bytes is the order of numbers; every key but those of `sources` and `meta` begins with the partition (2 bytes):
///
///   events     partition ‖ position (8)                    → record
///   cases      partition ‖ case (8) ‖ version (4)          → position (8)
///   snapshots  partition ‖ case (8)                        → state's bytes
///   timers     partition ‖ due (8, sign bit flipped) ‖ case (8) → empty
///   answers    partition ‖ case (8) ‖ keyed hash (16)      → position (8)
///   ledger     partition ‖ level (1) ‖ index (8)           → hash of a full subtree of 256^level leaves (32 bytes);  partition ‖ 0xFF → frontier
///   sources    name                                        → offset (8)
///   parked     partition ‖ case (8) ‖ position (8)         → empty
///   meta       a name                                      → whatever its owner writes
///
/// docs/formats.md, "The log", has a worked example. Pure; runs on any thread.
namespace ritrovo {

/// The keyed hash of a command's key: the part of an answer's row that names the command.
using KeyHash = std::array<std::uint8_t, 16>;

/// The rows with from ≤ key < to.
struct KeyRange {
  std::string from;
  std::string to;
  bool operator==(const KeyRange&) const = default;
};

/// Bytes of the partition that begins a key.
inline constexpr std::size_t kPartitionKeyBytes = 2;
/// Levels of tiles a ledger can have: 256^7 × 256 leaves are more than 2^63.
inline constexpr std::uint8_t kLedgerLevelMax = 7;

/// The first key that is greater than every key beginning with `prefix`; empty if there is none (all bytes 0xFF).
[[nodiscard]] std::string end_of_prefix(std::string_view prefix);

/// All rows of one partition, in any column whose keys begin with the partition.
[[nodiscard]] KeyRange partition_range(PartitionId partition);

[[nodiscard]] std::string event_key(PartitionId partition, Position position);
/// The events of a partition from `from` to its end.
[[nodiscard]] KeyRange events_range(PartitionId partition, Position from = Position(0));
struct EventKey {
  PartitionId partition;
  Position position;
  bool operator==(const EventKey&) const = default;
};
/// Reads event_key; nothing for bytes of another length. So do the other `parse_…` below.
[[nodiscard]] std::optional<EventKey> parse_event_key(std::string_view key);

[[nodiscard]] std::string case_key(PartitionId partition, CaseId case_id, Version version);
/// The versions of one case from `from` on.
[[nodiscard]] KeyRange case_range(PartitionId partition, CaseId case_id, Version from = Version(0));
struct CaseKey {
  PartitionId partition;
  CaseId case_id;
  Version version;
  bool operator==(const CaseKey&) const = default;
};
[[nodiscard]] std::optional<CaseKey> parse_case_key(std::string_view key);

[[nodiscard]] std::string snapshot_key(PartitionId partition, CaseId case_id);
struct SnapshotKey {
  PartitionId partition;
  CaseId case_id;
  bool operator==(const SnapshotKey&) const = default;
};
[[nodiscard]] std::optional<SnapshotKey> parse_snapshot_key(std::string_view key);

[[nodiscard]] std::string timer_key(PartitionId partition, Timestamp due, CaseId case_id);
/// The timers of a partition that are due at `until` or before.
[[nodiscard]] KeyRange timers_range(PartitionId partition, Timestamp until);
struct TimerKey {
  PartitionId partition;
  Timestamp due;
  CaseId case_id;
  bool operator==(const TimerKey&) const = default;
};
[[nodiscard]] std::optional<TimerKey> parse_timer_key(std::string_view key);

[[nodiscard]] std::string answer_key(PartitionId partition, CaseId case_id, const KeyHash& hash);
struct AnswerKey {
  PartitionId partition;
  CaseId case_id;
  KeyHash hash;
  bool operator==(const AnswerKey&) const = default;
};
[[nodiscard]] std::optional<AnswerKey> parse_answer_key(std::string_view key);

/// A hash of the ledger's upper levels: 256 neighbours of one level are a tile of C2SP's tlog-tiles. Requires: level ≤ kLedgerLevelMax.
[[nodiscard]] std::string ledger_tile_key(PartitionId partition, std::uint8_t level, std::uint64_t index);
/// The row of the ledger's frontier, the last of its partition in the column.
[[nodiscard]] std::string ledger_frontier_key(PartitionId partition);

[[nodiscard]] std::string parked_key(PartitionId partition, CaseId case_id, Position position);
/// The parked commands of one case, in the order of their positions.
[[nodiscard]] KeyRange parked_range(PartitionId partition, CaseId case_id);
struct ParkedKey {
  PartitionId partition;
  CaseId case_id;
  Position position;
  bool operator==(const ParkedKey&) const = default;
};
[[nodiscard]] std::optional<ParkedKey> parse_parked_key(std::string_view key);

/// The eight bytes of a position, as `cases` and `answers` hold it.
[[nodiscard]] std::string position_value(Position position);
[[nodiscard]] std::optional<Position> parse_position_value(std::string_view value);
/// The eight bytes of an offset, as `sources` holds it.
[[nodiscard]] std::string offset_value(std::uint64_t offset);
[[nodiscard]] std::optional<std::uint64_t> parse_offset_value(std::string_view value);

}  // namespace ritrovo
