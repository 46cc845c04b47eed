#pragma once

#include <initializer_list>
#include <string_view>

#include "engine/digest/hash256.h"

namespace ritrovo {

/// HMAC-SHA-256 (RFC 2104, FIPS 198-1) of the parts one after another, under a key of any length: for signatures that others check.
/// Runs on: any thread.
[[nodiscard]] Hash256 hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts);

}  // namespace ritrovo
