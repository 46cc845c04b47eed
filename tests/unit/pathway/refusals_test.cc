#include <gtest/gtest.h>

#include <algorithm>

#include "engine/base/limits.h"
#include "tests/unit/pathway/case_bench.h"
#include "workflows/pathway/decide.h"

namespace ritrovo::pathway::test {
namespace {

class Refusals : public ::testing::Test {
 protected:
  static std::shared_ptr<const definition::Library> library() {
    static const auto kLibrary = library_of({"tests/scenarios/every_kind.yaml"});
    return kLibrary;
  }
  void open() { ASSERT_EQ(code("2025-01-10 open every-kind sponsor:sponsor{} relative:rel-1{birth_date=2015-05-01,relationship=child}"), ""); }
  std::string code(const std::string& line) {
    last = bench.give(line);
    const auto* rejection = std::get_if<Rejection>(&last);
    return rejection == nullptr ? "" : rejection->code;
  }
  [[nodiscard]] std::string reason() const { return std::get<Rejection>(last).reason; }
  CaseBench bench{library()};
  Decision last;
};

TEST_F(Refusals, OfAnOpening) {
  EXPECT_EQ(code("2025-01-10 open nothing sponsor:sponsor{}"), "unknown_pathway");
  EXPECT_EQ(code("2018-01-10 open every-kind sponsor:sponsor{}"), "no_version_in_force");
  EXPECT_EQ(code("2025-01-10 open every-kind on=2025-01-11 sponsor:sponsor{}"), "effective_in_future");
  EXPECT_EQ(code("2025-01-10 open every-kind relative:rel-1{relationship=cousin,age=3} boss:b"), "invalid_data");
  EXPECT_EQ(reason(), "\"rel-1\".birth_date is missing (a date such as \"2025-10-04\"); \"rel-1\".relationship must be one of spouse child; "
                      "\"rel-1\".age is not a field here; the pathway has no person role \"boss\".");
  EXPECT_EQ(code("2025-01-10 open every-kind relative:rel-1{birth_date=2015-05-01,relationship=child}"), "invalid_data");
  EXPECT_EQ(reason(), "a sponsor is missing.");
  EXPECT_EQ(code("2025-01-10 open every-kind sponsor:a{} sponsor:a{}"), "invalid_data");
  open();
  EXPECT_EQ(code("2025-01-10 open every-kind sponsor:sponsor{}"), "already_open");
}

TEST_F(Refusals, OfAnAliasThatCouldBeAName) {
  EXPECT_EQ(code("2025-01-10 open every-kind sponsor:Mario{}"), "invalid_data");
  EXPECT_EQ(reason(), "a sponsor needs an alias of small letters, digits and hyphens, such as rel-1, that is not an id.");
}

TEST_F(Refusals, OfMoreStepsThanACaseMayHave) {
  open();
  CaseState state = bench.state();
  const StepInstance last = state.core.steps.back();
  while (state.core.steps.size() < limits::kStepInstancesMax) {
    StepInstance done = last;
    done.life = StepLife::kCompleted;
    done.ref.occurrence = Version(static_cast<std::uint32_t>(1'000'000 + state.core.steps.size()));
    state.core.steps.push_back(done);
  }
  std::sort(state.core.steps.begin(), state.core.steps.end(), [](const StepInstance& a, const StepInstance& b) { return a.ref < b.ref; });
  Day today;
  const Command command = command_of("2025-01-11 report income.declared amount=6000.00", today);
  const Decision decision = decide(*library(), state, bench.opened(), command, {Timestamp(), today});
  const auto* rejection = std::get_if<Rejection>(&decision);
  ASSERT_NE(rejection, nullptr);
  EXPECT_EQ(rejection->code, "too_many_steps");
  EXPECT_NE(rejection->reason.find("kStepInstancesMax"), std::string::npos);
}

TEST_F(Refusals, OfAReport) {
  open();
  EXPECT_EQ(code("2025-01-11 report no.fact"), "unknown_fact");
  EXPECT_EQ(code("2025-01-11 report income.declared amount=1 as=authority:a"), "not_permitted");
  EXPECT_EQ(code("2025-01-11 report income.declared amount=lots"), "invalid_data");
  EXPECT_EQ(reason().find("lots"), std::string::npos) << "no value in a reason";
  EXPECT_EQ(code("2025-01-11 report income.declared @rel-1 amount=1"), "unknown_person");
  EXPECT_EQ(code("2025-01-11 report entry.made entered_on=2025-01-11"), "unknown_person");
  EXPECT_EQ(code("2025-01-11 report entry.made @rel-9 entered_on=2025-01-11"), "unknown_person");
  EXPECT_EQ(code("2025-01-11 report entry.made @sponsor entered_on=2025-01-11"), "unknown_person");
  EXPECT_EQ(code("2025-01-11 report income.declared amount=1 on=2025-01-12"), "effective_in_future");
}

TEST_F(Refusals, OfWhatIsKnownAlready) {
  open();
  EXPECT_EQ(code("2025-01-11 report income.declared amount=100"), "");
  EXPECT_EQ(code("2025-01-12 report income.declared amount=100.00 on=2025-01-11"), "already_known") << "the same amount, sealed, of the same day";
  EXPECT_EQ(code("2025-01-12 report income.declared amount=100"), "") << "on another day it happened again";
  EXPECT_EQ(code("2025-01-12 report decision.granted number=N1 as=authority:a"), "");
  EXPECT_EQ(code("2025-01-13 report decision.granted number=N2 as=authority:a"), "already_known") << "it happens once";
}

TEST_F(Refusals, OfWorkOnTasks) {
  open();
  EXPECT_EQ(code("2025-01-11 task claim nothing"), "unknown_step");
  EXPECT_EQ(reason(), "The pathway every-kind has no step \"nothing\".");
  EXPECT_EQ(code("2025-01-11 task claim prepaer"), "unknown_step");
  EXPECT_EQ(reason(), "The pathway every-kind has no step \"prepaer\". Did you mean \"prepare\"?");
  EXPECT_EQ(code("2025-01-11 task claim prepare"), "not_offered");
  EXPECT_EQ(code("2025-01-11 report income.declared amount=6000"), "");
  EXPECT_EQ(code("2025-01-11 task sing prepare"), "unknown_command");
  EXPECT_EQ(code("2025-01-11 task claim prepare as=authority:a"), "not_permitted");
  EXPECT_EQ(code("2025-01-11 task release prepare"), "not_claimed");
  EXPECT_EQ(code("2025-01-11 task claim prepare as=clerk:u1"), "");
  EXPECT_EQ(code("2025-01-11 task claim prepare as=clerk:u2"), "claimed_by_another");
  EXPECT_EQ(code("2025-01-11 task complete prepare as=clerk:u2"), "claimed_by_another");
  EXPECT_EQ(code("2025-01-11 task delegate prepare to=u2 as=clerk:u1"), "");
  EXPECT_EQ(code("2025-01-11 task complete prepare outcome=x as=clerk:u2"), "unknown_outcome");
  EXPECT_EQ(code("2025-01-11 task complete prepare colour=red as=clerk:u2"), "invalid_data");
  EXPECT_EQ(code("2025-01-11 task complete prepare as=clerk:u2"), "");
  EXPECT_EQ(code("2025-01-12 task complete check outcome=good as=clerk:u2"), "four_eyes");
  EXPECT_EQ(code("2025-01-12 task claim check as=clerk:u2"), "four_eyes");
  EXPECT_EQ(code("2025-01-12 task complete check as=clerk:u3"), "unknown_outcome");
  EXPECT_EQ(code("2025-01-12 task complete check outcome=good as=clerk:u3"), "");
  EXPECT_EQ(code("2025-01-12 task complete file as=clerk:u3"), "invalid_data");
  EXPECT_EQ(code("2025-01-12 task start file"), "not_offered");
  EXPECT_EQ(code("2025-01-12 report letter.received subject=x"), "");
  EXPECT_EQ(code("2025-01-12 task complete letters"), "completed_by_fact");
  EXPECT_EQ(code("2025-01-12 report letter.received subject=y"), "");
  EXPECT_EQ(code("2025-01-12 task claim letters"), "not_offered") << "which one?";
}

TEST_F(Refusals, OfACaseWhoseDefinitionIsntPublishedHere) {
  open();
  const Command command = [] { Command report; report.verb = "report"; report.fact = "income.declared"; return report; }();
  const Decision decision = decide(definition::Library(), bench.state(), bench.opened(), command, {Timestamp(0), parse_day("2025-01-11").value()});
  EXPECT_EQ(std::get<Rejection>(decision).code, "definition_missing");
}

TEST_F(Refusals, NeverRepeatWhatWasTypedAsAPerson) {
  open();
  for (const char* line : {"2025-01-11 report entry.made @MarioRossi entered_on=2025-01-11", "2025-01-11 remove_person @MarioRossi"}) {
    EXPECT_EQ(code(line), "unknown_person");
    EXPECT_EQ(reason().find("Mario"), std::string::npos);
  }
}

TEST(FourEyes, AreNotClosedByReportingTheFactOfTheCheck) {
  CaseBench bench(library_from(R"(pathway: small
version: 1
valid_from: 2018-01-01
title: {it: Piccolo, en: Small}
roles: {clerk: {it: Operatore, en: Clerk}}
persons: {sponsor: {count: one, data: {}}}
facts: {f.a: {by: [clerk], data: {}}}
steps:
  work: {task: {role: clerk}}
  check: {task: {role: clerk, four_eyes: [work]}, after: work, done_when: {fact: f.a}}
)"));
  const auto code = [&bench](const std::string& line) {
    const Decision decision = bench.give(line);
    const auto* rejection = std::get_if<Rejection>(&decision);
    return rejection == nullptr ? "" : rejection->code;
  };
  EXPECT_EQ(code("2024-01-08 open small sponsor:sponsor{}"), "");
  EXPECT_EQ(code("2024-01-08 report f.a as=clerk:u1"), "") << "before anything is to be checked";
  EXPECT_EQ(code("2024-01-09 task complete work as=clerk:u1"), "");
  EXPECT_EQ(bench.life("check"), StepLife::kActive) << "an earlier report of one's own doesn't count";
  EXPECT_EQ(code("2024-01-10 report f.a as=clerk:u1"), "four_eyes");
  EXPECT_EQ(code("2024-01-10 report f.a as=clerk:u2"), "");
  EXPECT_EQ(bench.life("check"), StepLife::kCompleted);
}

TEST_F(Refusals, OfTheCasesLife) {
  open();
  EXPECT_EQ(code("2025-01-11 resume"), "nothing_to_resume");
  EXPECT_EQ(code("2025-01-11 suspend"), "");
  EXPECT_EQ(code("2025-01-11 suspend"), "case_suspended");
  EXPECT_EQ(code("2025-01-11 task claim prepare"), "case_suspended");
  EXPECT_EQ(code("2025-01-11 dance"), "unknown_command");
  EXPECT_EQ(code("2025-01-11 remove_person @sponsor"), "required_person");
  EXPECT_EQ(code("2025-01-11 close why=tired"), "invalid_data");
  EXPECT_EQ(code("2025-01-11 close reason=moved"), "");
  EXPECT_EQ(bench.life("means"), StepLife::kTerminated);
  EXPECT_EQ(code("2025-01-12 report income.declared amount=1"), "case_closed");
  EXPECT_EQ(code("2025-01-12 wake"), "");
}

TEST_F(Refusals, OfWhoeverDoesNotManageTheCases) {
  EXPECT_EQ(code("2025-01-10 open every-kind sponsor:sponsor{} as=authority:a"), "not_permitted");
  open();
  for (const char* verb : {"suspend", "resume", "close", "recount", "remove_person @rel-1"}) EXPECT_EQ(code(std::string("2025-01-11 ") + verb + " as=authority:a"), "not_permitted") << verb;
  EXPECT_NE(reason().find("by: clerk"), std::string::npos) << reason();
  EXPECT_EQ(code("2025-01-11 recount as=operator:o"), "nothing_to_recount") << "publish sends it";
}

TEST_F(Refusals, OfMorePersonsThanACaseTakes) {
  open();
  for (int i = 2; i < 64; ++i) ASSERT_EQ(code("2025-01-11 add_person relative:r" + std::to_string(i) + "{birth_date=2015-05-01,relationship=child}"), "");
  EXPECT_EQ(code("2025-01-11 add_person relative:last{birth_date=2015-05-01,relationship=child}"), "person_limit");
  EXPECT_EQ(code("2025-01-11 report decision.granted number=N1 as=authority:a"), "");
  EXPECT_TRUE(bench.replays());
}

}  // namespace
}  // namespace ritrovo::pathway::test
