#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "tests/unit/pathway/case_bench.h"
#include "tests/unit/pathway/random_pathway.h"
#include "tests/unit/pathway/wanderer.h"
#include "workflows/pathway/rederive.h"

// Going step by step against deriving afresh, and correcting there and back, over random definitions and random facts.
namespace ritrovo::pathway::test {
namespace {

unsigned seeds_or(unsigned otherwise) {
  const char* more = std::getenv("RITROVO_SEEDS");
  return more == nullptr ? otherwise : static_cast<unsigned>(std::stoul(more));
}

/// What the case came to, derived afresh.
std::string afresh(const CaseBench& bench, Day today) {
  const CaseCore& core = bench.state().core;
  const auto pathway = bench.library().with_identity(core.identity);
  const Interpreter work(*pathway, bench.library().almanac.get(), core, bench.opened(), {today, today, {}});
  Derivation derivation(work, core);
  EXPECT_TRUE(derivation.run());
  return outcome_bytes({derivation.core(), {}});
}

std::string story(const definition::Pathway& pathway, const CaseCore& core) {
  std::string text = std::string(name_of(core.life)) + "\n";
  for (const StepInstance& step : core.steps)
    if (step.life != StepLife::kAvailable) text += "  " + pathway.steps[step.ref.step].name + " " + std::to_string(step.ref.person) + (core.fact_at(step.ref.occurrence) == nullptr ? " " : "." + to_string(core.fact_at(step.ref.occurrence)->effective) + " ") + std::string(name_of(step.life)) +
            " " + std::to_string(step.outcome) + " " + to_string(step.opened_on) + " " + to_string(step.ended_on) + (step.worked ? " worked" : "") + "\n";
  for (const RunningDeadline& it : core.deadlines)
    text += "  term " + pathway.steps[it.ref.step.step].name + " " + std::to_string(it.ref.step.person) + " " + std::string(name_of(it.clock == Clock::kMetLate ? Clock::kMet : it.clock)) + " " + to_string(it.start) + " " + to_string(it.due) + "\n";
  for (const FactRecord& it : core.facts)
    text += "  fact " + pathway.facts[it.fact].name + " " + std::to_string(it.person) + " " + to_string(it.effective) + "\n";
  for (const Incident& it : core.incidents) text += "  halt " + pathway.steps[it.step.step].name + " " + std::to_string(it.step.person) + " " + std::string(name_of(it.rule)) + "\n";
  return text;
}

template <class Each>
void over_random_definitions(unsigned seeds, const Each& each) {
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    const std::string yaml = random_pathway(seed);
    const auto library = library_if_sound(yaml);
    if (library == nullptr) continue;
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + yaml);
    each(library, seed);
    if (::testing::Test::HasFailure()) return;
  }
}

void agrees(const std::shared_ptr<const definition::Library>& library, unsigned seed, int steps) {
  CaseBench bench(library);
  const definition::Pathway& pathway = *library->pathways.front();
  Wanderer wanderer(bench, pathway, seed, Wanderer::Manner::kInOrder);
  wanderer.walk(steps);
  wanderer.wake();
  const CaseCore& core = bench.state().core;
  if (core.life == CaseLife::kNone || core.life == CaseLife::kClosed) return;  // a random definition may refuse the opening
  const auto pinned = bench.library().with_identity(core.identity);
  const Interpreter work(*pinned, bench.library().almanac.get(), core, bench.opened(), {wanderer.today(), wanderer.today(), {}});
  Derivation derivation(work, core);
  ASSERT_TRUE(derivation.run());
  EXPECT_EQ(story(pathway, derivation.core()), story(pathway, core));
}

TEST(Afresh, FactsInOrderComeToTheSameStepByStep) {
  over_random_definitions(seeds_or(80), [](const auto& library, unsigned seed) { agrees(library, seed, 40); });
  const auto every_kind = library_of({"tests/scenarios/every_kind.yaml"});
  for (unsigned seed = 1; seed <= seeds_or(25) && !::testing::Test::HasFailure(); ++seed) agrees(every_kind, seed, 60);
}

TEST(Afresh, TheSameOverALifeOfRepetitionReopeningAndPauses) {
  const auto life = library_of({"tests/scenarios/life/life.yaml"});
  for (unsigned seed = 1; seed <= seeds_or(40) && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    agrees(life, seed, 60);
  }
}

/// The command that brings back what was known before `wrong`.
Command back(const CaseBench& bench, const Command& wrong, const definition::Pathway& pathway, const CaseCore& before) {
  Command right = wrong;
  right.verb = "correct";
  const auto data_of = [&](const std::vector<definition::Field>& fields, const ValueRange& range, Version source, PersonId owner) {
    Values data;
    const Opened::Entry* box = bench.opened().find(source, owner);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const Value* value = fields[i].privacy == definition::Privacy::kSealed ? (box == nullptr ? nullptr : find(box->values, fields[i].name))
                                                                             : before.value(range, static_cast<definition::FieldIndex>(i));
      set(data, fields[i].name, value == nullptr ? Value() : *value);
    }
    return data;
  };
  for (const Person& person : before.persons)
    if (person.joined == *wrong.of) right.data = data_of(pathway.persons[person.role].fields, person.values, person.source, person.id);
  for (const FactRecord& fact : before.facts) {
    if (fact.version != *wrong.of) continue;
    right.data = data_of(pathway.facts[fact.fact].fields, fact.values, fact.source, owner_of(before, fact.person));
    right.effective_on = fact.effective;
  }
  for (const FactRecord& fact : before.withdrawn)
    if (fact.version == *wrong.of) {
      right.verb = "withdraw";
      right.data.clear();
      right.effective_on.reset();
    }
  return right;
}

void there_and_back(const std::shared_ptr<const definition::Library>& library, unsigned seed, int steps, std::map<std::string, std::size_t>& seen) {
  CaseBench bench(library);
  const definition::Pathway& pathway = *library->pathways.front();
  Wanderer wanderer(bench, pathway, seed, Wanderer::Manner::kAsItHappens);
  wanderer.walk(steps);
  wanderer.wake();
  for (int i = 0; i < 3; ++i) {
    const std::optional<Command> wrong = wanderer.correction();
    if (!wrong || bench.state().core.life == CaseLife::kClosed) return;
    const CaseCore before = bench.state().core;
    const Command right = back(bench, *wrong, pathway, before);
    const Decision there = bench.give(*wrong, wanderer.today());
    if (std::holds_alternative<Rejection>(there)) continue;
    for (const Draft& draft : std::get<std::vector<Draft>>(there)) ++seen[std::string(name_of(*decode_body(draft.tag, draft.body)))];
    const std::string forth = bench.show(there);
    EXPECT_EQ(outcome_bytes(bench.state()), afresh(bench, wanderer.today())) << forth << "---\n" << story(pathway, before) << "---\n" << story(pathway, bench.state().core);
    const Decision again = bench.give(right, wanderer.today());
    EXPECT_TRUE(std::holds_alternative<std::vector<Draft>>(again)) << bench.show(again);
    EXPECT_EQ(story(pathway, bench.state().core), story(pathway, before)) << forth << "---\n" << bench.show(again);
    EXPECT_EQ(outcome_bytes(bench.state()), outcome_bytes({before, {}}));
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_TRUE(bench.replays());
}

TEST(Correcting, ThereAndBackLeavesWhatTheCaseCameTo) {
  std::map<std::string, std::size_t> seen;
  over_random_definitions(seeds_or(80), [&seen](const auto& library, unsigned seed) { there_and_back(library, seed, 40, seen); });
  const auto every_kind = library_of({"tests/scenarios/every_kind.yaml"});
  for (unsigned seed = 1; seed <= seeds_or(25) && !::testing::Test::HasFailure(); ++seed) there_and_back(every_kind, seed, 60, seen);
  const auto life = library_of({"tests/scenarios/life/life.yaml"});
  for (unsigned seed = 1; seed <= seeds_or(40) && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    there_and_back(life, seed, 60, seen);
  }
  for (const char* kind : {"fact_corrected", "fact_withdrawn", "person_corrected", "step_revised", "deadline_moved", "deadline_withdrawn", "case_reopened", "work_questioned"})
    EXPECT_GT(seen[kind], 0U) << kind;
}

}  // namespace
}  // namespace ritrovo::pathway::test
