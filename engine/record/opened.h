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
  /// One opened box; its texts are overwritten wherever it ends.
  struct Entry {
    Entry(Version at, PersonId of, BoxState became, Values held) : version(at), owner(of), state(became), values(std::move(held)) {}
    Entry(const Entry&) = default;
    Entry(Entry&&) noexcept = default;
    Entry& operator=(Entry other) noexcept;
    ~Entry();

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
  /// From now on the owner's boxes are erased ones.
  void erase(PersonId owner);
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace ritrovo
