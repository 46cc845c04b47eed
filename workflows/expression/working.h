#pragma once

#include <string>
#include <vector>

#include "workflows/expression/expression.h"

namespace ritrovo::expression {

/// A part of an expression with its values put in, and what it comes to.
struct Worked {
  std::string text;  ///< "6947.33 × (1 + 0.5 × 1 + 1)", "7 ≥ 3 + 3"
  Value result;
};

/// How an expression comes to its result: each comparison of a condition by itself, in the order in which they are written, or the one sum
/// of a value. Names, ages, counts and parameters are put in as values; of `?:` the branch that was taken is told. What is only a value by
/// itself is left out: the caller tells what the expression read. Unknown values are written "?", failed ones "!".
/// Runs on: any thread; touches only its arguments.
[[nodiscard]] std::vector<Worked> workings(const Program& program, const Activation& activation, const Host& host);

}  // namespace ritrovo::expression
