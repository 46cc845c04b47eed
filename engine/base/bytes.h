#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

/// Fixed-width integers in big-endian order, as all keys and envelopes on disk have them: sorted bytes are then sorted numbers.
namespace ritrovo {

/// Appends `value` to `out`, the most significant byte first: sizeof(T) bytes.
template <class T>
  requires std::is_unsigned_v<T>
void put_be(std::string& out, T value) {
  char bytes[sizeof(T)];
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[i] = static_cast<char>(static_cast<unsigned char>(static_cast<std::uint64_t>(value) >> (8 * (sizeof(T) - 1 - i))));
  out.append(bytes, sizeof(T));
}

/// Overwrites sizeof(T) bytes at `offset`. Requires: `offset + sizeof(T) <= out.size()`.
template <class T>
  requires std::is_unsigned_v<T>
void put_be_at(std::string& out, std::size_t offset, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out[offset + i] = static_cast<char>(static_cast<unsigned char>(static_cast<std::uint64_t>(value) >> (8 * (sizeof(T) - 1 - i))));
}

/// Reads sizeof(T) bytes at `offset`. Requires: `offset + sizeof(T) <= bytes.size()`; the caller has checked the length.
template <class T>
  requires std::is_unsigned_v<T>
[[nodiscard]] T get_be(std::string_view bytes, std::size_t offset = 0) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return static_cast<T>(value);
}

}  // namespace ritrovo
