#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "workflows/expression/syntax.h"

namespace ritrovo::expression {

/// How a function is written.
enum class Form : std::uint8_t { kOperator, kCall, kMember };

/// One overload. In `parameters`, kList and kMap stand for any element, kDyn for any type; objects count as maps.
struct Signature {
  Function function;
  std::string_view name;
  Form form;
  std::array<Kind, 3> parameters;  ///< a member's receiver is the first
  std::uint8_t count;
  Kind result;
};

/// Every overload of every function and operator; those of one function stand together.
[[nodiscard]] std::span<const Signature> signatures();
/// The name of a function: "size", "+".
[[nodiscard]] std::string_view name_of(Function function);

}  // namespace ritrovo::expression
