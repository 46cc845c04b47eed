#include "engine/ledger/signed_note.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/digest/encoding.h"
#include "engine/digest/sha256.h"

namespace ritrovo {

namespace {

constexpr std::string_view kSignatureStart = "\xE2\x80\x94 ";  // an em dash and a space
constexpr std::size_t kNoteBytesMax = 1024 * 1024;

static_assert(crypto_sign_PUBLICKEYBYTES == 32 && crypto_sign_SECRETKEYBYTES == 64 && crypto_sign_SEEDBYTES == 32);

std::string_view bytes_of(const auto& array) { return {reinterpret_cast<const char*>(array.data()), array.size()}; }
const unsigned char* unsigned_bytes(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

bool good_name(std::string_view name) {
  return !name.empty() && std::none_of(name.begin(), name.end(),
                                       [](char c) { return c == '+' || c == ' ' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool good_text(std::string_view text) {
  return text.ends_with('\n') && text.size() <= kNoteBytesMax &&
         std::none_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; });
}

std::string hash_bytes(std::uint32_t hash) {
  std::string bytes;
  put_be(bytes, hash);
  return bytes;
}

std::string kind_byte(SignatureKind kind) { return std::string(1, static_cast<char>(kind)); }

/// What a witness signs: when it saw the text.
std::string cosigned(std::string_view text, std::uint64_t unix_seconds) {
  return "cosignature/v1\ntime " + std::to_string(unix_seconds) + "\n" + std::string(text);
}

struct SignatureLine {
  std::string_view name;
  std::string raw;  // key hash and signature
};

Result<SignatureLine> parse_signature_line(std::string_view line) {
  const auto malformed = [] { return failure(ErrorCode::kMalformed, "a note's signature line isn't \"\u2014 name base64\""); };
  if (!line.starts_with(kSignatureStart)) return malformed();
  line.remove_prefix(kSignatureStart.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !good_name(line.substr(0, space))) return malformed();
  Result<std::string> raw = from_base64(line.substr(space + 1));
  if (!raw || raw->size() < sizeof(std::uint32_t)) return malformed();
  return SignatureLine{line.substr(0, space), std::move(*raw)};
}

}  // namespace

std::uint32_t NoteVerifier::key_hash() const {
  return get_be<std::uint32_t>(sha256({name_, "\n", kind_byte(kind_), bytes_of(public_key_)}).view());
}

std::string NoteVerifier::printed() const {
  return name_ + "+" + to_hex(hash_bytes(key_hash())) + "+" + to_base64(kind_byte(kind_) + std::string(bytes_of(public_key_)));
}

Result<NoteVerifier> NoteVerifier::parse(std::string_view text) {
  const auto malformed = [](std::string_view what) {
    return failure(ErrorCode::kMalformed, "a verifier's key reads \"name+hash+base64\": " + std::string(what));
  };
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return malformed("two plus signs are missing");
  NoteVerifier verifier;
  verifier.name_ = text.substr(0, first);
  if (!good_name(verifier.name_)) return malformed("the name is empty or holds spaces");
  const Result<std::string> key = from_base64(text.substr(second + 1));
  if (!key || key->size() != 1 + verifier.public_key_.size()) return malformed("the key isn't one of Ed25519");
  verifier.kind_ = static_cast<SignatureKind>(key->front());
  if (verifier.kind_ != SignatureKind::kNote && verifier.kind_ != SignatureKind::kCosignature) return malformed("the key isn't one of Ed25519");
  std::transform(key->begin() + 1, key->end(), verifier.public_key_.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  if (to_hex(hash_bytes(verifier.key_hash())) != text.substr(first + 1, second - first - 1))
    return malformed("the hash isn't that of name and key");
  return verifier;
}

Result<NoteSigner> NoteSigner::from_seed(std::string name, const std::array<std::uint8_t, 32>& seed, SignatureKind kind) {
  if (!good_name(name)) return failure(ErrorCode::kMalformed, "a signer's name is neither empty nor holds spaces or plus signs");
  RITROVO_ASSERT(sodium_init() >= 0);
  NoteSigner signer;
  signer.verifier_.name_ = std::move(name);
  signer.verifier_.kind_ = kind;
  RITROVO_ASSERT(crypto_sign_seed_keypair(signer.verifier_.public_key_.data(), signer.secret_.data(), seed.data()) == 0);
  return signer;
}

NoteSigner::NoteSigner(NoteSigner&& other) noexcept : verifier_(std::move(other.verifier_)), secret_(other.secret_) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}

NoteSigner& NoteSigner::operator=(NoteSigner&& other) noexcept {
  if (this == &other) return *this;
  verifier_ = std::move(other.verifier_);
  secret_ = other.secret_;
  sodium_memzero(other.secret_.data(), other.secret_.size());
  return *this;
}

NoteSigner::~NoteSigner() { sodium_memzero(secret_.data(), secret_.size()); }

Result<std::string> NoteSigner::sign(std::string_view text) const {
  if (!good_text(text)) return failure(ErrorCode::kMalformed, "a note's text ends with a line end and holds no control characters");
  RITROVO_ASSERT(verifier_.kind() == SignatureKind::kNote);
  return std::string(text) + "\n" + line(text, {});
}

Result<std::string> NoteSigner::cosign(std::string_view text, std::uint64_t unix_seconds) const {
  if (!good_text(text)) return failure(ErrorCode::kMalformed, "a note's text ends with a line end and holds no control characters");
  RITROVO_ASSERT(verifier_.kind() == SignatureKind::kCosignature);
  std::string time;
  put_be(time, unix_seconds);
  return line(cosigned(text, unix_seconds), time);
}

/// The signature line for a message; `before` stands between the key's hash and the signature.
std::string NoteSigner::line(std::string_view message, std::string_view before) const {
  std::array<std::uint8_t, crypto_sign_BYTES> signature{};
  RITROVO_ASSERT(crypto_sign_detached(signature.data(), nullptr, unsigned_bytes(message), message.size(), secret_.data()) == 0);
  const std::string raw = hash_bytes(verifier_.key_hash()) + std::string(before) + std::string(bytes_of(signature));
  return std::string(kSignatureStart) + verifier_.name() + " " + to_base64(raw) + "\n";
}

Result<std::vector<NoteVerifier>> parse_note_keys(std::string_view text) {
  std::vector<NoteVerifier> keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) continue;
    Result<NoteVerifier> key = NoteVerifier::parse(line);
    if (!key) return failure(key.error().code, "line " + std::to_string(number) + ": " + key.error().message);
    keys.push_back(std::move(*key));
  }
  if (keys.empty()) return failure(ErrorCode::kMalformed, "it holds no key");
  return keys;
}

Result<std::string> verified_text(std::string_view note, const NoteVerifier& verifier) {
  const std::size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos || !good_text(note) || blank + 2 == note.size())
    return failure(ErrorCode::kMalformed, "a note is text, an empty line, and signature lines");
  const std::string_view text = note.substr(0, blank + 1);
  RITROVO_ASSERT(sodium_init() >= 0);
  const std::string wanted = hash_bytes(verifier.key_hash());
  bool found = false;
  for (std::string_view rest = note.substr(blank + 2); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const Result<SignatureLine> line = parse_signature_line(rest.substr(0, end));
    if (!line) return tl::unexpected(line.error());
    rest.remove_prefix(end + 1);
    if (line->name != verifier.name() || !line->raw.starts_with(wanted)) continue;
    std::string_view signature = std::string_view(line->raw).substr(wanted.size());
    std::string message(text);
    if (verifier.kind() == SignatureKind::kCosignature && signature.size() == sizeof(std::uint64_t) + crypto_sign_BYTES) {
      message = cosigned(text, get_be<std::uint64_t>(signature));
      signature.remove_prefix(sizeof(std::uint64_t));
    }
    const bool good = signature.size() == crypto_sign_BYTES && crypto_sign_verify_detached(unsigned_bytes(signature), unsigned_bytes(message),
                                                                                           message.size(), verifier.public_key_.data()) == 0;
    if (!good) return failure(ErrorCode::kCorrupt, "the note's signature by " + verifier.name() + " doesn't verify");
    found = true;
  }
  if (!found) return failure(ErrorCode::kNotFound, "the note bears no signature by " + verifier.printed());
  return std::string(text);
}

Result<std::string> verified_text(std::string_view note, std::span<const NoteVerifier> verifiers) {
  Result<std::string> text = failure(ErrorCode::kNotFound, "the note bears no signature by any of the keys that are trusted");
  for (const NoteVerifier& verifier : verifiers) {
    Result<std::string> read = verified_text(note, verifier);
    if (!read && read.error().code != ErrorCode::kNotFound) return read;
    if (read) text = std::move(read);
  }
  return text;
}

std::string checkpoint_text(const Checkpoint& checkpoint) {
  std::string text = checkpoint.origin + "\n" + std::to_string(checkpoint.size.value()) + "\n" + to_base64(checkpoint.root.view()) + "\n";
  for (const std::string& line : checkpoint.extensions) {
    RITROVO_ASSERT(!line.empty() && line.find('\n') == std::string::npos);
    text += line + "\n";
  }
  return text;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  const auto malformed = [](std::string_view what) { return failure(ErrorCode::kMalformed, "not a checkpoint: " + std::string(what)); };
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || end == 0) return malformed("every line has text and a line end");
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (lines.size() < 3) return malformed("it has fewer than three lines");
  Checkpoint checkpoint{std::string(lines[0]), TreeSize(0), {}, {lines.begin() + 3, lines.end()}};
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(lines[1].data(), lines[1].data() + lines[1].size(), size);
  if (error != std::errc{} || std::to_string(size) != lines[1]) return malformed("the second line isn't a size");
  checkpoint.size = TreeSize(size);
  const Result<Hash256> root = from_base64(lines[2]).and_then([](const std::string& raw) { return Hash256::from_bytes(raw); });
  if (!root) return malformed("the third line isn't a hash");
  checkpoint.root = *root;
  return checkpoint;
}

}  // namespace ritrovo
