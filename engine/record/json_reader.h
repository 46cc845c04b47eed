#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/record/value.h"

namespace ritrovo {

/// One thing wrong with a text that came in: where (a JSON pointer, RFC 6901, "" for the whole; or "line 3, column 7" for a syntax error) and
/// a sentence for whoever mends it. It quotes names and never values, which may be personal.
struct Problem {
  std::string pointer;
  std::string message;
  bool operator==(const Problem&) const = default;
};

/// Bounds on a JSON text.
struct JsonBounds {
  std::size_t bytes_max = 0;
  std::size_t nesting_max = 0;
};

/// A JSON text as a value, or all that is wrong with it (at most 100 problems). Where there are problems, `value` holds what could be read.
struct JsonRead {
  Value value;
  std::vector<Problem> problems;
  bool syntax_error = false;
};

/// Reads JSON (RFC 8259) strictly: valid UTF-8, no comments, no trailing commas, no member twice, names and texts without the zero character and
/// within kNameBytesMax and kTextBytesMax, at most kValueEntriesMax entries in a list or map, numbers only as integers of 64 bits.
[[nodiscard]] JsonRead read_json(std::string_view text, JsonBounds bounds);

/// `pointer` and one more step, with "~" and "/" escaped.
[[nodiscard]] std::string pointer_to(std::string_view pointer, std::string_view step);

}  // namespace ritrovo
