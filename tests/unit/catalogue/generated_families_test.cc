/// The generator knows the world and the catalogue knows the law: families that do as they should are never refused, and what goes wrong gets
/// the answer that the generator foretold.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>

#include "engine/record/command_codec.h"
#include "engine/record/command_json.h"
#include "engine/runtime/machine.h"
#include "tests/unit/pathway/case_bench.h"
#include "tools/generator/generator.h"
#include "workflows/pathway/decide.h"

namespace ritrovo::pathway::test {
namespace {

/// Takes lines as a folder with a simulated clock does: keys are remembered, and each case's timers fire before the line that comes after them.
class World {
 public:
  explicit World(std::shared_ptr<const definition::Library> library) : library_(std::move(library)) {}

  /// The class of answer that the line gets.
  std::string take(const generator::Line& line) {
    const auto command = parse_command(line.json, {"comune-milano", true});
    if (!command) return "malformed";
    // Lines come by day in Rome, when its date is that of Greenwich.
    const Day today(static_cast<std::int32_t>(command->at->value() / 86'400'000));
    auto found = cases_.find(command->case_id);
    if (found == cases_.end()) {
      if (command->verb != "open") return "rejected:unknown_case";
      found = cases_.emplace(command->case_id, Case{CaseBench(library_), {}}).first;
    }
    Case& one = found->second;
    wake(one.bench, command->case_id, today);
    const Fingerprint fingerprint = fingerprint_of(*command, DigestKey{});
    const auto [seen, fresh] = one.keys.try_emplace(command->key, fingerprint);
    if (!fresh) return seen->second == fingerprint ? "repeated" : "rejected:key_reused";
    if (command->expect_version && *command->expect_version != one.bench.state().core.version) return "rejected:version_conflict";
    const Decision decision = one.bench.give(*command, today);
    const auto* rejection = std::get_if<Rejection>(&decision);
    if (rejection == nullptr) return "accepted";
    reason_ = rejection->reason;
    return "rejected:" + rejection->code;
  }

  /// Why the last rejected line was rejected.
  [[nodiscard]] const std::string& reason() const { return reason_; }

  /// Lets the clock run to the end of that day.
  void advance(Day to) {
    for (auto& [id, one] : cases_) wake(one.bench, id, to);
  }

  [[nodiscard]] const auto& cases() const { return cases_; }

 private:
  struct Case {
    CaseBench bench;
    std::map<std::string, Fingerprint> keys;
  };

  static void wake(CaseBench& bench, CaseId id, Day today) {
    for (int turns = 0; turns < 1000; ++turns) {
      const std::optional<Day> next = wake_on(bench.state().core);
      if (!next || *next > today) return;
      Command command;
      command.case_id = id;
      command.verb = "wake";
      const Decision decision = bench.give(command, *next);
      const auto* drafts = std::get_if<std::vector<Draft>>(&decision);
      ASSERT_NE(drafts, nullptr) << bench.show(decision);
      if (drafts->empty()) return;
    }
    FAIL() << "a case that never stops waking up";
  }

  std::shared_ptr<const definition::Library> library_;
  std::map<CaseId, Case> cases_;
  std::string reason_;
};

generator::Options families(std::uint32_t count, double faults, std::uint64_t seed) {
  generator::Options options;
  options.families = count;
  options.faults = faults;
  options.seed = seed;
  options.from = parse_day("2019-01-01").value();
  options.to = parse_day("2026-06-30").value();
  return options;
}

std::string pathway_of(const CaseBench& bench) { return bench.library().with_identity(bench.state().core.identity)->name; }

/// Feeds all lines; every answer must be of the class that was foretold.
void live(World& world, const generator::Options& options) {
  std::size_t lines = 0;
  std::map<std::string, std::size_t> wrong;
  generator::generate(options, [&](const generator::Line& line) {
    ++lines;
    const std::string answer = world.take(line);
    if (answer != line.expected && ++wrong["expected " + line.expected + ", got " + answer] <= 5)
      ADD_FAILURE() << "expected " << line.expected << ", got " << answer << (answer.starts_with("rejected") ? " (" + world.reason() + ")" : "") << ": " << line.json;
    return true;
  });
  world.advance(options.to);
  std::size_t events = 0;
  std::size_t ended = 0;
  std::size_t reunited = 0;
  std::size_t families = 0;
  for (const auto& [id, one] : world.cases()) {
    events += one.bench.events().size();
    EXPECT_EQ(one.bench.count("incident_opened"), 0U) << "a guard that can't be computed";
    if (pathway_of(one.bench) != "family-reunification") continue;
    ++families;
    ended += one.bench.count("pathway_completed");
    reunited += one.bench.life("reunited") == StepLife::kCompleted ? 1 : 0;
  }
  // Two in five of the generated families are reunited within the years played; far fewer would mean that a step leads nowhere.
  EXPECT_GT(reunited, options.families / 4);
  EXPECT_GT(ended, options.families / 2);
  for (const auto& [what, times] : wrong) ADD_FAILURE() << what << ": " << times << " times in " << lines << " lines";
  // Each family comes to the desk; who came in the last days has not opened its reunification yet.
  EXPECT_EQ(world.cases().size() - families, options.families);
  EXPECT_GT(families, options.families * 9 / 10);
  EXPECT_GT(events, lines);
}

std::shared_ptr<const definition::Library> milan() {
  return library_of({"workflows/catalogue/milan/family-reunification.yaml", "workflows/catalogue/milan/language-course.yaml",
                     "workflows/catalogue/milan/school-enrolment.yaml", "workflows/catalogue/milan/welcome-intake.yaml"});
}

TEST(GeneratedFamilies, WithoutFaultsAreNeverRefused) {
  World world(milan());
  live(world, families(250, 0, 1));
  for (const auto& [id, one] : world.cases()) EXPECT_TRUE(one.bench.replays());
}

TEST(GeneratedFamilies, WithFaultsGetTheForetoldAnswers) {
  World world(milan());
  live(world, families(150, 1, 2));
}

/// The family that a line is about: its key without the line's number.
std::string family_of(const Command& command) { return command.key.substr(0, command.key.rfind('-')); }

/// Families in which somebody enters within two months of the birthday on which school, the course for adults or full age begins or ends.
std::set<std::string> at_the_borders_of_school_age(const generator::Options& options) {
  constexpr int kBordersYears[] = {6, 14, 16, 18};
  constexpr std::int32_t kNearDays = 60;
  std::map<std::string, std::map<std::string, Day>> born;
  std::set<std::string> chosen;
  generator::generate(options, [&](const generator::Line& line) {
    const auto command = parse_command(line.json, {"comune-milano", true});
    if (!command) return true;
    for (const NewPerson& person : command->persons)
      born[family_of(*command)][person.alias] = parse_day(*find(person.data, "birth_date")->get<std::string>()).value();
    if (command->fact != "entry.made") return true;
    const Day entered = parse_day(*find(command->data, "entered_on")->get<std::string>()).value();
    const auto birth = born[family_of(*command)][*command->person].date();
    for (const int years : kBordersYears) {
      const Day birthday(std::chrono::year_month_day(birth.year() + std::chrono::years(years), birth.month(), std::chrono::day(std::min(28U, static_cast<unsigned>(birth.day())))));
      if (std::abs(entered.value() - birthday.value()) <= kNearDays) chosen.insert(family_of(*command));
    }
    return true;
  });
  return chosen;
}

TEST(GeneratedFamilies, AtTheBordersOfSchoolAgeAreNeverRefused) {
  // Given the few families for whom a day decides between school, the course for adults and neither.
  const generator::Options options = families(1500, 0, 1);
  const std::set<std::string> chosen = at_the_borders_of_school_age(options);
  ASSERT_GT(chosen.size(), 20U);
  // When they live.
  World world(milan());
  generator::generate(options, [&](const generator::Line& line) {
    const auto command = parse_command(line.json, {"comune-milano", true});
    if (chosen.count(family_of(*command)) == 0) return true;
    // Then what the generator does next is what the law has opened.
    const std::string answer = world.take(line);
    EXPECT_EQ(answer, line.expected) << world.reason() << ": " << line.json;
    return true;
  });
}

}  // namespace
}  // namespace ritrovo::pathway::test
