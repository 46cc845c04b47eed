#include "projections/counting.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "projections/wording.h"

namespace ritrovo::projections {
namespace {

using definition::CountedFact;
using definition::ReportLine;
using definition::ReportPlan;

/// Figures below this aren't shown in public: the threshold that statistical offices use most.
constexpr std::uint64_t kShownMin = 5;

/// The place of a value in its field's enumeration; nothing for other fields and values.
std::optional<std::size_t> rank_of(const KnownFact& fact, std::string_view field) {
  const std::string value = fact.value(field);
  for (const definition::Field& declared : fact.fact->fields) {
    if (declared.name != field) continue;
    const auto found = std::find(declared.values.begin(), declared.values.end(), value);
    if (found != declared.values.end()) return static_cast<std::size_t>(found - declared.values.begin());
  }
  return std::nullopt;
}

/// Whether the person's last `gains_on` before this fact has a lower value.
bool gained(const KnownCase& known, const KnownFact& fact, const CountedFact& rule) {
  const std::optional<std::size_t> after = rank_of(fact, rule.field);
  std::optional<std::size_t> before;
  for (const KnownFact& other : known.facts) {
    const bool earlier = std::tie(other.effective, other.version) < std::tie(fact.effective, fact.version);
    if (other.fact->name == rule.gains_on && other.person == fact.person && earlier) before = rank_of(other, rule.field);
  }
  return after && before && *after > *before;
}

bool fits(const KnownCase& known, const KnownFact& fact, const CountedFact& rule) {
  if (fact.fact->name != rule.fact) return false;
  for (const auto& [field, value] : rule.where)
    if (fact.value(field) != value) return false;
  return rule.gains_on.empty() || gained(known, fact, rule);
}

/// Who counts for that fact: its person, or the first of the role that the rule names; nullptr for nobody.
const KnownPerson* counts_for(const KnownCase& known, const KnownFact& fact, const CountedFact& rule) {
  if (rule.who.empty()) return fact.person < known.persons.size() && known.persons[fact.person].role != nullptr ? &known.persons[fact.person] : nullptr;
  for (const KnownPerson& person : known.persons)
    if (person.role != nullptr && person.role->name == rule.who) return &person;
  return nullptr;
}

std::string breakdown_of(const KnownFact& fact, const KnownPerson* person, const std::string& field) {
  std::string value = fact.value(field);
  if (value.empty() && person != nullptr) value = person->value(field);
  return value;
}

bool earlier(const Counted& a, const Counted& b) {
  return std::tie(a.line, a.effective, a.case_id, a.version) < std::tie(b.line, b.effective, b.case_id, b.version);
}

void count_case(const ReportPlan& plan, const KnownCase& known, std::vector<Counted>& counted) {
  for (std::size_t i = 0; i < plan.lines.size(); ++i) {
    const ReportLine& line = plan.lines[i];
    for (const KnownFact& fact : known.facts) {
      if (plan.since && fact.effective < *plan.since) continue;
      for (const CountedFact& rule : line.facts) {
        if (!fits(known, fact, rule)) continue;
        const KnownPerson* person = counts_for(known, fact, rule);
        if (plan.persons && person == nullptr) continue;
        Counted one{i, person == nullptr ? PersonId() : person->id, known.case_id, fact.version, fact.fact->name, fact.effective, fact.recorded, {}};
        for (const std::string& field : line.by) one.by.push_back(breakdown_of(fact, person, field));
        counted.push_back(std::move(one));
        break;
      }
    }
  }
}

/// What was said last, in between, of the fact that counts or of its person: the reason why it counts otherwise.
void add_cause(CountChange& change, const Facts& facts, Readings readings) {
  const FactsRow* row = facts.of(change.counted.case_id);
  if (row == nullptr) return;
  const auto between = [readings](Timestamp recorded) { return readings.before < recorded && recorded <= readings.now; };
  for (const FactsRow::PersonSaid& said : row->persons) {
    if (said.id != change.counted.person || !between(said.recorded)) continue;
    change.cause = "person";
    change.saying = "corrected";
    change.cause_version = said.version;
    change.cause_recorded = said.recorded;
  }
  const auto take = [&](const FactsRow::FactSaid& said) {
    change.cause = row->pathway->facts[said.fact].name;
    change.saying = std::string(name_of(said.saying));
    change.cause_version = said.version;
    change.cause_recorded = said.recorded;
  };
  bool own = false;
  for (const FactsRow::FactSaid& said : row->facts) {
    if (!between(said.recorded)) continue;
    const bool of_it = said.of == change.counted.version;
    if (of_it || (!own && change.cause.empty())) take(said);
    own = own || of_it;
  }
}

}  // namespace

Result<Stretch> parse_quarter(std::string_view text) {
  const bool shaped = text.size() == 6 && text[4] == 'Q' && text[5] >= '1' && text[5] <= '4' && text.substr(0, 4).find_first_not_of("0123456789") == std::string_view::npos;
  if (!shaped) return failure(ErrorCode::kMalformed, fmt::format("\"{}\" is no quarter; write one as 2025Q3", text));
  const int year = std::stoi(std::string(text.substr(0, 4)));
  const unsigned first = static_cast<unsigned>(text[5] - '1') * 3 + 1;
  const Day from(std::chrono::year_month_day{std::chrono::year{year}, std::chrono::month{first}, std::chrono::day{1}});
  const std::chrono::year_month_day_last last{std::chrono::year{year}, std::chrono::month_day_last{std::chrono::month{first + 2}}};
  return Stretch{from, Day(std::chrono::year_month_day{last})};
}

std::vector<Counted> count(const ReportPlan& plan, const Facts& facts, Timestamp known_on) {
  std::vector<Counted> counted;
  for (const KnownCase& known : facts.known_on(known_on)) count_case(plan, known, counted);
  std::sort(counted.begin(), counted.end(), earlier);
  if (!plan.persons) return counted;
  std::set<std::pair<std::size_t, PersonId>> seen;
  std::erase_if(counted, [&seen](const Counted& one) { return !seen.emplace(one.line, one.person).second; });
  return counted;
}

namespace {

/// The field of that name that some pathway declares, of a person or of one of the line's facts; the latest pathway's.
const definition::Field* field_named(std::string_view name, const definition::Library& library, const ReportLine* line) {
  const definition::Field* found = nullptr;
  const auto look = [&](const std::vector<definition::Field>& fields) {
    for (const definition::Field& field : fields)
      if (field.name == name) found = &field;
  };
  for (const auto& pathway : library.pathways) {
    for (const definition::PersonRole& role : pathway->persons) look(role.fields);
  }
  for (const auto& pathway : library.pathways) {
    for (const definition::Fact& fact : pathway->facts) {
      const bool counts = line == nullptr || std::any_of(line->facts.begin(), line->facts.end(), [&fact](const CountedFact& rule) { return rule.fact == fact.name; });
      if (counts && (line != nullptr || found == nullptr)) look(fact.fields);
    }
  }
  return found;
}

}  // namespace

std::string breakdown_title(std::string_view field, const definition::Library& library, std::string_view language) {
  const definition::Field* found = field_named(field, library, nullptr);
  return found == nullptr ? plain(field) : title_of(*found, language);
}

std::vector<std::vector<BreakdownValue>> breakdowns(const ReportPlan& plan, std::size_t line, const std::vector<Counted>& counted, const definition::Library& library,
                                                   std::string_view language) {
  std::vector<std::vector<BreakdownValue>> all;
  const bool italian = language == "it";
  for (std::size_t place = 0; place < plan.lines[line].by.size(); ++place) {
    const definition::Field* field = field_named(plan.lines[line].by[place], library, &plan.lines[line]);
    std::vector<BreakdownValue> values;
    if (field != nullptr && field->kind == definition::FieldKind::kBoolean) {
      values = {{"true", italian ? "sì" : "yes"}, {"false", "no"}};
    } else if (field != nullptr) {
      for (const std::string& value : field->values) values.push_back({value, value_title(*field, value, language)});
    }
    std::set<std::string> met;
    for (const Counted& one : counted)
      if (one.line == line) met.insert(one.by[place]);
    for (const std::string& value : met) {
      const bool listed = std::any_of(values.begin(), values.end(), [&value](const BreakdownValue& known) { return known.value == value; });
      if (!value.empty() && !listed) values.push_back({value, value});
    }
    if (met.contains("")) values.push_back({"", italian ? "non noto" : "not known"});
    all.push_back(std::move(values));
  }
  return all;
}

std::string_view name_of(CountChange::Kind kind) {
  switch (kind) {
    case CountChange::Kind::kCame: return "came";
    case CountChange::Kind::kWent: return "went";
    case CountChange::Kind::kMoved: return "moved";
  }
  return "";
}

std::vector<CountChange> differences(const ReportPlan& plan, const Facts& facts, Stretch days, Readings readings) {
  // A person is one wherever they count; a fact is itself.
  using Key = std::tuple<std::size_t, PersonId, CaseId, Version>;
  const auto by_key = [&](Timestamp instant) {
    std::map<Key, Counted> counted;
    for (Counted& one : count(plan, facts, instant)) {
      if (!days.holds(one.effective)) continue;
      const Key key = plan.persons ? Key{one.line, one.person, CaseId(), Version()} : Key{one.line, PersonId(), one.case_id, one.version};
      counted.emplace(key, std::move(one));
    }
    return counted;
  };
  const std::map<Key, Counted> before = by_key(readings.before);
  const std::map<Key, Counted> now = by_key(readings.now);
  std::vector<CountChange> changes;
  for (const auto& [key, one] : now) {
    const auto known = before.find(key);
    if (known == before.end()) changes.push_back({CountChange::Kind::kCame, one, {}, {}, {}, {}, {}});
    else if (known->second.by != one.by) changes.push_back({CountChange::Kind::kMoved, one, known->second.by, {}, {}, {}, {}});
  }
  for (const auto& [key, one] : before)
    if (!now.contains(key)) changes.push_back({CountChange::Kind::kWent, one, {}, {}, {}, {}, {}});
  std::sort(changes.begin(), changes.end(), [](const CountChange& a, const CountChange& b) { return earlier(a.counted, b.counted); });
  for (CountChange& change : changes) add_cause(change, facts, readings);
  return changes;
}

Hiding hide_small(const std::vector<std::uint64_t>& cells) {
  Hiding hiding{std::vector<bool>(cells.size(), false), false};
  std::uint64_t hidden = 0;
  std::uint64_t sum = 0;
  const auto hide = [&](std::size_t i) {
    hiding.cells[i] = true;
    ++hidden;
    sum += cells[i];
  };
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (cells[i] > 0 && cells[i] < kShownMin) hide(i);
  // One alone is the total less the others; as many as they sum to are each one, and four times as many each four; too few together would be a
  // figure under five.
  while (hidden > 0 && (hidden == 1 || sum == hidden || sum == hidden * (kShownMin - 1) || sum < kShownMin)) {
    std::optional<std::size_t> smallest;
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (!hiding.cells[i] && cells[i] > 0 && (!smallest || cells[i] < cells[*smallest])) smallest = i;
    if (!smallest) {
      hiding.total = true;
      break;
    }
    hide(*smallest);
  }
  return hiding;
}

}  // namespace ritrovo::projections
