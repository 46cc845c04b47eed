#include "engine/base/printable.h"

#include <array>

namespace ritrovo {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};
constexpr std::array<Range, 11> kHidden = {{{0x00, 0x1F}, {0x7F, 0x9F}, {0xAD, 0xAD}, {0x61C, 0x61C}, {0x200B, 0x200F}, {0x2028, 0x202E},
                                            {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xFFFD, 0xFFFD}, {0xE0000, 0xE007F}}};
constexpr char32_t kNoCharacter = 0xFFFD;

bool is_hidden(char32_t code) {
  if (code >= 0x20 && code < 0x7F) return false;
  for (const Range& range : kHidden)
    if (code >= range.first && code <= range.last) return true;
  return false;
}

bool is_joiner(char32_t code) { return code == 0x200C || code == 0x200D; }

/// The code point of a character of that many bytes.
char32_t code_at(std::string_view text, std::size_t bytes) {
  const auto first = static_cast<unsigned char>(text[0]);
  char32_t code = bytes == 1 ? first : first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return code;
}

void put_unit(std::string& out, unsigned unit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (unsigned shift = 16; shift > 0; shift -= 4) out += kDigits[(unit >> (shift - 4)) & 0xFU];
}

void put_escaped(std::string& out, char32_t code) {
  if (code < 0x10000) return put_unit(out, static_cast<unsigned>(code));
  put_unit(out, static_cast<unsigned>(0xD800 + ((code - 0x10000) >> 10U)));
  put_unit(out, static_cast<unsigned>(0xDC00 + ((code - 0x10000) & 0x3FFU)));
}

}  // namespace

std::size_t utf8_bytes(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto tail = [&byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!tail(1) || !tail(2) || (first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3) || (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
    return 4;
  }
  return 0;
}

std::optional<HiddenCharacter> hidden_character(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = utf8_bytes(text.substr(at));
    const char32_t code = bytes == 0 ? kNoCharacter : code_at(text.substr(at), bytes);
    if (code != '\n' && is_hidden(code)) return HiddenCharacter{at, code};
    at += bytes;
  }
  return std::nullopt;
}

std::string code_point_name(char32_t code) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string digits;
  for (; code > 0 || digits.size() < 4; code >>= 4U) digits.insert(digits.begin(), kDigits[code & 0xFU]);
  return "U+" + digits;
}

std::string printable(std::string_view text, bool lines) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = utf8_bytes(text.substr(at));
    const char32_t code = bytes == 0 ? kNoCharacter : code_at(text.substr(at), bytes);
    const bool stays = is_joiner(code) || (lines && (code == '\n' || code == '\t'));
    if (is_hidden(code) && !stays) {
      put_escaped(out, code);
    } else {
      out += text.substr(at, bytes);
    }
    at += bytes == 0 ? 1 : bytes;
  }
  return out;
}

}  // namespace ritrovo
