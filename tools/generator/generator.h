#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace ritrovo::generator {

/// What to simulate.
struct Options {
  std::uint32_t families = 100;  ///< 1 … 10,000,000
  Day from{std::chrono::year_month_day{std::chrono::year{2019}, std::chrono::month{1}, std::chrono::day{1}}};  ///< first day of a first visit
  Day to{std::chrono::year_month_day{std::chrono::year{2025}, std::chrono::month{12}, std::chrono::day{31}}};  ///< last day of anything
  std::uint64_t seed = 1;
  double faults = 0;             ///< 0: every line is taken; 1: every class of fault of the field, often
  double doubles = 0;            ///< share of families that another service opens a second time, their names written otherwise
};

/// What a line that opens a case has to do with the world: the truth against which a search for doubles is held.
struct Opening {
  std::string key;
  std::string pathway;
  std::uint32_t family = 0;  ///< cases of one number are of one family
  bool again = false;        ///< by another service, which didn't find the first
  bool respelt = false;      ///< at least one name is written otherwise
  bool swapped = false;      ///< day and month of the dates of birth change places, where both can be either
  bool operator==(const Opening&) const = default;
};

/// One line of NDJSON, as any other tool could have sent it, and the class of answer that it must get:
/// `accepted`, `repeated` (the same answer as an earlier line's), `rejected:CODE` or `malformed`.
struct Line {
  Timestamp at;
  std::string json;
  std::string expected;
  std::optional<Opening> opens;
};

/// kMalformed, with a sentence, for options that make no sense.
[[nodiscard]] Result<void> check(const Options& options);

/// Simulates the families and hands over their lines in order of time; stops when `sink` returns false. The same options give the
/// same lines, byte for byte. Memory: the lines of the families that are under way.
/// Requires: check(options).
void generate(const Options& options, const std::function<bool(const Line&)>& sink);

}  // namespace ritrovo::generator
