#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace ritrovo {

/// The 32 bytes of a SHA-256: of a record, of a tree, of a definition. Printed as 64 lower-case hex digits.
struct Hash256 {
  static constexpr std::size_t kBytes = 32;
  std::array<std::uint8_t, kBytes> bytes{};

  /// The bytes themselves; valid as long as the hash is.
  [[nodiscard]] std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  [[nodiscard]] std::string hex() const;
  /// Reads what `hex` wrote, in either letter case; kMalformed otherwise.
  [[nodiscard]] static Result<Hash256> parse(std::string_view hex);
  /// Takes 32 raw bytes; kMalformed for any other length.
  [[nodiscard]] static Result<Hash256> from_bytes(std::string_view raw);
  auto operator<=>(const Hash256&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Hash256& hash) { return out << hash.hex(); }

}  // namespace ritrovo
