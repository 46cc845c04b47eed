#pragma once

#include <cstddef>
#include <string_view>

#include "engine/record/command.h"

namespace ritrovo {

/// Whether `text` can be an alias: a small letter, then small letters, digits and hyphens, at most kAliasBytesMax in all. It is recorded in
/// clear, so it says what somebody is in the case ("rel-1"), never who they are.
[[nodiscard]] bool is_alias(std::string_view text);
/// About what a command takes in memory: its texts and values.
[[nodiscard]] std::size_t memory_bytes(const Command& command);

}  // namespace ritrovo
