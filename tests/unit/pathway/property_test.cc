#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <numeric>

#include "tests/unit/pathway/case_bench.h"
#include "tests/unit/pathway/random_pathway.h"
#include "tests/unit/pathway/wanderer.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::pathway::test {
namespace {

/// Walks each seed over the pathway of that name; afterwards every kind of event in `kinds` must have happened somewhere, or the walk proves
/// little.
void wander(const std::shared_ptr<const definition::Library>& library, const std::string& name, unsigned seeds, int steps, const std::vector<std::string>& kinds) {
  std::map<std::string, std::size_t> seen;
  if (const char* more = std::getenv("RITROVO_SEEDS")) seeds = static_cast<unsigned>(std::stoul(more));
  const auto pathway = library->valid_on(name, parse_day("2026-01-01").value());
  ASSERT_NE(pathway, nullptr);
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    CaseBench bench(library);
    SCOPED_TRACE("seed " + std::to_string(seed));
    Wanderer(bench, *pathway, seed, seed % 2 == 0 ? Wanderer::Manner::kInOrder : Wanderer::Manner::kAnyOrder).walk(steps);
    EXPECT_TRUE(bench.replays());
    if (::testing::Test::HasFailure()) return;
    for (const Event& event : bench.events()) ++seen[std::string(name_of(*decode_body(event.tag, event.body)))];
  }
  for (const std::string& kind : kinds) EXPECT_GT(seen[kind], 0U) << kind;
}

TEST(Property, RandomCommandsReplayToTheSameBytesByIndexAndWithout) { wander(library_of({"tests/scenarios/every_kind.yaml"}), "every-kind", 240, 60,
         {"case_opened", "person_added", "person_left", "fact_reported", "case_suspended", "case_resumed", "case_closed", "pathway_completed", "step_enabled",
          "step_opened", "step_completed", "step_terminated", "value_computed", "notification_requested", "task_claimed", "task_released", "task_delegated",
          "task_completed", "task_started", "deadline_set", "deadline_moved", "deadline_suspended", "deadline_interrupted", "deadline_met",
          "deadline_missed", "deadline_voided", "alarm_set"});
}

TEST(Property, TheSameOverALifeOfRepetitionReopeningAndPauses) { wander(library_of({"tests/scenarios/life/life.yaml"}), "life-of-steps", 100, 60,
         {"step_reopened", "task_escalated", "task_assigned", "person_suspended", "person_resumed", "deadline_warned", "deadline_suspended", "deadline_moved",
          "deadline_missed", "notification_requested", "pathway_completed"});
}

TEST(Property, TheSameOverTheMilanPathway) { wander(library_of({"workflows/catalogue/milan/family-reunification.yaml", "workflows/catalogue/milan/language-course.yaml", "workflows/catalogue/milan/school-enrolment.yaml"}), "family-reunification", 25, 150, {"step_completed", "value_computed", "deadline_set", "deadline_missed", "deadline_met", "task_completed"});
}

/// Wakes until nothing is due; fails where that doesn't come to rest.
void rest(CaseBench& bench, Day today) {
  Command wake;
  wake.verb = "wake";
  wake.case_id = CaseId(7);
  for (int i = 0; i < 100; ++i) {
    const std::size_t before = bench.events().size();
    bench.give(wake, today);
    if (bench.events().size() == before) break;
  }
  const std::optional<Day> due = PathwayMachine::wake_on(bench.state());
  EXPECT_TRUE(!due || *due > today) << to_string(*due);
}

TEST(Property, RandomCommandsOverRandomDefinitionsComeToRestAndReplay) {
  unsigned sound = 0;
  std::vector<unsigned> chosen(200);
  std::iota(chosen.begin(), chosen.end(), 1U);
  chosen.push_back(1428);  // found a `when` that turned while its deadline ran
  if (const char* more = std::getenv("RITROVO_SEEDS")) {
    chosen.resize(std::stoul(more));
    std::iota(chosen.begin(), chosen.end(), 1U);
  }
  std::map<std::string, std::size_t> seen;
  for (const unsigned seed : chosen) {
    const std::string yaml = random_pathway(seed);
    const auto library = library_if_sound(yaml);
    if (library == nullptr) continue;
    ++sound;
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + yaml);
    CaseBench bench(library);
    Wanderer wanderer(bench, *library->pathways.front(), seed);
    wanderer.walk(40);
    rest(bench, wanderer.today());
    rest(bench, wanderer.today().plus(4000));
    EXPECT_TRUE(bench.replays());
    if (::testing::Test::HasFailure()) return;
    for (const Event& event : bench.events()) ++seen[std::string(name_of(*decode_body(event.tag, event.body)))];
  }
  EXPECT_GT(sound * 2, chosen.size()) << "most random definitions should pass the checker";
  for (const char* kind : {"pathway_completed", "step_terminated", "value_computed", "deadline_moved", "deadline_missed", "deadline_met", "alarm_set", "step_enabled"})
    EXPECT_GT(seen[kind], 0U) << kind;
}

}  // namespace
}  // namespace ritrovo::pathway::test
