#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/digest/hash256.h"
#include "engine/ledger/frontier.h"

/// Signed notes and checkpoints, as C2SP's signed-note and tlog-checkpoint have them, with Ed25519 (RFC 8032).
namespace ritrovo {

/// A verifier's key: name, key id and public key; printed `<name>+<hash>+<base64>`.
class NoteVerifier {
 public:
  /// Reads the printed form; kMalformed otherwise, and where the hash isn't that of name and key.
  [[nodiscard]] static Result<NoteVerifier> parse(std::string_view text);
  [[nodiscard]] std::string printed() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  /// The first four bytes of SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key), big-endian.
  [[nodiscard]] std::uint32_t key_hash() const;

 private:
  friend class NoteSigner;
  friend Result<std::string> verified_text(std::string_view note, const NoteVerifier& verifier);
  std::string name_;
  std::array<std::uint8_t, 32> public_key_{};
};

/// A signer's key. Holds a secret; wiped when it goes.
class NoteSigner {
 public:
  /// From 32 secret bytes. kMalformed where the name is empty or holds spaces or plus signs.
  [[nodiscard]] static Result<NoteSigner> from_seed(std::string name, const std::array<std::uint8_t, 32>& seed);
  NoteSigner(const NoteSigner&) = delete;
  NoteSigner& operator=(const NoteSigner&) = delete;
  NoteSigner(NoteSigner&& other) noexcept;
  NoteSigner& operator=(NoteSigner&& other) noexcept;
  ~NoteSigner();
  [[nodiscard]] const NoteVerifier& verifier() const { return verifier_; }
  /// The note: text, an empty line, and a signature line. kMalformed where the text doesn't end in a line end or holds control characters.
  [[nodiscard]] Result<std::string> sign(std::string_view text) const;

 private:
  NoteSigner() = default;
  NoteVerifier verifier_;
  std::array<std::uint8_t, 64> secret_{};
};

/// The text of a note that bears a good signature by `verifier`; other signatures are passed over. kMalformed: not a note. kCorrupt: a
/// signature by that key that doesn't verify. kNotFound: none by that key.
[[nodiscard]] Result<std::string> verified_text(std::string_view note, const NoteVerifier& verifier);

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
