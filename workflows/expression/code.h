#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workflows/expression/expression.h"
#include "workflows/expression/matcher.h"
#include "workflows/expression/syntax.h"

namespace ritrovo::expression {

/// A checked expression: the tree with its names resolved, and all that an evaluation needs, copied out of the environment.
struct Code {
  std::string source;
  Syntax syntax;  ///< only evaluated ops; a kVariable's `name` is its type's place in `types`, and the `operand` of a kSelect with `flag` likewise
  Type result = Kind::kDyn;
  std::vector<Type> types;  ///< of variables and of the fields that are selected from objects
  std::vector<HostFunction> host_functions;
  std::vector<Matcher> patterns;  ///< a kMatches call with `flag` has its pattern at `operand`
  std::vector<std::uint32_t> reads;
  std::uint32_t slots = 0;  ///< variables of macros alive at once
  bool tainted = false;
};

/// Resolves names and types of a tree that parsed without going too deep. Appends all problems found to `problems`; without any, the
/// code can be evaluated.
[[nodiscard]] Code check(Syntax syntax, const Environment& environment, const Type& expected, Checking checking,
                         std::vector<Problem>& problems);

/// Evaluates checked code; see Program::evaluate. `lasting`: nullptr where nobody asks.
[[nodiscard]] Value evaluate(const Code& code, const Activation& activation, const Host& host, Lasting* lasting = nullptr);

}  // namespace ritrovo::expression
