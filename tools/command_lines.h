#pragma once

#include <cstdint>

#include "engine/record/command_json.h"
#include "tools/line_reader.h"
#include "tools/submission.h"

namespace ritrovo::tools {

/// Sends what a line says, or has its place in the order of answers taken by what is wrong with it. Blank lines get no answer. `number`: the
/// line's, for its answer.
void offer_line(Submission& submission, const LineReader::Line& line, std::uint64_t number, const ParseContext& context);

}  // namespace ritrovo::tools
