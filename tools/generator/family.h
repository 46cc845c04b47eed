#pragma once

#include <cstdint>
#include <vector>

#include "tools/generator/generator.h"
#include "tools/generator/script.h"

namespace ritrovo::generator {

/// The whole life of one family's case from its first visit on `start`, as lines in no particular order; what lies after `options.to` is left out.
[[nodiscard]] std::vector<Planned> live(const Options& options, std::uint32_t family, Day start);

}  // namespace ritrovo::generator
