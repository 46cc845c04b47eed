#pragma once

#include <string>
#include <string_view>

/// Pages that stand for themselves: one HTML document without anything from elsewhere, laid out for paper as well as for a screen.
namespace ritrovo::tools {

/// Text as HTML shows it.
[[nodiscard]] std::string escaped(std::string_view text);
/// A document. `language`: a BCP 47 tag; `title`: text; `body`: HTML, which uses the classes day, version and about, and `small`.
[[nodiscard]] std::string html_document(std::string_view language, std::string_view title, std::string_view body, bool right_to_left = false);

}  // namespace ritrovo::tools
