#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "workflows/expression/comparison.h"

namespace ritrovo::expression {

/// A regular expression for `matches`, in the part of RE2's syntax that guards need: literals, `.`, `[a-z]`, `[^…]`, `\d \D \w \W \s \S`,
/// escaped punctuation, `\n \r \t`, `^`, `$`, groups `(…)` and `(?:…)`, `|`, `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`.
/// Not there: flags, back-references, look-around, named classes, `\b`, lazy repetition (which can't change whether a text matches).
///
/// Matching follows every alternative at once (Thompson 1968), so time is at most bytes × instructions: there is no backtracking to
/// blow up. Immutable; safe to share between threads.
class Matcher {
 public:
  /// kMalformed with a sentence that says what is wrong; kOverLimit over 1,000 instructions.
  [[nodiscard]] static Result<Matcher> compile(std::string_view pattern);
  /// Whether the pattern is found anywhere in `text` (UTF-8). Spends steps; false once they are spent.
  [[nodiscard]] bool found_in(std::string_view text, Meter& meter) const;

 private:
  friend class MatcherCompiler;
  enum class Action : std::uint8_t { kSet, kSplit, kJump, kBegin, kEnd, kMatch };
  struct Instruction {
    Action action;
    std::uint32_t first = 0;   ///< kSet: into sets_; kSplit, kJump: the next instruction
    std::uint32_t second = 0;  ///< kSplit: the other one
  };
  using Range = std::pair<std::uint32_t, std::uint32_t>;
  struct Set {
    std::vector<Range> ranges;  ///< code points, both ends included
    bool negated = false;
  };
  struct Threads;
  [[nodiscard]] bool contains(const Set& set, std::uint32_t code) const;
  void follow(Threads& threads, std::uint32_t start, bool at_begin, bool at_end) const;

  std::vector<Instruction> instructions_;
  std::vector<Set> sets_;
};

}  // namespace ritrovo::expression
