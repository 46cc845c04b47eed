#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/expression/expression.h"

namespace ritrovo::expression {

/// What a token is. Operators and brackets are kSymbol; their text tells them apart.
enum class TokenKind : std::uint8_t {
  kEnd,
  kIdentifier,
  kReserved,  ///< a word that CEL keeps for itself: `for`, `if`, …
  kEscaped,   ///< a field name in backticks; `literal` holds its text
  kWhole,     ///< an int without its sign: `magnitude`
  kLiteral,   ///< any other literal: `literal`
  kSymbol,
};

/// A piece of the source.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t offset = 0;
  std::string_view text;
  std::uint64_t magnitude = 0;
  bool too_large = false;  ///< a kWhole over 64 bits
  Value literal;
};

/// What the lexer found: tokens (the last one is kEnd) and what it had to skip.
struct Tokens {
  std::vector<Token> tokens;
  std::vector<Problem> problems;
};

/// Cuts `source` into CEL's tokens; comments and white space are dropped. What is no token becomes a problem and is skipped.
/// Problems have offset, message and hint; line and column are left to the caller. The tokens point into `source`.
[[nodiscard]] Tokens tokenize(std::string_view source);

}  // namespace ritrovo::expression
