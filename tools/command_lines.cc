#include "tools/command_lines.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/limits.h"

namespace ritrovo::tools {

void offer_line(Submission& submission, const LineReader::Line& line, std::uint64_t number, const ParseContext& context) {
  if (line.too_long) {
    submission.offer_malformed(number, {{"", fmt::format("the line is longer than {} bytes (kCommandBytesMax)", limits::kCommandBytesMax)}});
    return;
  }
  if (line.text.find_first_not_of(" \t") == std::string::npos) return;
  tl::expected<Command, std::vector<Problem>> command = parse_command(line.text, context);
  if (command) {
    submission.offer(number, std::move(*command));
  } else {
    for (Problem& problem : command.error())
      if (problem.pointer.starts_with("line 1, ")) problem.pointer = fmt::format("line {}, {}", number, problem.pointer.substr(8));
    submission.offer_malformed(number, std::move(command.error()));
  }
}

}  // namespace ritrovo::tools
