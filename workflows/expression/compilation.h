#pragma once

#include <memory>
#include <utility>

#include "workflows/expression/code.h"
#include "workflows/expression/expression.h"

namespace ritrovo::expression {

/// Makes programs, and opens them again: the one place that may. For this room alone.
struct Compilation {
  [[nodiscard]] static Program program(Code code) { return Program(std::make_shared<const Code>(std::move(code))); }
  [[nodiscard]] static const Code& code(const Program& program) { return *program.code_; }
};

}  // namespace ritrovo::expression
