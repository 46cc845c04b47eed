#include "engine/record/engine_bodies.h"

#include <algorithm>

#include "engine/digest/sha256.h"
#include "engine/record/compact_archive.h"

namespace ritrovo {

namespace {

using std::string_view_literals::operator""sv;

constexpr compact::TypeVersion kFirst{1};

bool by_path(const PublishedDocument& a, const PublishedDocument& b) { return a.path < b.path; }

}  // namespace

template <>
struct EnumLast<QuarantineCause> {
  static constexpr QuarantineCause kValue = QuarantineCause::kRestless;
};

template <>
struct EnumLast<ErasureStage> {
  static constexpr ErasureStage kValue = ErasureStage::kHoldEnded;
};

template <class Archive>
void serialize(Archive& archive, ErasureBody& it) {
  archive(it.stage, it.person, it.ground);
}
template <class Archive>
void serialize(Archive& archive, RejectionBody& it) {
  archive(it.code, it.reason, it.verb);
}
template <class Archive>
void serialize(Archive& archive, ParkedBody& it) {
  archive(it.key_hash);
}
template <class Archive>
void serialize(Archive& archive, QuarantineBody& it) {
  archive(it.cause, it.verb, it.detail, it.culprit);
}
template <class Archive>
void serialize(Archive& archive, ReleaseBody& it) {
  archive(it.note);
}
template <class Archive>
void serialize(Archive& archive, PublishedDocument& it) {
  archive(it.path, it.text);
}
template <class Archive>
void serialize(Archive& archive, PublicationBody& it) {
  archive(it.documents, it.hash);
}

std::string_view name_of(ErasureStage stage) {
  switch (stage) {
    case ErasureStage::kProposed: return "proposed";
    case ErasureStage::kApproved: return "approved";
    case ErasureStage::kCompleted: return "completed";
    case ErasureStage::kWithdrawn: return "withdrawn";
    case ErasureStage::kHeld: return "held";
    case ErasureStage::kHoldEnded: return "hold_ended";
  }
  return "";
}

std::string explain(const QuarantineBody& body) {
  const std::string command = body.verb == "wake" ? "What was due by itself" : "The command '" + body.verb + "'";
  const std::string mend = "Have the program or the definition mended, then release the case: what was kept is run in its order.";
  const std::string kept = " Nothing of it was recorded as done; it and all that came for the case since are kept. " + mend;
  switch (body.cause) {
    case QuarantineCause::kDecide: return command + " met a mistake of the program, or of the definition, while it was decided." + kept;
    case QuarantineCause::kApply: return command + " was decided, but what follows from it can't be applied: a mistake of the program." + kept;
    case QuarantineCause::kLoad:
      return command + " came for a case whose recorded events this program can't read again: a mistake of the program, or another version of it." + kept;
    case QuarantineCause::kCrash: return command + " ended the whole process, and again when it was retried." + kept;
    case QuarantineCause::kRefused: return command + " was refused, where nobody could be told: a mistake of the program." + kept;
    case QuarantineCause::kRestless: return command + " asks for itself again and again on one day: the definition, or the program, doesn't come to rest." + kept;
  }
  return command + kept;
}

Hash256 hash_of(const std::vector<PublishedDocument>& documents) { return sha256({"ritrovo publication\0"sv, compact::encode(documents)}); }

std::string encode_body(const RejectionBody& body) { return compact::encode_versioned(kFirst, body); }
std::string encode_body(const ParkedBody& body) { return compact::encode_versioned(kFirst, body); }
std::string encode_body(const QuarantineBody& body) { return compact::encode_versioned(kFirst, body); }
std::string encode_body(const ReleaseBody& body) { return compact::encode_versioned(kFirst, body); }
std::string encode_body(const PublicationBody& body) { return compact::encode_versioned(kFirst, body); }
std::string encode_body(const ErasureBody& body) { return compact::encode_versioned(kFirst, body); }

Result<ErasureBody> decode_erasure(std::string_view bytes) { return compact::decode_versioned<ErasureBody>(bytes, kFirst); }
Result<RejectionBody> decode_rejection(std::string_view bytes) { return compact::decode_versioned<RejectionBody>(bytes, kFirst); }
Result<ParkedBody> decode_parked(std::string_view bytes) { return compact::decode_versioned<ParkedBody>(bytes, kFirst); }
Result<QuarantineBody> decode_quarantine(std::string_view bytes) { return compact::decode_versioned<QuarantineBody>(bytes, kFirst); }
Result<ReleaseBody> decode_release(std::string_view bytes) { return compact::decode_versioned<ReleaseBody>(bytes, kFirst); }

Result<PublicationBody> decode_publication(std::string_view bytes) {
  Result<PublicationBody> body = compact::decode_versioned<PublicationBody>(bytes, kFirst);
  if (!body) return body;
  if (!std::is_sorted(body->documents.begin(), body->documents.end(), by_path))
    return failure(ErrorCode::kMalformed, "a publication's documents out of order");
  if (hash_of(body->documents) != body->hash) return failure(ErrorCode::kMalformed, "a publication's hash isn't that of its documents");
  return body;
}

}  // namespace ritrovo
