/// Pathways that use others: their steps are put in, and what doesn't fit is told of where it stands.

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

const std::string kSchool = R"(pathway: school-place
version: 1
valid_from: 2019-01-01
title: {it: Scuola, en: School}
law: "DPR 394/1999 art. 45"
roles: {clerk: {it: Operatore, en: Clerk}, teacher: {it: Scuola, en: School}}
persons:
  pupil: {count: one, data: {birth_date: date, tie: {type: enum, values: [spouse, child], public: true}}}
facts:
  place.asked: {by: [clerk], per: pupil, data: {asked_on: {type: date, public: true}}}
  place.given: {by: [teacher], per: pupil, data: {given_on: {type: date, public: true}}}
  place.refused: {by: [teacher], per: pupil}
results:
  enrolled: answer/given
  without_place: {after: answer/refused, title: {it: Senza posto, en: Without a place}}
steps:
  first_day: {compute: {value: 'opened_on', type: date, show: public, parameter: true}}
  ask: {when: 'age(pupil.birth_date, first_day.value) < 18', task: {role: clerk, form: place.asked}, done_when: {fact: place.asked}}
  answer:
    after: ask
    wait_for: true
    deadline: {term: reply, from: place.asked.asked_on, met_by: place.given}
    outcomes: {given: place.given, refused: {fact: place.refused, when: 'ask.outcome == "done"'}}
)";

/// A parent whose stage for each relative holds `steps`, indented by six blanks.
std::string parent(const std::string& steps, const std::string& facts = "") {
  return test::pathway(facts, "  arrival:\n    stage: {each: relative}\n    steps:\n      enter: {wait_for: true, done_when: {fact: visa.issued}}\n" + steps);
}

const std::string kUse = "      school: {after: enter, pathway: {use: school-place, with: {pupil: relative, first_day: visa.issued.issued_on}}}\n";

Loaded load_with(const std::vector<Document>& documents, const Library* base = nullptr) {
  std::vector<Document> all = test::almanac();
  all.insert(all.end(), documents.begin(), documents.end());
  return load(all, base);
}

std::string told(const Loaded& loaded) {
  std::string text;
  for (const Problem& problem : loaded.problems) text += to_string(problem);
  return text;
}

std::shared_ptr<const Pathway> made(const Loaded& loaded, std::string_view name) {
  for (const auto& pathway : loaded.library.pathways)
    if (pathway->name == name) return pathway;
  return nullptr;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) { return text.replace(text.find(what), what.size(), by); }

TEST(SubPathway, ItsStepsStandInAStageUnderTheStepsName) {
  const Loaded loaded = load_with({{"parent.yaml", parent(kUse)}, {"school.yaml", kSchool}});
  ASSERT_TRUE(loaded.good()) << told(loaded);
  const auto pathway = made(loaded, "small-pathway");
  ASSERT_NE(pathway, nullptr);
  const StepIndex school = pathway->step_named("school");
  const StepIndex answer = pathway->step_named("school/answer");
  ASSERT_NE(answer, kNone);
  EXPECT_EQ(pathway->steps[school].kind, StepKind::kStage);
  EXPECT_EQ(pathway->steps[school].uses, "school-place");
  EXPECT_EQ(pathway->steps[school].ground.law, "DPR 394/1999 art. 45");
  EXPECT_EQ(pathway->steps[answer].stage, school);
  EXPECT_EQ(pathway->path_of(answer), "arrival/school/answer");
  EXPECT_EQ(pathway->step_at("school/answer"), answer);
  EXPECT_EQ(pathway->step_at("arrival/school/answer"), answer);
  EXPECT_EQ(pathway->step_at("answer"), answer);
  EXPECT_EQ(pathway->facts[pathway->fact_named("place.asked")].per, pathway->person_role_named("relative"));
  const Step& ask = pathway->steps[pathway->step_named("school/ask")];
  EXPECT_EQ(pathway->guards[ask.when].source, "age(relative.birth_date, school.first_day.value) < 18");
  EXPECT_EQ(pathway->guards[pathway->steps[pathway->step_named("school/first_day")].value].source, "visa.issued.issued_on");
  ASSERT_EQ(pathway->steps[school].outcomes.size(), 2U);
  EXPECT_EQ(pathway->steps[school].outcomes[1].title.in("en"), "Without a place");
}

TEST(SubPathway, IsAPathwayOfItsOwnToo) {
  const Loaded loaded = load_with({{"school.yaml", kSchool}});
  ASSERT_TRUE(loaded.good()) << told(loaded);
  EXPECT_EQ(made(loaded, "school-place")->results.size(), 2U);
}

TEST(SubPathway, ItsResultsAreOutcomesOfTheStep) {
  EXPECT_TRUE(load_with({{"p.yaml", parent(kUse + "      glad: {milestone: true, after: school/enrolled}\n      deep: {milestone: true, after: school/answer/given}\n"
                                                   "      told: {milestone: true, after: {overdue: school/answer}, when: 'school.outcome != \"enrolled\"'}\n")},
                         {"school.yaml", kSchool}}).good());
  const Loaded wrong = load_with({{"p.yaml", parent(kUse + "      glad: {milestone: true, after: school/enroled}\n")}, {"school.yaml", kSchool}});
  ASSERT_FALSE(wrong.good());
  EXPECT_NE(told(wrong).find("did you mean \"enrolled\"?"), std::string::npos) << told(wrong);
}

TEST(SubPathway, TheParentsIdentityCoversTheOneThatItUses) {
  const Hash256 one = made(load_with({{"p.yaml", parent(kUse)}, {"s.yaml", kSchool}}), "small-pathway")->identity;
  const Hash256 same = made(load_with({{"s.yaml", "# a comment\n" + kSchool}, {"p.yaml", parent(kUse)}}), "small-pathway")->identity;
  const Hash256 other = made(load_with({{"p.yaml", parent(kUse)}, {"s.yaml", replaced(kSchool, "< 18", "< 16")}}), "small-pathway")->identity;
  EXPECT_EQ(one, same);
  EXPECT_NE(one, other);
}

TEST(SubPathway, IsFoundAmongThePublishedToo) {
  const Loaded school = load_with({{"s.yaml", kSchool}});
  const Loaded together = load_with({{"p.yaml", parent(kUse)}, {"s.yaml", kSchool}});
  const Loaded later = load_with({{"p.yaml", parent(kUse)}}, &school.library);
  ASSERT_TRUE(later.good()) << told(later);
  EXPECT_EQ(made(later, "small-pathway")->identity, made(together, "small-pathway")->identity);
}

TEST(SubPathway, TheVersionThatHoldsFromTheParentsFirstDayIsTakenUnlessOneIsNamed) {
  const std::string second = replaced(replaced(kSchool, "version: 1", "version: 2"), "2019-01-01", "2019-06-01");
  const std::string third = replaced(replaced(kSchool, "version: 1", "version: 3"), "2019-01-01", "2021-01-01");
  const std::vector<Document> versions = {{"1.yaml", kSchool}, {"2.yaml", second}, {"3.yaml", third}};
  const auto version_used = [&](const std::string& use) {
    std::vector<Document> documents = versions;
    documents.push_back({"p.yaml", parent(use)});
    const Loaded loaded = load_with(documents);
    EXPECT_TRUE(loaded.good()) << told(loaded);
    const auto pathway = made(loaded, "small-pathway");
    return pathway == nullptr ? 0 : pathway->steps[pathway->step_named("school")].uses_version;
  };
  EXPECT_EQ(version_used(kUse), 2U);
  EXPECT_EQ(version_used(replaced(kUse, "school-place,", "school-place, version: 3,")), 3U);
}

TEST(SubPathway, WhatIsNotThereIsRefusedByName) {
  const auto refused = [](const std::string& use, const std::string& message) {
    const Loaded loaded = load_with({{"p.yaml", parent(use)}, {"s.yaml", kSchool}});
    return !loaded.good() && told(loaded).find(message) != std::string::npos ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << told(loaded);
  };
  EXPECT_TRUE(refused("      school: {pathway: {use: school-plce}}\n", "p.yaml:24:31: error: there is no pathway \"school-plce\""));
  EXPECT_TRUE(refused("      school: {pathway: {use: school-plce}}\n", "did you mean \"school-place\"?"));
  EXPECT_TRUE(refused("      school: {pathway: {use: school-place, version: 4}}\n", "pathway school-place has no version 4"));
  EXPECT_TRUE(refused("      school: {pathway: {use: school-place}}\n", "there is no person \"pupil\" for the pupil of pathway school-place"));
  EXPECT_TRUE(refused("      school: {pathway: {use: school-place, with: {pupl: relative}}}\n", "has no person or parameter \"pupl\""));
  EXPECT_TRUE(refused("      school: {pathway: {use: school-place, with: {pupil: relative}}, completes_when: enter}\n", "has the completes_when of the pathway that it uses"));
  EXPECT_TRUE(refused("      school: {pathway: {us: school-place}}\n", "has no key \"us\""));
  EXPECT_TRUE(refused("      school: {pathway: {use: school-place, with: {pupil: relative, first_day: 'tody'}}}\n", "tody"));
}

TEST(SubPathway, PersonsMustFit) {
  const Loaded outside = load_with({{"p.yaml", test::pathway("  school: {pathway: {use: school-place, with: {pupil: relative}}}\n")}, {"s.yaml", kSchool}});
  EXPECT_NE(told(outside).find("put this step into a stage with \"each: relative\""), std::string::npos) << told(outside);
  const Loaded lacks = load_with({{"p.yaml", parent(kUse)}, {"s.yaml", replaced(kSchool, "birth_date: date", "birth_date: {type: date, public: true}")}});
  EXPECT_NE(told(lacks).find("reads pupil.birth_date (date, public), and relative has it as date, sealed"), std::string::npos) << told(lacks);
}

TEST(SubPathway, FactsOfTheSameContentAreSharedAndOthersAreRefusedWithBothPlaces) {
  const std::string same = "  place.given: {by: [teacher], per: relative, data: {given_on: {public: true, type: date}}}\n";
  const std::string head = replaced(parent(kUse, same), "roles:\n", "roles:\n  teacher: {it: Maestra, en: Teacher}\n");
  const Loaded shared = load_with({{"p.yaml", head}, {"s.yaml", kSchool}});
  EXPECT_TRUE(shared.good()) << told(shared);
  const Loaded other = load_with({{"p.yaml", replaced(head, "given_on", "granted_on")}, {"s.yaml", kSchool}});
  EXPECT_NE(told(other).find("fact place.given is declared otherwise here (line 20) and in s.yaml:11:16"), std::string::npos) << told(other);
}

TEST(SubPathway, ProblemsAreToldWhereTheyStand) {
  const Loaded inside = load_with({{"p.yaml", parent(kUse)}, {"s.yaml", replaced(kSchool, "after: ask", "after: aks")}});
  EXPECT_NE(told(inside).find("s.yaml:20:12: error: there is no step \"aks\""), std::string::npos) << told(inside);
  EXPECT_NE(told(inside).find("p.yaml:24:45: error: pathway school-place has problems of its own"), std::string::npos) << told(inside);
  EXPECT_EQ(std::count_if(inside.problems.begin(), inside.problems.end(), [](const Problem& problem) { return problem.severity == Severity::kError; }), 2) << told(inside);
}

TEST(SubPathway, ARingOfUsesIsRefused) {
  const std::string one = replaced(kSchool, "steps:\n", "steps:\n  again: {pathway: {use: second}}\n");
  const std::string two = replaced(one, "school-place", "second");
  const Loaded ring = load_with({{"a.yaml", one}, {"b.yaml", replaced(two, "use: second", "use: school-place")}});
  EXPECT_NE(told(ring).find("pathways can't use each other: school-place → second → school-place"), std::string::npos) << told(ring);
}

TEST(SubPathway, CanUseOthersItself) {
  const std::string outer = replaced(replaced(kSchool, "pathway: school-place", "pathway: outer"), "steps:\n", "steps:\n  inner: {pathway: {use: school-place}}\n");
  const std::string use = replaced(kUse, "use: school-place", "use: outer");
  const Loaded loaded = load_with({{"p.yaml", parent(use)}, {"o.yaml", outer}, {"s.yaml", kSchool}});
  ASSERT_TRUE(loaded.good()) << told(loaded);
  const auto pathway = made(loaded, "small-pathway");
  const StepIndex deep = pathway->step_named("school/inner/ask");
  ASSERT_NE(deep, kNone);
  EXPECT_EQ(pathway->path_of(deep), "arrival/school/inner/ask");
  EXPECT_EQ(pathway->guards[pathway->steps[deep].when].source, "age(relative.birth_date, school.inner.first_day.value) < 18");
}

TEST(Results, SayWhenTheyHold) {
  EXPECT_TRUE(test::accepted(test::pathway("  s: {stage: true, outcomes: {well: a, ill: {after: {any: [form.refused]}, title: {it: Male, en: Ill}}}, steps: {a: {milestone: true}}}\n"
                                           "  b: {milestone: true, after: s/well}\n")));
  EXPECT_TRUE(test::refused_at_mark(test::pathway("  s: {stage: true, outcomes: {well: @@aa}, steps: {a: {milestone: true}}}\n"), "there is no step \"aa\""));
  EXPECT_TRUE(test::refused_at_mark("results: {@@a: a}\n" + test::pathway("  a: {milestone: true}\n"), "has the name of a step"));
}

}  // namespace
}  // namespace ritrovo::definition
