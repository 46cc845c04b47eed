#include "engine/log/case_log.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/record/record_codec.h"

namespace ritrovo {
namespace {

std::string place(PartitionId partition, Position position) {
  return fmt::format("partition {}, position {}", partition.value(), position.value());
}

std::string place(PartitionId partition, CaseId case_id, Version version) {
  return fmt::format("partition {}, case {}, version {}", partition.value(), case_id.printed(), version.value());
}

tl::unexpected<Error> corrupt(const std::string& where, std::string_view why) {
  return failure(ErrorCode::kCorrupt, fmt::format("{}: {}. Restore the folder from a backup, or refill it", where, why));
}

tl::unexpected<Error> odd_row(PartitionId partition, std::string_view column) {
  return corrupt(fmt::format("partition {}", partition.value()), fmt::format("a row of {} isn't of the form it must have", column));
}

Result<StoredRecord> decoded(PartitionId partition, Position position, std::string bytes) {
  Result<Event> event = decode_record(bytes);
  if (!event && event.error().code == ErrorCode::kWrongFolder) return failure(ErrorCode::kWrongFolder, place(partition, position) + ": " + event.error().message);
  if (!event) return corrupt(place(partition, position), fmt::format("the record doesn't decode ({})", event.error().message));
  return StoredRecord{position, std::move(bytes), *std::move(event)};
}

/// An error that a visit met, carried over the port's scan.
class Failing {
 public:
  /// Keeps the error and stops the scan.
  bool stop(tl::unexpected<Error> error) {
    result_ = std::move(error);
    return false;
  }
  /// What the scan came to: its own error first.
  Result<void> after(Result<void> scanned) { return scanned ? std::move(result_) : std::move(scanned); }

 private:
  Result<void> result_;
};

/// A row of the index names a record that isn't there: that is corruption, not an end.
tl::unexpected<Error> missing_if_absent(PartitionId partition, Position position, Error error) {
  if (error.code == ErrorCode::kNotFound) return corrupt(place(partition, position), "the record is missing");
  return tl::unexpected(std::move(error));
}

}  // namespace

Result<StoredRecord> CaseLog::read_record(PartitionId partition, Position position) const {
  Result<std::optional<std::string>> bytes = log_.get(Column::kEvents, event_key(partition, position));
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return failure(ErrorCode::kNotFound, fmt::format("{} has no record", place(partition, position)));
  return decoded(partition, position, std::move(**bytes));
}

Result<void> CaseLog::read_records(PartitionId partition, Position from, Position to, const VisitRecord& visit) const {
  if (from >= to) return {};
  Failing failing;
  Position expected = from;
  bool stopped = false;
  const Result<void> scanned =
      log_.scan(Column::kEvents, event_key(partition, from), event_key(partition, to), [&](std::string_view key, std::string_view bytes) {
        const std::optional<EventKey> row = parse_event_key(key);
        if (!row) return failing.stop(odd_row(partition, "events"));
        if (row->position != expected) return failing.stop(corrupt(place(partition, expected), "the record is missing"));
        const Result<StoredRecord> record = decoded(partition, expected, std::string(bytes));
        if (!record) return failing.stop(tl::unexpected(record.error()));
        expected = expected.next();
        stopped = !visit(*record);
        return !stopped;
      });
  if (Result<void> done = failing.after(scanned); !done) return done;
  if (!stopped && expected < to) return corrupt(place(partition, expected), "the record is missing");
  return {};
}

Result<std::optional<Position>> CaseLog::last_position(PartitionId partition) const {
  const KeyRange range = partition_range(partition);
  const auto row = log_.last(Column::kEvents, range.from, range.to);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  const std::optional<EventKey> key = parse_event_key((*row)->first);
  if (!key) return odd_row(partition, "events");
  return key->position;
}

Result<bool> CaseLog::has_case(PartitionId partition, CaseId case_id) const {
  const auto first = log_.get(Column::kCases, case_key(partition, case_id, Version(1)));
  if (!first) return tl::unexpected(first.error());
  return first->has_value();
}

Result<Version> CaseLog::last_version(PartitionId partition, CaseId case_id) const {
  const KeyRange range = case_range(partition, case_id);
  const auto row = log_.last(Column::kCases, range.from, range.to);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return Version(0);
  const std::optional<CaseKey> key = parse_case_key((*row)->first);
  if (!key) return odd_row(partition, "cases");
  return key->version;
}

Result<std::vector<CaseLog::IndexRow>> CaseLog::index_rows(PartitionId partition, CaseId case_id, Version from) const {
  const KeyRange range = case_range(partition, case_id, from);
  std::vector<IndexRow> rows;
  Failing failing;
  Version expected = from;
  const Result<void> scanned = log_.scan(Column::kCases, range.from, range.to, [&](std::string_view key, std::string_view value) {
    const std::optional<CaseKey> row = parse_case_key(key);
    const std::optional<Position> position = parse_position_value(value);
    if (!row || !position) return failing.stop(odd_row(partition, "cases"));
    if (row->version != expected) return failing.stop(corrupt(place(partition, case_id, expected), "the version is missing"));
    expected = expected.next();
    rows.push_back({row->version, *position});
    return true;
  });
  if (Result<void> done = failing.after(scanned); !done) return tl::unexpected(done.error());
  return rows;
}

/// How many rows stand one behind the other in `events`, as one command's do.
std::size_t CaseLog::run_length(std::span<const IndexRow> rows) {
  std::size_t length = 1;
  while (length < rows.size() && rows[length].position.value() == rows[0].position.value() + length) ++length;
  return length;
}

Result<void> CaseLog::read_rows(PartitionId partition, CaseId case_id, std::span<const IndexRow> rows, const VisitRecord& visit) const {
  Failing failing;
  bool stopped = false;
  const VisitRecord agreeing = [&](const StoredRecord& record) {
    const IndexRow row = rows.front();
    rows = rows.subspan(1);
    if (record.event.case_id != case_id || record.event.version != row.version) {
      return failing.stop(corrupt(place(partition, case_id, row.version),
                                  fmt::format("the index names position {}, which holds another event", row.position.value())));
    }
    stopped = !visit(record);
    return !stopped;
  };
  while (!rows.empty() && !stopped) {
    const Position first = rows.front().position;
    const std::size_t length = run_length(rows);
    if (length == 1) {
      // A point read: making an iterator over every level costs more than the row.
      const Result<StoredRecord> record = read_record(partition, first);
      if (!record) return missing_if_absent(partition, first, record.error());
      if (!agreeing(*record) && !stopped) return failing.after({});
      continue;
    }
    Result<void> read = failing.after(read_records(partition, first, Position(first.value() + length), agreeing));
    if (!read) return read;
  }
  return {};
}

Result<void> CaseLog::read_case(PartitionId partition, CaseId case_id, Version from, const VisitRecord& visit) const {
  const Result<std::vector<IndexRow>> rows = index_rows(partition, case_id, std::max(from, Version(1)));
  return rows ? read_rows(partition, case_id, *rows, visit) : tl::unexpected(rows.error());
}

Result<bool> CaseLog::read_case_after(PartitionId partition, CaseId case_id, const Known& known, const VisitRecord& visit) const {
  if (known.version == Version()) return false;
  const Result<std::vector<IndexRow>> rows = index_rows(partition, case_id, known.version);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty() || rows->front().position != known.position) return false;
  const Result<void> read = read_rows(partition, case_id, std::span(*rows).subspan(1), visit);
  if (!read) return tl::unexpected(read.error());
  return true;
}

Result<void> CaseLog::scan_cases(PartitionId partition, const std::function<bool(CaseId, Version)>& visit) const {
  const KeyRange range = partition_range(partition);
  std::optional<CaseKey> previous;
  bool stopped = false;
  Failing failing;
  const Result<void> scanned = log_.scan(Column::kCases, range.from, range.to, [&](std::string_view key, std::string_view) {
    const std::optional<CaseKey> row = parse_case_key(key);
    if (!row) return failing.stop(odd_row(partition, "cases"));
    const bool same = previous && previous->case_id == row->case_id;
    if (previous && !same) stopped = !visit(previous->case_id, previous->version);
    if (stopped) return false;
    const Version expected = same ? previous->version.next() : Version(1);
    if (row->version != expected) return failing.stop(corrupt(place(partition, row->case_id, expected), "the version is missing"));
    previous = row;
    return true;
  });
  if (Result<void> done = failing.after(scanned); !done) return done;
  if (previous && !stopped) (void)visit(previous->case_id, previous->version);
  return {};
}

Result<void> CaseLog::scan_records(PartitionId partition, Position from, const VisitRecord& visit) const {
  Failing failing;
  const Result<void> scanned = scan_bytes(partition, from, [&](Position position, std::string_view bytes) {
    const Result<StoredRecord> record = decoded(partition, position, std::string(bytes));
    if (!record) return failing.stop(tl::unexpected(record.error()));
    return visit(*record);
  });
  return failing.after(scanned);
}

Result<void> CaseLog::scan_bytes(PartitionId partition, Position from, const VisitBytes& visit) const {
  const KeyRange range = events_range(partition, from);
  Position expected = from;
  Failing failing;
  const Result<void> scanned = log_.scan(Column::kEvents, range.from, range.to, [&](std::string_view key, std::string_view bytes) {
    const std::optional<EventKey> row = parse_event_key(key);
    if (!row) return failing.stop(odd_row(partition, "events"));
    if (row->position != expected) return failing.stop(corrupt(place(partition, expected), "the record is missing"));
    expected = expected.next();
    return visit(row->position, bytes);
  });
  return failing.after(scanned);
}

Result<std::optional<Position>> CaseLog::find_answer(PartitionId partition, CaseId case_id, const KeyHash& hash) const {
  const auto value = log_.get(Column::kAnswers, answer_key(partition, case_id, hash));
  if (!value) return tl::unexpected(value.error());
  if (!*value) return std::nullopt;
  const std::optional<Position> position = parse_position_value(**value);
  if (!position) return odd_row(partition, "answers");
  return position;
}

Result<void> CaseLog::timers_due(PartitionId partition, Timestamp until, const std::function<bool(Timestamp, CaseId)>& visit) const {
  return timers_due(partition, {Timestamp(std::numeric_limits<std::int64_t>::min()), until}, visit);
}

Result<void> CaseLog::scan_answers(PartitionId partition, const std::function<void()>& visit) const {
  const KeyRange all = partition_range(partition);
  return log_.scan(Column::kAnswers, all.from, all.to, [&visit](std::string_view, std::string_view) {
    visit();
    return true;
  });
}

Result<void> CaseLog::timers_due(PartitionId partition, Due due, const std::function<bool(Timestamp, CaseId)>& visit) const {
  KeyRange range = timers_range(partition, due.until);
  range.from = timer_key(partition, due.from, CaseId(0));
  Failing failing;
  const Result<void> scanned = log_.scan(Column::kTimers, range.from, range.to, [&](std::string_view key, std::string_view) {
    const std::optional<TimerKey> row = parse_timer_key(key);
    if (!row) return failing.stop(odd_row(partition, "timers"));
    return visit(row->due, row->case_id);
  });
  return failing.after(scanned);
}

Result<std::optional<TimerKey>> CaseLog::next_timer(PartitionId partition) const {
  std::optional<TimerKey> next;
  const Result<void> read =
      timers_due(partition, Timestamp(std::numeric_limits<std::int64_t>::max()), [&](Timestamp due, CaseId case_id) {
        next = TimerKey{partition, due, case_id};
        return false;
      });
  if (!read) return tl::unexpected(read.error());
  return next;
}

Result<std::optional<std::string>> CaseLog::snapshot(PartitionId partition, CaseId case_id) const {
  return log_.get(Column::kSnapshots, snapshot_key(partition, case_id));
}

Result<void> CaseLog::cases_with_snapshot(PartitionId partition, const std::function<bool(CaseId)>& visit) const {
  const KeyRange range = partition_range(partition);
  Failing failing;
  const Result<void> scanned = log_.scan(Column::kSnapshots, range.from, range.to, [&](std::string_view key, std::string_view) {
    const std::optional<SnapshotKey> row = parse_snapshot_key(key);
    if (!row) return failing.stop(odd_row(partition, "snapshots"));
    return visit(row->case_id);
  });
  return failing.after(scanned);
}

Result<std::optional<std::uint64_t>> CaseLog::source_offset(std::string_view name) const {
  const auto value = log_.get(Column::kSources, name);
  if (!value) return tl::unexpected(value.error());
  if (!*value) return std::nullopt;
  const std::optional<std::uint64_t> offset = parse_offset_value(**value);
  if (!offset) return corrupt(fmt::format("source {}", name), "its offset isn't of the form it must have");
  return offset;
}

Result<void> CaseLog::parked(PartitionId partition, CaseId case_id, const std::function<bool(Position)>& visit) const {
  const KeyRange range = parked_range(partition, case_id);
  Failing failing;
  const Result<void> scanned = log_.scan(Column::kParked, range.from, range.to, [&](std::string_view key, std::string_view) {
    const std::optional<ParkedKey> row = parse_parked_key(key);
    if (!row) return failing.stop(odd_row(partition, "parked"));
    return visit(row->position);
  });
  return failing.after(scanned);
}

Result<void> CaseLog::parked_cases(PartitionId partition, const std::function<bool(CaseId)>& visit) const {
  const KeyRange range = partition_range(partition);
  std::optional<CaseId> previous;
  Failing failing;
  const Result<void> scanned = log_.scan(Column::kParked, range.from, range.to, [&](std::string_view key, std::string_view) {
    const std::optional<ParkedKey> row = parse_parked_key(key);
    if (!row) return failing.stop(odd_row(partition, "parked"));
    if (previous == row->case_id) return true;
    previous = row->case_id;
    return visit(row->case_id);
  });
  return failing.after(scanned);
}

Result<std::uint64_t> CaseLog::check_partition(PartitionId partition) const {
  std::uint64_t records = 0;
  std::uint64_t events = 0;
  Failing failing;
  const Result<void> scanned = scan_records(partition, Position(0), [&](const StoredRecord& record) {
    ++records;
    if (record.event.version.value() == 0) return true;
    ++events;
    const auto row = log_.get(Column::kCases, case_key(partition, record.event.case_id, record.event.version));
    if (!row) return failing.stop(tl::unexpected(row.error()));
    if (!*row || parse_position_value(**row) != record.position) {
      return failing.stop(corrupt(place(partition, record.position), "the index of cases doesn't name this event's position"));
    }
    return true;
  });
  if (Result<void> done = failing.after(scanned); !done) return tl::unexpected(done.error());
  // Each event has its row; as many rows as events means that no row is over.
  std::uint64_t rows = 0;
  const Result<void> counted = scan_cases(partition, [&](CaseId, Version last) {
    rows += last.value();
    return true;
  });
  if (!counted) return tl::unexpected(counted.error());
  if (rows != events) {
    return corrupt(fmt::format("partition {}", partition.value()), fmt::format("{} events, but {} rows in the index of cases", events, rows));
  }
  return records;
}

void put_record(Batch& batch, PartitionId partition, Position position, const Event& event, std::string_view bytes) {
  batch.put(Column::kEvents, event_key(partition, position), bytes);
  if (event.version.value() > 0) batch.put(Column::kCases, case_key(partition, event.case_id, event.version), position_value(position));
}

void put_answer(Batch& batch, PartitionId partition, CaseId case_id, const KeyHash& hash, Position position) {
  batch.put(Column::kAnswers, answer_key(partition, case_id, hash), position_value(position));
}

}  // namespace ritrovo
