#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/runtime/machine.h"
#include "engine/runtime/snapshot.h"

namespace ritrovo {

/// How much of a partition's cases is kept in memory. Estimates: what a state takes in memory is its own business.
struct CacheLimits {
  std::size_t cases = 4096;
  std::size_t bytes = 8U << 20;
};

/// A case in memory: its state as of the last staged event, its opened boxes, and what the runtime counts.
template <class State>
struct CachedCase {
  CaseId case_id;
  State state;
  Opened opened;
  Version version;             ///< of the last event, staged ones included
  std::optional<Day> wake;     ///< wake_on(state)
  Day woken_on;                ///< the day of the last timer that fired …
  std::uint32_t wakes = 0;     ///< … and how many fired on that day without a command in between
  SnapshotCounter counter;
  Position last_position;      ///< of the last staged event; 0 if none was staged since loading
  std::size_t bytes = 0;       ///< estimated
  std::uint32_t pins = 0;      ///< runs under way that staged events of it
  std::uint64_t run = 0;       ///< the last run that pinned it
};

/// An estimate of what an entry takes in memory: its boxes, and the encoded state or, before it was ever encoded, its events.
template <class State>
[[nodiscard]] std::size_t cached_bytes(const CachedCase<State>& entry) {
  constexpr std::size_t kEntryBytes = 2048;  // the lists of a state, mostly short, and the entry's own nodes
  constexpr std::size_t kBoxBytes = 256;
  const std::size_t state = entry.counter.state_bytes > 0 ? entry.counter.state_bytes : entry.counter.bytes;
  return kEntryBytes + kBoxBytes * entry.opened.entries().size() + 2 * state;
}

/// The cases of one partition that were used last. A case with staged events stays until they are committed: the log doesn't know
/// them yet. Runs on: the partition's strand.
template <class State>
class CaseCache {
 public:
  using Entry = CachedCase<State>;
  explicit CaseCache(CacheLimits limits) : limits_(limits) {}

  /// The entry, moved to the front, or nullptr. Stays valid until `drop` of that case or `trim`.
  [[nodiscard]] Entry* find(CaseId case_id) {
    const auto found = index_.find(case_id);
    if (found == index_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return &*found->second;
  }
  /// Adds an entry. Requires: the case isn't there.
  Entry* add(Entry entry) {
    bytes_ += entry.bytes;
    order_.push_front(std::move(entry));
    index_[order_.front().case_id] = order_.begin();
    return &order_.front();
  }
  /// Notes a new estimate of an entry's size.
  void resize(Entry& entry, std::size_t bytes) {
    bytes_ += bytes - entry.bytes;
    entry.bytes = bytes;
  }
  void drop(CaseId case_id) {
    const auto found = index_.find(case_id);
    if (found == index_.end()) return;
    bytes_ -= found->second->bytes;
    order_.erase(found->second);
    index_.erase(found);
  }
  /// From now on the owner's boxes are erased ones, in every case.
  void erase(PersonId owner) {
    for (Entry& entry : order_) entry.opened.erase(owner);
  }
  void clear() {
    order_.clear();
    index_.clear();
    bytes_ = 0;
  }
  /// Lets go of what was used least, down to the limits; pinned entries stay.
  void trim() {
    auto last = order_.end();
    while ((order_.size() > limits_.cases || bytes_ > limits_.bytes) && last != order_.begin()) {
      --last;
      if (last->pins > 0) continue;
      bytes_ -= last->bytes;
      index_.erase(last->case_id);
      last = order_.erase(last);
    }
  }
  [[nodiscard]] std::size_t size() const { return order_.size(); }

 private:
  CacheLimits limits_;
  std::list<Entry> order_;  ///< the one used last in front
  std::unordered_map<CaseId, typename std::list<Entry>::iterator> index_;
  std::size_t bytes_ = 0;
};

}  // namespace ritrovo
