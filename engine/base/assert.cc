#include "engine/base/assert.h"

namespace ritrovo {

void assertion_failed(std::string_view file, int line, std::string_view condition, const std::string& values) {
  std::string what{file};
  what += ':';
  what += std::to_string(line);
  what += ": assertion failed: ";
  what += condition;
  if (!values.empty()) what += " (" + values + ")";
  throw AssertionFailure(what);
}

}  // namespace ritrovo
