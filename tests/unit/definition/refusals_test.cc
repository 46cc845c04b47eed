/// Names, types and shapes: each mistake is refused where it stands.

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

using test::accepted;
using test::pathway;
using test::refused_at_mark;

TEST(Refusals, NamesThatNobodyDeclaredComeWithTheOneThatWasMeant) {
  const Loaded found = test::loaded(pathway("  file: {wait_for: true, done_when: {fact: form.fild}}\n"));
  ASSERT_FALSE(found.good());
  std::string hints;
  for (const Problem& problem : found.problems) hints += problem.hint;
  EXPECT_NE(hints.find("did you mean \"form.filed\"?"), std::string::npos);
}

TEST(Refusals, UnknownNames) {
  EXPECT_TRUE(refused_at_mark(pathway("  file: {wait_for: true, done_when: {fact: @@form.fild}}\n"), "there is no fact \"form.fild\""));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, after: @@bb}\n  b: {milestone: true}\n"), "there is no step \"bb\""));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {task: {role: @@clark}}\n"), "there is no role \"clark\""));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, waits_on: @@ofice}\n"), "there is no party \"ofice\""));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {notify: {to: @@nobody, message: {it: x, en: x}}}\n"), "there is no role \"nobody\""));
  EXPECT_TRUE(refused_at_mark(pathway("  s: {stage: {each: @@relatve}, steps: {a: {milestone: true}}}\n"), "there is no person \"relatve\""));
  EXPECT_TRUE(refused_at_mark(pathway("  x.y: {by: [@@clerc]}\n", "  a: {milestone: true, after: x.y}\n"), "there is no role \"clerc\""));
  EXPECT_TRUE(refused_at_mark(pathway("  x.y: {by: [clerk], per: @@aunt}\n", "  a: {milestone: true}\n"), "there is no person \"aunt\""));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, @@aftr: b}\n  b: {milestone: true}\n"), "has no key \"aftr\""));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, when: 'form.filed.amount > decimal(\"1\") && @@form.filed.amont > decimal(\"1\")'}\n"), "amont"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {wait_for: true, outcomes: {x: {fact: form.filed, when: '@@tody > opened_on'}}}\n"), "tody"));
}

TEST(Refusals, OutcomesAndDeadlinesThatAStepLacks) {
  const std::string file = "  file: {wait_for: true, outcomes: {granted: form.granted, refused: form.refused}}\n";
  EXPECT_TRUE(accepted(pathway(file + "  a: {milestone: true, after: file/granted}\n")));
  EXPECT_TRUE(refused_at_mark(pathway(file + "  a: {milestone: true, after: @@file/grnted}\n"), "no outcome \"grnted\""));
  EXPECT_TRUE(refused_at_mark(pathway("  m: {milestone: true}\n  a: {milestone: true, after: @@m/done}\n"), "no outcome \"done\""));
  EXPECT_TRUE(refused_at_mark(pathway(file + "  a: {milestone: true, after: {overdue: @@file}}\n"), "no deadline to miss"));
  EXPECT_TRUE(accepted(pathway("  f: {wait_for: true, done_when: {fact: form.filed}}\n  a: {milestone: true, after: f/done}\n")));
}

TEST(Refusals, WrongShapes) {
  EXPECT_TRUE(refused_at_mark(pathway("  @@a: {title: {it: x, en: x}}\n"), "doesn't say what it is"));
  EXPECT_TRUE(refused_at_mark(pathway("  @@a: {milestone: true, wait_for: true, done_when: {fact: form.filed}}\n"), "several kinds at once"));
  EXPECT_TRUE(refused_at_mark(pathway("  @@Big: {milestone: true}\n"), "can't be a name here"));
  EXPECT_TRUE(refused_at_mark(pathway("  @@for: {milestone: true}\n"), "guards reserve"));
  EXPECT_TRUE(refused_at_mark(pathway("  @@s: {stage: {}}\n"), "has no steps"));
  EXPECT_TRUE(refused_at_mark(pathway("  s: {stage: {}, steps: {a: {milestone: true}, @@s: {milestone: true}}}\n"), "another step s"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, after: @@[b]}\n  b: {milestone: true}\n"), "must name a step"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, after: {@@both: [b]}}\n  b: {milestone: true}\n"), "no key \"both\""));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, after: {at_least: @@3, of: [b, form.filed]}}\n  b: {milestone: true}\n"), "from 1 to 2"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, required: @@\"true\"}\n"), "must be true or false"));
  EXPECT_TRUE(refused_at_mark(pathway("  @@a: {wait_for: true}\n"), "waits for nothing"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, done_when: @@{fact: form.filed}}\n"), "completes by itself"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {wait_for: true, outcomes: {@@x: by_hand}}\n"), "only a task is worked on"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, title: @@{it: solo}}\n"), "lacks English"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {notify: {to: family, message: @@{en: only}}}\n"), "lacks Italian"));
  EXPECT_TRUE(refused_at_mark(pathway("  @@x.y: {}\n", "  a: {milestone: true, after: x.y}\n"), "nobody may report x.y"));
  EXPECT_TRUE(refused_at_mark(pathway("  x.y: {by: [clerk], data: {f: @@money}}\n", "  a: {milestone: true, after: x.y}\n"), "isn't a type"));
  EXPECT_TRUE(refused_at_mark(pathway("  s: {stage: {each: @@sponsor}, steps: {a: {milestone: true}}}\n"), "there is one sponsor"));
}

TEST(Refusals, GuardsOfTheWrongType) {
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, when: 'form.filed@@.amount'}\n"), "bool"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, when: @@true}\n"), "must be an expression"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {compute: {value: '@@opened_on', type: decimal}}\n"), "decimal"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {compute: {value: 'opened_on', type: @@dat}}\n"), "isn't a type"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {compute: {value: @@'today', type: date}}\n"), "would change every day"));
  EXPECT_TRUE(accepted(pathway("  a: {compute: {value: 'opened_on', type: date}}\n  b: {milestone: true, when: 'known(a.value)'}\n")));
}

TEST(Refusals, WhatIsEachPersonsOwnSeenFromOutside) {
  const std::string branch = "  s: {stage: {each: relative}, steps: {visa: {wait_for: true, done_when: {fact: visa.issued}}}}\n";
  EXPECT_TRUE(accepted(pathway(branch + "  a: {milestone: true, after: {every: visa}}\n  b: {milestone: true, after: {some: visa.issued}}\n")));
  EXPECT_TRUE(refused_at_mark(pathway(branch + "  a: {milestone: true, after: @@visa}\n"), "different for each relative"));
  EXPECT_TRUE(refused_at_mark(pathway(branch + "  a: {milestone: true, after: @@visa.issued}\n"), "different for each relative"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {wait_for: true, done_when: {fact: @@visa.issued}}\n"), "different for each relative"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, when: @@'relative.tie == \"child\"'}\n"), "different for each relative"));
  EXPECT_TRUE(refused_at_mark(pathway("  m: {milestone: true}\n  a: {milestone: true, after: {some: @@m}}\n"), "only one of it"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {wait_for: true, done_when: {fact: form.filed}, deadline: {term: reply, from: @@visa.issued.issued_on}}\n"), "different for each"));
  EXPECT_TRUE(refused_at_mark(pathway("  s: {stage: {each: relative}, steps: {t: {stage: {each: @@relative}, steps: {a: {milestone: true}}}}}\n"), "inside another"));
}

TEST(Refusals, Deadlines) {
  const auto with = [](const std::string& deadline) { return pathway("  a: {wait_for: true, done_when: {fact: form.granted}, deadline: " + deadline + "}\n"); };
  EXPECT_TRUE(accepted(with("{term: reply, from: form.filed.filed_on, warn_before: P5D, on_overdue: {notify: clerk}}")));
  EXPECT_TRUE(accepted(with("{term: reply, from: opened}")));
  EXPECT_TRUE(refused_at_mark(with("{term: @@repli, from: opened}"), "there is no term \"repli\""));
  EXPECT_TRUE(refused_at_mark(with("{term: @@late, from: opened}"), "no length on 2020-01-01"));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: @@form.filed.secret_on}"), "timer would tell"));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: @@form.refused.refused_on}"), "timer would tell"));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: @@form.filed.amount}"), "must be a date"));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: @@form.filed}"), "is a fact"));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: @@form.filed.fild_on}"), "no field \"fild_on\""));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: opened, interrupted_on: @@form.filed.filed_on}"), "never restarts"));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: opened, restarts_on: @@form.filed.filed_on}"), "never interrupted"));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: opened, warn_before: @@15}"), "a period"));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: opened, on_overdue: {complete: @@lapsed}}"), "no outcome \"lapsed\""));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: opened, on_overdue: {notify: @@clerg}}"), "no role \"clerg\""));
  EXPECT_TRUE(refused_at_mark(with("{term: reply, from: opened, suspended_while: @@b}"), "no step \"b\""));
}

TEST(Refusals, FourEyes) {
  const std::string task = "  first: {task: {role: clerk}}\n  other: {milestone: true}\n";
  EXPECT_TRUE(accepted(pathway(task + "  second: {after: first, task: {role: clerk, four_eyes: true}}\n")));
  EXPECT_TRUE(accepted(pathway(task + "  second: {after: other, task: {role: clerk, four_eyes: [first]}}\n")));
  EXPECT_TRUE(refused_at_mark(pathway(task + "  second: {after: other, task: {role: clerk, four_eyes: [@@other]}}\n"), "isn't a task"));
  EXPECT_TRUE(refused_at_mark(pathway(task + "  second: {after: other, task: {role: clerk, four_eyes: @@true}}\n"), "no task in \"after\""));
  EXPECT_TRUE(refused_at_mark(pathway(task + "  second: {task: {role: clerk, four_eyes: [@@second]}}\n"), "by itself"));
}

TEST(Titles, AreMissedWhereSomebodyWouldReadABareName) {
  const std::string end = "  end: {title: {it: F, en: E}, wait_for: true, done_when: {fact: form.filed}}\n";
  EXPECT_TRUE(test::warned_at_mark(pathway(end + "  a: {title: {it: A, en: A}, wait_for: true, outcomes: {@@x: form.filed}}\n"), "outcome a/x has no title"));
  EXPECT_TRUE(test::warned_at_mark(pathway(end + "  s: {title: {it: S, en: S}, stage: {}, outcomes: {@@x: b}, steps: {b: {title: {it: B, en: B}, milestone: true}}}\n"), "outcome s/x has no title"));
  EXPECT_TRUE(test::warned_at_mark(pathway("  x.y: {title: {it: X, en: X}, by: [clerk], data: {k: {type: enum, values: @@[one, two]}}}\n", "  a: {title: {it: A, en: A}, milestone: true, after: x.y}\n"),
                                   "the values of field k of fact x.y have no titles"));
  EXPECT_TRUE(test::warned_at_mark(pathway(end) + "results: {@@fine: end}\n", "result fine has no title"));
}

}  // namespace
}  // namespace ritrovo::definition
