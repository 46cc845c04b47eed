#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "engine/digest/encoding.h"
#include "workflows/pathway/case_state.h"

namespace ritrovo::pathway {
namespace {

/// Compares bytes with the hex text in tests/golden/pathway. UPDATE=1 rewrites it, which is right for a new kind or version only: what a file
/// says must stay readable for ever.
void expect_golden(const std::string& name, const std::string& bytes) {
  const std::filesystem::path file = std::filesystem::path(RITROVO_SOURCE_DIR) / "tests/golden/pathway" / (name + ".hex");
  const std::string hex = to_hex(bytes) + "\n";
  const char* update = std::getenv("UPDATE");
  if (update != nullptr && std::string(update) == "1") {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << hex;
    return;
  }
  std::ifstream in(file);
  const std::string golden{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(hex, golden) << name;
}

const StepRef kStep{40, 2, Version(17)};
const DeadlineRef kDeadline{kStep, 1};
const Because kBecause{Rule::kAfter, 3, {Version(5), Version(300)}, {{17, Version(120), ritrovo::Value(Day(20000))}, {18, Version(9), std::nullopt}}};
const Working kWorking{"P90D", 2, 3, {{9, Day(20000), Day(20002), 2}}};

std::vector<Body> samples() {
  Hash256 identity;
  identity.bytes.fill(0xAB);
  return {CaseOpened{"family-reunification", 3, identity, std::nullopt},
          PersonAdded{"rel-1", 1, PersonId(0x0123456789ABCDEF), {{2, "child"}, {3, std::int64_t{7}}}},
          PersonLeft{1},
          FactReported{12, kNobody, {{0, Day(20000)}, {1, Decimal{-12345, 2}}, {2, true}}},
          CaseSuspended{},
          CaseResumed{40},
          CaseClosed{},
          PathwayCompleted{0, kBecause},
          StepEnabled{kStep, kBecause},
          StepOpened{kStep, kBecause},
          StepCompleted{kStep, 1, kBecause},
          StepTerminated{kStep, EndReason::kPersonLeft, kBecause},
          ValueComputed{kStep, ritrovo::Value(Decimal{1200050, 2}), true, kBecause},
          NotificationRequested{kStep, 0xFF, "it", kBecause},
          TaskClaimed{kStep, "u1"},
          TaskReleased{kStep, "u1"},
          TaskDelegated{kStep, "u1", "u2", "comune-milano"},
          TaskCompleted{kStep, "u1", 0},
          TaskStarted{kStep, "u1"},
          DeadlineSet{kDeadline, Day(20000), Day(20090), Day(20075), kWorking, kBecause},
          DeadlineMoved{kDeadline, Day(20000), Day(20100), Day(20090), std::nullopt, true, kWorking, kBecause},
          DeadlineSuspended{kDeadline, kBecause},
          DeadlineInterrupted{kDeadline, kBecause},
          DeadlineWarned{kDeadline, Day(20090)},
          DeadlineMet{kDeadline, true, kBecause},
          DeadlineMissed{kDeadline, Day(20090)},
          DeadlineVoided{kDeadline},
          IncidentOpened{kStep, Failure::kErased, "the value was erased", kBecause},
          IncidentResolved{kStep, kBecause},
          AlarmSet{kStep, Day(20000)},
          PersonSuspended{1},
          PersonResumed{1},
          CaseLinked{LinkKind::kSplitFrom, CaseId(9), {1, 2}},
          StepReopened{kStep, "u1", kBecause},
          TaskEscalated{kStep, 1, kBecause},
          TaskAssigned{kStep, "u1", kBecause},
          TermsRecounted{{{"term", "nulla_osta", 3}}},
          FactCorrected{Version(7), 12, kNobody, {{0, Day(20000)}, {2, true}}},
          FactWithdrawn{Version(7), 12, 2},
          PersonCorrected{1, 1, {{2, "child"}}},
          StepRevised{kStep, Revision::kRedated, Day(20000), Day(20010), true, kBecause},
          DeadlineWithdrawn{kDeadline, kBecause},
          WorkQuestioned{kStep, kBecause},
          CaseReopened{kBecause},
          MessageReported{Version(300), MessageFate::kFailed, "mail", "refused"},
          MessagesChosen{1, true}};
}

TEST(Golden, TheBytesOfEveryEventNeverChange) {
  const std::vector<Body> bodies = samples();
  ASSERT_EQ(bodies.size(), std::variant_size_v<Body>);
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    ASSERT_EQ(bodies[i].index(), i);
    const std::string bytes = encode_body(bodies[i]);
    expect_golden(std::string(name_of(bodies[i])) + "_v1", bytes);
    const Result<Body> back = decode_body(tag_of(bodies[i]), bytes);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(*back, bodies[i]) << name_of(bodies[i]);
    if (is_command_event(bodies[i])) continue;
    EXPECT_LT(bytes.size(), 120U) << name_of(bodies[i]);
  }
}

TEST(Golden, TheBytesOfASnapshotNeverChange) {
  CaseState state;
  const std::vector<Body> bodies = {samples()[0], PersonAdded{"sponsor", 0, PersonId(5), {}}, FactReported{12, kNobody, {{0, Day(20000)}}},
                                    StepOpened{{4, kNobody, Version()}, kBecause}, DeadlineSet{{{4, kNobody, Version()}, 0}, Day(20000), Day(20090), std::nullopt, kWorking, kBecause}};
  std::uint32_t version = 0;
  for (const Body& body : bodies) apply_body(state.core, {CaseId(7), Version(++version), Day(20000), "u1"}, body);
  state.boxes.push_back({Version(3), {PersonId(5), "sealed"}});
  expect_golden("case_state_v1", encode_state(state));
  EXPECT_EQ(decode_state(encode_state(state)).value(), state);
  EXPECT_FALSE(decode_state(encode_state(state).substr(1)).has_value());
}

}  // namespace
}  // namespace ritrovo::pathway
