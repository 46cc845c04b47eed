#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/record/command.h"

namespace ritrovo::scenario {

/// A command and the day on which it is given.
struct DatedCommand {
  Day today;
  Command command;
};

/// The words of a line: what stands between spaces; what is quoted ("two words", with \" and \\ inside) or braced keeps its spaces.
/// kMalformed where a quote or brace isn't closed.
[[nodiscard]] Result<std::vector<std::string>> words_of(std::string_view line);

/// Reads "2025-03-01 report application.filed @rel-1 on=2025-02-20 receipt=X as=clerk:u1": the day, the verb, what it is about, and then in any
/// order @PERSON, FIELD=VALUE, ROLE:ALIAS{FIELD=VALUE,…} and on=, as=, step=, occurrence=, of= and reason= (correct, withdraw). A quoted value is text; unquoted, `true`,
/// `false` and whole numbers are what they look like. kMalformed says what is wrong in a sentence.
[[nodiscard]] Result<DatedCommand> read_command(std::string_view line);

/// The line that read_command reads as that command.
[[nodiscard]] std::string line_of(const DatedCommand& dated);

}  // namespace ritrovo::scenario
