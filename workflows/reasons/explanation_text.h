#pragma once

#include <string>
#include <vector>

#include "workflows/reading/wording.h"
#include "workflows/reasons/explanation.h"

namespace ritrovo::reasons {

/// A line of text, how far it stands in, and how far what doesn't fit goes on beneath it.
struct TextLine {
  std::size_t indent = 0;
  std::size_t hanging = 0;
  std::string text;
  bool breaks = true;  ///< false: quoted as it is written
};

/// An explanation for a reader, from the standing down to what persons told.
[[nodiscard]] std::vector<TextLine> text_of(const Explanation& explanation, reading::Language language);

}  // namespace ritrovo::reasons
