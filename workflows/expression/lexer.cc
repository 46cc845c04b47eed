#include "workflows/expression/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace ritrovo::expression {

namespace {

constexpr std::array<std::string_view, 17> kReservedWords = {"as",        "break",  "const",  "continue", "else", "for",
                                                             "function",  "if",     "import", "let",      "loop", "package",
                                                             "namespace", "return", "var",    "void",     "while"};
constexpr std::array<std::string_view, 6> kLongSymbols = {"==", "!=", "<=", ">=", "&&", "||"};
constexpr std::string_view kShortSymbols = "<>+-*/%!?:.,()[]{}";

/// A sign that is none of CEL's, and the one that is meant.
struct Meant {
  char written;
  std::string_view symbol, remedy;
};
constexpr std::array<Meant, 3> kMeant = {{{'=', "==", "write == to compare"}, {'&', "&&", "write && for and"}, {'|', "||", "write || for or"}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
unsigned hex_value(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Tokens run() {
    while (true) {
      skip_space();
      if (at_ >= source_.size()) break;
      next_token();
    }
    Token end;
    end.offset = source_.size();
    out_.tokens.push_back(end);
    return std::move(out_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }

  void problem(std::size_t offset, std::string message, std::string hint = {}) {
    out_.problems.push_back(Problem{offset, 1, 1, std::move(message), std::move(hint)});
  }

  Token& push(TokenKind kind, std::size_t begin) {
    Token token;
    token.kind = kind;
    token.offset = begin;
    token.text = source_.substr(begin, at_ - begin);
    out_.tokens.push_back(std::move(token));
    return out_.tokens.back();
  }

  void skip_space() {
    while (at_ < source_.size()) {
      char c = source_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        ++at_;
      } else if (c == '/' && peek(1) == '/') {
        while (at_ < source_.size() && source_[at_] != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  void next_token() {
    if (text_literal()) return;
    std::size_t begin = at_;
    char c = source_[at_];
    if (is_letter(c)) return word();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == '`') return escaped_name();
    for (std::string_view symbol : kLongSymbols) {
      if (source_.substr(at_, 2) == symbol) {
        at_ += 2;
        push(TokenKind::kSymbol, begin);
        return;
      }
    }
    if (kShortSymbols.find(c) != std::string_view::npos) {
      ++at_;
      push(TokenKind::kSymbol, begin);
      return;
    }
    unexpected_character();
  }

  void unexpected_character() {
    std::size_t begin = at_;
    char c = source_[at_++];
    while (at_ < source_.size() && (static_cast<unsigned char>(source_[at_]) & 0xC0) == 0x80) ++at_;  // the rest of one code point
    if (typographic_text(begin)) return;
    std::string hint;
    std::string_view meant;
    for (const auto& [written, symbol, remedy] : kMeant) {
      if (c != written) continue;
      hint = remedy;
      meant = symbol;
    }
    // What is meant stands in its place, so that what follows isn't reported as well.
    if (!meant.empty()) push(TokenKind::kSymbol, begin).text = meant;
    bool printable = static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F;
    problem(begin, printable ? "unexpected character '" + std::string(1, c) + "'" : "unexpected character", hint);
  }

  // A text in typographic quotes, as a word processor makes them: reported once, and read as what it is meant to be.
  bool typographic_text(std::size_t begin) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kQuotes = {
        {{"\u201C", "\u201D"}, {"\u2018", "\u2019"}, {"\u00AB", "\u00BB"}, {"\u201E", "\u201C"}, {"\u201D", "\u201D"}}};
    for (const auto& [opening, closing] : kQuotes) {
      if (!source_.substr(begin).starts_with(opening)) continue;
      const std::size_t first = begin + opening.size();
      const std::size_t last = std::min(source_.find(closing, first), source_.size());
      at_ = std::min(last + closing.size(), source_.size());
      problem(begin, "unexpected character", "write plain quotes, ' or \"");
      push(TokenKind::kLiteral, begin).literal = Value::text(std::string(source_.substr(first, last - first)));
      return true;
    }
    return false;
  }

  void word() {
    std::size_t begin = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    std::string_view text = source_.substr(begin, at_ - begin);
    if (text == "true" || text == "false") {
      push(TokenKind::kLiteral, begin).literal = Value::boolean(text == "true");
    } else if (text == "null") {
      push(TokenKind::kLiteral, begin).literal = Value::null();
    } else if (text == "in") {
      push(TokenKind::kSymbol, begin);
    } else {
      bool reserved = std::find(kReservedWords.begin(), kReservedWords.end(), text) != kReservedWords.end();
      push(reserved ? TokenKind::kReserved : TokenKind::kIdentifier, begin);
    }
  }

  void escaped_name() {
    std::size_t begin = at_++;
    while (at_ < source_.size() && source_[at_] != '`' && source_[at_] != '\n') ++at_;
    std::string name(source_.substr(begin + 1, at_ - begin - 1));
    if (peek() != '`') return problem(begin, "a field name in backticks isn't closed", "close it with `");
    ++at_;
    push(TokenKind::kEscaped, begin).literal = Value::text(std::move(name));
  }

  void number() {
    std::size_t begin = at_;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      at_ += 2;
      while (is_hex(peek())) ++at_;
      return finish_whole(begin, begin + 2, 16);
    }
    while (is_digit(peek())) ++at_;
    bool floating = false;
    if (peek() == '.' && is_digit(peek(1))) {
      floating = true;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
      floating = true;
      at_ += 1 + sign;
      while (is_digit(peek())) ++at_;
    }
    if (!floating) return finish_whole(begin, begin, 10);
    double value = 0;
    auto read = std::from_chars(source_.data() + begin, source_.data() + at_, value);
    // Too small rounds to zero, too large to infinity, as IEEE 754 has it; from_chars tells neither apart but leaves `value` alone.
    if (read.ec == std::errc::result_out_of_range) value = std::strtod(std::string(source_.substr(begin, at_ - begin)).c_str(), nullptr);
    if (std::isinf(value)) problem(begin, "the number is too large for a double");
    push(TokenKind::kLiteral, begin).literal = Value::floating(value);
    refuse_glued_letters();
  }

  void finish_whole(std::size_t begin, std::size_t digits, int base) {
    std::uint64_t magnitude = 0;
    auto read = std::from_chars(source_.data() + digits, source_.data() + at_, magnitude, base);
    if (read.ec == std::errc::invalid_argument) problem(begin, "a number needs digits after 0x");
    bool too_large = read.ec == std::errc::result_out_of_range;
    if (peek() == 'u' || peek() == 'U') {
      ++at_;
      if (too_large) problem(begin, "the number is too large for a uint (64 bits)");
      push(TokenKind::kLiteral, begin).literal = Value::unsigned_integer(magnitude);
    } else {
      Token& token = push(TokenKind::kWhole, begin);
      token.magnitude = magnitude;
      token.too_large = too_large;
    }
    refuse_glued_letters();
  }

  void refuse_glued_letters() {
    if (!is_letter(peek()) && !is_digit(peek())) return;
    problem(at_, "a letter follows a number without a space", "write an operator or a space between them");
    while (is_letter(peek()) || is_digit(peek())) ++at_;
  }

  // Texts: optional r and b in either order, one or three quotes. Returns whether one begins here.
  bool text_literal() {
    std::size_t prefix = 0;
    bool raw = false;
    bool bytes = false;
    while (prefix < 2) {
      char c = peek(prefix) | 0x20;
      if (c == 'r' && !raw) {
        raw = true;
      } else if (c == 'b' && !bytes) {
        bytes = true;
      } else {
        break;
      }
      ++prefix;
    }
    char quote = peek(prefix);
    if (quote != '"' && quote != '\'') return false;
    std::size_t begin = at_;
    at_ += prefix;
    bool triple = peek(1) == quote && peek(2) == quote;
    at_ += triple ? 3 : 1;
    std::string value = text_body(begin, quote, triple, raw, bytes);
    push(TokenKind::kLiteral, begin).literal = bytes ? Value::bytes(std::move(value)) : Value::text(std::move(value));
    return true;
  }

  std::string text_body(std::size_t begin, char quote, bool triple, bool raw, bool bytes) {
    std::string value;
    while (at_ < source_.size()) {
      char c = source_[at_];
      if (c == quote && (!triple || (peek(1) == quote && peek(2) == quote))) {
        at_ += triple ? 3 : 1;
        return value;
      }
      if (!triple && (c == '\n' || c == '\r')) break;
      if (c == '\\' && !raw) {
        escape(value, bytes);
      } else {
        value += c;
        ++at_;
      }
    }
    problem(begin, "a text isn't closed",
            triple ? "close it with three quotes" : "close it with the quote that opened it; a text over several lines takes three quotes");
    return value;
  }

  void escape(std::string& value, bool bytes) {
    std::size_t begin = at_++;
    char c = peek();
    if (at_ < source_.size()) ++at_;
    constexpr std::string_view kNames = "abfnrtv\\?\"'`";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\?\"'`";
    if (auto simple = kNames.find(c); c != '\0' && simple != std::string_view::npos) {
      value += kMeanings[simple];
      return;
    }
    std::optional<std::uint32_t> code;
    if (c == 'x' || c == 'X') code = digits(2, 16);
    if (c == 'u' && !bytes) code = digits(4, 16);
    if (c == 'U' && !bytes) code = digits(8, 16);
    if (c >= '0' && c <= '3') {
      --at_;
      code = digits(3, 8);
    }
    if (!code)
      return problem(begin, "not an escape sequence",
                     bytes ? "in bytes: \\n \\t \\\\ \\\" \\xHH \\ooo"
                           : "write \\n \\t \\\\ \\\" \\xHH \\uHHHH \\UHHHHHHHH \\ooo, or r\"…\" for a raw text");
    if (bytes) {
      value += static_cast<char>(*code);
    } else if (*code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF)) {
      problem(begin, "not a Unicode code point");
    } else {
      append_utf8(value, *code);
    }
  }

  std::optional<std::uint32_t> digits(int count, unsigned base) {
    std::uint32_t code = 0;
    for (int i = 0; i < count; ++i) {
      char c = peek(static_cast<std::size_t>(i));
      if (!is_hex(c) || hex_value(c) >= base) return std::nullopt;
      code = code * base + hex_value(c);
    }
    at_ += static_cast<std::size_t>(count);
    return code;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  Tokens out_;
};

}  // namespace

Tokens tokenize(std::string_view source) { return Lexer(source).run(); }

}  // namespace ritrovo::expression
