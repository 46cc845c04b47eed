#pragma once

#include <span>
#include <string_view>

namespace ritrovo::tools {

/// A definition, calendar, term or parameter as it was in workflows/catalogue/ when this program was built.
struct ShippedDocument {
  std::string_view path;  ///< in the catalogue: "milan/family-reunification.yaml"
  std::string_view text;
};

/// All of them, by path. They live as long as the program does: nothing is read from the source tree at run time.
[[nodiscard]] std::span<const ShippedDocument> shipped_catalogue();
/// Messages and languages, sorted by path: what is said, and never published.
[[nodiscard]] std::span<const ShippedDocument> shipped_texts();

}  // namespace ritrovo::tools
