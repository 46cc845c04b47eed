#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/digest/hash256.h"
#include "engine/digest/keyed_hash.h"

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

/// kCaseQuarantined: what failed (an assertion's text, without personal values) and the hash of the key of the command that did it.
struct QuarantineBody {
  std::string reason;
  KeyedHash culprit{};
  bool operator==(const QuarantineBody&) const = default;
};

/// kQuarantineReleased: who released it stands in the provenance; `note` is what they gave as the reason.
struct ReleaseBody {
  std::string note;
  bool operator==(const ReleaseBody&) const = default;
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

[[nodiscard]] Result<RejectionBody> decode_rejection(std::string_view bytes);
[[nodiscard]] Result<ParkedBody> decode_parked(std::string_view bytes);
[[nodiscard]] Result<QuarantineBody> decode_quarantine(std::string_view bytes);
[[nodiscard]] Result<ReleaseBody> decode_release(std::string_view bytes);
/// Also kMalformed where the documents aren't in order or `hash` isn't theirs.
[[nodiscard]] Result<PublicationBody> decode_publication(std::string_view bytes);

}  // namespace ritrovo
