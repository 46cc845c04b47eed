#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/expression/type.h"
#include "workflows/expression/value.h"

/// How types stand to each other, as the checker asks. Pure.
namespace ritrovo::expression {

/// Whether values of that kind have an order among themselves.
[[nodiscard]] bool is_ordered(Kind kind);
/// Whether both are numbers that may be compared: a decimal and a double may not.
[[nodiscard]] bool numbers_compare(const Type& a, const Type& b);
/// Whether `==` between them can say something.
[[nodiscard]] bool can_be_equal(const Type& a, const Type& b);
/// Whether `<` between them can say something.
[[nodiscard]] bool can_be_ordered(const Type& a, const Type& b);
/// The type that both fit into, as in a list of the two; nothing where there is none.
[[nodiscard]] std::optional<Type> joined(const Type& a, const Type& b);
/// Whether an argument of that type can be given for a parameter of that kind.
[[nodiscard]] bool fits(Kind parameter, const Type& argument);
/// The kind that a type's name in a guard means.
[[nodiscard]] std::optional<Kind> type_named(std::string_view name);
/// "int, string and date", for a message.
[[nodiscard]] std::string listed(const std::vector<Type>& types);

}  // namespace ritrovo::expression
