#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace ritrovo {

/// A folder's secret for keyed hashes, 32 bytes: made with the folder, kept in its vault, never stored beside what it hides.
struct DigestKey {
  static constexpr std::size_t kBytes = 32;
  std::array<std::uint8_t, kBytes> bytes{};
};

/// Sixteen bytes that stand for a text without telling it to who lacks the key.
using KeyedHash = std::array<std::uint8_t, 16>;

/// HMAC-SHA-256 (RFC 2104, FIPS 198-1) of the parts one after another, cut to its first 16 bytes (RFC 4868's HMAC-SHA-256-128).
/// Runs on: any thread.
[[nodiscard]] KeyedHash keyed_hash(const DigestKey& key, std::initializer_list<std::string_view> parts);
[[nodiscard]] KeyedHash keyed_hash(const DigestKey& key, std::string_view bytes);

}  // namespace ritrovo
