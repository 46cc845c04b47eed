#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workflows/reading/wording.h"

namespace ritrovo::reading {

/// A condition as part of a sentence ("the relative's age on “Entered on” is at least 18"); `source` is a guard of the wording's pathway.
/// Nothing for what has no plain words here (text functions, lists built by hand, maps): quote it as it is written.
[[nodiscard]] std::optional<std::string> condition_in_words(const Wording& words, std::string_view source);

/// The same for an expression that gives a value: an amount, a day.
[[nodiscard]] std::optional<std::string> value_in_words(const Wording& words, std::string_view source);

/// condition_in_words, or the source between backquotes.
[[nodiscard]] std::string condition(const Wording& words, std::string_view source);
/// value_in_words, or the source between backquotes.
[[nodiscard]] std::string value(const Wording& words, std::string_view source);

}  // namespace ritrovo::reading
