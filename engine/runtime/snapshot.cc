#include "engine/runtime/snapshot.h"

#include "engine/base/bytes.h"
#include "engine/record/record_codec.h"

namespace ritrovo {
namespace {
constexpr std::uint8_t kFormat = 2;
constexpr std::uint8_t kFormatWithoutCase = 1;
constexpr std::size_t kCrcOffset = 1 + 4 + 8;
constexpr std::size_t kHeadBytes = kCrcOffset + 4;

std::uint32_t checksum(CaseId case_id, std::string_view bytes) {
  std::string whose;
  if (get_be<std::uint8_t>(bytes) != kFormatWithoutCase) put_be(whose, case_id.value());
  return crc32c(bytes.substr(kHeadBytes), crc32c(bytes.substr(0, kCrcOffset), crc32c(whose)));
}
}  // namespace

std::string encode_snapshot(CaseId case_id, const Snapshot& snapshot) {
  std::string bytes;
  bytes.reserve(kHeadBytes + snapshot.state.size());
  put_be(bytes, kFormat);
  put_be(bytes, snapshot.version.value());
  put_be(bytes, snapshot.position.value());
  put_be(bytes, std::uint32_t{0});
  bytes += snapshot.state;
  put_be_at(bytes, kCrcOffset, checksum(case_id, bytes));
  return bytes;
}

Result<Snapshot> decode_snapshot(CaseId case_id, std::string_view bytes) {
  if (bytes.size() < kHeadBytes) return failure(ErrorCode::kCorrupt, "its snapshot is shorter than its head");
  const auto format = get_be<std::uint8_t>(bytes);
  if (format != kFormat && format != kFormatWithoutCase) return failure(ErrorCode::kCorrupt, "its snapshot has an unknown format");
  if (get_be<std::uint32_t>(bytes, kCrcOffset) != checksum(case_id, bytes)) return failure(ErrorCode::kCorrupt, "its snapshot's checksum isn't that of this case and these bytes");
  return Snapshot{Version(get_be<std::uint32_t>(bytes, 1)), Position(get_be<std::uint64_t>(bytes, 5)), std::string(bytes.substr(kHeadBytes))};
}

bool SnapshotCounter::due(const SnapshotPolicy& policy) const {
  switch (policy.when) {
    case SnapshotPolicy::When::kNever: return false;
    case SnapshotPolicy::When::kEveryEvent: return events > 0;
    case SnapshotPolicy::When::kAuto: {
      const bool many = events >= policy.events_min && bytes >= state_bytes;
      return many || (state_bytes > 0 && bytes >= policy.times_state * state_bytes);
    }
  }
  return false;
}

bool SnapshotCounter::worth(const SnapshotPolicy& policy, std::size_t encoded) {
  state_bytes = encoded;
  return due(policy);
}

}  // namespace ritrovo
