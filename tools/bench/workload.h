#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/record/command.h"
#include "tools/generator/generator.h"

namespace ritrovo::bench {

/// How many commands and events a generated family leads to, roughly: to choose how many families make so many.
inline constexpr double kCommandsPerFamily = 42;
inline constexpr double kEventsPerFamily = 205;

/// Generates that many families without faults, from 2019 to 2025, and hands over their commands, parsed, in order of time, in chunks
/// of that size; until `take` returns false.
void generate_families(std::uint32_t families, std::uint64_t seed, std::size_t chunk, const std::function<bool(std::vector<Command>)>& take);

/// A command that opens a case, and of which family it is.
struct GeneratedOpening {
  Command command;
  generator::Opening truth;
};
/// The openings alone of that many generated families, of which that share is met twice, in order of time.
void generate_openings(std::uint32_t families, std::uint64_t seed, double doubles, const std::function<void(GeneratedOpening)>& take);

/// Makes cases in numbers: households as the generator makes them, each opened again and again under other keys, all on one day.
class ManyCases {
 public:
  explicit ManyCases(std::uint64_t seed);
  /// The command that opens case number `number`.
  [[nodiscard]] Command opening(std::uint64_t number) const;
  [[nodiscard]] CaseId case_of(std::uint64_t number) const;
  /// Reports the income of that case, the `time`-th time: another amount each time.
  [[nodiscard]] Command income(std::uint64_t number, std::uint32_t time) const;

 private:
  std::vector<Command> households_;
};

/// A command of a caseworker on a case, on the day of ManyCases, under that key.
[[nodiscard]] Command caseworker_command(CaseId case_id, std::string key, std::string verb);

}  // namespace ritrovo::bench
