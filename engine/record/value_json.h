#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "engine/record/json_reader.h"
#include "engine/record/value.h"

namespace ritrovo {

/// A value as JSON on one line, members in the order of their names. Decimals, days and instants are strings.
[[nodiscard]] std::string to_json(const Value& value);
[[nodiscard]] std::string to_json(const Values& values);

/// Reads JSON as `read_json` does, within kCommandBytesMax and kCommandNestingMax; or all its problems.
[[nodiscard]] tl::expected<Value, std::vector<Problem>> value_from_json(std::string_view text);

}  // namespace ritrovo
