#include "projections/follower.h"

#include <exception>
#include <utility>

#include <fmt/format.h>

#include "engine/ledger/frontier.h"
#include "engine/log/earlier_frontier.h"

namespace ritrovo::projections {
namespace {

/// Cases whose rows are kept in memory between batches.
constexpr std::size_t kCasesMax = 65'536;

std::string number(std::uint64_t value) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  return bytes;
}

std::uint64_t number_at_end(std::string_view key) {
  std::uint64_t value = 0;
  for (const char byte : key.substr(key.size() - 8)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

namespace view_keys {
std::string entry(std::string_view view) { return "v/" + std::string(view); }
std::string entries() { return "v/"; }
std::string row(std::uint64_t generation, CaseId case_id) { return rows(generation) + number(case_id.value()); }
std::string rows(std::uint64_t generation) { return "r/" + number(generation); }
std::string cursor(std::uint64_t generation, PartitionId partition) {
  const std::uint16_t value = partition.value();
  return cursors(generation) + static_cast<char>(value >> 8U) + static_cast<char>(value);
}
std::string cursors(std::uint64_t generation) { return "c/" + number(generation); }
std::string stuck(std::uint64_t generation) { return "s/" + number(generation); }
std::string dropped(std::uint64_t generation) { return all_dropped() + number(generation); }
std::string all_dropped() { return "d/"; }
std::string next_generation() { return "n"; }
CaseId case_of(std::string_view key) { return CaseId(number_at_end(key)); }
std::uint64_t generation_of(std::string_view key) { return number_at_end(key); }
}  // namespace view_keys

Result<PartitionCursor> cursor_at(const CaseLog& log, PartitionId partition, Position end) {
  PartitionCursor cursor;
  cursor.next = end;
  if (end == Position(0)) return cursor;
  const Result<StoredRecord> last = log.read_record(partition, Position(end.value() - 1));
  if (!last) return tl::unexpected(last.error());
  cursor.last_leaf = leaf_hash(last->bytes);
  Result<Frontier> ledger = frontier_at(log.port(), partition, TreeSize(end.value()));
  if (!ledger) return tl::unexpected(ledger.error());
  cursor.ledger = std::move(*ledger);
  return cursor;
}

Result<std::unique_ptr<Follower>> Follower::open(RowStore& store, const ViewKind& kind, Generation generation, Following following, const CaseLog& log) {
  std::unique_ptr<Follower> follower(new Follower(store, kind, std::move(generation), std::move(following)));
  if (const Result<void> read = follower->read_cursors(); !read) return tl::unexpected(read.error());
  if (const Result<void> checked = follower->check_against(log); !checked) return tl::unexpected(checked.error());
  follower->forget();
  return follower;
}

void Follower::forget() {
  view_ = kind_.make();
  fold_ = std::make_unique<CaseFold>(following_.library());
  fold_->feed(*view_);
  changed_.clear();
  moved_.clear();
  records_ = 0;
}

Result<void> Follower::read_cursors() {
  cursors_.assign(generation_.log.partitions, {});
  begun_ = false;
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    const Result<std::optional<std::string>> kept = store_.get(view_keys::cursor(generation_.number, PartitionId(static_cast<std::uint16_t>(i))));
    if (!kept) return tl::unexpected(kept.error());
    if (!*kept) continue;
    begun_ = true;
    Result<PartitionCursor> cursor = PartitionCursor::decode(**kept);
    if (!cursor) return failure(ErrorCode::kCorrupt, fmt::format("the cursor of the view {}: {}", kind_.name, cursor.error().message));
    cursors_[i] = std::move(*cursor);
  }
  return {};
}

Result<void> Follower::check_against(const CaseLog& log) const {
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    const PartitionCursor& cursor = cursors_[i];
    if (cursor.next == Position(0)) continue;
    const PartitionId partition(static_cast<std::uint16_t>(i));
    const Position last(cursor.next.value() - 1);
    const Result<StoredRecord> record = log.read_record(partition, last);
    if (!record && record.error().code != ErrorCode::kNotFound) return tl::unexpected(record.error());
    if (record && leaf_hash(record->bytes) == cursor.last_leaf) continue;
    return failure(ErrorCode::kWrongFolder, fmt::format("forked log: the view {} took another record at partition {}, position {} than stands there now; {}", kind_.name, i, last.value(),
                                                        store_.remedy(kind_.name)));
  }
  return {};
}

Result<std::optional<StuckAt>> Follower::catch_up(const CaseLog& log, Ends ends) {
  std::optional<StuckAt> first;
  for (;;) {
    const Result<std::optional<StuckAt>> stuck = follow(log, ends);
    if (!stuck) {
      // What is in memory may be ahead of what is written.
      forget();
      if (const Result<void> back = read_cursors(); !back) return tl::unexpected(back.error());
      return tl::unexpected(stuck.error());
    }
    if (!*stuck) break;
    // What the failed event left half done goes; what came before it is taken again, up to it.
    if (!first) first = **stuck;
    ends[(*stuck)->partition.value()] = (*stuck)->position;
    forget();
    if (const Result<void> back = read_cursors(); !back) return tl::unexpected(back.error());
  }
  const std::string key = view_keys::stuck(generation_.number);
  const Result<std::optional<std::string>> known = store_.get(key);
  if (!known) return tl::unexpected(known.error());
  std::optional<std::string> now;
  if (first) now = first->encode();
  if (*known != now) {
    RowBatch batch;
    batch.rows.push_back({key, now});
    if (const Result<void> written = store_.write(batch); !written) return tl::unexpected(written.error());
  }
  return first;
}

Result<std::optional<StuckAt>> Follower::follow(const CaseLog& log, const Ends& ends) {
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    if (cursors_[i].next >= ends[i]) continue;
    Result<std::optional<StuckAt>> stuck = follow_partition(log, i, ends[i]);
    if (!stuck || *stuck) return stuck;
  }
  if (const Result<void> written = commit(log); !written) return tl::unexpected(written.error());
  return std::nullopt;
}

Result<std::optional<StuckAt>> Follower::follow_partition(const CaseLog& log, std::size_t partition, Position end) {
  const PartitionId id(static_cast<std::uint16_t>(partition));
  PartitionCursor& cursor = cursors_[partition];
  const bool near = end.value() - cursor.next.value() <= kHashedMax;
  std::optional<StuckAt> stuck;
  Result<void> result;
  const Result<void> read = log.scan_records(id, cursor.next, [&](const StoredRecord& record) {
    if (record.position >= end) return false;
    if (following_.going != nullptr) {
      following_.going->partition.store(id.value(), std::memory_order_relaxed);
      following_.going->position.store(record.position.value(), std::memory_order_relaxed);
      following_.going->taken.fetch_add(1, std::memory_order_relaxed);
    }
    result = remember(record.event);
    if (!result) return false;
    try {
      fold_->apply(record.event);
    } catch (const std::exception& failed) {
      stuck = StuckAt{id, record.position, record.event.case_id, failed.what()};
      return false;
    }
    cursor.next = Position(record.position.value() + 1);
    if (near) {
      cursor.last_leaf = leaf_hash(record.bytes);
      cursor.ledger.append(cursor.last_leaf);
    }
    moved_.insert(partition);
    if (++records_ >= following_.batch_records) result = commit(log);
    return result.has_value();
  });
  if (!read) return tl::unexpected(read.error());
  if (!result) return tl::unexpected(result.error());
  return stuck;
}

/// Brings what is kept of the event's case into memory, if it isn't there.
Result<void> Follower::remember(const Event& event) {
  if (event.version == Version() || event.tag < RecordTag::kFirstOfWorkflow) return {};
  if (!changed_.insert(event.case_id).second || event.version == Version(1) || fold_->frame(event.case_id) != nullptr) return {};
  const Result<std::optional<std::string>> bytes = store_.get(view_keys::row(generation_.number, event.case_id));
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return {};
  const Result<KeptCase> kept = KeptCase::decode(**bytes);
  if (!kept) return failure(ErrorCode::kCorrupt, fmt::format("the view {}: {}: {}", kind_.name, event.case_id.printed(), kept.error().message));
  const Result<bool> known = fold_->restore(event.case_id, kept->frame);
  if (!known) return tl::unexpected(known.error());
  return *known ? view_->put_row(*fold_->frame(event.case_id), kept->row) : Result<void>();
}

Result<void> Follower::commit(const CaseLog& log) {
  if (moved_.empty()) return {};
  for (const std::size_t partition : moved_) {
    PartitionCursor& cursor = cursors_[partition];
    if (cursor.ledger.size().value() == cursor.next.value()) continue;
    Result<PartitionCursor> standing = cursor_at(log, PartitionId(static_cast<std::uint16_t>(partition)), cursor.next);
    if (!standing) return tl::unexpected(standing.error());
    cursor = std::move(*standing);
  }
  RowBatch batch;
  for (const CaseId case_id : changed_) {
    KeptCase kept{fold_->saved(case_id), view_->row(case_id)};
    if (!kept.frame.empty()) batch.rows.push_back({view_keys::row(generation_.number, case_id), kept.encode()});
  }
  for (const std::size_t partition : moved_)
    batch.rows.push_back({view_keys::cursor(generation_.number, PartitionId(static_cast<std::uint16_t>(partition))), cursors_[partition].encode()});
  if (store_.wants_tables()) add_tables(batch);
  begun_ = true;
  if (Result<void> written = store_.write(batch); !written) return written;
  changed_.clear();
  moved_.clear();
  records_ = 0;
  if (fold_->cases() > kCasesMax) forget();
  return {};
}

void Follower::add_tables(RowBatch& batch) const {
  batch.tables = &view_->tables();
  batch.tables_anew = !begun_;
  batch.view = kind_.name;
  for (const std::size_t partition : moved_) {
    const PartitionCursor& cursor = cursors_[partition];
    batch.standing.push_back({generation_.log.log_id, generation_.log.incarnation, PartitionId(static_cast<std::uint16_t>(partition)), cursor.next, cursor.ledger.root().hex()});
  }
  for (const CaseId case_id : changed_) {
    CaseTables& tables = batch.cases.emplace_back();
    tables.case_id = case_id;
    view_->tabulate(case_id, [&tables](std::size_t table, std::vector<Cell> cells) { tables.lines.push_back({table, std::move(cells)}); });
  }
}

}  // namespace ritrovo::projections
