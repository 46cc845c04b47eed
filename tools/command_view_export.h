#pragma once

#include "tools/context.h"

namespace ritrovo::tools {

/// Adds `ritrovo view export` to that group.
void add_view_export(CLI::App& group, Context& context);

}  // namespace ritrovo::tools
