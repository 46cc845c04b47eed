#pragma once

#include "tools/context.h"

namespace ritrovo::tools {

/// Adds `kafka refill` to the group `kafka`.
void add_kafka_refill(CLI::App& group, Context& context);

}  // namespace ritrovo::tools
