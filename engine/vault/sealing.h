#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/vault/vault_port.h"

namespace ritrovo {

/// A person's key, or the vault's master key: 32 secret bytes. Whoever holds one wipes it (`wipe`).
struct SecretKey {
  static constexpr std::size_t kBytes = 32;
  std::array<std::uint8_t, kBytes> bytes{};
};

/// Overwrites the key in memory, in a way that the compiler can't leave out.
void wipe(SecretKey& key);
/// The same for a text that was opened, or is about to be sealed; it is empty afterwards.
void wipe(std::string& text);

/// Seals `plaintext` for `place` under the owner's key: nonce ‖ ciphertext ‖ tag, XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) with the
/// place as associated data. The nonce is the first 24 bytes of BLAKE2b, keyed with a subkey, of place ‖ plaintext: the same input gives the
/// same bytes, and two different ones never share a nonce (a synthetic IV, as RFC 5297 has it).
[[nodiscard]] std::string seal_with(const SecretKey& key, const BoxPlace& place, std::string_view plaintext);

/// Opens what `seal_with` made for the same key and place; kCorrupt otherwise.
[[nodiscard]] Result<std::string> open_with(const SecretKey& key, const BoxPlace& place, std::string_view sealed);

}  // namespace ritrovo
