#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "engine/base/period.h"
#include "engine/base/time.h"
#include "workflows/definition/model.h"

/// Reading a definition back: as prose, as a picture, as differences between two versions. Pure; runs on any thread.
namespace ritrovo::reading {

/// The languages that a definition is told in.
enum class Language : std::uint8_t { kItalian, kEnglish };

/// What things are called, and how days, lengths and lists are said, in one language. Names without a title are told with blanks for
/// underscores. Requires: the pathway and the almanac outlive it.
class Wording {
 public:
  Wording(const definition::Pathway& pathway, const calendar::Almanac* almanac, Language language)
      : pathway_(pathway), almanac_(almanac), italian_(language == Language::kItalian) {}

  [[nodiscard]] const definition::Pathway& pathway() const { return pathway_; }
  /// May be nullptr: terms and parameters are then told by their names.
  [[nodiscard]] const calendar::Almanac* almanac() const { return almanac_; }
  [[nodiscard]] bool italian() const { return italian_; }
  /// The one of the two that this language needs.
  [[nodiscard]] std::string_view pick(std::string_view it, std::string_view en) const { return italian_ ? it : en; }
  /// A text of the definition.
  [[nodiscard]] std::string_view in(const definition::Text& text) const { return text.in(pick("it", "en")); }

  [[nodiscard]] std::string title(const definition::Step& step) const;
  [[nodiscard]] std::string title(const definition::Fact& fact) const;
  [[nodiscard]] std::string title(const definition::Outcome& outcome) const;
  [[nodiscard]] std::string title(const definition::Field& field) const;
  [[nodiscard]] std::string title(const definition::PersonRole& role) const;
  /// Of one value of an enumeration.
  [[nodiscard]] std::string title(const definition::Field& field, std::size_t value) const;
  [[nodiscard]] std::string party(std::string_view name) const;
  [[nodiscard]] std::string role(std::string_view name) const;
  [[nodiscard]] std::string roles(const std::vector<std::string>& names) const;  ///< "a, b or c"
  [[nodiscard]] std::string term(std::string_view name) const;
  [[nodiscard]] std::string parameter(std::string_view name) const;
  /// A person role within a sentence: "familiare", "relative".
  [[nodiscard]] std::string person(definition::RoleIndex role) const;

  /// "«text»", “text” in English.
  [[nodiscard]] std::string quoted(std::string_view text) const;
  /// "4 ottobre 2025", "4 October 2025".
  [[nodiscard]] std::string day(Day day) const;
  /// The same as a thing in a sentence: "il 4 ottobre 2025", "l'8 agosto 2009", "4 October 2025".
  [[nodiscard]] std::string that_day(Day day) const;
  /// "dal 4 ottobre 2025", "dall'8 agosto 2009", "from 4 October 2025".
  [[nodiscard]] std::string from(Day day) const;
  /// "prima del 4 ottobre 2025", "prima dell'8 agosto 2009", "before 4 October 2025".
  [[nodiscard]] std::string before(Day day) const;
  /// "al 4 ottobre 2025", "all'8 agosto 2009", "to 4 October 2025".
  [[nodiscard]] std::string to(Day day) const;
  /// "1 anno e 6 mesi", "8 giorni lavorativi". A length that goes back is told without its sign.
  [[nodiscard]] std::string length(const Period& period, bool working) const;
  /// "a, b e c" or "a, b o c".
  [[nodiscard]] std::string all_of(std::span<const std::string> items) const;
  [[nodiscard]] std::string any_of(std::span<const std::string> items) const;
  /// A number written with a dot, as the language writes it: "0,5" in Italian.
  [[nodiscard]] std::string number(std::string_view written) const;
  /// "non verificato", "not verified".
  [[nodiscard]] std::string_view unverified() const { return pick("non verificato", "not verified"); }

 private:
  /// 8 and 11 begin with a vowel in Italian.
  [[nodiscard]] std::string with_article(Day day, std::string_view article, std::string_view before_vowel) const;

  const definition::Pathway& pathway_;
  const calendar::Almanac* almanac_;
  bool italian_;
};

/// "nulla_osta" as "nulla osta", "visa.issued" as "visa issued".
[[nodiscard]] std::string spaced(std::string_view name);
/// With its first letter small, unless the second is a capital too (an abbreviation). ASCII and Latin-1 letters.
[[nodiscard]] std::string lowered(std::string_view text);
/// With its first letter large.
[[nodiscard]] std::string raised(std::string_view text);

/// The sentence of this language with its arguments in place, in fmt's notation.
template <class... Args>
std::string say(const Wording& words, std::string_view it, std::string_view en, const Args&... args) {
  return fmt::format(fmt::runtime(words.pick(it, en)), args...);
}

}  // namespace ritrovo::reading
