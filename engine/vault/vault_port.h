#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace ritrovo {

/// What a box is bound to: moved to another case, version or owner, it doesn't open.
struct BoxPlace {
  CaseId case_id;
  Version version;
  PersonId owner;
  bool operator==(const BoxPlace&) const = default;
};

/// The owner's key was destroyed on purpose.
struct KeyErased {};
/// There is no slot for the owner: an alarm, unless the erasure's event says otherwise.
struct KeyMissing {};
/// A box's plaintext, or why there is none.
using OpenedBox = std::variant<std::string, KeyErased, KeyMissing>;

/// Fills the span with random bytes. The simulator gives its own, from a seed.
using RandomBytes = std::function<void(std::span<std::uint8_t>)>;

/// libsodium's generator.
[[nodiscard]] RandomBytes system_random();

/// How far a vault has come: what the log remembers, so that a vault that was cut, set back or exchanged is noticed at the opening.
struct VaultMark {
  std::array<std::uint8_t, 16> vault_id{};  ///< drawn when the vault was made
  std::uint64_t persons = 0;                ///< with a durable slot, erased ones included
  std::uint64_t erased = 0;                 ///< of them, those whose key was destroyed
  bool operator==(const VaultMark&) const = default;
};

/// Persons' keys, and sealing with them. Two implementations: Vault (a folder on disk) and MemoryVault (the simulator).
///
/// A batch's order: `ensure` each owner, `seal`, and before the log's write one `sync`. A key is durable before the first event that needs it;
/// a key without an event, after a crash, does no harm.
/// Concurrency: any thread; calls are serialised inside.
class VaultPort {
 public:
  virtual ~VaultPort() = default;
  /// Makes a key for the owner if there is none; it is durable only after `sync`. kNotFound if the owner's key was erased: nothing is sealed
  /// for them any more.
  [[nodiscard]] virtual Result<void> ensure(PersonId owner) = 0;
  /// Makes every key ensured so far durable; costs nothing when there is none. After a failure the vault refuses everything until reopened.
  [[nodiscard]] virtual Result<void> sync() = 0;
  /// Seals for the owner: nonce (24 bytes) ‖ XChaCha20-Poly1305 ciphertext ‖ tag (16). The same key, place and plaintext give the same bytes.
  /// kNotFound where the owner has no key (`ensure` first) or it was erased.
  [[nodiscard]] virtual Result<std::string> seal(const BoxPlace& place, std::string_view plaintext) const = 0;
  /// Opens what `seal` made for the same place. kCorrupt where the bytes don't verify under the owner's key.
  [[nodiscard]] virtual Result<OpenedBox> open(const BoxPlace& place, std::string_view sealed) const = 0;
  /// Destroys the owner's key, durably before it returns. The owner stays known as erased. kNotFound if they never had one; kUnavailable
  /// where nobody knows whether it was destroyed: as after a failed `sync`, everything is refused until the vault is opened again.
  [[nodiscard]] virtual Result<void> erase(PersonId owner) = 0;
  /// What is durable now.
  [[nodiscard]] virtual VaultMark mark() const = 0;
};

/// Bytes that sealing adds to a plaintext.
inline constexpr std::size_t kSealedOverheadBytes = 24 + 16;

}  // namespace ritrovo
