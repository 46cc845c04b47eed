/// How much one command can lead to: said by the checker, and refused where even the smallest case could not be served.

#include "workflows/definition/consequences.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/base/limits.h"
#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

using test::accepted;
using test::pathway;
using test::refused_at_mark;

std::uint64_t bound_of(const std::string& steps) {
  const Loaded found = test::loaded(pathway(steps));
  EXPECT_TRUE(found.good()) << steps;
  return found.good() ? consequences_max(*found.library.pathways.front(), smallest_case(*found.library.pathways.front())) : 0;
}

const std::string kEnd = "  end: {wait_for: true, done_when: {fact: form.filed}}\n";

/// What the steps add to a pathway that has `end` alone.
std::uint64_t added_by(const std::string& steps) { return bound_of(kEnd + steps) - bound_of(kEnd); }

TEST(Consequences, EachInstanceBeginsAndEndsOnce) {
  EXPECT_EQ(added_by("  a: {milestone: true, after: end}\n"), 1U);
  EXPECT_EQ(added_by("  a: {task: {role: clerk}}\n"), 2U);
  EXPECT_EQ(added_by("  a: {notify: {to: family, message: {it: x, en: x}}, after: end}\n"), 1U);
  // A guard may fail and be told of.
  EXPECT_EQ(added_by("  a: {milestone: true, after: end, when: 'form.filed.amount > decimal(\"1\")'}\n"), 2U);
}

TEST(Consequences, AValueIsRecordedAgainForEachValueThatItReads) {
  EXPECT_EQ(added_by("  a: {compute: {value: 'form.filed.amount', type: decimal}}\n"), 2U) << "the value, and an incident";
  EXPECT_EQ(added_by("  a: {compute: {value: 'form.filed.amount', type: decimal}}\n  b: {compute: {value: 'a.value + form.filed.amount', type: decimal}}\n"), 6U)
      << "b once for the report and once for a, each time as a value or as an incident";
}

TEST(Consequences, ALoopCountsWithWhatItMayRepeat) {
  const std::string once = "  a: {task: {role: clerk}, repeat: {while: 'known(form.filed.amount)', at_most: 1}}\n";
  const std::string often = "  a: {task: {role: clerk}, repeat: {while: 'known(form.filed.amount)', at_most: 7}}\n";
  EXPECT_EQ(added_by(often), 7 * added_by(once));
}

TEST(Consequences, GrowWithPersonsAndReports) {
  const Loaded found = test::loaded(pathway("  s:\n    stage: {each: relative}\n    steps:\n      visa: {wait_for: true, done_when: {fact: visa.issued}}\n"
                                            "  r: {wait_for: true, required: false, repeat: {for: form.filed, at_most: 3}, done_when: {fact: form.granted}}\n"));
  ASSERT_TRUE(found.good());
  const ConsequenceRoom room = consequence_room(*found.library.pathways.front());
  ASSERT_EQ(room.roles.size(), 1U);
  EXPECT_EQ(room.roles.front().each, 5U) << "the person, the stage and the wait in it";
  EXPECT_EQ(room.roles.front().fits, limits::kPersonsMax);
  ASSERT_EQ(room.repetitions.size(), 1U);
  EXPECT_EQ(room.repetitions.front().each, 2U);
  CaseSize size = smallest_case(*found.library.pathways.front());
  size.reports[room.repetitions.front().fact] = 50;
  EXPECT_EQ(consequences_max(*found.library.pathways.front(), size), room.smallest + 2 * 2) << "three occurrences at most";
}

TEST(Consequences, MoreThanOneCommandMayLeadToAreRefused) {
  // A stage of five tasks: a dozen events each time.
  const auto loop = [](std::size_t most) {
    std::string tasks;
    for (const char* name : {"t1", "t2", "t3", "t4", "t5"}) tasks += std::string(tasks.empty() ? "" : ", ") + name + ": {task: {role: clerk}}";
    return kEnd + "  @@a: {stage: true, repeat: {while: 'known(form.filed.amount)', at_most: " + std::to_string(most) + "}, steps: {" + tasks + "}}\n";
  };
  std::string fits = loop(limits::kConsequencesMax / 16);
  fits.erase(fits.find("@@"), 2);
  EXPECT_TRUE(accepted(pathway(fits)));
  EXPECT_TRUE(refused_at_mark(pathway(loop(limits::kConsequencesMax / 8)), "kConsequencesMax is"));
}

TEST(Consequences, StayCountableWhereTheyAreMany) {
  // Each value reads all before it, so that their number doubles from step to step.
  std::string steps;
  for (int i = 0; i < 45; ++i) {
    std::string sum = "form.filed.amount";
    for (int j = 0; j < i; ++j) sum += " + v" + std::to_string(j) + ".value";
    steps += "  v" + std::to_string(i) + ": {compute: {value: '" + sum + "', type: decimal}}\n";
  }
  const Loaded found = test::loaded(pathway(steps));
  EXPECT_FALSE(found.good());
  std::string messages;
  for (const Problem& problem : found.problems) messages += problem.message + "\n";
  EXPECT_NE(messages.find("one command could lead to"), std::string::npos) << messages;
}

}  // namespace
}  // namespace ritrovo::definition
