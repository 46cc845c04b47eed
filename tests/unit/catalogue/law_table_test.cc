/// docs/law.md and the catalogue agree: each row says where its rule stands or why it waits, each place exists, and no doubt is lost on the way.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/unit/catalogue/shipped_catalogue.h"

namespace ritrovo::test {
namespace {

struct Row {
  int line = 0;
  std::string rule;
  std::string figure;
  std::string source;
  std::string verified;
  std::string where;
};

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<Row> rows() {
  std::vector<Row> rows;
  std::istringstream in(text_of(std::filesystem::path(RITROVO_SOURCE_DIR) / "docs/law.md"));
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.starts_with("| ") || line.starts_with("| Rule ")) continue;
    std::vector<std::string> cells;
    std::istringstream columns(line.substr(1));
    for (std::string cell; std::getline(columns, cell, '|');) cells.push_back(trimmed(cell));
    EXPECT_EQ(cells.size(), 5U) << "line " << number << " of docs/law.md hasn't five columns";
    if (cells.size() == 5) rows.push_back({number, cells[0], cells[1], cells[2], cells[3], cells[4]});
  }
  return rows;
}

std::vector<std::string> places_of(const Row& row) {
  static const std::regex kQuoted("`([^`]+)`");
  std::vector<std::string> places;
  for (std::sregex_iterator it(row.where.begin(), row.where.end(), kQuoted), end; it != end; ++it) places.push_back((*it)[1]);
  return places;
}

/// Finds the places that rows name, and what the catalogue says of each.
class Places {
 public:
  explicit Places(const definition::Library& library) : almanac_(*library.almanac), library_(library) {}

  /// Whether what stands there is verified; nothing if there is no such place. "PATHWAY PLACE", or a place of the almanac or of family-reunification.
  [[nodiscard]] std::optional<bool> verified(const std::string& whole) const {
    const std::size_t space = whole.find(' ');
    const std::string place = space == std::string::npos ? whole : whole.substr(space + 1);
    const std::size_t colon = place.find(':');
    if (colon == std::string::npos) return std::nullopt;
    const std::string kind = place.substr(0, colon);
    const std::string name = place.substr(colon + 1);
    if (kind == "term" || kind == "freeze" || kind == "parameter") return of_almanac(kind, name);
    if (kind == "calendar") return of_calendar(name);
    const auto pathway = library_.valid_on(space == std::string::npos ? kMain : whole.substr(0, space), parse_day("2026-01-01").value());
    return pathway == nullptr ? std::nullopt : of_pathway(*pathway, kind, name);
  }

  /// Every place that carries a doubt.
  [[nodiscard]] std::vector<std::string> doubtful() const {
    std::vector<std::string> places;
    for (const auto& pathway : library_.pathways) {
      const std::string where = pathway->name == kMain ? "" : pathway->name + " ";
      for (const definition::Fact& fact : pathway->facts)
        if (!fact.ground.verified && !declared_elsewhere(*pathway, fact.name)) places.push_back(where + "fact:" + fact.name);
      for (const definition::Step& step : pathway->steps) {
        // A step of a pathway that is used here is told of there.
        if (step.name.find('/') != std::string::npos) continue;
        if (!step.ground.verified) places.push_back(where + "step:" + step.name);
        for (const definition::Outcome& outcome : step.outcomes)
          if (!outcome.ground.verified && step.ground.verified) places.push_back(where + "outcome:" + step.name + "/" + outcome.name);
        for (const definition::Deadline& deadline : step.deadlines)
          if (!deadline.ground.verified && step.ground.verified) places.push_back(where + "deadline:" + step.name);
      }
    }
    for (const calendar::Term& term : almanac_.terms()) {
      for (const calendar::DatedLength& length : term.lengths)
        if (!length.source.verified) places.push_back("term:" + term.name + "@" + to_string(length.from));
      for (const calendar::Freeze& freeze : term.freezes)
        if (!freeze.source.verified) places.push_back("freeze:" + term.name + "@" + to_string(freeze.from));
    }
    for (const calendar::Parameter& parameter : almanac_.parameters())
      for (const calendar::DatedValue& value : parameter.values)
        if (!value.source.verified) places.push_back("parameter:" + parameter.name + "@" + to_string(value.from));
    return places;
  }

 private:
  /// Whether the fact came into family-reunification with a pathway that it uses.
  [[nodiscard]] bool declared_elsewhere(const definition::Pathway& pathway, const std::string& fact) const {
    return pathway.name == kMain && std::any_of(library_.pathways.begin(), library_.pathways.end(), [&](const auto& other) {
      return other->name != kMain && other->fact_named(fact) != definition::kNone;
    });
  }

  static constexpr const char* kMain = "family-reunification";

  template <class Entries>
  static std::optional<bool> dated(const Entries& entries, const std::string& day) {
    for (const auto& entry : entries)
      if (to_string(entry.from) == day) return entry.source.verified;
    return std::nullopt;
  }

  [[nodiscard]] std::optional<bool> of_almanac(const std::string& kind, const std::string& name) const {
    const std::size_t at = name.find('@');
    const std::string day = at == std::string::npos ? "" : name.substr(at + 1);
    if (kind == "parameter") {
      const calendar::Parameter* parameter = almanac_.parameter(name.substr(0, at));
      if (parameter == nullptr) return std::nullopt;
      return day.empty() ? std::optional(parameter->source.verified) : dated(parameter->values, day);
    }
    const calendar::Term* term = almanac_.term(name.substr(0, at));
    if (term == nullptr) return std::nullopt;
    if (kind == "freeze") return dated(term->freezes, day);
    return day.empty() ? std::optional(term->source.verified) : dated(term->lengths, day);
  }

  [[nodiscard]] std::optional<bool> of_calendar(const std::string& name) const {
    const calendar::Calendar* calendar = almanac_.calendar(name);
    if (calendar == nullptr) return std::nullopt;
    const auto verified = [](const auto& one) { return one.source.verified; };
    const calendar::CalendarRules& rules = calendar->rules();
    return std::all_of(rules.holidays.begin(), rules.holidays.end(), verified) && std::all_of(rules.closures.begin(), rules.closures.end(), verified);
  }

  [[nodiscard]] static std::optional<bool> of_pathway(const definition::Pathway& pathway, const std::string& kind, const std::string& name) {
    if (kind == "fact") return of_fact(pathway, name, "");
    if (kind == "field") return of_fact(pathway, name.substr(0, name.rfind('.')), name.substr(name.rfind('.') + 1));
    if (kind == "person") return of_person(pathway, name);
    const definition::StepIndex index = pathway.step_named(kind == "outcome" ? name.substr(0, name.rfind('/')) : name);
    if (index == definition::kNone) return std::nullopt;
    const definition::Step& step = pathway.steps[index];
    if (kind == "step") return step.ground.verified;
    if (kind == "deadline") return step.deadlines.empty() ? std::nullopt : std::optional(step.ground.verified && step.deadlines.front().ground.verified);
    for (const definition::Outcome& outcome : step.outcomes)
      if (kind == "outcome" && outcome.name == name.substr(name.rfind('/') + 1)) return step.ground.verified && outcome.ground.verified;
    return std::nullopt;
  }

  [[nodiscard]] static std::optional<bool> of_fact(const definition::Pathway& pathway, const std::string& name, const std::string& field) {
    const definition::FactIndex index = pathway.fact_named(name);
    if (index == definition::kNone) return std::nullopt;
    const definition::Fact& fact = pathway.facts[index];
    const bool has = field.empty() || std::any_of(fact.fields.begin(), fact.fields.end(), [&field](const definition::Field& one) { return one.name == field; });
    return has ? std::optional(fact.ground.verified) : std::nullopt;
  }

  [[nodiscard]] static std::optional<bool> of_person(const definition::Pathway& pathway, const std::string& name) {
    const definition::RoleIndex index = pathway.person_role_named(name.substr(0, name.find('.')));
    if (index == definition::kNone) return std::nullopt;
    for (const definition::Field& field : pathway.persons[index].fields)
      if (field.name == name.substr(name.find('.') + 1)) return true;
    return std::nullopt;
  }

  const calendar::Almanac& almanac_;
  const definition::Library& library_;
};

class LawTable : public testing::Test {
 protected:
  const definition::Loaded loaded_ = definition::load(shipped_catalogue());
  const Places places_{loaded_.library};
  const std::vector<Row> rows_ = rows();
};

TEST_F(LawTable, SaysOfEveryRuleWhereItStandsOrWhyItWaits) {
  EXPECT_GT(rows_.size(), 90U);
  for (const Row& row : rows_) {
    SCOPED_TRACE("docs/law.md:" + std::to_string(row.line) + " " + row.rule);
    EXPECT_FALSE(row.rule.empty() || row.figure.empty() || row.source.empty());
    EXPECT_TRUE(row.verified == "yes" || row.verified == "no") << row.verified;
    const bool waits = row.where.starts_with("waits: ") && row.where.size() > 20;
    EXPECT_NE(waits, !places_of(row).empty()) << "either places or one reason: " << row.where;
  }
}

TEST_F(LawTable, NamesPlacesThatExist) {
  for (const Row& row : rows_)
    for (const std::string& place : places_of(row)) EXPECT_TRUE(places_.verified(place).has_value()) << "docs/law.md:" << row.line << " names " << place << ", which isn't in the catalogue";
}

TEST_F(LawTable, MarksDoubtsAsTheCatalogueDoes) {
  for (const Row& row : rows_) {
    const std::vector<std::string> places = places_of(row);
    if (places.empty()) continue;
    const bool all = std::all_of(places.begin(), places.end(), [this](const std::string& place) { return places_.verified(place).value_or(true); });
    EXPECT_EQ(row.verified == "yes", all) << "docs/law.md:" << row.line << " " << row.rule;
  }
}

TEST_F(LawTable, LeavesNoDoubtOfTheCatalogueOut) {
  std::set<std::string> told;
  for (const Row& row : rows_)
    if (row.verified == "no")
      for (const std::string& place : places_of(row)) told.insert(place);
  for (const std::string& place : places_.doubtful()) EXPECT_TRUE(told.contains(place)) << place << " is marked verified: false, and no row of docs/law.md says so";
}

}  // namespace
}  // namespace ritrovo::test
