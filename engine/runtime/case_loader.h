#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <spdlog/spdlog.h>

#include "engine/log/case_log.h"
#include "engine/record/value_codec.h"
#include "engine/runtime/machine.h"
#include "engine/runtime/snapshot.h"
#include "engine/vault/sealing.h"
#include "engine/vault/vault_port.h"

namespace ritrovo {

/// A case as its records say it stands.
template <class State>
struct LoadedCase {
  State state;
  Version version;            ///< of its last event; 0 for a case without events
  SnapshotCounter counter;    ///< events read after the snapshot
};

/// Logs why a snapshot isn't used.
inline void ignore_snapshot(CaseId case_id, std::string_view why) {
  spdlog::warn("snapshot of {} ignored, its events are read instead: {}", case_id.printed(), why);
}

/// What a stored snapshot holds, decoded, or nothing where there is none that can be read; why not is logged.
template <CaseMachine M>
[[nodiscard]] Result<std::optional<std::pair<Snapshot, typename M::State>>> readable_snapshot(const CaseLog& log, PartitionId partition,
                                                                                              CaseId case_id) {
  using Found = std::optional<std::pair<Snapshot, typename M::State>>;
  Result<std::optional<std::string>> stored = log.snapshot(partition, case_id);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return Found();
  const auto ignore = [case_id](std::string_view why) {
    ignore_snapshot(case_id, why);
    return Found();
  };
  Result<Snapshot> snapshot = decode_snapshot(case_id, **stored);
  if (!snapshot) return ignore(snapshot.error().message);
  Result<typename M::State> state = M::decode(snapshot->state);
  if (!state) return ignore(state.error().message);
  return Found(std::pair(std::move(*snapshot), std::move(*state)));
}

/// Folds the events of a case: from its snapshot if `from_snapshot`, else from the first. kCorrupt names what doesn't read.
/// Throws AssertionFailure where apply does.
template <CaseMachine M>
[[nodiscard]] Result<LoadedCase<typename M::State>> load_case(const CaseLog& log, PartitionId partition, CaseId case_id, bool from_snapshot) {
  LoadedCase<typename M::State> loaded;
  const auto fold = [&loaded](const StoredRecord& record) {
    M::apply(loaded.state, record.event);
    loaded.version = record.event.version;
    ++loaded.counter.events;
    loaded.counter.bytes += record.bytes.size();
    return true;
  };
  if (from_snapshot) {
    auto found = readable_snapshot<M>(log, partition, case_id);
    if (!found) return tl::unexpected(found.error());
    if (*found) {
      const Snapshot& snapshot = (*found)->first;
      loaded = {std::move((*found)->second), snapshot.version, {0, 0, snapshot.state.size()}};
      const Result<bool> read = log.read_case_after(partition, case_id, {snapshot.version, snapshot.position}, fold);
      if (!read) return tl::unexpected(read.error());
      if (*read) return loaded;
      ignore_snapshot(case_id, "it is of another history");
      loaded = {};
    }
  }
  const Result<void> read = log.read_case(partition, case_id, Version(1), fold);
  if (!read) return tl::unexpected(read.error());
  return loaded;
}

/// What is wrong with the stored snapshot of a case, or nothing: its events are folded up to the snapshot's version, and the bytes compared. No event is
/// ever applied to what the snapshot holds, which may be anything. Errors as load_case. Throws AssertionFailure where apply does.
template <CaseMachine M>
[[nodiscard]] Result<std::optional<std::string>> wrong_snapshot(const CaseLog& log, PartitionId partition, CaseId case_id) {
  const Result<std::optional<std::string>> stored = log.snapshot(partition, case_id);
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return std::optional<std::string>();
  const Result<Snapshot> snapshot = decode_snapshot(case_id, **stored);
  if (!snapshot) return std::optional(snapshot.error().message);
  const Result<typename M::State> kept = M::decode(snapshot->state);
  if (!kept) return std::optional("its snapshot can't be read: " + kept.error().message);
  typename M::State state;
  std::optional<Position> ends;
  const Result<void> read = log.read_case(partition, case_id, Version(1), [&](const StoredRecord& record) {
    M::apply(state, record.event);
    if (record.event.version == snapshot->version) ends = record.position;
    return !ends;
  });
  if (!read) return tl::unexpected(read.error());
  if (ends != snapshot->position) return std::optional<std::string>("its snapshot is of another history");
  if (M::encode(state) != M::encode(*kept)) return std::optional<std::string>("its snapshot isn't what its events lead to");
  return std::optional<std::string>();
}

/// One opened box: kOpen with its values, kErased, or kUnreadable where its key is missing or isn't the one it was sealed with. The record that
/// holds the box has verified by then, so it is the vault that lost something: an alarm, but no reason to stop anybody else's case.
[[nodiscard]] inline Result<Opened::Entry> open_box(const VaultPort& vault, CaseId case_id, Version version, const Box& box) {
  Opened::Entry entry{version, box.owner, BoxState::kOpen, {}};
  Result<OpenedBox> opened = vault.open({case_id, version, box.owner}, box.sealed);
  const auto alarm = [&](std::string_view why) {
    spdlog::error("ALARM: a box of {} in {}, version {}, can't be opened, and no erasure says why: {}; put vault/keys back from a copy of the vault",
                  box.owner.printed(), case_id.printed(), version.value(), why);
    entry.state = BoxState::kUnreadable;
  };
  if (!opened && opened.error().code == ErrorCode::kCorrupt) {
    alarm(opened.error().message);
    return entry;
  }
  if (!opened) return tl::unexpected(opened.error());
  if (std::holds_alternative<KeyErased>(*opened)) entry.state = BoxState::kErased;
  if (std::holds_alternative<KeyMissing>(*opened)) alarm("the vault has no slot for them");
  auto* plaintext = std::get_if<std::string>(&*opened);
  if (plaintext == nullptr) return entry;
  Result<Values> values = decode_values(*plaintext);
  wipe(*plaintext);
  if (!values) return failure(ErrorCode::kCorrupt, case_id.printed() + ", version " + std::to_string(version.value()) + ": a box holds no values");
  entry.values = std::move(*values);
  return entry;
}

/// Makes `opened` hold the boxes that the state keeps, and no others; what is there already isn't opened again. After an error it holds some of them.
template <CaseMachine M>
[[nodiscard]] Result<void> open_boxes(const VaultPort& vault, CaseId case_id, const typename M::State& state, Opened& opened) {
  std::vector<Opened::Entry> known = opened.take();
  const auto before = [](const Opened::Entry& entry, const KeptBox& kept) {
    return std::pair(entry.version, entry.owner) < std::pair(kept.version, kept.box->owner);
  };
  for (const KeptBox& kept : M::kept_boxes(state)) {
    const auto at = std::lower_bound(known.begin(), known.end(), kept, before);
    if (at != known.end() && at->version == kept.version && at->owner == kept.box->owner) {
      opened.put(std::move(*at));
      continue;
    }
    Result<Opened::Entry> entry = open_box(vault, case_id, kept.version, *kept.box);
    if (!entry) return tl::unexpected(entry.error());
    opened.put(std::move(*entry));
  }
  return {};
}

}  // namespace ritrovo
