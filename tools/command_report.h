#pragma once

#include "tools/context.h"

namespace ritrovo::tools {

/// Adds `ritrovo report`, as the functions of commands.h do.
void add_report(CLI::App& app, Context& context);

}  // namespace ritrovo::tools
