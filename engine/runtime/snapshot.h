#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace ritrovo {

/// When a case's state is kept beside its events, so that loading it cold doesn't read all of them again.
struct SnapshotPolicy {
  enum class When : std::uint8_t {
    kNever,
    kEveryEvent,  ///< after each run that touched the case: for tests
    kAuto,        ///< once enough events came since the last one: `events_min` of them, more bytes than the state's; or many times its bytes
  };
  When when = When::kAuto;
  std::uint32_t events_min = 32;
  /// As many times the bytes of a small state are enough of themselves: writing it again costs little beside those events.
  std::uint32_t times_state = 8;
};

/// A state as it stands in `snapshots`: format u8 (2) ‖ version u32 ‖ position u64 ‖ CRC-32C u32 of the case and all the rest ‖ state. Derived from
/// events; one that can't be read is ignored and made again.
struct Snapshot {
  Version version;    ///< of the last event in it
  Position position;  ///< where that event stands: a snapshot of another history doesn't fit
  std::string state;  ///< the machine's encoding
};

[[nodiscard]] std::string encode_snapshot(CaseId case_id, const Snapshot& snapshot);
/// kCorrupt for a length, format or checksum that isn't right, and for another case's snapshot. Of format 1 the checksum leaves the case out.
[[nodiscard]] Result<Snapshot> decode_snapshot(CaseId case_id, std::string_view bytes);

/// What a cached case counts towards its next snapshot.
struct SnapshotCounter {
  std::uint32_t events = 0;       ///< since the last snapshot
  std::size_t bytes = 0;          ///< of those events
  std::size_t state_bytes = 0;    ///< of the state when it was last encoded; 0 if never
  /// Whether it is worth encoding the state now.
  [[nodiscard]] bool due(const SnapshotPolicy& policy) const;
  /// Whether a state of `encoded` bytes is to be kept; notes the size either way.
  [[nodiscard]] bool worth(const SnapshotPolicy& policy, std::size_t encoded);
};

}  // namespace ritrovo
