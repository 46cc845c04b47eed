#include "engine/digest/hash256.h"

#include <algorithm>

#include "engine/digest/encoding.h"

namespace ritrovo {

std::string Hash256::hex() const { return to_hex(view()); }

Result<Hash256> Hash256::parse(std::string_view hex) {
  return from_hex(hex).and_then([](const std::string& raw) { return from_bytes(raw); });
}

Result<Hash256> Hash256::from_bytes(std::string_view raw) {
  if (raw.size() != kBytes) return failure(ErrorCode::kMalformed, "a SHA-256 has 32 bytes, not " + std::to_string(raw.size()));
  Hash256 hash;
  std::transform(raw.begin(), raw.end(), hash.bytes.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return hash;
}

}  // namespace ritrovo
