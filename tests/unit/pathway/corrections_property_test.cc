#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

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

/// Where one of them failed, RITROVO_FIRST_SEED with RITROVO_SEEDS runs it alone.
unsigned first_seed() {
  const char* first = std::getenv("RITROVO_FIRST_SEED");
  return first == nullptr ? 1 : static_cast<unsigned>(std::stoul(first));
}

/// The case, derived afresh.
CaseCore afresh(const CaseBench& bench, Day today) {
  const CaseCore& core = bench.state().core;
  const auto pathway = bench.library().with_identity(core.identity);
  const Interpreter work(*pathway, bench.library().almanac.get(), core, bench.opened(), {today, today, {}});
  Derivation derivation(work, core);
  EXPECT_TRUE(derivation.run());
  return derivation.core();
}

std::string story(const definition::Pathway& pathway, const CaseCore& core) {
  std::vector<std::string> lines;
  for (const StepInstance& step : core.steps)
    if (step.life != StepLife::kAvailable) lines.push_back("  " + pathway.steps[step.ref.step].name + " " + std::to_string(step.ref.person) + (core.fact_at(step.ref.occurrence) == nullptr ? " " : "." + to_string(core.fact_at(step.ref.occurrence)->effective) + " ") + std::string(name_of(step.life)) +
            " " + std::to_string(step.outcome) + " " + to_string(step.opened_on) + " " + to_string(step.ended_on) + (step.worked ? " worked" : "") + "\n");
  for (const RunningDeadline& it : core.deadlines)
    lines.push_back("  term " + pathway.steps[it.ref.step.step].name + " " + std::to_string(it.ref.step.person) + " " + std::string(name_of(it.clock == Clock::kMetLate ? Clock::kMet : it.clock)) + " " + to_string(it.start) + " " + to_string(it.due) + "\n");
  for (const FactRecord& it : core.facts)
    lines.push_back("  fact " + pathway.facts[it.fact].name + " " + std::to_string(it.person) + " " + to_string(it.effective) + "\n");
  for (const Incident& it : core.incidents) lines.push_back("  halt " + pathway.steps[it.step.step].name + " " + std::to_string(it.step.person) + " " + std::string(name_of(it.rule)) + "\n");
  // Occurrences stand by the numbers of the events that caused them, which a derivation gives anew.
  std::sort(lines.begin(), lines.end());
  std::string text = std::string(name_of(core.life)) + "\n";
  for (const std::string& line : lines) text += line;
  return text;
}

template <class Each>
void over_random_definitions(unsigned seeds, const Each& each) {
  for (unsigned seed = first_seed(); seed <= seeds; ++seed) {
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
  for (unsigned seed = first_seed(); seed <= seeds_or(25) && !::testing::Test::HasFailure(); ++seed) agrees(every_kind, seed, 60);
}

TEST(Afresh, TheSameOverALifeOfRepetitionReopeningAndPauses) {
  const auto life = library_of({"tests/scenarios/life/life.yaml"});
  for (unsigned seed = first_seed(); seed <= seeds_or(40) && !::testing::Test::HasFailure(); ++seed) {
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

/// Whether work stays in the case, marked, that was done for a repetition which by what is known now never began: nothing asks for it afresh.
bool holds_orphaned_work(const CaseCore& core, const definition::Pathway& pathway) {
  return std::any_of(core.steps.begin(), core.steps.end(), [&](const StepInstance& step) {
    if (step.ref.occurrence == Version() || !step.worked || !step.questioned) return false;
    return pathway.steps[repeat_of(pathway, step.ref.step)].repeats_itself || core.fact_at(step.ref.occurrence) == nullptr;
  });
}

using Manner = Wanderer::Manner;

void there_and_back(const std::shared_ptr<const definition::Library>& library, unsigned seed, int steps, Manner manner, std::map<std::string, std::size_t>& seen) {
  CaseBench bench(library);
  const definition::Pathway& pathway = *library->pathways.front();
  Wanderer wanderer(bench, pathway, seed, manner);
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
    if (!holds_orphaned_work(bench.state().core, pathway)) {
      const CaseCore fresh = afresh(bench, wanderer.today());
      EXPECT_EQ(outcome_bytes(bench.state()), outcome_bytes({fresh, {}})) << story(pathway, bench.state().core) << "---\n" << story(pathway, fresh) << forth << "---\n" << story(pathway, before);
    }
    const Decision again = bench.give(right, wanderer.today());
    EXPECT_TRUE(std::holds_alternative<std::vector<Draft>>(again)) << bench.show(again);
    EXPECT_EQ(story(pathway, bench.state().core), story(pathway, before)) << forth << "---\n" << bench.show(again);
    EXPECT_EQ(outcome_bytes(bench.state()), outcome_bytes({before, {}}));
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_TRUE(bench.replays());
}

void there_and_back_everywhere(Manner manner) {
  std::map<std::string, std::size_t> seen;
  over_random_definitions(seeds_or(80), [&](const auto& library, unsigned seed) { there_and_back(library, seed, 40, manner, seen); });
  const auto every_kind = library_of({"tests/scenarios/every_kind.yaml"});
  for (unsigned seed = first_seed(); seed <= seeds_or(25) && !::testing::Test::HasFailure(); ++seed) there_and_back(every_kind, seed, 60, manner, seen);
  const auto life = library_of({"tests/scenarios/life/life.yaml"});
  for (unsigned seed = first_seed(); seed <= seeds_or(40) && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    there_and_back(life, seed, 60, manner, seen);
  }
  for (const char* kind : {"fact_corrected", "fact_withdrawn", "person_corrected", "step_revised", "deadline_moved", "deadline_withdrawn", "case_reopened", "work_questioned"})
    EXPECT_GT(seen[kind], 0U) << kind;
}

TEST(Correcting, ThereAndBackLeavesWhatTheCaseCameTo) { there_and_back_everywhere(Manner::kAsItHappens); }

TEST(Correcting, ThereAndBackLeavesWhatTheCaseCameToWhereItWasRecordedLateInItsOrder) { there_and_back_everywhere(Manner::kInOrder); }

/// Where things became known in any order, the case may stand otherwise than derived afresh: what a correction touches doesn't, from then on.
void comes_to_rest(const std::shared_ptr<const definition::Library>& library, unsigned seed, int steps, std::size_t& otherwise) {
  CaseBench bench(library);
  const definition::Pathway& pathway = *library->pathways.front();
  Wanderer wanderer(bench, pathway, seed, Manner::kAnyOrder);
  wanderer.walk(steps);
  wanderer.wake();
  const std::optional<Command> wrong = wanderer.correction();
  if (!wrong || bench.state().core.life == CaseLife::kClosed) return;
  const CaseCore before = bench.state().core;
  const Command right = back(bench, *wrong, pathway, before);
  std::string first;
  for (int round = 0; round < 2; ++round) {
    if (std::holds_alternative<Rejection>(bench.give(*wrong, wanderer.today()))) return;
    const Decision again = bench.give(right, wanderer.today());
    ASSERT_TRUE(std::holds_alternative<std::vector<Draft>>(again)) << bench.show(again);
    if (round == 0) first = story(pathway, bench.state().core);
  }
  EXPECT_EQ(story(pathway, bench.state().core), first);
  if (first != story(pathway, before)) ++otherwise;
  EXPECT_TRUE(bench.replays());
}

TEST(Correcting, ThereAndBackTwiceIsThereAndBackOnceHoweverLateThingsWereKnown) {
  std::size_t otherwise = 0;
  over_random_definitions(seeds_or(80), [&](const auto& library, unsigned seed) { comes_to_rest(library, seed, 40, otherwise); });
  const auto every_kind = library_of({"tests/scenarios/every_kind.yaml"});
  for (unsigned seed = first_seed(); seed <= seeds_or(25) && !::testing::Test::HasFailure(); ++seed) comes_to_rest(every_kind, seed, 60, otherwise);
  const auto life = library_of({"tests/scenarios/life/life.yaml"});
  for (unsigned seed = first_seed(); seed <= seeds_or(40) && !::testing::Test::HasFailure(); ++seed) comes_to_rest(life, seed, 60, otherwise);
  RecordProperty("otherwise", static_cast<int>(otherwise));
}

}  // namespace
}  // namespace ritrovo::pathway::test
