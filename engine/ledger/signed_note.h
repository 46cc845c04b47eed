#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/digest/hash256.h"
#include "engine/ledger/frontier.h"

/// Signed notes, checkpoints and cosignatures, as C2SP's signed-note, tlog-checkpoint and tlog-cosignature have them, with Ed25519 (RFC 8032).
namespace ritrovo {

/// What a key signs: the byte before the public key, in a verifier's key and in what its hash is made of.
enum class SignatureKind : std::uint8_t {
  kNote = 1,         ///< a note's text: whoever says it
  kCosignature = 4,  ///< a checkpoint and the moment at which a witness saw that it extends all that it saw before
};

/// A verifier's key: name, key id, kind and public key; printed `<name>+<hash>+<base64>`.
class NoteVerifier {
 public:
  /// Reads the printed form; kMalformed otherwise, and where the hash isn't that of name and key.
  [[nodiscard]] static Result<NoteVerifier> parse(std::string_view text);
  [[nodiscard]] std::string printed() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] SignatureKind kind() const { return kind_; }
  /// The first four bytes of SHA-256(name ‖ "\n" ‖ kind ‖ public key), big-endian.
  [[nodiscard]] std::uint32_t key_hash() const;
  bool operator==(const NoteVerifier&) const = default;

 private:
  friend class NoteSigner;
  friend Result<std::string> verified_text(std::string_view note, const NoteVerifier& verifier);
  std::string name_;
  SignatureKind kind_ = SignatureKind::kNote;
  std::array<std::uint8_t, 32> public_key_{};
};

/// A signer's key. Holds a secret; wiped when it goes.
class NoteSigner {
 public:
  /// From 32 secret bytes. kMalformed where the name is empty or holds spaces or plus signs.
  [[nodiscard]] static Result<NoteSigner> from_seed(std::string name, const std::array<std::uint8_t, 32>& seed,
                                                    SignatureKind kind = SignatureKind::kNote);
  NoteSigner(const NoteSigner&) = delete;
  NoteSigner& operator=(const NoteSigner&) = delete;
  NoteSigner(NoteSigner&& other) noexcept;
  NoteSigner& operator=(NoteSigner&& other) noexcept;
  ~NoteSigner();
  [[nodiscard]] const NoteVerifier& verifier() const { return verifier_; }
  /// The note: text, an empty line, and a signature line. kMalformed where the text doesn't end in a line end or holds control characters.
  /// Requires: a key of kind kNote.
  [[nodiscard]] Result<std::string> sign(std::string_view text) const;
  /// A witness's signature line, with its line end, for a note's text at `unix_seconds` (0 or more) since 1970-01-01. kMalformed as for `sign`.
  /// Requires: a key of kind kCosignature; that the witness saw the checkpoint extend the last one it signed.
  [[nodiscard]] Result<std::string> cosign(std::string_view text, std::uint64_t unix_seconds) const;

 private:
  NoteSigner() = default;
  [[nodiscard]] std::string line(std::string_view message, std::string_view before) const;
  NoteVerifier verifier_;
  std::array<std::uint8_t, 64> secret_{};
};

/// Reads keys, one printed form a line; empty lines are passed over. kMalformed names the line, and where there is none.
[[nodiscard]] Result<std::vector<NoteVerifier>> parse_note_keys(std::string_view text);

/// The text of a note that bears a good signature by `verifier`; other signatures are passed over. kMalformed: not a note. kCorrupt: a
/// signature by that key that doesn't verify. kNotFound: none by that key.
[[nodiscard]] Result<std::string> verified_text(std::string_view note, const NoteVerifier& verifier);
/// The same by any of the keys, of which a key's owner has several in a row over the years. kCorrupt: a signature by one of them doesn't verify.
/// kNotFound: none by any of them.
[[nodiscard]] Result<std::string> verified_text(std::string_view note, std::span<const NoteVerifier> verifiers);

/// What a checkpoint says.
struct Checkpoint {
  std::string origin;  ///< the log's name: tenant, folder, partition
  TreeSize size;
  Hash256 root;
  std::vector<std::string> extensions;  ///< further lines, not empty
  bool operator==(const Checkpoint&) const = default;
};

/// Origin, size, root in base64 and extensions, a line each. Requires: no line is empty or holds a line end.
[[nodiscard]] std::string checkpoint_text(const Checkpoint& checkpoint);
/// Reads what `checkpoint_text` wrote; kMalformed otherwise.
[[nodiscard]] Result<Checkpoint> parse_checkpoint(std::string_view text);

}  // namespace ritrovo
