#include "engine/runtime/refill.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include "engine/ledger/frontier.h"
#include "engine/log/keys.h"
#include "engine/record/engine_bodies.h"
#include "engine/runtime/backup.h"
#include "engine/runtime/erasure.h"
#include "engine/runtime/parked.h"
#include "engine/runtime/remembered.h"
#include "engine/runtime/stager.h"
#include "engine/runtime/timer_window.h"
#include "engine/vault/key_file.h"
#include "engine/vault/vault.h"

namespace ritrovo {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWriteBytes = 4U << 20;
constexpr const char* kBuilding = "log.refill";

std::string named(PartitionId partition) { return "partition " + std::to_string(partition.value()); }

tl::unexpected<Error> failed(const fs::path& path, const char* what, const std::error_code& error) {
  return failure(ErrorCode::kUnavailable, path.string() + ": " + what + ": " + error.message());
}

/// Whether `log/` holds nothing of a log. The lock's file says nothing.
bool holds_nothing(const fs::path& log) {
  std::error_code error;
  for (fs::directory_iterator at(log, error), end; !error && at != end; at.increment(error))
    if (at->path().filename() != "ritrovo.lock") return false;
  return !error || error == std::errc::no_such_file_or_directory;
}

}  // namespace

/// What is derived from all partitions' records together, and what they are held against.
struct LogRefill::Derivation {
  DigestKey digest_key;
  std::unique_ptr<Vault> vault;
  std::set<PersonId> owners;            ///< whose key was looked at
  std::vector<std::string> without_key; ///< persons that the vault doesn't know
  Refilled done;

  /// Looks whether the vault still opens what is sealed for each owner, once for each.
  Result<void> look_at_keys(const Event& event) {
    for (const Box& box : event.boxes) {
      // An empty box: its owner was forgotten before it was sealed.
      if (box.sealed.empty() || !owners.insert(box.owner).second) continue;
      Result<OpenedBox> opened = vault->open({event.case_id, event.version, box.owner}, box.sealed);
      if (!opened && opened.error().code != ErrorCode::kCorrupt) return tl::unexpected(opened.error());
      if (!opened || std::holds_alternative<KeyMissing>(*opened)) without_key.push_back(box.owner.printed());
      if (auto* plaintext = opened ? std::get_if<std::string>(&*opened) : nullptr; plaintext != nullptr) wipe(*plaintext);
    }
    return {};
  }
};

LogRefill::LogRefill(const Folder& folder, std::unique_ptr<RocksLog> log) : folder_(folder), log_(std::move(log)), ends_(folder.settings().partitions) {}
LogRefill::~LogRefill() = default;

Result<std::unique_ptr<LogRefill>> LogRefill::begin(const Folder& folder) {
  const fs::path log = folder.path() / "log";
  if (!holds_nothing(log))
    return failure(ErrorCode::kExists, log.string() + " isn't empty: a refill is for a log that was lost. What is there may be newer than what was published; move it away, and keep it, if it is of no more use");
  const fs::path place = folder.path() / kBuilding;
  std::error_code error;
  fs::remove_all(place, error);
  if (!error) fs::create_directories(place, error);
  if (!error) fs::permissions(place, fs::perms::owner_all, error);
  if (error) return failed(place, "can't be made", error);
  RocksLogOptions options;
  options.path = place;
  options.create_if_missing = true;
  Result<std::unique_ptr<RocksLog>> made = RocksLog::open(std::move(options));
  if (!made) return tl::unexpected(made.error());
  return std::unique_ptr<LogRefill>(new LogRefill(folder, std::move(*made)));
}

Result<void> LogRefill::write_when(std::size_t bytes) {
  if (batch_.empty() || batch_.bytes() < bytes) return {};
  Result<void> written = log_->write(batch_);
  batch_.clear();
  return written;
}

Result<void> LogRefill::take(PartitionId partition, std::string_view bytes) {
  Position& end = ends_[partition.value()];
  batch_.put(Column::kEvents, event_key(partition, end), bytes);
  end = end.next();
  return write_when(kWriteBytes);
}

Result<void> LogRefill::cut(PartitionId partition, Position end) {
  for (Position at = end; at < ends_[partition.value()]; at = at.next()) batch_.erase(Column::kEvents, event_key(partition, at));
  ends_[partition.value()] = std::min(ends_[partition.value()], end);
  return write_when(kWriteBytes);
}

/// Whether there is a checkpoint where there has to be one, and it isn't of more than there is.
Result<void> LogRefill::check_signed(PartitionId partition, const std::optional<Checkpoint>& kept, bool without_checkpoint) const {
  const std::uint64_t end = ends_[partition.value()].value();
  if (!kept && end > 0 && !without_checkpoint)
    return failure(ErrorCode::kNotFound, named(partition) + ": " + std::to_string(end) + " records, and no checkpoint in " + folder_.checkpoint_file(partition).string() +
                                             ": nothing that was signed here vouches for them. Put the folder's checkpoints/ back from a backup, or say --without-checkpoint and trust the brokers");
  if (kept && kept->size.value() > end)
    return failure(ErrorCode::kCorrupt, named(partition) + ": " + std::to_string(end) + " records were published, but its checkpoint was signed at " + std::to_string(kept->size.value()) +
                                            ": what stood between was on the lost disk alone. Restore the newest backup ('ritrovo restore')");
  return {};
}

/// Index, ledger, answers, offsets and parked commands of one partition, from its records in their order.
Result<void> LogRefill::derive_partition(PartitionId partition, Derivation& derivation) {
  const Result<std::optional<Checkpoint>> kept = folder_.checkpoint(partition);
  if (!kept) return tl::unexpected(kept.error());
  Frontier frontier;
  std::vector<TileHash> completed;
  std::map<std::string, std::uint64_t> sources;
  ParkedCommands parked;
  Result<void> outcome;
  const auto visit = [&](const StoredRecord& record) {
    const Event& event = record.event;
    frontier.append(leaf_hash(record.bytes), completed);
    for (const TileHash& node : completed) batch_.put(Column::kLedger, ledger_tile_key(partition, node.level, node.index), node.hash.view());
    completed.clear();
    if (event.version.value() > 0) batch_.put(Column::kCases, case_key(partition, event.case_id, event.version), position_value(record.position));
    const std::string key = event.provenance ? event.provenance->key : std::string();
    if (!key.empty()) put_answer(batch_, partition, event.case_id, keyed_hash(derivation.digest_key, key), record.position);
    if (event.provenance && event.provenance->source) {
      std::uint64_t& furthest = sources[event.provenance->source->name];
      furthest = std::max(furthest, event.provenance->source->offset);
    }
    parked.note(record);
    if (event.tag == kErasureTag) outcome = derive_erasure(event);
    if (outcome) outcome = derivation.look_at_keys(event);
    if (outcome && *kept && frontier.size() == (*kept)->size && frontier.root() != (*kept)->root)
      outcome = failure(ErrorCode::kCorrupt, named(partition) + ": the first " + std::to_string(frontier.size().value()) + " records that were published aren't those that its checkpoint was signed over (" +
                                                 folder_.checkpoint_file(partition).string() + "). The topic is of another history, or was changed; restore from a backup");
    if (outcome) outcome = write_when(kWriteBytes);
    return outcome.has_value();
  };
  if (const Result<void> scanned = CaseLog(*log_).scan_records(partition, Position(0), visit); !scanned) return scanned;
  if (!outcome) return outcome;
  for (const auto& [name, offset] : sources) batch_.put(Column::kSources, source_row(name, partition), offset_value(offset));
  for (const auto& [case_id, waiting] : parked.waiting())
    for (const ParkedCommands::Waiting& one : waiting) batch_.put(Column::kParked, parked_key(partition, case_id, one.position), {});
  if (frontier.size().value() > 0) batch_.put(Column::kLedger, ledger_frontier_key(partition), frontier.encode());
  if (*kept) remember_checkpoint(partition, **kept, batch_);
  derivation.done.records += frontier.size().value();
  derivation.done.signed_for += *kept ? (*kept)->size.value() : 0;
  return write_when(0);
}

/// The rows about an erasure, after this stage of it. Few are ever recorded: the row before is read back.
Result<void> LogRefill::derive_erasure(const Event& event) {
  const Result<ErasureBody> body = decode_erasure(event.body);
  if (!body || !event.provenance) return failure(ErrorCode::kCorrupt, event.case_id.printed() + ": a record of an erasure can't be read");
  if (Result<void> written = write_when(0); !written) return written;
  const Result<std::optional<ErasureStatus>> before = erasure_of(*log_, event.case_id, body->person);
  if (!before) return tl::unexpected(before.error());
  note_erasure(*before, event.case_id, *body, event.provenance->actor, batch_);
  return {};
}

/// A row for each case that wants to be woken. One whose day has come may find nothing to do any more: that does no harm.
Result<void> LogRefill::derive_timers(PartitionId partition, const RefillWish& wish) {
  const CaseLog log(*log_);
  Result<void> outcome;
  const Result<void> scanned = log.scan_cases(partition, [&](CaseId case_id, Version) {
    if (case_id == CaseId(0)) return true;  // the folder's own stream: publications
    const Result<std::optional<Day>> day = wish.wake_on(log, partition, case_id);
    if (!day) outcome = tl::unexpected(day.error());
    else if (*day) batch_.put(Column::kTimers, timer_key(partition, timer_instant(**day), case_id), {});
    if (outcome) outcome = write_when(kWriteBytes);
    return outcome.has_value();
  });
  return scanned ? outcome : scanned;
}

Result<Refilled> LogRefill::finish(const RefillWish& wish) {
  if (Result<void> written = write_when(0); !written) return tl::unexpected(written.error());
  for (std::uint16_t i = 0; i < ends_.size(); ++i) {
    const Result<std::optional<Checkpoint>> kept = folder_.checkpoint(PartitionId(i));
    if (!kept) return tl::unexpected(kept.error());
    if (Result<void> checked = check_signed(PartitionId(i), *kept, wish.without_checkpoint); !checked) return tl::unexpected(checked.error());
  }
  Derivation derivation;
  derivation.done.settings = folder_.settings();
  const fs::path vault = folder_.path() / "vault";
  Result<SecretKey> master = read_master_key(wish.master_key_file.value_or(vault / "master.key"));
  if (!master) return tl::unexpected(master.error());
  Result<std::unique_ptr<Vault>> opened = Vault::open(vault, *master);
  wipe(*master);
  if (!opened) return tl::unexpected(opened.error());
  derivation.vault = std::move(*opened);
  const Result<DigestKey> digest_key = derivation.vault->digest_key();
  if (!digest_key) return tl::unexpected(digest_key.error());
  derivation.digest_key = *digest_key;
  for (std::uint16_t i = 0; i < ends_.size(); ++i)
    if (Result<void> derived = derive_partition(PartitionId(i), derivation); !derived) return tl::unexpected(derived.error());
  if (const std::vector<std::string>& lost = derivation.without_key; !lost.empty())
    return failure(ErrorCode::kCorrupt, (vault / "keys").string() + " lacks the keys of " + std::to_string(lost.size()) + (lost.size() == 1 ? " person" : " persons") + " of whom records speak, " + lost.front() +
                                            " among them: it is older than what was published. Nobody was erased by this; put the newest copy of vault/ back");
  for (std::uint16_t i = 0; i < ends_.size(); ++i)
    if (Result<void> derived = derive_timers(PartitionId(i), wish); !derived) return tl::unexpected(derived.error());
  remember_settings(folder_.settings(), batch_);
  remember_vault(derivation.vault->mark(), batch_);
  if (Result<void> written = write_when(0); !written) return tl::unexpected(written.error());
  derivation.done.settings.incarnation = next_incarnation(folder_.settings(), wish.now);
  if (Result<void> placed = put_in_place(derivation.done.settings); !placed) return tl::unexpected(placed.error());
  return derivation.done;
}

/// The new incarnation first: a log in its place under the old one could be published as what it isn't.
Result<void> LogRefill::put_in_place(const FolderSettings& settings) {
  if (Result<void> closed = log_->close(); !closed) return closed;
  log_.reset();
  if (Result<void> written = write_file_atomically(folder_.path() / "ritrovo.folder", folder_json(settings)); !written) return written;
  std::error_code error;
  const fs::path log = folder_.path() / "log";
  // Views of the incarnation before are made anew; where each command was is of no use to what follows.
  for (const fs::path& old : {log, folder_.path() / "views", folder_.path() / "inflight"}) {
    fs::remove_all(old, error);
    if (error) return failed(old, "can't be taken away", error);
  }
  fs::create_directories(folder_.path() / "views", error);
  if (!error) fs::permissions(folder_.path() / "views", fs::perms::owner_all, error);
  if (!error) fs::rename(folder_.path() / kBuilding, log, error);
  return error ? Result<void>(failed(log, "can't be put in its place", error)) : sync_folder(folder_.path());
}

}  // namespace ritrovo
