#include "engine/ledger/signed_note.h"

#include <gtest/gtest.h>

#include "engine/digest/encoding.h"
#include "engine/digest/sha256.h"

namespace ritrovo {
namespace {

// The example of the Go implementation that C2SP's signed-note grew from (golang.org/x/mod/sumdb/note).
constexpr std::string_view kVerifierKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kSecret = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view kText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
constexpr std::string_view kSignature =
    "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

NoteSigner neumann() {
  const std::string raw = from_base64(kSecret).value();
  std::array<std::uint8_t, 32> seed{};
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(raw.at(i + 1));
  return std::move(NoteSigner::from_seed("PeterNeumann", seed).value());
}

TEST(SignedNote, AgreesWithTheKnownExample) {
  EXPECT_EQ(neumann().verifier().printed(), kVerifierKey);
  EXPECT_EQ(neumann().sign(kText).value(), std::string(kText) + std::string(kSignature));
}

TEST(SignedNote, IsVerifiedByItsKeyAlone) {
  const NoteVerifier verifier = NoteVerifier::parse(kVerifierKey).value();
  const std::string note = std::string(kText) + std::string(kSignature);
  EXPECT_EQ(verified_text(note, verifier).value(), kText);
  std::string changed = note;
  changed[3] = 'Y';
  EXPECT_EQ(verified_text(changed, verifier).error().code, ErrorCode::kCorrupt);
  const NoteSigner other = std::move(NoteSigner::from_seed("other", {}).value());
  EXPECT_EQ(verified_text(note, other.verifier()).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(verified_text(kText, verifier).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(verified_text(std::string(kText) + "\n", verifier).error().code, ErrorCode::kMalformed);
}

TEST(SignedNote, BearsSeveralSignatures) {
  const NoteSigner other = std::move(NoteSigner::from_seed("witness", {}).value());
  const std::string second = other.sign(kText).value().substr(kText.size() + 1);
  const std::string note = neumann().sign(kText).value() + second;
  EXPECT_EQ(verified_text(note, neumann().verifier()).value(), kText);
  EXPECT_EQ(verified_text(note, other.verifier()).value(), kText);
}

TEST(SignedNote, IsVerifiedByAnyOfSeveralKeys) {
  const NoteSigner other = std::move(NoteSigner::from_seed("other", {}).value());
  const std::string note = neumann().sign(kText).value();
  const std::vector<NoteVerifier> both{other.verifier(), neumann().verifier()};
  EXPECT_EQ(verified_text(note, both).value(), kText);
  EXPECT_EQ(verified_text(note, std::vector<NoteVerifier>{other.verifier()}).error().code, ErrorCode::kNotFound);
  std::string changed = note;
  changed[3] = 'Y';
  EXPECT_EQ(verified_text(changed, both).error().code, ErrorCode::kCorrupt);
}

TEST(NoteKeys, AreReadALineEach) {
  const std::string text = std::string(kVerifierKey) + "\n\n" + std::string(kVerifierKey);
  EXPECT_EQ(parse_note_keys(text).value().size(), 2U);
  EXPECT_EQ(parse_note_keys("\n").error().code, ErrorCode::kMalformed);
  EXPECT_NE(parse_note_keys(std::string(kVerifierKey) + "\nx\n").error().message.find("line 2"), std::string::npos);
}

TEST(Cosignature, SaysWhenAWitnessSawTheCheckpoint) {
  const NoteSigner log = std::move(NoteSigner::from_seed("log", {}).value());
  const NoteSigner witness = std::move(NoteSigner::from_seed("witness.example/w1", {1}, SignatureKind::kCosignature).value());
  const std::string text = checkpoint_text({"log/3", TreeSize(7), sha256("root"), {}});
  const std::string line = witness.cosign(text, 1679315147).value();
  const std::string note = log.sign(text).value() + line;
  EXPECT_EQ(verified_text(note, log.verifier()).value(), text);
  EXPECT_EQ(verified_text(note, witness.verifier()).value(), text);
  EXPECT_EQ(NoteVerifier::parse(witness.verifier().printed()).value(), witness.verifier());
  // Key hash, eight bytes of time, signature; a changed time doesn't verify.
  std::string raw = from_base64(line.substr(line.rfind(' ') + 1, line.size() - line.rfind(' ') - 2)).value();
  ASSERT_EQ(raw.size(), 4U + 8 + 64);
  EXPECT_EQ(to_hex(raw.substr(4, 8)), "00000000641850cb");
  raw[11] = static_cast<char>(raw[11] ^ 1);
  const std::string changed = log.sign(text).value() + line.substr(0, line.rfind(' ') + 1) + to_base64(raw) + "\n";
  EXPECT_EQ(verified_text(changed, witness.verifier()).error().code, ErrorCode::kCorrupt);
  // The same secret as a log's key is another key.
  const NoteSigner as_log = std::move(NoteSigner::from_seed("witness.example/w1", {1}).value());
  EXPECT_EQ(verified_text(note, as_log.verifier()).error().code, ErrorCode::kNotFound);
}

TEST(NoteVerifier, RefusesAnotherNamesHash) {
  EXPECT_FALSE(NoteVerifier::parse("Other+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").has_value());
  EXPECT_FALSE(NoteVerifier::parse("PeterNeumann+c74f20a3").has_value());
  EXPECT_FALSE(NoteSigner::from_seed("a b", {}).has_value());
}

TEST(Checkpoint, IsReadBackFromItsText) {
  const Checkpoint checkpoint{"example.org/folder-1/3", TreeSize(20852163), sha256("root"), {"incarnation 2"}};
  const std::string text = checkpoint_text(checkpoint);
  EXPECT_EQ(text, "example.org/folder-1/3\n20852163\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\nincarnation 2\n");
  EXPECT_EQ(parse_checkpoint(text).value(), checkpoint);
}

TEST(Checkpoint, RefusesOtherText) {
  for (const char* bad : {"", "a\n", "a\n1\n", "a\n01\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n", "a\n1\nSBNJ\n",
                          "a\n1\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=", "a\n-1\nSBNJTRN+FjG7owHVrKsrru/b7W5aX94I+k7tBWrGyXs=\n",
                          "a\n1\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n\n"})
    EXPECT_FALSE(parse_checkpoint(bad).has_value()) << bad;
}

}  // namespace
}  // namespace ritrovo
