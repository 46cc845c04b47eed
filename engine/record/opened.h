#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/record/value.h"

namespace ritrovo {

/// What became of one box.
enum class BoxState : std::uint8_t {
  kOpen,        ///< values at hand
  kErased,      ///< the person's key was destroyed on purpose
  kUnreadable,  ///< the key is missing and no erasure says so: an alarm
};

/// The opened boxes of one case: a side table beside the state, so that erasing a person changes neither snapshots nor state hashes. Its
/// texts are overwritten in memory when they go.
class Opened {
 public:
  Opened() = default;
  Opened(const Opened&) = default;
  Opened(Opened&&) noexcept = default;
  Opened& operator=(Opened other) noexcept {
    entries_.swap(other.entries_);
    return *this;
  }
  ~Opened() { clear(); }

  struct Entry {
    Version version;
    PersonId owner;
    BoxState state = BoxState::kOpen;
    Values values;
  };
  /// The entry for that event and owner, or nullptr if the state holds no such box.
  [[nodiscard]] const Entry* find(Version version, PersonId owner) const;
  /// Adds or replaces; entries stay sorted by version, then owner.
  void put(Entry entry);
  /// Gives up all entries, in their order.
  [[nodiscard]] std::vector<Entry> take() { return std::exchange(entries_, {}); }
  /// Forgets the boxes of one event.
  void drop(Version version);
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  void clear();

 private:
  std::vector<Entry> entries_;
};

}  // namespace ritrovo
