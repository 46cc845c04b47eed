#include "workflows/definition/almanac_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "workflows/definition/fields.h"

namespace ritrovo::definition {
namespace {

using Kind = Node::Kind;

calendar::Title read_title(const Node* node, const std::string& what, Problems& problems) {
  const Text text = read_languages(node, what, problems);
  return {std::string(text.in("it")), std::string(text.in("en"))};
}

calendar::Source read_source(Fields& fields, Problems& problems) {
  calendar::Source source;
  source.law = read_text(fields.take("law"), fmt::format("\"law\" of {}", fields.what()), problems).value_or("");
  source.verified = read_boolean(fields.require("verified"), fmt::format("\"verified\" of {}", fields.what()), problems).value_or(false);
  source.note = read_text(fields.take("note"), fmt::format("\"note\" of {}", fields.what()), problems).value_or("");
  return source;
}

/// Calls `read` with the fields of each map in the list.
void read_list(const Node* node, const std::string& what, Problems& problems, const std::function<void(Fields&)>& read) {
  if (node == nullptr) return;
  if (!node->is(Kind::kList)) {
    problems.error(node->place, fmt::format("{} must be a list", what));
    return;
  }
  for (std::size_t i = 0; i < node->items.size() && !problems.full(); ++i) {
    Fields fields(node->items[i], fmt::format("{}, item {},", what, i + 1), problems);
    if (!fields.whole()) continue;
    read(fields);
    fields.finish();
  }
}

/// Reads one of some words; reports any other.
template <class Enum>
Enum read_word(const Node* node, std::string_view what, std::optional<Enum> (*of)(std::string_view), Enum otherwise, const std::vector<std::string>& words,
               Problems& problems) {
  const auto text = read_text(node, what, problems);
  if (!text) return otherwise;
  if (const auto found = of(*text)) return *found;
  problems.error(node->place, fmt::format("{} can't be \"{}\"", what, *text), suggest(*text, words));
  return otherwise;
}

/// What calendars, terms and parameters begin with.
template <class Item>
void read_head(Fields& fields, std::string_view kind, Item& item, Problems& problems) {
  const Node* name = fields.require(kind);
  if (auto text = read_text(name, fmt::format("\"{}\"", kind), problems)) {
    check_name(*text, NameShape::kSnake, name->place, problems);
    item.name = std::move(*text);
  }
  item.version = static_cast<std::uint32_t>(read_integer(fields.require("version"), "\"version\"", {1, 1'000'000}, problems).value_or(1));
  item.title = read_title(fields.require("title"), "the title", problems);
}

/// "12-25": a month and a day that exists in some year.
std::optional<calendar::MonthDay> month_day_of(std::string_view text) {
  if (text.size() != 5 || text[2] != '-') return std::nullopt;
  const auto day = parse_day(fmt::format("2024-{}", text));
  if (!day) return std::nullopt;
  const auto date = day->date();
  return calendar::MonthDay{static_cast<std::uint8_t>(static_cast<unsigned>(date.month())), static_cast<std::uint8_t>(static_cast<unsigned>(date.day()))};
}

void read_rule(Fields& fields, calendar::Holiday& holiday, Problems& problems) {
  const Node* date = fields.take("date");
  const Node* easter = fields.take("easter");
  if ((date == nullptr) == (easter == nullptr)) {
    problems.error(fields.place(), fmt::format("{} must have either \"date\" or \"easter\"", fields.what()));
    return;
  }
  if (easter != nullptr) {
    holiday.rule = calendar::EasterOffset{static_cast<std::int16_t>(read_integer(easter, "\"easter\"", {-366, 366}, problems).value_or(0))};
    return;
  }
  const auto text = read_text(date, "\"date\"", problems);
  if (!text) return;
  if (const auto fixed = month_day_of(*text)) holiday.rule = *fixed;
  else if (const auto day = parse_day(*text)) holiday.rule = *day;
  else problems.error(date->place, "\"date\" must be a day, as in 12-25 (each year) or 2026-05-02 (that day only)");
}

std::optional<std::int32_t> read_year(const Node* node, std::string_view what, Problems& problems) {
  const auto year = read_integer(node, what, {1800, 2200}, problems);
  if (!year) return std::nullopt;
  return static_cast<std::int32_t>(*year);
}

void read_rest(const Node* node, calendar::RestWeekdays& rest, Problems& problems) {
  static const std::vector<std::string> kWeekdays = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
  for (const Named& named : read_names(node, "\"rest\"", problems)) {
    const auto found = std::find(kWeekdays.begin(), kWeekdays.end(), named.name);
    if (found == kWeekdays.end()) problems.error(named.place, fmt::format("\"{}\" isn't a weekday", named.name), suggest(named.name, kWeekdays));
    else rest[static_cast<std::size_t>(found - kWeekdays.begin())] = true;
  }
}

void read_chosen_by(const Node* node, calendar::Term& term, Problems& problems) {
  if (node == nullptr) return;
  if (!node->is(Kind::kMap)) {
    term.chosen_by = read_word<calendar::ChosenBy>(node, "\"chosen_by\"", calendar::chosen_by_of, calendar::ChosenBy::kStart,
                                                   {"start", "filing", "opening", "step_day", "restart", "today"}, problems);
    return;
  }
  Fields fields(*node, "\"chosen_by\"", problems);
  term.chosen_by_parameter = read_text(fields.require("parameter"), "\"parameter\"", problems).value_or("");
  fields.finish();
}

}  // namespace

calendar::CalendarRules read_calendar(const Node& root, Problems& problems) {
  calendar::CalendarRules rules;
  Fields fields(root, "the calendar", problems);
  read_head(fields, "calendar", rules, problems);
  rules.extends = read_text(fields.take("extends"), "\"extends\"", problems).value_or("");
  read_rest(fields.take("rest"), rules.rest_weekdays, problems);
  read_list(fields.take("holidays"), "\"holidays\"", problems, [&](Fields& item) {
    calendar::Holiday holiday;
    read_rule(item, holiday, problems);
    holiday.title = read_title(item.require("title"), "the title", problems);
    holiday.from_year = read_year(item.take("from_year"), "\"from_year\"", problems);
    holiday.to_year = read_year(item.take("to_year"), "\"to_year\"", problems);
    holiday.source = read_source(item, problems);
    rules.holidays.push_back(std::move(holiday));
  });
  read_list(fields.take("closures"), "\"closures\"", problems, [&](Fields& item) {
    calendar::Closure closure;
    closure.from = read_day(item.require("from"), "\"from\"", problems).value_or(Day());
    closure.to = read_day(item.require("to"), "\"to\"", problems).value_or(Day());
    closure.title = read_title(item.require("title"), "the title", problems);
    closure.source = read_source(item, problems);
    rules.closures.push_back(std::move(closure));
  });
  fields.finish();
  return rules;
}

calendar::Term read_term(const Node& root, Problems& problems) {
  calendar::Term term;
  Fields fields(root, "the term", problems);
  read_head(fields, "term", term, problems);
  term.source = read_source(fields, problems);
  term.kind = read_word<calendar::TermKind>(fields.take("kind"), "\"kind\"", calendar::term_kind_of, calendar::TermKind::kStatutory,
                                            {"statutory", "service_norm"}, problems);
  term.counting = read_word<calendar::Counting>(fields.take("counting"), "\"counting\"", calendar::counting_of, calendar::Counting::kCalendarDays,
                                                {"calendar_days", "working_days"}, problems);
  term.direction = read_word<calendar::Direction>(fields.take("direction"), "\"direction\"", calendar::direction_of, calendar::Direction::kAfter,
                                                  {"after", "before"}, problems);
  term.calendar = read_text(fields.take("calendar"), "\"calendar\"", problems).value_or("");
  term.roll_to_working_day = read_boolean(fields.require("roll"), "\"roll\"", problems).value_or(false);
  read_chosen_by(fields.require("chosen_by"), term, problems);
  read_list(fields.require("lengths"), "\"lengths\"", problems, [&](Fields& item) {
    calendar::DatedLength length;
    length.from = read_day(item.require("from"), "\"from\"", problems).value_or(Day());
    length.length = read_period(item.require("length"), "\"length\"", problems).value_or(Period());
    length.source = read_source(item, problems);
    term.lengths.push_back(std::move(length));
  });
  read_list(fields.take("freezes"), "\"freezes\"", problems, [&](Fields& item) {
    calendar::Freeze freeze;
    freeze.from = read_day(item.require("from"), "\"from\"", problems).value_or(Day());
    freeze.to = read_day(item.require("to"), "\"to\"", problems).value_or(Day());
    freeze.source = read_source(item, problems);
    term.freezes.push_back(std::move(freeze));
  });
  fields.finish();
  return term;
}

calendar::Parameter read_parameter(const Node& root, Problems& problems) {
  calendar::Parameter parameter;
  Fields fields(root, "the parameter", problems);
  read_head(fields, "parameter", parameter, problems);
  parameter.source = read_source(fields, problems);
  parameter.type = read_word<calendar::ParameterType>(fields.require("type"), "\"type\"", calendar::parameter_type_of, calendar::ParameterType::kText,
                                                      {"decimal", "int", "text", "period"}, problems);
  for (Named& named : read_names(fields.take("choices"), "\"choices\"", problems)) parameter.choices.push_back(std::move(named.name));
  read_list(fields.require("values"), "\"values\"", problems, [&](Fields& item) {
    calendar::DatedValue dated;
    dated.from = read_day(item.require("from"), "\"from\"", problems).value_or(Day());
    dated.to = read_day(item.take("to"), "\"to\"", problems);
    if (const Node* value = item.require("value"); value != nullptr) {
      if (auto read = calendar::parse_parameter_value(parameter.type, value->text)) dated.value = std::move(*read);
      else problems.error(value->place, fmt::format("\"value\" isn't of the type {}", calendar::name_of(parameter.type)), read.error().message);
    }
    dated.source = read_source(item, problems);
    parameter.values.push_back(std::move(dated));
  });
  fields.finish();
  return parameter;
}

}  // namespace ritrovo::definition
