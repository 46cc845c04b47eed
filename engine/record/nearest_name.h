#pragma once

#include <span>
#include <string_view>

namespace ritrovo {

/// The name among `known` that `typed` most likely meant: the fewest letters put in, left out or changed, at most a third of them. Empty where
/// none is near; the first of equally near ones.
[[nodiscard]] std::string_view nearest_name(std::string_view typed, std::span<const std::string_view> known);

}  // namespace ritrovo
