#include "workflows/calendar/term.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ritrovo::calendar {

namespace {

template <class Enum, std::size_t N>
using Words = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Words<Counting, 2> kCountings{{{Counting::kCalendarDays, "calendar_days"}, {Counting::kWorkingDays, "working_days"}}};
constexpr Words<Direction, 2> kDirections{{{Direction::kAfter, "after"}, {Direction::kBefore, "before"}}};
constexpr Words<ChosenBy, 6> kChosenBys{{{ChosenBy::kStart, "start"},
                                         {ChosenBy::kFiling, "filing"},
                                         {ChosenBy::kOpening, "opening"},
                                         {ChosenBy::kStepDay, "step_day"},
                                         {ChosenBy::kRestart, "restart"},
                                         {ChosenBy::kToday, "today"}}};
constexpr Words<TermKind, 2> kTermKinds{{{TermKind::kStatutory, "statutory"}, {TermKind::kServiceNorm, "service_norm"}}};

template <class Enum, std::size_t N>
std::string_view word_for(const Words<Enum, N>& words, Enum value) {
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& each) { return each.first == value; });
  return found == words.end() ? std::string_view("?") : found->second;
}

template <class Enum, std::size_t N>
std::optional<Enum> value_for(const Words<Enum, N>& words, std::string_view word) {
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& each) { return each.second == word; });
  return found == words.end() ? std::nullopt : std::optional<Enum>(found->first);
}

bool is_positive(const Period& length) {
  return length.years >= 0 && length.months >= 0 && length.weeks >= 0 && length.days >= 0 && length != Period{};
}

void check_lengths(const Term& term, std::vector<std::string>& problems) {
  if (term.lengths.empty()) problems.emplace_back("has no length");
  for (std::size_t i = 0; i < term.lengths.size(); ++i) {
    const DatedLength& each = term.lengths[i];
    if (i > 0 && each.from <= term.lengths[i - 1].from)
      problems.push_back("lengths are not in the order of their days at " + to_string(each.from));
    if (!is_positive(each.length))
      problems.push_back("length " + to_string(each.length) + " is not positive; `direction: before` runs backwards");
    if (term.counting == Counting::kWorkingDays && (each.length.weeks != 0 || !is_in_days(each.length))) {
      problems.push_back("length " + to_string(each.length) + " can't be counted in working days: write days alone");
    }
  }
}

void check_freezes(const Term& term, std::vector<std::string>& problems) {
  if (term.direction == Direction::kBefore && !term.freezes.empty()) problems.emplace_back("runs backwards and so can't be frozen");
  for (std::size_t i = 0; i < term.freezes.size(); ++i) {
    const Freeze& each = term.freezes[i];
    if (each.to < each.from) problems.push_back("freeze from " + to_string(each.from) + " ends before it begins");
    if (i > 0 && each.from <= term.freezes[i - 1].to) problems.push_back("freezes overlap or are out of order at " + to_string(each.from));
  }
}

}  // namespace

Result<const DatedLength*> length_on(const Term& term, Day day) {
  const auto after = std::upper_bound(term.lengths.begin(), term.lengths.end(), day,
                                      [](Day wanted, const DatedLength& each) { return wanted < each.from; });
  if (after == term.lengths.begin()) {
    return failure(ErrorCode::kNotFound, "term " + term.name + " has no length on " + to_string(day) + "; add one with an earlier `from`");
  }
  return &*std::prev(after);
}

std::vector<std::string> problems_of(const Term& term) {
  std::vector<std::string> problems;
  if (term.name.empty()) problems.emplace_back("has no name");
  if (term.version == 0) problems.emplace_back("has version 0; versions start at 1");
  if (term.title.it.empty() || term.title.en.empty()) problems.emplace_back("lacks a title in it or en");
  if (term.kind == TermKind::kStatutory && term.source.law.empty())
    problems.emplace_back("is statutory and names no law; a norm of the service says kind: service_norm");
  if (term.calendar.empty() && (term.roll_to_working_day || term.counting == Counting::kWorkingDays))
    problems.emplace_back("needs a calendar");
  if (term.direction == Direction::kBefore && term.roll_to_working_day) {
    problems.emplace_back("runs backwards and so is never rolled (Regulation 1182/71 art. 3(4))");
  }
  check_lengths(term, problems);
  check_freezes(term, problems);
  return problems;
}

std::string_view name_of(Counting counting) { return word_for(kCountings, counting); }
std::string_view name_of(Direction direction) { return word_for(kDirections, direction); }
std::string_view name_of(ChosenBy chosen_by) { return word_for(kChosenBys, chosen_by); }
std::string_view name_of(TermKind kind) { return word_for(kTermKinds, kind); }
std::optional<Counting> counting_of(std::string_view word) { return value_for(kCountings, word); }
std::optional<Direction> direction_of(std::string_view word) { return value_for(kDirections, word); }
std::optional<ChosenBy> chosen_by_of(std::string_view word) { return value_for(kChosenBys, word); }
std::optional<TermKind> term_kind_of(std::string_view word) { return value_for(kTermKinds, word); }

}  // namespace ritrovo::calendar
