#include "engine/digest/hmac.h"

#include <string>

#include "engine/digest/sha256.h"

namespace ritrovo {
namespace {
constexpr std::size_t kBlockBytes = 64;
}  // namespace

Hash256 hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  std::string block(key.size() > kBlockBytes ? std::string(sha256(key).view()) : std::string(key));
  block.resize(kBlockBytes, '\0');
  std::string inner_pad = block;
  std::string outer_pad = block;
  for (char& c : inner_pad) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer_pad) c = static_cast<char>(c ^ 0x5C);
  Sha256 inner;
  inner.add(inner_pad);
  for (const std::string_view part : parts) inner.add(part);
  return sha256({outer_pad, inner.finish().view()});
}

}  // namespace ritrovo
