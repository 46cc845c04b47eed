#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/digest/hash256.h"
#include "engine/digest/keyed_hash.h"
#include "engine/record/event.h"

/// The bodies of the engine's own records (RecordTag 1 … 99). Each is versioned; decoding answers kMalformed for other bytes.
namespace ritrovo {

/// kRejection: why a command was refused. Nothing personal: code and reason come from decide under that rule.
struct RejectionBody {
  std::string code;
  std::string reason;
  std::string verb;
  bool operator==(const RejectionBody&) const = default;
};

/// kCommandParked: the command itself is in the record's box, sealed for the folder's owner; its key's hash tells it from others.
struct ParkedBody {
  KeyedHash key_hash{};
  bool operator==(const ParkedBody&) const = default;
};

/// How a case came into quarantine. Stored; never renumbered.
enum class QuarantineCause : std::uint8_t {
  kDecide = 0,   ///< an assertion failed while the command was decided
  kApply = 1,    ///< … or while what follows from it was applied
  kLoad = 2,     ///< … or while the case's events were read again
  kCrash = 3,    ///< the command ended the process, time after time
  kRefused = 4,  ///< what a timer asked for was refused
  kRestless = 5, ///< the case wakes itself over and over on one day
};

/// kCaseQuarantined: what failed, and the command that did it. Nothing personal.
struct QuarantineBody {
  QuarantineCause cause = QuarantineCause::kDecide;
  std::string verb;     ///< of the command: "report", "wake"
  std::string detail;   ///< for whoever mends the program: an assertion's text, a rejection's code
  KeyedHash culprit{};  ///< hash of the command's key; zeros for a timer's
  bool operator==(const QuarantineBody&) const = default;
};

/// What happened and what to do, in sentences for an operator; `detail` stands beside them.
[[nodiscard]] std::string explain(const QuarantineBody& body);

/// kQuarantineReleased: who released it stands in the provenance; `note` is what they gave as the reason.
struct ReleaseBody {
  std::string note;
  bool operator==(const ReleaseBody&) const = default;
};

/// The tag of a record that says how forgetting a person of a case goes on, or that a case is kept from being forgotten; no version.
inline constexpr RecordTag kErasureTag{6};

/// A stage on the way to forgetting a person. Stored; never renumbered.
enum class ErasureStage : std::uint8_t {
  kProposed = 0,   ///< somebody, or a definition's retention, asks for it
  kApproved = 1,   ///< a second person agrees: the intent. From here on it is finished, whatever happens
  kCompleted = 2,  ///< the key is destroyed, and stands in the register of erasures
  kWithdrawn = 3,  ///< it won't be done; it may be proposed again
  kHeld = 4,       ///< a legal hold: nobody of the case is forgotten until it ends. No person
  kHoldEnded = 5,  ///< no person
};
/// "proposed", "approved", "completed", "withdrawn", "held", "hold_ended".
[[nodiscard]] std::string_view name_of(ErasureStage stage);

/// kErasureTag: who did it stands in the provenance; the case, in the record. `ground` says why, without anything personal ("GDPR art. 17(1)(a)").
struct ErasureBody {
  ErasureStage stage = ErasureStage::kProposed;
  PersonId person;  ///< 0 for a hold
  std::string ground;
  bool operator==(const ErasureBody&) const = default;
};

/// One file of a publication: its path in the catalogue ("milan/family-reunification.yaml") and its text as it was written.
struct PublishedDocument {
  std::string path;
  std::string text;
  bool operator==(const PublishedDocument&) const = default;
};

/// kPublication: definitions, calendars, terms and parameters that belong together. `hash` identifies the set.
struct PublicationBody {
  std::vector<PublishedDocument> documents;  ///< sorted by path, each once
  Hash256 hash;                              ///< of `documents`, as `hash_of` has it
  bool operator==(const PublicationBody&) const = default;
};

/// SHA-256 of "ritrovo publication" ‖ 0 ‖ the documents' bytes in the compact archive.
[[nodiscard]] Hash256 hash_of(const std::vector<PublishedDocument>& documents);

[[nodiscard]] std::string encode_body(const RejectionBody& body);
[[nodiscard]] std::string encode_body(const ParkedBody& body);
[[nodiscard]] std::string encode_body(const QuarantineBody& body);
[[nodiscard]] std::string encode_body(const ReleaseBody& body);
[[nodiscard]] std::string encode_body(const PublicationBody& body);
[[nodiscard]] std::string encode_body(const ErasureBody& body);

[[nodiscard]] Result<RejectionBody> decode_rejection(std::string_view bytes);
[[nodiscard]] Result<ParkedBody> decode_parked(std::string_view bytes);
[[nodiscard]] Result<QuarantineBody> decode_quarantine(std::string_view bytes);
[[nodiscard]] Result<ReleaseBody> decode_release(std::string_view bytes);
[[nodiscard]] Result<ErasureBody> decode_erasure(std::string_view bytes);
/// Also kMalformed where the documents aren't in order or `hash` isn't theirs.
[[nodiscard]] Result<PublicationBody> decode_publication(std::string_view bytes);

}  // namespace ritrovo
