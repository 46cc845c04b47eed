#include "projections/directory/directory.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/record/engine_bodies.h"
#include "workflows/definition/loader.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::projections {
namespace {

constexpr const char* kDesk = R"(pathway: desk
version: 1
valid_from: 2018-01-01
title: {it: Desk, en: Desk}
managed_by: [caseworker]
roles:
  caseworker: {it: Caseworker, en: Caseworker}
persons:
  sponsor:
    count: one
    title: {it: Sponsor, en: Sponsor}
    data: {given_name: string, family_name: string, birth_date: {type: date, past: true}, sex: {type: string, statistical: true}}
  relative:
    count: many
    group: relatives
    title: {it: Relative, en: Relative}
    data: {given_name: string, family_name: string, birth_date: {type: date, past: true}, sex: {type: string, statistical: true}}
facts:
  application.filed: {title: {it: Filed, en: Filed}, by: [caseworker], data: {receipt: string}}
steps:
  file: {title: {it: File, en: File}, task: {role: caseworker, form: application.filed}, done_when: {fact: application.filed}}
)";

std::shared_ptr<const definition::Library> desk_library() {
  definition::Loaded loaded = definition::load({{"desk.yaml", kDesk}});
  for (const definition::Problem& problem : loaded.problems)
    if (problem.severity == definition::Severity::kError) ADD_FAILURE() << to_string(problem);
  return std::make_shared<const definition::Library>(std::move(loaded.library));
}

struct Someone {
  std::string given;
  std::string family;
  std::string born;
  std::string sex = "male";
  [[nodiscard]] Identity identity() const { return identity_from({{"birth_date", Value(born)}, {"family_name", Value(family)}, {"given_name", Value(given)}, {"sex", Value(sex)}}); }
};

const Roles kCaseworker{"caseworker"};

/// A directory, and the log and vault behind it.
class Town {
 public:
  Town() : directory_([this] { return library_; }, [this](CaseId, Version version, const Box& box) { return opened(version, box); }) {}
  Directory& directory() { return directory_; }

  CaseId open(const std::vector<Someone>& family) {
    const CaseId id(++cases_);
    say(id, pathway::CaseOpened{pathway().name, 1, pathway().identity, std::nullopt});
    std::uint16_t number = 0;
    for (const Someone& person : family) {
      const std::string alias = number == 0 ? "sponsor" : "rel-" + std::to_string(number);
      const definition::RoleIndex role = pathway().person_role_named(number == 0 ? "sponsor" : "relative");
      const PersonId owner = person_of(id, number++);
      say(id, pathway::PersonAdded{alias, role, owner, {{3, Value(person.sex)}}}, owner,
          {{"birth_date", Value(*person.identity().birth_date)}, {"family_name", Value(person.family)}, {"given_name", Value(person.given)}});
    }
    return id;
  }
  void correct(CaseId id, pathway::PersonIndex person, Values values) {
    say(id, pathway::PersonCorrected{person, pathway().person_role_named(person == 0 ? "sponsor" : "relative"), {}}, person_of(id, person), std::move(values));
  }
  void file(CaseId id, const std::string& receipt) { say(id, pathway::FactReported{0, pathway::kNobody, {}}, PersonId(id.value() + 500), {{"receipt", Value(receipt)}}); }
  void leave(CaseId id, pathway::PersonIndex person) { say(id, pathway::PersonLeft{person}); }
  void erase(CaseId id, PersonId person) {
    erased_.push_back(person);
    Event event;
    event.tag = kErasureTag;
    event.case_id = id;
    event.body = encode_body(ErasureBody{ErasureStage::kCompleted, person, "asked"});
    events_.push_back(event);
    directory_.apply(event);
  }
  static PersonId person_of(CaseId id, std::uint16_t number) { return PersonId(id.value() * 1000 + number + 1); }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] Opened::Entry opened(Version version, const Box& box) const {
    for (const PersonId person : erased_)
      if (person == box.owner) return {version, box.owner, BoxState::kErased, {}};
    return {version, box.owner, BoxState::kOpen, boxes_.at(box.sealed)};
  }
  [[nodiscard]] std::shared_ptr<const definition::Library> library() const { return library_; }

 private:
  [[nodiscard]] const definition::Pathway& pathway() const { return *library_->pathways.at(0); }
  void say(CaseId id, const pathway::Body& body, PersonId owner = {}, Values sealed = {}) {
    Event event;
    event.tag = pathway::tag_of(body);
    event.case_id = id;
    event.version = Version(static_cast<std::uint32_t>(events_.size() + 1));
    event.body = pathway::encode_body(body);
    if (!sealed.empty()) {
      event.boxes.push_back({owner, std::to_string(events_.size())});
      boxes_[event.boxes.back().sealed] = std::move(sealed);
    }
    events_.push_back(event);
    directory_.apply(event);
  }

  std::shared_ptr<const definition::Library> library_ = desk_library();
  std::map<std::string, Values> boxes_;
  std::vector<PersonId> erased_;
  std::vector<Event> events_;
  std::uint64_t cases_ = 0;
  Directory directory_;
};

std::vector<CaseId> cases_of(const std::vector<FoundPerson>& found) {
  std::vector<CaseId> cases;
  for (const FoundPerson& one : found) cases.push_back(one.case_id);
  return cases;
}
std::vector<CaseId> cases_of(const std::vector<Candidate>& found) {
  std::vector<CaseId> cases;
  for (const Candidate& one : found) cases.push_back(one.case_id);
  return cases;
}

/// Two families among many others, so that chance has its part.
struct Milan {
  Town town;
  CaseId hassanein;
  CaseId quispe;
  Milan() {
    hassanein = town.open({{"Mohamed", "Hassanein", "1985-03-04"}, {"Mariam", "Hassanein", "2016-11-02", "female"}});
    quispe = town.open({{"Rosa", "Quispe", "1979-06-30", "female"}});
    const char* kGiven[] = {"Karim", "Luis", "Jorge", "Rahim", "Nimal", "Arben"};
    const char* kFamily[] = {"Mansour", "Flores", "Rojas", "Miah", "Perera", "Hoxha", "Fall"};
    for (int i = 0; i < 84; ++i) {
      const std::string born = "19" + std::to_string(60 + i % 30) + "-0" + std::to_string(1 + i % 9) + "-1" + std::to_string(i % 10);
      town.open({{kGiven[i % 6], kFamily[i % 7], born}});
    }
  }
  [[nodiscard]] std::vector<FoundPerson> named(const std::string& name) { return town.directory().search({name, {}, {}}, kCaseworker); }
};

TEST(Directory, FindsANameInAnotherSpellingScriptAndOrder) {
  Milan milan;
  for (const char* name : {"Mohamed Hassanein", "Muhammad Hasanain", "Hassanin, Mohammad", "محمد حسنين", "HASSANEIN mohamed", "mohamed"}) {
    const std::vector<FoundPerson> found = milan.named(name);
    ASSERT_FALSE(found.empty()) << name;
    EXPECT_EQ(found.front().case_id, milan.hassanein) << name;
    EXPECT_EQ(found.front().said.given_name, "Mohamed") << name;
  }
  EXPECT_TRUE(milan.named("Mohamed Quispe").empty()) << "every word must be found";
  EXPECT_TRUE(milan.named("Zineb").empty());
}

TEST(Directory, FindsADateOfBirthWithDayAndMonthSwapped) {
  Milan milan;
  const auto born = [&](const char* day) { return milan.town.directory().search({"Hassanein", *parse_day(day), {}}, kCaseworker); };
  ASSERT_EQ(born("1985-03-04").size(), 1U);
  EXPECT_EQ(born("1985-03-04").front().date, DateMatch::kSame);
  ASSERT_EQ(born("1985-04-03").size(), 1U);
  EXPECT_EQ(born("1985-04-03").front().date, DateMatch::kSwapped);
  EXPECT_TRUE(born("1985-03-05").empty());
  EXPECT_EQ(cases_of(milan.town.directory().search({"", *parse_day("1979-06-30"), {}}, kCaseworker)), std::vector{milan.quispe});
}

TEST(Directory, FindsTheNumberOfAReceiptHoweverItIsWritten) {
  Milan milan;
  milan.town.file(milan.quispe, "P-MI/L/N/2025/100123");
  EXPECT_EQ(cases_of(milan.town.directory().search({"", {}, "p-mi l n 2025 100123"}, kCaseworker)), std::vector{milan.quispe});
  EXPECT_TRUE(milan.town.directory().search({"", {}, "P-MI/L/N/2025/100124"}, kCaseworker).empty());
  EXPECT_EQ(cases_of(milan.town.directory().candidates({}, {"P-MI/L/N/2025/100123"}, kCaseworker)), std::vector{milan.quispe});
}

TEST(Directory, AFamilyMetAgainIsACandidateWithItsReasons) {
  Milan milan;
  const Someone father{"Muhammad", "Hasanein", "1985-04-03"};
  const Someone daughter{"Maryam", "Hasanein", "2016-02-11", "female"};
  const std::vector<Candidate> found = milan.town.directory().candidates({father.identity(), daughter.identity()}, {}, kCaseworker);
  ASSERT_EQ(cases_of(found), std::vector{milan.hassanein});
  ASSERT_EQ(found.front().persons.size(), 2U);
  EXPECT_EQ(found.front().others, 0U);
  for (const PersonMatch& match : found.front().persons) {
    EXPECT_EQ(match.known.date, DateMatch::kSwapped);
    EXPECT_LT(match.known.likeness, 1);
    EXPECT_EQ(match.bearers, 1U);
  }
}

TEST(Directory, NamesakesBornOnOtherDaysAreNoCandidates) {
  Milan milan;
  const Someone namesake{"Mohamed", "Hassanein", "1990-01-20"};
  EXPECT_TRUE(milan.town.directory().candidates({namesake.identity()}, {}, kCaseworker).empty());
  const Someone sister{"Mohamed", "Hassanein", "1985-03-04", "female"};
  EXPECT_TRUE(milan.town.directory().candidates({sister.identity()}, {}, kCaseworker).empty()) << "another sex, another person";
  const Someone stranger{"Karim", "Mansour", "1985-03-04"};
  EXPECT_TRUE(milan.town.directory().candidates({stranger.identity()}, {}, kCaseworker).empty());
}

TEST(Directory, NobodyWithoutARoleThatManagesThePathwaySeesAnything) {
  Milan milan;
  const Someone father{"Mohamed", "Hassanein", "1985-03-04"};
  milan.town.file(milan.hassanein, "A1");
  for (const Roles& roles : {Roles{}, Roles{"teacher"}}) {
    EXPECT_TRUE(milan.town.directory().search({"Hassanein", {}, {}}, roles).empty());
    EXPECT_TRUE(milan.town.directory().search({"", {}, "A1"}, roles).empty());
    EXPECT_TRUE(milan.town.directory().candidates({father.identity()}, {"A1"}, roles).empty());
  }
}

TEST(Directory, WhoIsErasedLeavesIt) {
  Milan milan;
  milan.town.file(milan.hassanein, "A1");
  const std::size_t before = milan.town.directory().persons();
  milan.town.erase(milan.hassanein, Town::person_of(milan.hassanein, 0));
  EXPECT_EQ(milan.town.directory().persons(), before - 1);
  EXPECT_TRUE(milan.named("Mohamed").empty());
  EXPECT_EQ(cases_of(milan.named("Hassanein")), std::vector{milan.hassanein}) << "the daughter is still known";
  milan.town.erase(milan.hassanein, PersonId(milan.hassanein.value() + 500));
  EXPECT_TRUE(milan.town.directory().search({"", {}, "A1"}, kCaseworker).empty());
  // The same from the log's beginning, where the boxes don't open any more.
  Directory fresh([&] { return milan.town.library(); }, [&](CaseId, Version version, const Box& box) { return milan.town.opened(version, box); });
  for (const Event& event : milan.town.events()) fresh.apply(event);
  EXPECT_EQ(fresh.persons(), before - 1);
  EXPECT_TRUE(fresh.search({"Mohamed", {}, {}}, kCaseworker).empty());
}

TEST(Directory, ACorrectedNameIsFoundByBothAndSaysSo) {
  Milan milan;
  milan.town.correct(milan.quispe, 0, {{"given_name", Value("Lucía")}});
  ASSERT_EQ(milan.named("Lucia Quispe").size(), 1U);
  EXPECT_FALSE(milan.named("Lucia Quispe").front().former);
  EXPECT_EQ(milan.named("Lucia Quispe").front().said.birth_date, *parse_day("1979-06-30")) << "what wasn't corrected stays";
  const std::vector<FoundPerson> all = milan.named("Quispe");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_FALSE(all[0].former);
  EXPECT_TRUE(all[1].former);
}

TEST(Directory, WhoLeftACaseIsStillKnown) {
  Milan milan;
  milan.town.leave(milan.hassanein, 1);
  ASSERT_EQ(milan.named("Mariam").size(), 1U);
  EXPECT_TRUE(milan.named("Mariam").front().left);
}

}  // namespace
}  // namespace ritrovo::projections
