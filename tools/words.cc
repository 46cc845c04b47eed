#include "tools/words.h"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "engine/base/period.h"

namespace ritrovo::tools {
namespace {

constexpr std::array<std::string_view, 12> kMonthsItalian{"gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"};
constexpr std::array<std::string_view, 12> kMonthsEnglish{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Unit {
  std::string_view one_it, many_it, one_en, many_en;
};
constexpr std::array<Unit, 4> kUnits{{{"anno", "anni", "year", "years"},
                                      {"mese", "mesi", "month", "months"},
                                      {"settimana", "settimane", "week", "weeks"},
                                      {"giorno", "giorni", "day", "days"}}};

}  // namespace

std::string_view tag_of(Language language) { return language == Language::kItalian ? "it" : "en"; }

std::string date_text(Day day, Language language) {
  const auto date = day.date();
  const auto month = static_cast<unsigned>(date.month()) - 1;
  return fmt::format("{} {} {}", static_cast<unsigned>(date.day()), (language == Language::kItalian ? kMonthsItalian : kMonthsEnglish)[month],
                     static_cast<int>(date.year()));
}

std::string period_text(std::string_view iso, Language language) {
  const Result<Period> period = parse_period(iso);
  if (!period) return std::string(iso);
  const std::array<std::int32_t, 4> amounts{period->years, period->months, period->weeks, period->days};
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (amounts[i] == 0) continue;
    const Unit& unit = kUnits[i];
    const bool one = amounts[i] == 1;
    const std::string_view name = language == Language::kItalian ? (one ? unit.one_it : unit.many_it) : (one ? unit.one_en : unit.many_en);
    parts.push_back(fmt::format("{} {}", amounts[i], name));
  }
  return parts.empty() ? std::string(iso) : fmt::format("{}", fmt::join(parts, language == Language::kItalian ? " e " : " and "));
}

Bilingual both(const definition::Text& text, std::string_view otherwise) {
  if (text.languages.empty()) return {std::string(otherwise), std::string(otherwise)};
  return {std::string(text.in("it")), std::string(text.in("en"))};
}

}  // namespace ritrovo::tools
