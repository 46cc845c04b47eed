#include "engine/record/record_codec.h"

#include <isa-l/crc.h>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/base/limits.h"
#include "engine/record/command_codec.h"
#include "engine/record/compact_archive.h"

namespace ritrovo {

namespace {

constexpr std::uint8_t kPayloadVersion = 1;
constexpr std::size_t kVersionOffset = 2;
constexpr std::size_t kLengthOffset = 3;
constexpr std::size_t kChecksumOffset = 7;

std::uint32_t checksum_of(std::string_view record) {
  return crc32c(record.substr(kEnvelopeBytes), crc32c(record.substr(0, kChecksumOffset)));
}

std::int64_t back_to_cause(const Event& event) {
  return static_cast<std::int64_t>(event.version.value()) - static_cast<std::int64_t>(event.cause.value());
}

Version cause_of(Version version, std::int64_t back) {
  if (back > version.value() || back < static_cast<std::int64_t>(version.value()) - std::numeric_limits<std::uint32_t>::max())
    throw compact::Malformed("a cause that isn't a version");
  return Version(static_cast<std::uint32_t>(version.value() - back));
}

Result<void> check_envelope(std::string_view bytes) {
  const auto corrupt = [](std::string what) { return failure(ErrorCode::kCorrupt, "a record's envelope doesn't fit: " + std::move(what)); };
  if (bytes.size() < kEnvelopeBytes) return corrupt(std::to_string(bytes.size()) + " bytes are fewer than an envelope's");
  const auto length = get_be<std::uint32_t>(bytes, kLengthOffset);
  if (length != bytes.size() - kEnvelopeBytes)
    return corrupt("it claims " + std::to_string(length) + " bytes of payload and has " + std::to_string(bytes.size() - kEnvelopeBytes));
  if (bytes.size() > record_bytes_max(RecordTag(get_be<std::uint16_t>(bytes)))) return corrupt("the record is over its limit of bytes");
  return {};
}

}  // namespace

// The archive's view of the types in event.h; the order of the fields is the format.
template <class Archive>
void serialize(Archive& archive, Box& box) {
  archive(box.owner, box.sealed);
}

template <class Archive>
void serialize(Archive& archive, Provenance& it) {
  archive(it.actor, it.key, it.fingerprint, it.records, it.source, it.correlation, it.traceparent);
}

std::size_t record_bytes_max(RecordTag tag) {
  return tag == RecordTag::kPublication ? limits::kPublicationBytesMax : limits::kRecordBytesMax;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t previous) {
  // ISA-L's function neither inverts at the start nor at the end, and takes its input as not const without writing to it.
  auto* start = const_cast<unsigned char*>(reinterpret_cast<const unsigned char*>(bytes.data()));
  return ~crc32_iscsi(start, static_cast<int>(bytes.size()), ~previous);
}

std::string encode_record(const Event& event) {
  Result<std::string> bytes = encode_record_within_limit(event);
  RITROVO_ASSERT(bytes.has_value());
  return std::move(*bytes);
}

Result<std::string> encode_record_within_limit(const Event& event) {
  std::string bytes;
  std::size_t boxed = 0;
  for (const Box& box : event.boxes) boxed += sizeof(box.owner) + sizeof(std::uint32_t) + box.sealed.size();
  bytes.reserve(kEnvelopeBytes + (event.provenance ? 256 : 32) + event.body.size() + boxed);
  put_be(bytes, static_cast<std::uint16_t>(event.tag));
  bytes.push_back(static_cast<char>(kPayloadVersion));
  bytes.append(2 * sizeof(std::uint32_t), '\0');
  CompactOutput out(bytes);
  out(event.case_id, event.version, event.recorded, event.effective, back_to_cause(event), event.provenance, event.body, event.boxes);
  out.finish();
  if (bytes.size() > record_bytes_max(event.tag))
    return failure(ErrorCode::kOverLimit, "an event of " + std::to_string(bytes.size()) + " bytes; kRecordBytesMax is " +
                                              std::to_string(record_bytes_max(event.tag)));
  put_be_at(bytes, kLengthOffset, static_cast<std::uint32_t>(bytes.size() - kEnvelopeBytes));
  put_be_at(bytes, kChecksumOffset, checksum_of(bytes));
  return bytes;
}

Result<void> verify_record(std::string_view bytes) {
  if (auto fits = check_envelope(bytes); !fits) return fits;
  if (get_be<std::uint32_t>(bytes, kChecksumOffset) != checksum_of(bytes))
    return failure(ErrorCode::kCorrupt, "a record's checksum doesn't match its bytes");
  return {};
}

Result<Event> decode_record(std::string_view bytes) {
  if (auto verified = verify_record(bytes); !verified) return tl::unexpected(verified.error());
  const auto version = static_cast<std::uint8_t>(bytes[kVersionOffset]);
  if (version != kPayloadVersion)
    return failure(ErrorCode::kWrongFolder, "it has layout " + std::to_string(version) + ", where this program knows " + std::to_string(kPayloadVersion) +
                                                ": a newer ritrovo wrote it; use that one");
  try {
    CompactInput in(bytes.substr(kEnvelopeBytes));
    Event event;
    event.tag = RecordTag(get_be<std::uint16_t>(bytes));
    std::int64_t back = 0;
    in(event.case_id, event.version, event.recorded, event.effective, back, event.provenance, event.body, event.boxes);
    in.expect_end();
    event.cause = cause_of(event.version, back);
    return event;
  } catch (const compact::Malformed& problem) {
    return failure(ErrorCode::kCorrupt, std::string("a record's payload doesn't fit: ") + problem.what());
  }
}

Result<RecordPeek> peek_record(std::string_view bytes) {
  if (auto fits = check_envelope(bytes); !fits) return tl::unexpected(fits.error());
  try {
    CompactInput in(bytes.substr(kEnvelopeBytes));
    RecordPeek peek;
    peek.tag = RecordTag(get_be<std::uint16_t>(bytes));
    in(peek.case_id, peek.version, peek.recorded);
    return peek;
  } catch (const compact::Malformed& problem) {
    return failure(ErrorCode::kCorrupt, std::string("a record's head doesn't fit: ") + problem.what());
  }
}

}  // namespace ritrovo
