#include "engine/digest/encoding.h"

#include <openssl/evp.h>

#include <algorithm>

namespace ritrovo {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

const unsigned char* unsigned_bytes(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15U]);
  }
  return out;
}

Result<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return failure(ErrorCode::kMalformed, "an odd number of hex digits");
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return failure(ErrorCode::kMalformed, "not a hex digit at character " + std::to_string(high < 0 ? i : i + 1));
    out.push_back(static_cast<char>(high << 4 | low));
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  // EVP_EncodeBlock writes a final NUL besides the text.
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), unsigned_bytes(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(written));
  return out;
}

Result<std::string> from_base64(std::string_view text) {
  const auto malformed = [] { return failure(ErrorCode::kMalformed, "not base64 with padding, as RFC 4648 has it"); };
  if (text.size() % 4 != 0) return malformed();
  std::string out(text.size() / 4 * 3, '\0');
  const int read = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), unsigned_bytes(text), static_cast<int>(text.size()));
  if (read < 0) return malformed();
  const auto padding = static_cast<std::size_t>(std::count(text.begin(), text.end(), '='));
  if (padding > 2 || static_cast<std::size_t>(read) < padding) return malformed();
  out.resize(static_cast<std::size_t>(read) - padding);
  // OpenSSL forgives blanks around the text and bits beyond the last byte; writing it again tells.
  if (to_base64(out) != text) return malformed();
  return out;
}

}  // namespace ritrovo
