/// What names and types alone don't show.

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

using test::accepted;
using test::pathway;
using test::refused_at_mark;
using test::warned_at_mark;

TEST(Checker, StepsThatWaitForEachOther) {
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, after: @@b}\n  b: {milestone: true, after: c}\n  c: {milestone: true, after: a}\n"), "it waits for itself (a → b → c → a)"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, after: @@a}\n"), "can never open"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, after: b}\n  b: {milestone: true, after: a}\n  c: {milestone: true, after: @@a}\n"), "which never completes"));
  EXPECT_TRUE(refused_at_mark(pathway("  s: {stage: {}, steps: {a: {milestone: true, after: @@s}}}\n"), "can never open"));
  EXPECT_TRUE(accepted(pathway("  a: {milestone: true, after: {any: [b, form.filed]}}\n  b: {milestone: true, after: a}\n"))) << "a fact gets them going";
}

TEST(Checker, AStageThatNeedsWhatNeedsTheStage) {
  EXPECT_TRUE(refused_at_mark(pathway("  @@s: {stage: {}, steps: {a: {milestone: true, after: b}}}\n  b: {milestone: true, after: s}\n"), "can never complete"));
  EXPECT_TRUE(accepted(pathway("  s: {stage: {}, steps: {a: {milestone: true, after: b, required: false}}}\n  b: {milestone: true, after: s}\n")));
}

TEST(Checker, SentriesThatCanNeverHold) {
  const std::string file = "  file: {wait_for: true, outcomes: {granted: form.granted, refused: form.refused}}\n";
  EXPECT_TRUE(refused_at_mark(pathway(file + "  a: {milestone: true, after: {all: [file/granted, @@file/refused]}}\n"), "ends with one outcome"));
  EXPECT_TRUE(accepted(pathway(file + "  a: {milestone: true, after: {any: [file/granted, file/refused]}}\n")));
  EXPECT_TRUE(refused_at_mark(pathway("  s: {stage: true, steps: {b: {milestone: true}, a: {milestone: true, required: false, after: {all: [b, @@s]}}}}\n"), "which is over then"));
  EXPECT_TRUE(accepted(pathway("  s: {stage: true, steps: {b: {milestone: true}, a: {milestone: true, required: false, after: {any: [form.filed, s]}}}}\n")));
}

TEST(Checker, WhatHasNoTitleIsWarnedOf) {
  EXPECT_TRUE(warned_at_mark(pathway("  @@a: {milestone: true}\n"), "step a has no title, neither in Italian nor in English"));
  EXPECT_TRUE(warned_at_mark(pathway("  @@x.y: {by: [clerk]}\n", "  a: {milestone: true, after: x.y}\n"), "fact x.y has no title"));
}

TEST(Checker, AParameterThatChoosesALengthHasAValueOnEachDay) {
  std::vector<Document> documents = test::almanac();
  documents.push_back({"chosen.yaml",
                       "term: chosen\nversion: 1\ntitle: {it: Scelto, en: Chosen}\nlaw: L. 4\nverified: true\ncalendar: office\nroll: true\nchosen_by: {parameter: choice}\n"
                       "lengths: [{from: 2010-01-01, length: P30D, verified: true}]\n"});
  documents.push_back({"choice.yaml",
                       "parameter: choice\nversion: 1\ntitle: {it: Scelta, en: Choice}\nlaw: L. 4\nverified: true\ntype: text\n"
                       "values: [{from: 2010-01-01, to: 2021-12-31, value: start, verified: true}, {from: 2023-01-01, value: start, verified: true}]\n"});
  documents.push_back({"small.yaml", pathway("  a: {wait_for: true, done_when: {fact: form.filed}, deadline: {term: chosen, from: opened}}\n")});
  std::string told;
  for (const Problem& problem : load(documents).problems) told += to_string(problem);
  EXPECT_NE(told.find("parameter choice has no value from 2022-01-01 to 2022-12-31"), std::string::npos) << told;
}

TEST(Checker, CasesAreManagedByWhoWorksOnTheTasksUnlessItIsSaid) {
  const auto managers = [](const std::string& text) { return test::loaded(text).library.pathways.at(0)->managed_by; };
  using Roles = std::vector<std::string>;
  EXPECT_EQ(managers(pathway("  a: {task: {role: officer}}\n")), Roles{"officer"});
  EXPECT_EQ(managers(pathway("  a: {milestone: true}\n")), (Roles{"clerk", "officer"})) << "without tasks, who reports";
  const std::string text = pathway("  a: {task: {role: officer}}\n");
  const std::size_t at = text.find("persons:");
  EXPECT_EQ(managers(text.substr(0, at) + "managed_by: [clerk]\n" + text.substr(at)), Roles{"clerk"});
  EXPECT_TRUE(refused_at_mark(text.substr(0, at) + "managed_by: [@@clark]\n" + text.substr(at), "there is no role \"clark\""));
}

TEST(Checker, OnlyDatesCanBePast) {
  EXPECT_TRUE(accepted(pathway("  x.y: {by: [clerk], title: {it: X, en: X}, data: {day: {type: date, past: true}}}\n", "  a: {milestone: true, after: x.y}\n")));
  EXPECT_TRUE(refused_at_mark(pathway("  x.y: {by: [clerk], title: {it: X, en: X}, data: {day: {type: string, past: @@true}}}\n", "  a: {milestone: true, after: x.y}\n"), "is no date"));
}

TEST(Checker, RolesAndPartiesThatNothingNamesAreWarnedOf) {
  const std::string text = pathway("  a: {task: {role: clerk}}\n");
  EXPECT_TRUE(warned_at_mark(text.substr(0, text.find("  office:")) + "  @@office:" + text.substr(text.find("  office:") + 9), "nothing uses party office"));
  EXPECT_TRUE(warned_at_mark(text.substr(0, text.find("  officer:")) + "  @@inspector: {it: Ispettore, en: Inspector}\n" + text.substr(text.find("  officer:")), "nothing uses role inspector"));
}

TEST(Checker, OutcomesThatNothingBringsAbout) {
  EXPECT_TRUE(refused_at_mark(pathway("  a: {wait_for: true, outcomes: {x: form.filed, @@lapsed: by_deadline}}\n"), "no deadline of step a"));
  EXPECT_TRUE(accepted(pathway("  a: {wait_for: true, deadline: {term: reply, from: opened, on_overdue: {complete: lapsed}}, outcomes: {x: form.filed, lapsed: by_deadline}}\n")));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {wait_for: true, outcomes: {x: form.filed, @@y: form.filed}}\n"), "can never win"));
}

TEST(Checker, AFormThatItsRoleMayNotReport) {
  EXPECT_TRUE(refused_at_mark(pathway("  a: {task: {role: clerk, form: @@form.granted}, done_when: {fact: form.granted}}\n"), "may not report form.granted"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {task: {role: officer, form: @@form.granted}, done_when: {fact: form.refused}}\n"), "doesn't complete step a"));
}

TEST(Checker, FactsThatNothingUsesAreWarnedOf) {
  EXPECT_TRUE(warned_at_mark(pathway("  @@x.y: {by: [clerk]}\n", "  a: {milestone: true}\n"), "nothing uses fact x.y"));
}

TEST(Checker, TimersThatWouldTellPersonalData) {
  const auto guard = [](const std::string& when) { return pathway("  a: {milestone: true, when: " + when + "}\n"); };
  EXPECT_TRUE(refused_at_mark(guard("@@'age(sponsor.birth_date, today) >= 18'"), "would tell it"));
  EXPECT_TRUE(accepted(guard("'age(sponsor.birth_date, form.filed.filed_on) >= 18'")));
  EXPECT_TRUE(accepted(guard("'today >= plus(sponsor.arrived_on, period(\"P2Y\"))'")));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, after: {day: @@'sponsor.birth_date'}}\n"), "would tell it"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, after: {day: @@'form.refused.refused_on'}}\n"), "would tell it"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, after: {day: @@'today'}}\n"), "never comes to rest"));
  EXPECT_TRUE(accepted(pathway("  a: {milestone: true, after: {day: 'sponsor.arrived_on + period(\"P6Y\")'}}\n")));
  EXPECT_TRUE(refused_at_mark(pathway("  c: {compute: {value: 'sponsor.birth_date', type: date}}\n  a: {milestone: true, after: {day: @@'c.value'}}\n"), "would tell it"));
}

TEST(Checker, ParametersOfEachDay) {
  const auto guard = [](const std::string& when) { return pathway("  a: {milestone: true, when: " + when + "}\n"); };
  EXPECT_TRUE(accepted(guard("'parameter(\"amount\", today) > decimal(\"1\")'")));
  EXPECT_TRUE(refused_at_mark(guard("'parameter(@@\"amont\", today) > decimal(\"1\")'"), "there is no parameter \"amont\""));
  EXPECT_TRUE(refused_at_mark(guard("'parameter(@@\"gap\", today) > decimal(\"1\")'"), "from 2022-01-01 to 2022-12-31"));
  EXPECT_TRUE(refused_at_mark(guard("'parameter(@@\"policy\", today) > decimal(\"1\")'"), "is a text"));
  EXPECT_TRUE(refused_at_mark(guard("'parameter(@@form.filed.note, today) > decimal(\"1\")'"), "in quotes"));
}

TEST(Checker, WordsThatAnEnumerationNeverHas) {
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, when: 'relatives.exists(r, r.tie == @@\"chlid\")'}\n"), "never \"chlid\""));
  EXPECT_TRUE(refused_at_mark(pathway("  f: {wait_for: true, outcomes: {good: form.granted}}\n  a: {milestone: true, when: 'f.outcome == @@\"god\"'}\n"), "never \"god\""));
  EXPECT_TRUE(accepted(pathway("  a: {milestone: true, when: 'relatives.exists(r, r.tie == \"child\")'}\n")));
}

TEST(Checker, ValuesThatNeedThemselves) {
  EXPECT_TRUE(refused_at_mark(pathway("  a: {compute: {value: @@'b.value + 1', type: integer}}\n  b: {compute: {value: 'a.value', type: integer}}\n"), "compute itself"));
}

TEST(Checker, AStatisticalValueNeedsNoWarningButSetsNoTimer) {
  const std::string value = "  c: {compute: {value: 'sponsor.birth_date', type: date, show: statistical}}\n";
  EXPECT_TRUE(accepted(pathway(value + "  a: {milestone: true, when: 'c.value > opened_on'}\n")));
  EXPECT_TRUE(refused_at_mark(pathway(value + "  a: {milestone: true, after: {day: @@'c.value'}}\n"), "would tell it"));
  EXPECT_TRUE(refused_at_mark(pathway("  c: {compute: {value: 'opened_on', type: date, show: @@everybody}}\n"), "isn't a way to show"));
}

TEST(Checker, PersonalValuesShownToEverybodyAreWarnedOf) {
  EXPECT_TRUE(warned_at_mark(pathway("  a: {compute: @@{value: 'sponsor.birth_date', type: date, show: public}}\n"), "personal data"));
}

}  // namespace
}  // namespace ritrovo::definition
