#pragma once

#include <string>
#include <vector>

#include "tools/context.h"

namespace ritrovo::tools {

/// Runs one subcommand: `words` are those after the program's name, `context` the defaults. Prints on stdout and stderr, throws nothing, and
/// returns what the program exits with. With `context.served`, over that folder; where another process serves the folder, there.
[[nodiscard]] ExitCode run_program(Context context, const std::vector<std::string>& words);

}  // namespace ritrovo::tools
