#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/record/event.h"

/// A record's stored bytes, which are also its leaf in the ledger:
///
///     tag u16 | version u8 | payload bytes u32 | CRC-32C u32 | payload       (big-endian; 11 bytes before the payload)
///
/// The checksum (RFC 3720's, Castagnoli) covers tag, version, length and payload. `version` is that of the payload's layout, 1; the body inside
/// has a version of its own. Payload, in the compact archive: case, version, recorded, effective, version − cause, provenance?, body, boxes.
namespace ritrovo {

inline constexpr std::size_t kEnvelopeBytes = 11;

/// The most bytes that a record of that tag may have: kPublicationBytesMax for a publication, kRecordBytesMax for all others.
[[nodiscard]] std::size_t record_bytes_max(RecordTag tag);

/// The record's bytes. kOverLimit where they are more than `record_bytes_max`.
[[nodiscard]] Result<std::string> encode_record_within_limit(const Event& event);
/// The same. Requires: they are within the limit, as those of the runtime's own events are.
[[nodiscard]] std::string encode_record(const Event& event);

/// The record that `encode_record` wrote. kWrongFolder for a newer layout; kCorrupt where anything else differs from what it would write;
/// the caller adds partition and position.
[[nodiscard]] Result<Event> decode_record(std::string_view bytes);

/// What a scan needs to know of a record to skip it.
struct RecordPeek {
  RecordTag tag = RecordTag::kFirstOfWorkflow;
  CaseId case_id;
  Version version;
  Timestamp recorded;
};

/// Reads only a record's head, without its checksum. kCorrupt where the envelope's length doesn't fit. Not for bytes nobody has verified.
[[nodiscard]] Result<RecordPeek> peek_record(std::string_view bytes);

/// Checks a record's envelope and checksum without decoding the payload; kCorrupt says what doesn't match.
[[nodiscard]] Result<void> verify_record(std::string_view bytes);

/// CRC-32C of `bytes`; `previous` continues the checksum of what stood before them.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t previous = 0);

}  // namespace ritrovo
