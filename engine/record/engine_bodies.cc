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
  archive(it.reason, it.culprit);
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

Hash256 hash_of(const std::vector<PublishedDocument>& documents) { return sha256({"ritrovo publication\0"sv, compact::encode(documents)}); }

std::string encode_body(const RejectionBody& body) { return compact::encode_versioned(kFirst, body); }
std::string encode_body(const ParkedBody& body) { return compact::encode_versioned(kFirst, body); }
std::string encode_body(const QuarantineBody& body) { return compact::encode_versioned(kFirst, body); }
std::string encode_body(const ReleaseBody& body) { return compact::encode_versioned(kFirst, body); }
std::string encode_body(const PublicationBody& body) { return compact::encode_versioned(kFirst, body); }

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
