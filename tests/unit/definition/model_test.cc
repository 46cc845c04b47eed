#include "workflows/definition/model.h"

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

const std::string kSteps =
    "  file: {title: {it: Invio, en: Filing}, law: L. 9, verified: false, task: {role: clerk, form: form.filed}, done_when: [form.filed, form.granted]}\n"
    "  branch:\n"
    "    stage: {each: relative, where: 'relative.tie == \"child\"'}\n"
    "    after: {all: [file, {any: [form.granted, {day: 'form.filed.filed_on + period(\"P1M\")'}]}]}\n"
    "    steps:\n"
    "      visa: {wait_for: true, when: 'today >= opened_on', done_when: {fact: visa.issued}}\n"
    "      told: {after: visa/done, notify: {to: family, message: {it: Ecco, en: Here}}}\n"
    "  ended: {milestone: true, after: {at_least: 2, of: [{every: visa}, file, {some: told}]}}\n";

std::shared_ptr<const Pathway> model() {
  const Loaded found = test::loaded(test::pathway(kSteps));
  EXPECT_TRUE(found.good());
  return found.library.pathways.empty() ? std::make_shared<const Pathway>() : found.library.pathways.front();
}

TEST(Model, StepsStandInDocumentOrderWithTheirStageAndBranch) {
  const auto pathway = model();
  ASSERT_EQ(pathway->steps.size(), 5U);
  const StepIndex branch = pathway->step_named("branch");
  const Step& visa = pathway->steps[pathway->step_named("visa")];
  EXPECT_EQ(branch, 1);
  EXPECT_EQ(visa.stage, branch);
  EXPECT_EQ(visa.branch, pathway->person_role_named("relative"));
  EXPECT_EQ(pathway->steps[branch].branch, visa.branch) << "the stage itself has an instance for each person";
  EXPECT_EQ(pathway->steps[0].branch, kNone);
  EXPECT_EQ(pathway->step_named("nothing"), kNone);
  EXPECT_EQ(pathway->fact_named("form.filed"), 0);
  EXPECT_EQ(pathway->fact_named("form.unknown"), kNone);
}

TEST(Model, ASentrysPartsHaveTheirChildrenTogether) {
  const auto pathway = model();
  const auto& parts = pathway->sentries[pathway->steps[1].after].parts;
  ASSERT_EQ(parts.size(), 5U);
  EXPECT_EQ(parts[0].children, 2);
  EXPECT_EQ(parts[0].needed, 2);
  EXPECT_EQ(parts[parts[0].first_child].kind, Part::Kind::kStep);
  const Part& any = parts[parts[0].first_child + 1U];
  EXPECT_EQ(any.needed, 1);
  EXPECT_EQ(parts[any.first_child].kind, Part::Kind::kFact);
  EXPECT_EQ(parts[any.first_child + 1U].kind, Part::Kind::kDay);
  const auto& ended = pathway->sentries[pathway->steps[4].after].parts;
  EXPECT_EQ(ended[0].needed, 2);
  EXPECT_EQ(ended[1].reach, Part::Reach::kEvery);
  EXPECT_EQ(ended[3].reach, Part::Reach::kSome);
}

TEST(Model, DoneWhenGivesAnOutcomeDoneForEachFact) {
  const auto pathway = model();
  const Step& file = pathway->steps[0];
  ASSERT_EQ(file.outcomes.size(), 2U);
  EXPECT_EQ(file.outcomes[0].name, "done");
  EXPECT_EQ(file.outcomes[1].fact, pathway->fact_named("form.granted"));
  const Step& told = pathway->steps[pathway->step_named("told")];
  EXPECT_EQ(pathway->sentries[told.after].parts[0].outcome, kNoOutcome) << "any of several facts is done";
  EXPECT_FALSE(file.ground.verified);
  EXPECT_EQ(file.title.in("it"), "Invio");
  EXPECT_EQ(file.title.in("fr"), "Filing");
}

TEST(Model, AFactTouchesTheStepsThatDependOnIt) {
  const auto pathway = model();
  EXPECT_EQ(pathway->facts[pathway->fact_named("form.filed")].touches, (std::vector<StepIndex>{0, 1}));
  EXPECT_EQ(pathway->facts[pathway->fact_named("visa.issued")].touches, (std::vector<StepIndex>{2}));
  EXPECT_EQ(pathway->steps[pathway->step_named("visa")].touches, (std::vector<StepIndex>{1, 3, 4}));
  EXPECT_EQ(pathway->on_today, (std::vector<StepIndex>{1, 2}));
}

TEST(Library, TheVersionOfADayIsTheLatestThatHoldsByThen) {
  Library library;
  for (const auto& [version, from] : {std::pair{1U, "2018-01-01"}, std::pair{2U, "2025-10-04"}}) {
    Pathway pathway;
    pathway.name = "p";
    pathway.version = version;
    pathway.valid_from = parse_day(from).value();
    pathway.identity.bytes[0] = static_cast<std::uint8_t>(version);
    library.pathways.push_back(std::make_shared<const Pathway>(pathway));
  }
  EXPECT_EQ(library.valid_on("p", parse_day("2017-12-31").value()), nullptr);
  EXPECT_EQ(library.valid_on("p", parse_day("2025-10-03").value())->version, 1U);
  EXPECT_EQ(library.valid_on("p", parse_day("2025-10-04").value())->version, 2U);
  EXPECT_EQ(library.valid_on("q", parse_day("2025-10-04").value()), nullptr);
  EXPECT_EQ(library.with_identity(library.pathways[1]->identity)->version, 2U);
  EXPECT_EQ(library.with_identity(Hash256()), nullptr);
}

}  // namespace
}  // namespace ritrovo::definition
