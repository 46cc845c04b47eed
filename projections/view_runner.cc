#include "projections/view_runner.h"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "engine/digest/sha256.h"
#include "projections/caseload.h"
#include "projections/deadlines.h"
#include "projections/facts.h"
#include "projections/stuck.h"
#include "projections/worklist.h"

namespace ritrovo::projections {
namespace {

Error forked(const ViewKind& kind, const Generation& generation, const LogIdentity& log, const RowStore& store) {
  return {ErrorCode::kWrongFolder, fmt::format("forked log: the view {} was made from log {} (incarnation {}), and this is {} (incarnation {}); {}", kind.name, generation.log.log_id,
                                               generation.log.incarnation, log.log_id, log.incarnation, store.remedy(kind.name))};
}

Error stuck_error(const ViewKind& kind, const StuckAt& at) {
  return {ErrorCode::kCorrupt, fmt::format("the view {} is stuck at partition {}, position {} ({}): {}", kind.name, at.partition.value(), at.position.value(),
                                           at.case_id.printed(), at.sentence)};
}

std::string big_endian(std::uint64_t value) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift));
  return bytes;
}

}  // namespace

std::string_view name_of(ViewLife life) {
  switch (life) {
    case ViewLife::kFollowing: return "following";
    case ViewLife::kRemade: return "being made anew";
    case ViewLife::kStuck: return "stuck";
    case ViewLife::kForked: return "forked";
  }
  return "";
}

Result<Ends> ends_of(const CaseLog& log, std::uint16_t partitions) {
  Ends ends;
  for (std::uint16_t i = 0; i < partitions; ++i) {
    const Result<std::optional<Position>> last = log.last_position(PartitionId(i));
    if (!last) return tl::unexpected(last.error());
    ends.push_back(*last ? Position((*last)->value() + 1) : Position(0));
  }
  return ends;
}

Hash256 seal_of(const std::vector<PartitionCursor>& cursors) {
  std::string bytes;
  for (const PartitionCursor& cursor : cursors) {
    bytes += big_endian(cursor.next.value());
    bytes += cursor.ledger.root().view();
  }
  return sha256(bytes);
}

std::vector<ViewKind> all_views() { return {Caseload::kind(), Worklist::kind(), Deadlines::kind(), Facts::kind(), Stuck::kind()}; }

ViewRunner::ViewRunner(RowStore& store, LogIdentity log, LibrarySource library, std::vector<ViewKind> kinds, std::size_t batch_records)
    : store_(store), log_(std::move(log)), library_(std::move(library)), kinds_(std::move(kinds)), batch_records_(batch_records) {}

Result<const ViewKind*> ViewRunner::kind_of(std::string_view name) const {
  for (const ViewKind& kind : kinds_)
    if (kind.name == name) return &kind;
  std::string known;
  for (const ViewKind& kind : kinds_) known += (known.empty() ? "" : ", ") + kind.name;
  return failure(ErrorCode::kNotFound, fmt::format("there is no view {}; there are {}", name, known));
}

Result<ViewEntry> ViewRunner::entry_of(std::string_view name) const {
  const Result<std::optional<std::string>> bytes = store_.get(view_keys::entry(name));
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return ViewEntry{};
  Result<ViewEntry> entry = ViewEntry::decode(**bytes);
  if (!entry) return failure(ErrorCode::kCorrupt, fmt::format("what is kept of the view {}: {}", name, entry.error().message));
  return entry;
}

/// Begins rows for that view, beside those that are there; rows begun earlier go.
Result<Generation> ViewRunner::begin(const ViewKind& kind, ViewEntry entry) {
  // Runners that share a store take their numbers one after the other.
  static std::mutex numbering;
  const std::lock_guard lock(numbering);
  const Result<std::optional<std::string>> next = store_.get(view_keys::next_generation());
  if (!next) return tl::unexpected(next.error());
  const Generation fresh{*next ? view_keys::generation_of(**next) : 1, kind.version, log_};
  RowBatch batch;
  if (entry.building) batch.rows.push_back({view_keys::dropped(entry.building->number), ""});
  (entry.serving ? entry.building : entry.serving) = fresh;
  batch.rows.push_back({view_keys::entry(kind.name), entry.encode()});
  batch.rows.push_back({view_keys::next_generation(), big_endian(fresh.number + 1)});
  if (const Result<void> written = store_.write(batch); !written) return tl::unexpected(written.error());
  if (const Result<void> dropped = drop_old(); !dropped) return tl::unexpected(dropped.error());
  return fresh;
}

Result<void> ViewRunner::take_over(const ViewKind& kind, const Generation& generation) {
  Result<ViewEntry> entry = entry_of(kind.name);
  if (!entry) return tl::unexpected(entry.error());
  if (!entry->building || entry->building->number != generation.number) return {};
  RowBatch batch;
  batch.rows.push_back({view_keys::dropped(entry->serving->number), ""});
  entry->serving = std::exchange(entry->building, std::nullopt);
  batch.rows.push_back({view_keys::entry(kind.name), entry->encode()});
  if (Result<void> written = store_.write(batch); !written) return written;
  return drop_old();
}

Result<void> ViewRunner::drop_old() {
  std::vector<std::uint64_t> old;
  const Result<void> found = store_.scan(view_keys::all_dropped(), [&old](std::string_view key, std::string_view /*nothing*/) {
    old.push_back(view_keys::generation_of(key));
    return true;
  });
  if (!found) return found;
  for (const std::uint64_t generation : old) {
    for (const std::string& prefix : {view_keys::rows(generation), view_keys::cursors(generation), view_keys::stuck(generation)})
      if (Result<void> dropped = store_.drop(prefix); !dropped) return dropped;
    RowBatch batch;
    batch.rows.push_back({view_keys::dropped(generation), std::nullopt});
    if (Result<void> written = store_.write(batch); !written) return written;
  }
  return {};
}

Result<Follower*> ViewRunner::follow(const ViewKind& kind, const Generation& generation, const CaseLog& log) {
  std::unique_ptr<Follower>& follower = followers_[kind.name];
  if (follower && follower->generation().number == generation.number) return follower.get();
  if (generation.log != log_) return tl::unexpected(forked(kind, generation, log_, store_));
  Result<std::unique_ptr<Follower>> opened = Follower::open(store_, kind, generation, {library_, batch_records_, &going_}, log);
  if (!opened) return tl::unexpected(opened.error());
  follower = std::move(*opened);
  return follower.get();
}

/// Of the rows that are to be brought up to date: those that are read, or those that this version makes to take their place.
Result<Follower*> ViewRunner::follower_of(const ViewKind& kind, const CaseLog& log) {
  Result<ViewEntry> entry = entry_of(kind.name);
  if (!entry) return tl::unexpected(entry.error());
  if (entry->serving && entry->serving->version == kind.version) return follow(kind, *entry->serving, log);
  if (entry->building && entry->building->version == kind.version) return follow(kind, *entry->building, log);
  const Result<Generation> fresh = begin(kind, std::move(*entry));
  if (!fresh) return tl::unexpected(fresh.error());
  return follow(kind, *fresh, log);
}

Result<void> ViewRunner::run(const ViewKind& kind, Follower& follower, const CaseLog& log, Reach reach) {
  const Result<std::optional<StuckAt>> stuck = follower.catch_up(log, std::move(reach.ends));
  if (!stuck) return tl::unexpected(stuck.error());
  if (*stuck) return tl::unexpected(stuck_error(kind, **stuck));
  return reach.whole ? take_over(kind, follower.generation()) : Result<void>();
}

Result<void> ViewRunner::run(const ViewKind& kind, Follower& follower, const CaseLog& log) {
  Result<Ends> ends = ends_of(log, log_.partitions);
  if (!ends) return tl::unexpected(ends.error());
  return run(kind, follower, log, {std::move(*ends), true});
}

Result<void> ViewRunner::catch_up(std::string_view name, const CaseLog& log) {
  const Result<const ViewKind*> kind = kind_of(name);
  if (!kind) return tl::unexpected(kind.error());
  const Result<Follower*> follower = follower_of(**kind, log);
  if (!follower) return tl::unexpected(follower.error());
  return run(**kind, **follower, log);
}

Result<bool> ViewRunner::follow_some(std::string_view name, const CaseLog& log, std::size_t records) {
  const Result<const ViewKind*> kind = kind_of(name);
  if (!kind) return tl::unexpected(kind.error());
  const Result<Follower*> follower = follower_of(**kind, log);
  if (!follower) return tl::unexpected(follower.error());
  const Result<Ends> ends = ends_of(log, log_.partitions);
  if (!ends) return tl::unexpected(ends.error());
  Ends near = *ends;
  std::uint64_t left = records;
  for (std::size_t i = 0; i < near.size(); ++i) {
    const std::uint64_t from = (*follower)->cursors()[i].next.value();
    near[i] = Position(std::min(near[i].value(), from + left));
    left -= std::min(left, near[i].value() - std::min(near[i].value(), from));
  }
  const bool more = near != *ends;
  if (const Result<void> caught = run(**kind, **follower, log, {std::move(near), !more}); !caught) return tl::unexpected(caught.error());
  return more;
}

std::map<std::string, Error> ViewRunner::poll(const CaseLog& log) {
  std::map<std::string, Error> troubles;
  for (const ViewKind& kind : kinds_) {
    if (const Result<void> caught = catch_up(kind.name, log); !caught) troubles.emplace(kind.name, caught.error());
  }
  return troubles;
}

Result<void> ViewRunner::rebuild(std::string_view name, const CaseLog& log) {
  const Result<const ViewKind*> kind = kind_of(name);
  if (!kind) return tl::unexpected(kind.error());
  Result<ViewEntry> entry = entry_of(name);
  if (!entry) return tl::unexpected(entry.error());
  const Result<Generation> fresh = begin(**kind, std::move(*entry));
  if (!fresh) return tl::unexpected(fresh.error());
  const Result<Follower*> follower = follow(**kind, *fresh, log);
  if (!follower) return tl::unexpected(follower.error());
  return run(**kind, **follower, log);
}

Result<Generation> ViewRunner::serving(const ViewKind& kind) const {
  const Result<ViewEntry> entry = entry_of(kind.name);
  if (!entry) return tl::unexpected(entry.error());
  if (!entry->serving || entry->serving->version != kind.version)
    return failure(ErrorCode::kUnavailable, fmt::format("the view {} is being made anew: 'ritrovo view lag' says how far it is", kind.name));
  if (entry->serving->log != log_) return tl::unexpected(forked(kind, *entry->serving, log_, store_));
  return *entry->serving;
}

Result<Loaded<StoredView>> ViewRunner::load(std::string_view name) const {
  const Result<const ViewKind*> kind = kind_of(name);
  if (!kind) return tl::unexpected(kind.error());
  const Result<Generation> generation = serving(**kind);
  if (!generation) return tl::unexpected(generation.error());
  Loaded<StoredView> loaded{std::make_unique<CaseFold>(library_()), (*kind)->make(), {}};
  Result<void> taken;
  const Result<void> read = store_.scan(view_keys::rows(generation->number), [&](std::string_view key, std::string_view value) {
    const CaseId case_id = view_keys::case_of(key);
    const Result<KeptCase> kept = KeptCase::decode(value);
    if (!kept) {
      taken = failure(ErrorCode::kCorrupt, fmt::format("the view {}: {}: {}", name, case_id.printed(), kept.error().message));
      return false;
    }
    const Result<bool> known = loaded.fold->restore(case_id, kept->frame);
    if (!known) taken = tl::unexpected(known.error());
    else if (*known) taken = loaded.view->put_row(*loaded.fold->frame(case_id), kept->row);
    return taken.has_value();
  });
  if (!read) return tl::unexpected(read.error());
  if (!taken) return tl::unexpected(taken.error());
  for (std::uint16_t i = 0; i < log_.partitions; ++i) {
    const Result<std::optional<std::string>> bytes = store_.get(view_keys::cursor(generation->number, PartitionId(i)));
    if (!bytes) return tl::unexpected(bytes.error());
    Result<PartitionCursor> cursor = *bytes ? PartitionCursor::decode(**bytes) : PartitionCursor{};
    if (!cursor) return tl::unexpected(cursor.error());
    loaded.cursors.push_back(std::move(*cursor));
  }
  return loaded;
}

Result<std::map<CaseId, std::string>> ViewRunner::rows(std::string_view name) const {
  const Result<const ViewKind*> kind = kind_of(name);
  if (!kind) return tl::unexpected(kind.error());
  const Result<Generation> generation = serving(**kind);
  if (!generation) return tl::unexpected(generation.error());
  std::map<CaseId, std::string> rows;
  const Result<void> read = store_.scan(view_keys::rows(generation->number), [&rows](std::string_view key, std::string_view value) {
    rows.emplace(view_keys::case_of(key), value);
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  return rows;
}

Result<std::vector<ViewStatus>> ViewRunner::status(const CaseLog& log) const {
  const Result<Ends> ends = ends_of(log, log_.partitions);
  if (!ends) return tl::unexpected(ends.error());
  std::vector<ViewStatus> all;
  for (const ViewKind& kind : kinds_) {
    Result<ViewStatus> status = status_of(kind, *ends, log);
    if (!status) return tl::unexpected(status.error());
    all.push_back(std::move(*status));
  }
  return all;
}

Result<ViewStatus> ViewRunner::status_of(const ViewKind& kind, const Ends& ends, const CaseLog& log) const {
  ViewStatus status{kind.name, kind.title, kind.version, ViewLife::kFollowing, 0, 0, {}, std::nullopt, {}};
  for (const Position end : ends) status.lag += end.value();
  const Result<ViewEntry> entry = entry_of(kind.name);
  if (!entry) return tl::unexpected(entry.error());
  const bool current = entry->serving && entry->serving->version == kind.version;
  const std::optional<Generation>& shown = current || !entry->building ? entry->serving : entry->building;
  if (!current && entry->serving) status.life = ViewLife::kRemade;
  if (!shown) return status;
  if (shown->log != log_) {
    status.life = ViewLife::kForked;
    status.problem = forked(kind, *shown, log_, store_).message;
    return status;
  }
  const Result<std::unique_ptr<Follower>> follower = Follower::open(store_, kind, *shown, {library_, batch_records_}, log);
  if (!follower && follower.error().code == ErrorCode::kWrongFolder) {
    status.life = ViewLife::kForked;
    status.problem = follower.error().message;
    return status;
  }
  if (!follower) return tl::unexpected(follower.error());
  if (shown->version == kind.version) {
    status.cursors = (*follower)->cursors();
    for (const PartitionCursor& cursor : status.cursors) status.records += cursor.next.value();
    status.lag -= std::min(status.lag, status.records);
  }
  const Result<std::optional<std::string>> stuck = store_.get(view_keys::stuck(shown->number));
  if (!stuck) return tl::unexpected(stuck.error());
  if (!*stuck) return status;
  Result<StuckAt> at = StuckAt::decode(**stuck);
  if (!at) return tl::unexpected(at.error());
  status.life = ViewLife::kStuck;
  status.problem = stuck_error(kind, *at).message;
  status.stuck = std::move(*at);
  return status;
}

}  // namespace ritrovo::projections
