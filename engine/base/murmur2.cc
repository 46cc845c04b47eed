#include "engine/base/murmur2.h"

#include <cstddef>

namespace ritrovo {

namespace {

constexpr std::uint32_t kSeed = 0x9747b28cU;
constexpr std::uint32_t kMultiplier = 0x5bd1e995U;
constexpr int kShift = 24;

std::uint32_t byte_at(std::string_view bytes, std::size_t index) { return static_cast<unsigned char>(bytes[index]); }

}  // namespace

std::int32_t murmur2(std::string_view bytes) {
  const std::size_t length = bytes.size();
  std::uint32_t hash = kSeed ^ static_cast<std::uint32_t>(length);
  const std::size_t whole = length & ~std::size_t{3};
  for (std::size_t i = 0; i < whole; i += 4) {
    std::uint32_t k = byte_at(bytes, i) | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2) << 16 | byte_at(bytes, i + 3) << 24;
    k *= kMultiplier;
    k ^= k >> kShift;
    k *= kMultiplier;
    hash *= kMultiplier;
    hash ^= k;
  }
  const std::size_t rest = length - whole;
  if (rest >= 3) hash ^= byte_at(bytes, whole + 2) << 16;
  if (rest >= 2) hash ^= byte_at(bytes, whole + 1) << 8;
  if (rest >= 1) {
    hash ^= byte_at(bytes, whole);
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  hash ^= hash >> 15;
  return static_cast<std::int32_t>(hash);
}

}  // namespace ritrovo
