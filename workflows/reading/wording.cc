#include "workflows/reading/wording.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace ritrovo::reading {
namespace {

using definition::Text;

constexpr std::array<std::string_view, 12> kMonthsIt = {"gennaio", "febbraio", "marzo",     "aprile",  "maggio",   "giugno",
                                                        "luglio",  "agosto",   "settembre", "ottobre", "novembre", "dicembre"};
constexpr std::array<std::string_view, 12> kMonthsEn = {"January", "February", "March",     "April",   "May",      "June",
                                                        "July",    "August",   "September", "October", "November", "December"};

std::string titled(std::string_view title, std::string_view name) { return title.empty() ? raised(spaced(name)) : std::string(title); }

std::string listed(const Wording& words, const std::vector<std::pair<std::string, Text>>& list, std::string_view name) {
  for (const auto& [key, title] : list)
    if (key == name) return titled(words.in(title), name);
  return spaced(name);
}

/// Before another e, Italian says "ed".
bool begins_with_e(std::string_view text) { return !text.empty() && (text.front() == 'e' || text.front() == 'E'); }

std::string joined(std::span<const std::string> items, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? fmt::format(" {} ", last == "e" && begins_with_e(items[i]) ? "ed" : last) : ", ";
    text += items[i];
  }
  return text;
}

}  // namespace

std::string spaced(std::string_view name) {
  std::string text(name);
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '_' || c == '.' || c == '-'; }, ' ');
  return text;
}

std::string lowered(std::string_view text) {
  std::string result(text);
  const auto upper = [&result](std::size_t at) { return at < result.size() && std::isupper(static_cast<unsigned char>(result[at])) != 0; };
  if (upper(0) && !upper(1)) result[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(result[0])));
  return result;
}

std::string raised(std::string_view text) {
  std::string result(text);
  if (result.empty()) return result;
  const auto first = static_cast<unsigned char>(result[0]);
  if (first < 0x80) {
    result[0] = static_cast<char>(std::toupper(first));
  } else if (first == 0xC3 && result.size() > 1 && static_cast<unsigned char>(result[1]) >= 0xA0) {
    result[1] = static_cast<char>(static_cast<unsigned char>(result[1]) - 0x20);  // à to À and its neighbours, in UTF-8
  }
  return result;
}

std::string Wording::title(const definition::Step& step) const {
  return titled(in(step.title), std::string_view(step.name).substr(step.name.rfind('/') + 1));
}
std::string Wording::title(const definition::Fact& fact) const { return titled(in(fact.title), fact.name); }
std::string Wording::title(const definition::Outcome& outcome) const {
  if (outcome.title.languages.empty() && outcome.name == "done") return std::string(pick("Fatto", "Done"));
  return titled(in(outcome.title), outcome.name);
}
std::string Wording::title(const definition::Field& field) const { return titled(in(field.title), field.name); }
std::string Wording::title(const definition::PersonRole& role) const { return titled(in(role.title), role.name); }
std::string Wording::title(const definition::Field& field, std::size_t value) const {
  const std::string_view given = value < field.value_titles.size() ? in(field.value_titles[value]) : std::string_view();
  return given.empty() ? spaced(field.values[value]) : std::string(given);
}
std::string Wording::party(std::string_view name) const { return listed(*this, pathway_.parties, name); }
std::string Wording::role(std::string_view name) const { return listed(*this, pathway_.roles, name); }

std::string Wording::roles(const std::vector<std::string>& names) const {
  std::vector<std::string> titles;
  for (const std::string& name : names) titles.push_back(role(name));
  return any_of(titles);
}

std::string Wording::term(std::string_view name) const {
  const calendar::Term* term = almanac_ != nullptr ? almanac_->term(name) : nullptr;
  return term == nullptr ? raised(spaced(name)) : titled(pick(term->title.it, term->title.en), name);
}

std::string Wording::parameter(std::string_view name) const {
  const calendar::Parameter* parameter = almanac_ != nullptr ? almanac_->parameter(name) : nullptr;
  return parameter == nullptr ? raised(spaced(name)) : titled(pick(parameter->title.it, parameter->title.en), name);
}

std::string Wording::person(definition::RoleIndex role) const {
  return role == definition::kNone ? std::string(pick("persona", "person")) : lowered(title(pathway_.persons[role]));
}

std::string Wording::quoted(std::string_view text) const { return italian_ ? fmt::format("«{}»", text) : fmt::format("“{}”", text); }

std::string Wording::day(Day day) const {
  const std::chrono::year_month_day date = day.date();
  const auto number = static_cast<unsigned>(date.day());
  const std::size_t month = static_cast<unsigned>(date.month()) - 1;
  const std::string first = number == 1 && italian_ ? "1°" : fmt::format("{}", number);
  return fmt::format("{} {} {}", first, italian_ ? kMonthsIt[month] : kMonthsEn[month], static_cast<int>(date.year()));
}

std::string Wording::from(Day from) const { return italian_ ? with_article(from, "dal ", "dall'") : fmt::format("from {}", day(from)); }

std::string Wording::to(Day to) const { return italian_ ? with_article(to, "al ", "all'") : fmt::format("to {}", day(to)); }

std::string Wording::before(Day day) const { return italian_ ? with_article(day, "prima del ", "prima dell'") : fmt::format("before {}", this->day(day)); }

std::string Wording::that_day(Day that) const { return italian_ ? with_article(that, "il ", "l'") : day(that); }

std::string Wording::with_article(Day day, std::string_view article, std::string_view before_vowel) const {
  const auto number = static_cast<unsigned>(day.date().day());
  return fmt::format("{}{}", number == 8 || number == 11 ? before_vowel : article, this->day(day));
}

std::string Wording::length(const Period& period, bool working) const {
  std::vector<std::string> parts;
  const auto part = [&](std::int32_t count, std::string_view one_it, std::string_view many_it, std::string_view one_en, std::string_view many_en) {
    if (count < 0) count = -count;
    if (count != 0) parts.push_back(fmt::format("{} {}", count, count == 1 ? pick(one_it, one_en) : pick(many_it, many_en)));
  };
  part(period.years, "anno", "anni", "year", "years");
  part(period.months, "mese", "mesi", "month", "months");
  part(period.weeks, "settimana", "settimane", "week", "weeks");
  if (working) {
    part(period.days, "giorno lavorativo", "giorni lavorativi", "working day", "working days");
  } else {
    part(period.days, "giorno", "giorni", "day", "days");
  }
  if (parts.empty()) return std::string(pick("0 giorni", "0 days"));
  return all_of(parts);
}

std::string Wording::all_of(std::span<const std::string> items) const { return joined(items, pick("e", "and")); }
std::string Wording::any_of(std::span<const std::string> items) const { return joined(items, pick("o", "or")); }

std::string Wording::number(std::string_view written) const {
  std::string text(written);
  if (italian_) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

}  // namespace ritrovo::reading
