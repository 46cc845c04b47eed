/// One mistake is one problem, at its place, with the remedy that its author needs.

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

using test::pathway;

const std::string kTask = "task: {role: clerk, form: form.filed}, done_when: {fact: form.filed}";

/// The errors of a document, each as "line:column message [hint]" on a line of its own, with the lines counted from that of "steps:".
std::string told(const std::string& text) {
  const auto steps = static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find("\nsteps:")), '\n')) + 2;
  std::string out;
  for (const Problem& problem : test::loaded(text).problems) {
    if (problem.severity != Severity::kError) continue;
    out += std::to_string(problem.line - steps) + ":" + std::to_string(problem.column) + " " + problem.message + " [" + problem.hint + "]\n";
  }
  return out;
}

/// The frame with a part of it replaced.
std::string frame_with(const std::string& part, const std::string& by) {
  std::string text = pathway("  a: {" + kTask + "}\n");
  return text.replace(text.find(part), part.size(), by);
}

bool ends_with(const std::string& text, const std::string& end) { return text.size() >= end.size() && text.substr(text.size() - end.size()) == end; }

TEST(Remedies, AMisspeltNameIsGoneOnWithAsWhatItIsMeantToBe) {
  EXPECT_EQ(told(pathway("  a: {task: {role: clerk, form: form.filed}, done_when: {fact: form.fild}}\n")), "1:64 there is no fact \"form.fild\" [did you mean \"form.filed\"?]\n");
  EXPECT_EQ(told(pathway("  filing: {" + kTask + "}\n  b: {milestone: true, after: filng}\n")), "2:31 there is no step \"filng\" [did you mean \"filing\"?]\n");
  EXPECT_EQ(told(pathway("  a: {Task: {role: clerk, form: form.filed}, done_when: {fact: form.filed}}\n")), "1:7 step a has no key \"Task\" [did you mean \"task\"?]\n");
  EXPECT_EQ(told(pathway("  a: {stage: {each: relatives}, steps: {b: {milestone: true, when: 'relative.birth_date < today'}}}\n")).find("is different for each"), std::string::npos);
}

TEST(Remedies, AWordThatIsNoTruthValueIsToldOnce) {
  EXPECT_EQ(told(pathway("  a: {" + kTask + ", required: no}\n")), "1:87 \"no\" is a truth value to some readers of YAML and a word to others [write true or false, or the word in quotes: \"no\"]\n");
}

TEST(Remedies, DaysAndPeriodsAreSuggestedAsTheyAreWritten) {
  EXPECT_TRUE(ends_with(told(frame_with("valid_from: 2020-01-01", "valid_from: 01/02/2024")), "[did you mean 2024-02-01? A day is written year-month-day]\n")) << told(frame_with("valid_from: 2020-01-01", "valid_from: 01/02/2024"));
  const std::string days = pathway("  a: {" + kTask + ", deadline: {term: reply, from: opened, warn_before: 15 days}}\n");
  EXPECT_TRUE(ends_with(told(days), "\"warn_before\" of the deadline of step a must be a period, as in P15D, P2W, P6M or P1Y [write P15D]\n")) << told(days);
}

TEST(Remedies, ABadFirstDayDoesntMakeEveryTermOneWithoutALength) {
  std::string text = pathway("  a: {" + kTask + ", deadline: {term: reply, from: opened}}\n");
  text.replace(text.find("valid_from: 2020-01-01"), 22, "valid_from: 2024-02-30");
  EXPECT_EQ(told(text).find("has no length"), std::string::npos) << told(text);
}

TEST(Remedies, NamesAreShownAsTheyWouldDo) {
  EXPECT_EQ(told(pathway("  Second-look: {" + kTask + "}\n")), "1:3 \"Second-look\" can't be a name here [write \"second_look\": small letters, digits and underscores, as in visa_request]\n");
  std::string text = pathway("  a: {" + kTask + "}\n");
  const std::size_t name = text.find("pathway: ") + 9;
  text.replace(name, text.find('\n', name) - name, "camp_bad");
  EXPECT_TRUE(ends_with(told(text), "\"camp_bad\" can't be a pathway's name: it has underscores [write \"camp-bad\"]\n")) << told(text);
  EXPECT_EQ(load({{"p.yaml", text}}, nullptr, Scrutiny::kRecorded).library.pathways.size(), 1U) << "what was published so stays readable";
}

TEST(Remedies, OfAGuardPointIntoItsBlockToo) {
  EXPECT_EQ(told(pathway("  a:\n    " + std::string("milestone: true\n    when: >-\n      today > date(\"2024-01-01\")\n      && tody < date(\"2025-01-01\")\n"))),
            "5:10 \"when\": there is no `tody` here [did you mean `today`?]\n");
  EXPECT_EQ(told(pathway("  a: {milestone: true, when: 'age(sponsor.birth_date, opened_on) > int(parameter(\"no_such\", opened_on))'}\n")).substr(0, 5), "1:82 ");
}

}  // namespace
}  // namespace ritrovo::definition
