#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/record/actor.h"
#include "engine/record/command.h"

namespace ritrovo {

/// The personal values of one person in one event, sealed with that person's key (owner 0 … of the case's household: see engine/vault).
/// `sealed` is nonce (24 bytes) ‖ XChaCha20-Poly1305 ciphertext and tag of the encoded Values, bound to case, version and owner.
struct Box {
  PersonId owner;
  std::string sealed;
  bool operator==(const Box&) const = default;
};

/// Kinds of record. 1 … 99 are the engine's own; 100 … are the workflow's (workflows/pathway/event_body.h). Never renumbered or reused.
enum class RecordTag : std::uint16_t {
  kRejection = 1,           ///< a command refused; has a position but no version
  kCommandParked = 2,       ///< a command kept for a case in quarantine, sealed with the folder's key; no version
  kCaseQuarantined = 3,     ///< a case was put into quarantine; no version
  kQuarantineReleased = 4,  ///< and taken out of it; no version
  kPublication = 5,         ///< definitions, calendars, terms and parameters published; in the folder's own stream (case 0)
  kFirstOfWorkflow = 100,
};

/// What the first record of a command says of the command.
struct Provenance {
  Actor actor;
  std::string key;  ///< empty for a timer's command
  Fingerprint fingerprint{};
  std::uint32_t records = 1;  ///< how many records the command led to, this one included; they stand one after another
  std::optional<Source> source;
  std::string correlation;
  std::string traceparent;
  bool operator==(const Provenance&) const = default;
};

/// One record of a partition: an event (version ≥ 1) or one of the engine's records without a version. Its stored bytes (envelope
/// {tag, body version, length, crc32c} and payload) are a leaf of the partition's ledger. Never changed, never removed.
struct Event {
  RecordTag tag = RecordTag::kFirstOfWorkflow;
  CaseId case_id;
  Version version;                       ///< 0 where the record isn't an event of a case
  Timestamp recorded;                    ///< max(previous record's, clock)
  Day effective;                         ///< when it happened in the world
  Version cause;                         ///< version of the first event of the same command (itself, for the first); 0 without version
  std::optional<Provenance> provenance;  ///< on the first record of a command only
  std::string body;                      ///< the kind's own payload: cereal bytes of its type, versioned; decoded by whoever owns the tag
  std::vector<Box> boxes;
  bool operator==(const Event&) const = default;
};

}  // namespace ritrovo
