#pragma once

#include <string>
#include <string_view>

#include "workflows/definition/language_reader.h"
#include "workflows/definition/model.h"

namespace ritrovo::projections {

/// The language in which something is told: its tag, and a translation where neither program nor definitions speak it themselves. What the
/// translation lacks is told in English.
struct Tongue {
  std::string_view code = "en";
  const definition::Translation* translation = nullptr;

  Tongue() = default;
  // A tag alone is a tongue: Italian and English need no translation.
  Tongue(std::string_view tag) : code(tag) {}            // NOLINT(google-explicit-constructor)
  Tongue(const std::string& tag) : code(tag) {}          // NOLINT(google-explicit-constructor)
  Tongue(const char* tag) : code(tag) {}                 // NOLINT(google-explicit-constructor)
  Tongue(std::string_view tag, const definition::Translation* with) : code(tag), translation(with) {}

  /// The text in this language; where it has none, its translation; else as Text::in.
  [[nodiscard]] std::string_view of(const definition::Text& text) const {
    for (const auto& [language, words] : text.languages)
      if (language == code) return words;
    const std::string_view english = text.in("en");
    if (translation == nullptr) return english;
    const std::string_view translated = translation->of(english);
    return translated.empty() ? english : translated;
  }
};

}  // namespace ritrovo::projections
