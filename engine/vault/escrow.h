#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/vault/sealing.h"

/// A master key, left with somebody else: sealed for a public key whose secret half they alone hold (libsodium's sealed boxes: X25519 and
/// XSalsa20-Poly1305, the sender unnamed).
namespace ritrovo {

/// Makes the secret half and writes its file, as create_master_key does; returns the public half in base64. kExists if the file is there.
[[nodiscard]] Result<std::string> create_escrow_key(const std::filesystem::path& file);
/// A text to be handed over: one line, `ritrovo-escrow 1` and base64. kMalformed: `public_key` isn't one.
[[nodiscard]] Result<std::string> seal_for_escrow(const SecretKey& master, std::string_view public_key);
/// Opens what `seal_for_escrow` made, with the secret half. kMalformed: not such a text. kWrongFolder: it was sealed for another key.
[[nodiscard]] Result<SecretKey> open_escrow(std::string_view text, const std::filesystem::path& secret_file);

}  // namespace ritrovo
