#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/log/keys.h"
#include "engine/log/log_port.h"
#include "engine/record/event.h"

namespace ritrovo {

/// One record as it was read back.
struct StoredRecord {
  Position position;
  std::string bytes;  ///< exactly as stored: the ledger's leaf
  Event event;        ///< decoded from `bytes`
};

/// The log in the engine's own words: a thin reader over any LogPort, and the rows to write for a record. Holds no state.
///
/// Every read checks what it returns: a record that doesn't decode, a gap in positions or versions, or an index row that doesn't agree with
/// its record is kCorrupt, named by partition and position (or case and version). Errors of the port pass through unchanged.
/// A `visit` returns false to stop; the call then succeeds. Views passed to it are valid during the call only.
/// Concurrency: as the LogPort's reads. Requires: the port outlives this.
class CaseLog {
 public:
  using VisitRecord = std::function<bool(const StoredRecord&)>;
  using VisitBytes = std::function<bool(Position, std::string_view bytes)>;

  explicit CaseLog(const LogPort& log) : log_(log) {}
  [[nodiscard]] const LogPort& port() const { return log_; }

  /// The record at a position. kNotFound where the partition ends before it.
  [[nodiscard]] Result<StoredRecord> read_record(PartitionId partition, Position position) const;
  /// Positions from … to − 1, each of which must exist. Costs one scan.
  [[nodiscard]] Result<void> read_records(PartitionId partition, Position from, Position to, const VisitRecord& visit) const;
  /// The position of a partition's last record, or nothing for an empty partition.
  [[nodiscard]] Result<std::optional<Position>> last_position(PartitionId partition) const;

  /// Whether the case has any event: one point read, which a filter mostly answers.
  [[nodiscard]] Result<bool> has_case(PartitionId partition, CaseId case_id) const;
  /// The version of a case's last event; 0 for a case that has none.
  [[nodiscard]] Result<Version> last_version(PartitionId partition, CaseId case_id) const;
  /// The events of a case from version `from` (1 or more) in order of version.
  [[nodiscard]] Result<void> read_case(PartitionId partition, CaseId case_id, Version from, const VisitRecord& visit) const;
  /// An event that is known already, and where it stood then.
  struct Known {
    Version version;
    Position position;
  };
  /// The events of a case after a known one. False, and nothing is visited: that event doesn't stand there. Costs no read more than read_case.
  [[nodiscard]] Result<bool> read_case_after(PartitionId partition, CaseId case_id, const Known& known, const VisitRecord& visit) const;
  /// Every case of a partition in order of its number, with its last version. Reads the whole index of the partition; checks that versions
  /// run from 1 without a gap.
  [[nodiscard]] Result<void> scan_cases(PartitionId partition, const std::function<bool(CaseId, Version)>& visit) const;

  /// Every record of a partition from `from` on, decoded.
  [[nodiscard]] Result<void> scan_records(PartitionId partition, Position from, const VisitRecord& visit) const;
  /// As scan_records, without decoding: for hashing and copying.
  [[nodiscard]] Result<void> scan_bytes(PartitionId partition, Position from, const VisitBytes& visit) const;

  /// Where the answer to a command stands: the position of the first record it led to. Nothing for a key that was never taken.
  [[nodiscard]] Result<std::optional<Position>> find_answer(PartitionId partition, CaseId case_id, const KeyHash& hash) const;

  /// Calls `visit` once for each answer of the partition.
  [[nodiscard]] Result<void> scan_answers(PartitionId partition, const std::function<void()>& visit) const;

  /// The timers that are due in a stretch of time, by instant, then case. Rows before `from` aren't read, erased ones neither.
  struct Due {
    Timestamp from;
    Timestamp until;  ///< included
  };
  [[nodiscard]] Result<void> timers_due(PartitionId partition, Due due, const std::function<bool(Timestamp, CaseId)>& visit) const;
  /// All timers that are due at `until` or before.
  [[nodiscard]] Result<void> timers_due(PartitionId partition, Timestamp until, const std::function<bool(Timestamp, CaseId)>& visit) const;
  /// The next timer of the partition, or nothing.
  [[nodiscard]] Result<std::optional<TimerKey>> next_timer(PartitionId partition) const;

  /// The snapshot of a case as it was written, or nothing.
  [[nodiscard]] Result<std::optional<std::string>> snapshot(PartitionId partition, CaseId case_id) const;
  /// Cases of the partition that have a snapshot, in order of their number.
  [[nodiscard]] Result<void> cases_with_snapshot(PartitionId partition, const std::function<bool(CaseId)>& visit) const;
  /// The offset committed for a source, or nothing.
  [[nodiscard]] Result<std::optional<std::uint64_t>> source_offset(std::string_view name) const;
  /// Positions of the commands parked for a case, in order.
  [[nodiscard]] Result<void> parked(PartitionId partition, CaseId case_id, const std::function<bool(Position)>& visit) const;
  /// Cases of the partition that have parked commands, each once, in order of their number.
  [[nodiscard]] Result<void> parked_cases(PartitionId partition, const std::function<bool(CaseId)>& visit) const;

  /// Reads all of a partition: records decode, positions and versions have no gap, and the index of cases says exactly what the records say.
  /// Returns the number of records. Costs a scan of `events` and a point read for each event.
  [[nodiscard]] Result<std::uint64_t> check_partition(PartitionId partition) const;

 private:
  struct IndexRow {
    Version version;
    Position position;
  };
  [[nodiscard]] Result<std::vector<IndexRow>> index_rows(PartitionId partition, CaseId case_id, Version from) const;
  [[nodiscard]] Result<void> read_rows(PartitionId partition, CaseId case_id, std::span<const IndexRow> rows, const VisitRecord& visit) const;
  [[nodiscard]] static std::size_t run_length(std::span<const IndexRow> rows);

  const LogPort& log_;
};

/// Adds the rows of one record: `events`, and for an event (version ≥ 1) its row in `cases`. `bytes` is encode_record(event).
void put_record(Batch& batch, PartitionId partition, Position position, const Event& event, std::string_view bytes);
/// Adds the row by which the same command will find its answer: the position of the first record that it led to.
void put_answer(Batch& batch, PartitionId partition, CaseId case_id, const KeyHash& hash, Position position);

}  // namespace ritrovo
