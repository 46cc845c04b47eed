#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ritrovo::reading {

/// How wide a text is when drawn, in pixels, rounded up: that of DejaVu Sans, bold or not, which is wider than the fonts that stand
/// beside it in the pictures' font list. `size` is the font's, in pixels. Letters beyond ASCII count as wide ones.
[[nodiscard]] int text_width(std::string_view text, int size, bool bold);

/// Breaks a text between words so that each line is at most `width` pixels wide; a longer word is broken within. At most `lines_max` lines:
/// what is left out is shown by "…". Requires: width of at least 40.
[[nodiscard]] std::vector<std::string> broken(std::string_view text, int width, int size, bool bold, std::size_t lines_max);

}  // namespace ritrovo::reading
