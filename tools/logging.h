#pragma once

#include <string>

namespace ritrovo::tools {

/// Sends the process's log to stderr, one JSON object a line: time, level, message. $RITROVO_LOG is the least level that is shown
/// (trace … critical, off); "warning" unless set.
void log_as_json_lines();

}  // namespace ritrovo::tools
