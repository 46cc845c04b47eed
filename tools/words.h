#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/time.h"
#include "workflows/definition/model.h"

namespace ritrovo::tools {

/// The two languages in which the program speaks of families.
enum class Language : std::uint8_t { kItalian, kEnglish };

/// "it" or "en".
[[nodiscard]] std::string_view tag_of(Language language);
/// "4 ott 2025" or "4 Oct 2025".
[[nodiscard]] std::string date_text(Day day, Language language);
/// A length as ISO 8601 has it in words: "P90D" is "90 giorni" or "90 days". What can't be read stays as it is.
[[nodiscard]] std::string period_text(std::string_view iso, Language language);
/// The same thing said in both languages.
struct Bilingual {
  std::string it;
  std::string en;
  [[nodiscard]] const std::string& in(Language language) const { return language == Language::kItalian ? it : en; }
};
/// A definition's text in both; `otherwise` where it has none.
[[nodiscard]] Bilingual both(const definition::Text& text, std::string_view otherwise);

}  // namespace ritrovo::tools
