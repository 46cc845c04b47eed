#include "projections/facts.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <variant>

#include "projections/wording.h"

namespace ritrovo::projections {
namespace {

/// The value of the field of that name, as a word.
std::string value_of(const std::vector<definition::Field>& fields, const std::vector<pathway::FieldValue>& values, std::string_view name) {
  for (const pathway::FieldValue& value : values) {
    if (value.field >= fields.size() || fields[value.field].name != name) continue;
    if (const auto* text = value.value.get<std::string>()) return *text;
    if (const auto* truth = value.value.get<bool>()) return *truth ? "true" : "false";
    if (const auto* number = value.value.get<std::int64_t>()) return std::to_string(*number);
    if (const auto* day = value.value.get<Day>()) return to_string(*day);
  }
  return {};
}

}  // namespace

std::string_view name_of(FactsRow::Saying saying) {
  switch (saying) {
    case FactsRow::Saying::kReported: return "reported";
    case FactsRow::Saying::kCorrected: return "corrected";
    case FactsRow::Saying::kWithdrawn: return "withdrawn";
  }
  return "";
}

std::string KnownFact::value(std::string_view field) const { return value_of(fact->fields, *values, field); }
std::string KnownPerson::value(std::string_view field) const { return value_of(role->fields, *values, field); }

/// One event being applied to its case's row.
struct Facts::Applying {
  FactsRow& row;
  const CaseEvent& event;

  void person(pathway::PersonIndex index, definition::RoleIndex role, PersonId id, const std::vector<pathway::FieldValue>& values) const {
    row.persons.push_back({index, role, id, event.record.version, event.record.recorded, values});
  }
  void operator()(const pathway::PersonAdded& body) const {
    person(static_cast<pathway::PersonIndex>(event.frame.persons.size() - 1), body.role, body.id, body.values);
  }
  void operator()(const pathway::PersonCorrected& body) const { person(body.person, body.role, event.frame.persons.at(body.person).id, body.values); }
  void operator()(const pathway::FactReported& body) const { fact(FactsRow::Saying::kReported, event.record.version, body.fact, body.person, body.values); }
  void operator()(const pathway::FactCorrected& body) const { fact(FactsRow::Saying::kCorrected, body.of, body.fact, body.person, body.values); }
  void operator()(const pathway::FactWithdrawn& body) const { fact(FactsRow::Saying::kWithdrawn, body.of, body.fact, body.person, {}); }
  template <class Body>
  void operator()(const Body& /*body*/) const {}

  void fact(FactsRow::Saying saying, Version of, definition::FactIndex fact, pathway::PersonIndex person, const std::vector<pathway::FieldValue>& values) const {
    row.facts.push_back({saying, event.record.version, of, fact, person, event.record.effective, event.record.recorded, values});
  }
};

const ViewKind& Facts::kind() {
  static const ViewKind kKind{"facts", 1, "facts and persons in clear, as known at any time: what reports count", [] { return std::make_unique<Facts>(); }};
  return kKind;
}

void Facts::apply(const CaseEvent& event) {
  FactsRow& row = rows_[event.record.case_id];
  row.pathway = event.frame.pathway;
  std::visit(Applying{row, event}, event.body);
}

KnownCase Facts::known(CaseId case_id, const FactsRow& row, Timestamp instant) {
  KnownCase known{case_id, row.pathway, {}, {}};
  for (const FactsRow::PersonSaid& said : row.persons) {
    if (said.recorded > instant || said.role >= row.pathway->persons.size()) continue;
    if (known.persons.size() <= said.person) known.persons.resize(said.person + 1U);
    known.persons[said.person] = {said.id, &row.pathway->persons[said.role], &said.values};
  }
  std::map<Version, KnownFact> facts;
  for (const FactsRow::FactSaid& said : row.facts) {
    if (said.recorded > instant || said.fact >= row.pathway->facts.size()) continue;
    if (said.saying == FactsRow::Saying::kWithdrawn) facts.erase(said.of);
    else facts[said.of] = {&row.pathway->facts[said.fact], said.of, said.version, said.person, said.effective, said.recorded, &said.values};
  }
  for (const auto& [version, fact] : facts) known.facts.push_back(fact);
  std::stable_sort(known.facts.begin(), known.facts.end(), [](const KnownFact& a, const KnownFact& b) { return a.effective < b.effective; });
  return known;
}

std::vector<KnownCase> Facts::known_on(Timestamp instant) const {
  std::vector<KnownCase> cases;
  for (const auto& [case_id, row] : rows_) {
    KnownCase one = known(case_id, row, instant);
    if (!one.persons.empty() || !one.facts.empty()) cases.push_back(std::move(one));
  }
  std::sort(cases.begin(), cases.end(), [](const KnownCase& a, const KnownCase& b) { return a.case_id < b.case_id; });
  return cases;
}

const FactsRow* Facts::of(CaseId case_id) const {
  const auto found = rows_.find(case_id);
  return found == rows_.end() ? nullptr : &found->second;
}

const std::vector<Table>& Facts::tables() const {
  static const std::vector<Table> kTables{
      {"facts",
       {{"case_id"}, {"report_version", CellKind::kInteger}, {"fact"}, {"title_it"}, {"title_en"}, {"person", CellKind::kInteger}, {"effective_on", CellKind::kDay},
        {"last_said"}, {"last_recorded"}}},
      {"persons", {{"case_id"}, {"person", CellKind::kInteger}, {"person_id"}, {"role"}, {"sex"}, {"age_band"}, {"citizenship"}}}};
  return kTables;
}

void Facts::tabulate(CaseId case_id, const TableSink& sink) const {
  const auto found = rows_.find(case_id);
  if (found == rows_.end()) return;
  const FactsRow& row = found->second;
  const std::string id = case_id.printed();
  std::map<Version, const FactsRow::FactSaid*> last;
  for (const FactsRow::FactSaid& said : row.facts) last[said.of] = &said;
  for (const auto& [version, said] : last) {
    const definition::Fact& fact = row.pathway->facts[said->fact];
    sink(0, {id, std::int64_t{version.value()}, fact.name, title_of(fact, "it"), title_of(fact, "en"),
             said->person == pathway::kNobody ? Cell() : Cell(std::int64_t{said->person}), said->effective, std::string(name_of(said->saying)), to_string(said->recorded)});
  }
  const KnownCase now = known(case_id, row, Timestamp(INT64_MAX));
  for (std::size_t i = 0; i < now.persons.size(); ++i) {
    const KnownPerson& person = now.persons[i];
    if (person.role == nullptr) continue;
    const auto text = [&person](std::string_view field) {
      const std::string value = person.value(field);
      return value.empty() ? Cell() : Cell(value);
    };
    sink(1, {id, static_cast<std::int64_t>(i), person.id.printed(), person.role->name, text("sex"), text("age_band"), text("citizenship")});
  }
}

}  // namespace ritrovo::projections
