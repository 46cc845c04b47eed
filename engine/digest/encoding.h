#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace ritrovo {

/// Writes bytes as lower-case hex digits.
[[nodiscard]] std::string to_hex(std::string_view bytes);
/// Reads hex digits of either case; kMalformed for an odd count or any other character.
[[nodiscard]] Result<std::string> from_hex(std::string_view text);
/// Writes bytes in base64 with padding, without line breaks (RFC 4648, section 4).
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Reads what `to_base64` writes and nothing else: kMalformed for line breaks, missing padding or stray bits, so that no two texts stand
/// for the same bytes.
[[nodiscard]] Result<std::string> from_base64(std::string_view text);

}  // namespace ritrovo
