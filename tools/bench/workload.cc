#include "tools/bench/workload.h"

#include <utility>

#include <fmt/format.h>

#include "engine/base/time.h"
#include "engine/record/case_ids.h"
#include "engine/record/command_json.h"
#include "tools/bench/trial.h"
#include "tools/context.h"

namespace ritrovo::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kHouseholds = 500;
constexpr Day kToday{std::chrono::year_month_day{2024y / 7 / 1}};
/// In the morning, in Rome and in Greenwich.
constexpr std::int64_t kMorningMs = 8LL * 3600 * 1000;
Timestamp morning() { return Timestamp(std::int64_t{kToday.value()} * 86'400'000 + kMorningMs); }

Command parsed(const std::string& line) {
  auto command = parse_command(line, {trial_tenant(), true});
  if (!command) throw tools::Failure{{ErrorCode::kMalformed, "a generated line can't be read: " + to_string(command.error())}};
  return std::move(*command);
}

std::string key_of(std::uint64_t number) { return fmt::format("bench-{}", number); }

}  // namespace

void generate_families(std::uint32_t families, std::uint64_t seed, std::size_t chunk, const std::function<bool(std::vector<Command>)>& take) {
  generator::Options options;
  options.families = families;
  options.seed = seed;
  std::vector<Command> commands;
  bool wanted = true;
  generator::generate(options, [&](const generator::Line& line) {
    commands.push_back(parsed(line.json));
    if (commands.size() < chunk) return true;
    wanted = take(std::exchange(commands, {}));
    return wanted;
  });
  if (wanted && !commands.empty()) take(std::move(commands));
}

void generate_openings(std::uint32_t families, std::uint64_t seed, double doubles, const std::function<void(GeneratedOpening)>& take) {
  generator::Options options;
  options.families = families;
  options.seed = seed;
  options.doubles = doubles;
  generator::generate(options, [&](const generator::Line& line) {
    if (line.opens) take({parsed(line.json), *line.opens});
    return true;
  });
}

ManyCases::ManyCases(std::uint64_t seed) {
  generator::Options options;
  options.families = 2 * kHouseholds;
  options.seed = seed;
  generator::generate(options, [&](const generator::Line& line) {
    Command command = parsed(line.json);
    // Others open cases of their own kind: children who came alone, visits to the desk.
    if (command.verb == "open" && command.pathway == "family-reunification") households_.push_back(std::move(command));
    return households_.size() < kHouseholds;
  });
}

CaseId ManyCases::case_of(std::uint64_t number) const { return case_id_for(trial_tenant(), key_of(number)); }

Command ManyCases::opening(std::uint64_t number) const {
  Command command = households_[number % households_.size()];
  command.key = key_of(number);
  command.case_id = case_of(number);
  command.at = morning();
  command.effective_on.reset();
  return command;
}

Command caseworker_command(CaseId case_id, std::string key, std::string verb) {
  Command command;
  command.case_id = case_id;
  command.key = std::move(key);
  command.verb = std::move(verb);
  command.actor = {"u-17", "comune-milano", {"caseworker"}};
  command.at = morning();
  return command;
}

Command ManyCases::income(std::uint64_t number, std::uint32_t time) const {
  Command command = caseworker_command(case_of(number), fmt::format("income-{}-{}", number, time), "report");
  command.fact = "income.declared";
  set(command.data, "amount", fmt::format("{}.{:02}", 12'000 + (number * 37 + time * 101) % 30'000, time % 100));
  set(command.data, "source", "employment");
  set(command.data, "declared_on", to_string(kToday));
  return command;
}

}  // namespace ritrovo::bench
