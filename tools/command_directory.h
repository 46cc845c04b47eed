#pragma once

#include "tools/context.h"

namespace ritrovo::tools {

/// `directory search`, `directory candidates`.
void add_directory(CLI::App& app, Context& context);

}  // namespace ritrovo::tools
