/// Mistakes that no other file makes: each is told at its own line and column.

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

using test::pathway;
using test::refused_at_mark;

const std::string kMilestone = "  a: {milestone: true}\n";

/// A pathway with one more fact, whose data is `data`.
std::string fact_with(const std::string& data) { return pathway("  x.y: {by: [clerk], data: {" + data + "}}\n", "  a: {milestone: true, after: x.y}\n"); }

/// The frame with a part of it replaced.
std::string frame_with(const std::string& part, const std::string& by) {
  std::string text = pathway(kMilestone);
  return text.replace(text.find(part), part.size(), by);
}

TEST(Places, OfFieldsAndTheirValues) {
  EXPECT_TRUE(refused_at_mark(fact_with("f: @@enum"), "has no values"));
  EXPECT_TRUE(refused_at_mark(fact_with("f: @@{type: enum}"), "has no values"));
  EXPECT_TRUE(refused_at_mark(fact_with("f: {type: date, values: @@[a, b]}"), "isn't an enum, so it has no values"));
  EXPECT_TRUE(refused_at_mark(fact_with("f: @@{type: date, public: true, statistical: true}"), "both public and statistical"));
  EXPECT_TRUE(refused_at_mark(fact_with("@@f: "), "has no type"));
  EXPECT_TRUE(refused_at_mark(fact_with("f: {type: enum, values: [a, @@a]}"), "stands twice"));
  EXPECT_TRUE(refused_at_mark(fact_with("f: {type: date, title: {it: X, en: X, @@Deutsch: X}}"), "isn't a language"));
}

TEST(Places, OfPersonsRolesAndRetention) {
  EXPECT_TRUE(refused_at_mark(frame_with("count: one", "count: @@two"), "isn't a count"));
  EXPECT_TRUE(refused_at_mark(frame_with("count: one", "count: one, group: @@sponsors"), "is one, so it has no group"));
  EXPECT_TRUE(refused_at_mark(frame_with("group: relatives", "group: @@sponsor"), "is taken"));
  EXPECT_TRUE(refused_at_mark(frame_with("family: {it: Famiglia, en: Family}", "@@family:"), "has no text"));
  EXPECT_TRUE(refused_at_mark(frame_with("family: {it: Famiglia, en: Family}", "family: {it: Famiglia, en: @@''}"), "is empty"));
  EXPECT_TRUE(refused_at_mark(frame_with("version: 1\n", "version: 1\nretention: {after: @@case.opened, keep: P10Y, then: propose_erasure}\n"), "can only be case.closed"));
  EXPECT_TRUE(refused_at_mark(frame_with("version: 1\n", "version: 1\nretention: @@{after: case.closed, then: propose_erasure}\n"), "lacks \"keep\""));
}

TEST(Places, OfSteps) {
  EXPECT_TRUE(refused_at_mark(pathway("  @@a: {task: {role: clerk}, discretionary: true, required: true}\n"), "both discretionary and required"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {wait_for: true, done_when: @@{fact: form.filed}, outcomes: {x: form.granted}}\n"), "both done_when and outcomes"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {wait_for: true, done_when: @@[]}\n"), "names no fact"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {task: {role: clerk}, outcomes: {@@x: {title: {it: X, en: X}}}}\n"), "nothing brings about"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {task: {role: clerk}, outcomes: {@@x: {fact: form.filed, by_hand: true}}}\n"), "comes about in several ways"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: @@false}\n"), "can only be true"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {task: {role: clerk, assign_to: @@a}}\n"), "can't be assigned to whoever does it"));
}

TEST(Places, OfSentries) {
  EXPECT_TRUE(refused_at_mark(pathway(kMilestone + "  b: {milestone: true, after: {all: [a], @@any: [form.filed]}}\n"), "says one thing"));
  EXPECT_TRUE(refused_at_mark(pathway(kMilestone + "  b: {milestone: true, after: {@@day: }}\n"), "has no expression"));
  EXPECT_TRUE(refused_at_mark(pathway(kMilestone + "  b: {milestone: true, after: {every: @@[a]}}\n"), "every and some look at one step"));
}

TEST(Places, OfRepetitionsAndReopenings) {
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, repeat: @@{while: 'form.filed.amount > decimal(\"1\")', at_most: 3}}\n"), "completes at once, so it would repeat 3 times"));
  EXPECT_TRUE(refused_at_mark(pathway("  s: {stage: {}, repeat: {for: form.filed}, steps: {a: {task: {role: clerk}, repeat: @@{for: form.granted}}}}\n"), "repeats inside s, which repeats itself"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, reopen: @@{for: form.filed}}\n"), "is not done by anybody"));
}

TEST(Places, OfDeadlines) {
  const auto task = [](const std::string& deadline) { return pathway("  a: {task: {role: clerk}, deadline: {term: reply, from: opened" + deadline + "}}\n"); };
  EXPECT_TRUE(refused_at_mark(pathway("  a: {wait_for: true, done_when: {fact: form.filed}, deadline: {term: reply, from: opened, on_overdue: {escalate: @@officer}}}\n"), "is no task that another role could work on"));
  EXPECT_TRUE(refused_at_mark(task(", on_overdue: {escalate: @@clerk}"), "is clerk's already"));
  EXPECT_TRUE(refused_at_mark(task(", suspended_while: @@a"), "can't suspend its own deadline"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {task: {role: clerk}, deadline: {term: reply, from: opened}, deadlines: @@{b: {term: reply, from: opened}}}\n"), "both \"deadline\" and \"deadlines\""));
}

TEST(Places, OfTheFormOfAFile) {
  for (const char* word : {"yes", "no", "on", "off", "y", "n", "Yes", "NO"})
    EXPECT_TRUE(refused_at_mark(pathway(std::string("  a: {milestone: true, required: @@") + word + "}\n"), "is a truth value to some readers of YAML"));
  EXPECT_TRUE(refused_at_mark(pathway(kMilestone + "  @@" + std::string(200, 'b') + ": {milestone: true}\n"), "over kNameBytesMax"));
  EXPECT_TRUE(refused_at_mark(pathway(kMilestone + "  @@a: {milestone: true}\n"), "stands here twice"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: @@&one {milestone: true}\n"), "anchors aren't allowed"));
  EXPECT_TRUE(refused_at_mark(pathway("  a: {milestone: true, required: @@!!bool true}\n"), "tags aren't allowed"));
}

/// An almanac's document with a mistake at "@@", loaded beside the others.
::testing::AssertionResult refused_in(std::string text, const std::string& message) {
  const std::size_t mark = text.find("@@");
  const std::size_t start = text.rfind('\n', mark);
  const auto line = static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark), '\n')) + 1;
  text.erase(mark, 2);
  std::string told;
  for (const Problem& problem : load({{"one.yaml", text}}).problems) {
    told += to_string(problem);
    if (problem.line == line && problem.column == mark - start && problem.message.find(message) != std::string::npos) return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "nothing says \"" << message << "\" in line " << line << ", but:\n" << told;
}

TEST(Places, OfTermsCalendarsAndParameters) {
  const std::string parameter = "parameter: amount\nversion: 1\ntitle: {it: Importo, en: Amount}\nlaw: L. 3\nverified: true\n";
  EXPECT_TRUE(refused_in(parameter + "type: decimal\nvalues: [{from: 2010-01-01, value: @@many, verified: true}]\n", "isn't of the type decimal"));
  EXPECT_TRUE(refused_in(parameter + "type: @@money\nvalues: [{from: 2010-01-01, value: 1, verified: true}]\n", "can't be \"money\""));
  const std::string calendar = "calendar: office\nversion: 1\ntitle: {it: Ufficio, en: Office}\n";
  EXPECT_TRUE(refused_in(calendar + "rest: [saturday, @@domenica]\n", "isn't a weekday"));
  const std::string holiday = ", title: {it: F, en: H}, law: L., verified: true}]\n";
  EXPECT_TRUE(refused_in(calendar + "rest: [sunday]\nholidays: [@@{date: 12-25, easter: 1" + holiday, "either \"date\" or \"easter\""));
  EXPECT_TRUE(refused_in(calendar + "rest: [sunday]\nholidays: [{date: @@25-12" + holiday, "must be a day"));
}

}  // namespace
}  // namespace ritrovo::definition
