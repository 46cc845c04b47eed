#pragma once

#include <string>
#include <string_view>

namespace ritrovo::tools {

/// Writes a report to a file, whole or not at all; on the standard output where none is named. A Failure names the file.
void write_report(const std::string& file, std::string_view content);

}  // namespace ritrovo::tools
