#include "workflows/calendar/almanac.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "engine/base/assert.h"

namespace ritrovo::calendar {

namespace {

/// Calendars that extend one another, at most: national, regional, municipal, school.
constexpr std::size_t kExtendsMax = 4;

template <class Item>
const Item* named(const std::vector<Item>& sorted, std::string_view name) {
  const auto found =
      std::lower_bound(sorted.begin(), sorted.end(), name, [](const Item& each, std::string_view wanted) { return each.name < wanted; });
  return found == sorted.end() || found->name != name ? nullptr : &*found;
}

template <class Item>
void sort_by_name(std::vector<Item>& items) {
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.name < b.name; });
}

template <class Item>
void check_each(std::string_view kind, const std::vector<Item>& sorted, std::vector<std::string>& problems) {
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const std::string about = std::string(kind) + " " + sorted[i].name + ": ";
    for (const std::string& problem : problems_of(sorted[i])) problems.push_back(about + problem);
    if (i > 0 && sorted[i].name == sorted[i - 1].name) problems.push_back(about + "is defined twice");
  }
}

void check_extends(const std::vector<CalendarRules>& sorted, std::vector<std::string>& problems) {
  for (const CalendarRules& rules : sorted) {
    const CalendarRules* at = &rules;
    for (std::size_t depth = 0; !at->extends.empty(); ++depth) {
      const CalendarRules* base = named(sorted, at->extends);
      if (base == nullptr) problems.push_back("calendar " + rules.name + ": extends " + at->extends + ", which doesn't exist");
      if (depth == kExtendsMax) problems.push_back("calendar " + rules.name + ": extends in a ring, or over more than four levels");
      if (base == nullptr || depth == kExtendsMax) break;
      at = base;
    }
  }
}

void check_term(const Term& term, const AlmanacParts& sorted, std::vector<std::string>& problems) {
  const std::string about = "term " + term.name + ": ";
  if (!term.calendar.empty() && named(sorted.calendars, term.calendar) == nullptr) {
    problems.push_back(about + "calendar " + term.calendar + " doesn't exist");
  }
  if (term.chosen_by_parameter.empty()) return;
  const Parameter* parameter = named(sorted.parameters, term.chosen_by_parameter);
  if (parameter == nullptr) {
    problems.push_back(about + "parameter " + term.chosen_by_parameter + " doesn't exist");
    return;
  }
  for (const DatedValue& each : parameter->values) {
    const auto* word = std::get_if<std::string>(&each.value);
    if (word == nullptr || !chosen_by_of(*word)) {
      problems.push_back(about + "parameter " + parameter->name + " names no way of choosing from " + to_string(each.from));
    }
  }
}

std::vector<std::string> problems_of_sorted(const AlmanacParts& sorted) {
  std::vector<std::string> problems;
  check_each("calendar", sorted.calendars, problems);
  check_each("term", sorted.terms, problems);
  check_each("parameter", sorted.parameters, problems);
  check_extends(sorted.calendars, problems);
  for (const Term& term : sorted.terms) check_term(term, sorted, problems);
  return problems;
}

void sort_parts(AlmanacParts& parts) {
  sort_by_name(parts.calendars);
  sort_by_name(parts.terms);
  sort_by_name(parts.parameters);
}

/// A calendar with all that it extends merged into it, the farthest first. Requires: check_extends found nothing.
CalendarRules merged(const std::vector<CalendarRules>& sorted, const CalendarRules& rules) {
  CalendarRules whole = rules;
  for (const CalendarRules* at = &rules; !at->extends.empty();) {
    at = named(sorted, at->extends);
    for (std::size_t i = 0; i < whole.rest_weekdays.size(); ++i) whole.rest_weekdays[i] = whole.rest_weekdays[i] || at->rest_weekdays[i];
    whole.holidays.insert(whole.holidays.begin(), at->holidays.begin(), at->holidays.end());
    whole.closures.insert(whole.closures.begin(), at->closures.begin(), at->closures.end());
  }
  return whole;
}

/// Writes fields with their lengths, so that no text can be taken for two.
class Writer {
 public:
  Writer& field(std::string_view text) {
    out_ += std::to_string(text.size());
    out_ += ':';
    out_ += text;
    out_ += ' ';
    return *this;
  }
  Writer& field(std::int64_t number) { return field(std::string_view(std::to_string(number))); }
  Writer& field(Day day) { return field(std::string_view(to_string(day))); }
  Writer& field(const Title& title) { return field(title.it).field(title.en); }
  Writer& field(const Source& source) { return field(source.law).field(std::int64_t{source.verified}).field(source.note); }
  template <class T>
  Writer& field(const std::optional<T>& value) {
    return value ? field(*value) : field(std::string_view("-"));
  }
  Writer& field(const std::variant<MonthDay, EasterOffset, Day>& rule) {
    if (const auto* fixed = std::get_if<MonthDay>(&rule))
      return field(std::string_view("date")).field(std::int64_t{fixed->month}).field(std::int64_t{fixed->day});
    if (const auto* easter = std::get_if<EasterOffset>(&rule)) return field(std::string_view("easter")).field(std::int64_t{easter->days});
    return field(std::string_view("on")).field(std::get<Day>(rule));
  }
  void end_line() { out_.back() = '\n'; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

void write(Writer& out, const CalendarRules& rules) {
  out.field("calendar").field(rules.name).field(std::int64_t{rules.version}).field(rules.title).field(rules.extends);
  for (const bool rest : rules.rest_weekdays) out.field(std::int64_t{rest});
  out.end_line();
  for (const Holiday& each : rules.holidays) {
    out.field("holiday").field(each.title).field(each.rule).field(each.from_year).field(each.to_year).field(each.source).end_line();
  }
  for (const Closure& each : rules.closures)
    out.field("closure").field(each.from).field(each.to).field(each.title).field(each.source).end_line();
}

void write(Writer& out, const Term& term) {
  out.field("term").field(term.name).field(std::int64_t{term.version}).field(term.title).field(term.source).field(name_of(term.kind));
  out.field(name_of(term.counting)).field(name_of(term.direction)).field(term.calendar).field(std::int64_t{term.roll_to_working_day});
  out.field(name_of(term.chosen_by)).field(term.chosen_by_parameter).end_line();
  for (const DatedLength& each : term.lengths)
    out.field("length").field(each.from).field(to_string(each.length)).field(each.source).end_line();
  for (const Freeze& each : term.freezes) out.field("freeze").field(each.from).field(each.to).field(each.source).end_line();
}

void write(Writer& out, const Parameter& parameter) {
  out.field("parameter").field(parameter.name).field(std::int64_t{parameter.version}).field(parameter.title).field(parameter.source);
  out.field(name_of(parameter.type));
  for (const std::string& choice : parameter.choices) out.field(choice);
  out.end_line();
  for (const DatedValue& each : parameter.values) {
    out.field("value").field(each.from).field(each.to).field(to_string(each.value)).field(each.source).end_line();
  }
}

/// 64-bit FNV-1a in hexadecimal. Source: Fowler, Noll, Vo (IETF draft-eastlake-fnv).
std::string fnv_1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
  std::string out(16, '0');
  for (std::size_t i = out.size(); i-- > 0; hash >>= 4) out[i] = "0123456789abcdef"[hash & 15];
  return out;
}

}  // namespace

std::vector<std::string> problems_of(const AlmanacParts& parts) {
  AlmanacParts sorted = parts;
  sort_parts(sorted);
  return problems_of_sorted(sorted);
}

Result<Almanac> Almanac::make(AlmanacParts parts) {
  sort_parts(parts);
  const std::vector<std::string> problems = problems_of_sorted(parts);
  if (!problems.empty()) {
    std::string all;
    for (const std::string& problem : problems) all += (all.empty() ? "" : "\n") + problem;
    return failure(ErrorCode::kMalformed, all);
  }
  Almanac almanac;
  Writer out;
  for (const CalendarRules& rules : parts.calendars) {
    write(out, rules);
    almanac.calendars_.emplace_back(merged(parts.calendars, rules));
  }
  for (const Term& term : parts.terms) write(out, term);
  for (const Parameter& parameter : parts.parameters) write(out, parameter);
  almanac.terms_ = std::move(parts.terms);
  almanac.parameters_ = std::move(parts.parameters);
  almanac.canonical_ = out.take();
  almanac.version_ = fnv_1a(almanac.canonical_);
  return almanac;
}

const Calendar* Almanac::calendar(std::string_view name) const {
  const auto found = std::lower_bound(calendars_.begin(), calendars_.end(), name,
                                      [](const Calendar& each, std::string_view wanted) { return each.name() < wanted; });
  return found == calendars_.end() || found->name() != name ? nullptr : &*found;
}

const Term* Almanac::term(std::string_view name) const { return named(terms_, name); }
const Parameter* Almanac::parameter(std::string_view name) const { return named(parameters_, name); }

Result<ChosenBy> Almanac::chosen_by(const Term& term, Day today) const {
  if (term.chosen_by_parameter.empty()) return term.chosen_by;
  const Parameter* policy = parameter(term.chosen_by_parameter);
  RITROVO_ASSERT(policy != nullptr);
  const auto value = value_on(*policy, today);
  if (!value) return tl::unexpected<Error>(value.error());
  const auto chosen = chosen_by_of(std::get<std::string>((*value)->value));
  RITROVO_ASSERT(chosen.has_value());
  return *chosen;
}

Result<Due> Almanac::due(const Term& term, const Clockwork& clockwork) const {
  static const Calendar kEveryDayWorks{CalendarRules{}};
  const Calendar* found = term.calendar.empty() ? &kEveryDayWorks : calendar(term.calendar);
  RITROVO_ASSERT(found != nullptr);
  return compute_due(term, *found, clockwork);
}

}  // namespace ritrovo::calendar
