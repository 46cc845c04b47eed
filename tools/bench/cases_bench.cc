#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tools/bench/benches.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"
#include "tools/progress.h"

namespace ritrovo::bench {
namespace {

using tools::must;

/// A folder with open cases, and what was reported on each of them.
struct Town {
  std::unique_ptr<TrialEngine> engine;
  std::uint64_t cases = 0;
  std::uint32_t round = 0;
};

Town make_town(const std::filesystem::path& path, const ManyCases& makes, std::uint64_t cases, Report& report) {
  EngineOptions options;
  options.path = path;
  Town town{new_folder(std::move(options)), cases, 0};
  Sender sender(*town.engine);
  tools::Progress progress("opening cases", "cases", cases, false);
  for (std::uint64_t number = 0; number < cases; ++number) {
    sender.send(makes.opening(number));
    progress.at(number, number);
  }
  sender.drain();
  sender.check(report);
  return town;
}

/// Reports the income of each of those cases once, in that order; returns the seconds.
double report_incomes(Town& town, const ManyCases& makes, const std::vector<std::uint64_t>& numbers, Report& report) {
  std::vector<Command> commands;
  commands.reserve(numbers.size());
  ++town.round;
  for (const std::uint64_t number : numbers) commands.push_back(makes.income(number, town.round));
  Sender sender(*town.engine);
  const Stopwatch time;
  for (Command& command : commands) sender.send(std::move(command));
  sender.drain();
  const double seconds = time.seconds();
  sender.check(report);
  return seconds;
}

std::vector<std::uint64_t> numbers_from(std::uint64_t first, std::uint64_t count) {
  std::vector<std::uint64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

/// Among the many, both rounds and the uniform picks are checked against a replay.
void check_some(const TrialEngine& engine, const ManyCases& makes, const std::vector<std::uint64_t>& numbers, Report& report) {
  for (std::size_t i = 0; i < std::min<std::size_t>(numbers.size(), 100); ++i) {
    const auto kept = must(engine.state(makes.case_of(numbers[i])));
    const auto replayed = must(engine.replay(makes.case_of(numbers[i])));
    const bool same = kept && replayed && TrialEngine::exact_hash(kept->state) == TrialEngine::exact_hash(replayed->state);
    report.check(same && !kept->state.core.facts.empty(), makes.case_of(numbers[i]).printed() + " isn't as its records say");
  }
}

}  // namespace

Report bench_cases(const Wish& wish) {
  const std::uint64_t open = wish.commands_or(1'000'000, 3'000);
  const std::uint64_t active = std::min<std::uint64_t>(open / 2, wish.quick ? 300 : 10'000);
  const std::uint32_t rounds = wish.quick ? 3 : 20;
  const Place place(wish);
  Report report{"cases", {}, {}, {}};
  const ManyCases makes(wish.seed);
  std::mt19937_64 random(wish.seed);

  const Stopwatch opening;
  Town many = make_town(place / "many", makes, open, report);
  const double opening_seconds = opening.seconds();
  Town few = make_town(place / "few", makes, active, report);
  const std::uint64_t resident_open = memory_of_this_process().resident;

  std::vector<std::uint64_t> numbers = numbers_from(0, active);
  std::vector<std::uint64_t> all = numbers_from(active, open - active);
  std::shuffle(all.begin(), all.end(), random);
  const std::size_t uniform_count = std::min<std::size_t>(all.size(), static_cast<std::size_t>(active) * rounds);
  all.resize(uniform_count);
  // Each set once unmeasured, so that those who work on are warm. Then the towns take turns, a share of the uniform picks after each.
  (void)report_incomes(few, makes, numbers, report);
  (void)report_incomes(many, makes, numbers, report);
  std::vector<double> few_rates;
  std::vector<double> many_rates;
  std::vector<double> uniform_rates;
  const auto measure = [&](Town& town, const std::vector<std::uint64_t>& order, std::vector<double>& rates) {
    rates.push_back(static_cast<double>(order.size()) / report_incomes(town, makes, order, report));
  };
  for (std::uint32_t round = 0; round < rounds; ++round) {
    std::shuffle(numbers.begin(), numbers.end(), random);
    measure(few, numbers, few_rates);
    measure(many, numbers, many_rates);
  }
  const std::size_t share = std::max<std::size_t>(1, uniform_count / rounds);
  for (std::size_t first = 0; first < uniform_count; first += share) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(first + share, uniform_count));
    measure(many, {begin, end}, uniform_rates);
  }
  must(few.engine->close());
  few.engine.reset();
  // What a city's process with that many open cases takes, apart from the folder that it was compared with.
  const bool counted_anew = forget_highest_memory();
  (void)report_incomes(many, makes, {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(share)}, report);
  const std::uint64_t resident = memory_of_this_process().resident_max;
  report.check(counted_anew, "the highest memory can't be counted anew: the figure has the other folder's in it");
  check_some(*many.engine, makes, numbers, report);
  check_some(*many.engine, makes, all, report);

  const double alone = median(few_rates);
  constexpr double kResidentMax = 512.0 * (1U << 20);
  report.figures.push_back(rate_figure("active cases among all", median(many_rates), "commands/s", alone, 0.9));
  report.figures.push_back(rate_figure("uniform over all", median(uniform_rates), "commands/s", alone, 0.4));
  report.figures.push_back(bounded_figure("resident, at work on the million", static_cast<double>(resident), "bytes", 0, kResidentMax));
  report.note_count("open_cases", open);
  report.note_count("active_cases", active);
  report.note_count("commands_each", active * rounds);
  report.note_count("events", records_of(*many.engine));
  report.note("openings_per_second", static_cast<double>(open) / opening_seconds);
  report.note_count("resident_after_opening_bytes", resident_open);
  report.note_count("vault_bytes", bytes_of(place / "many" / "vault", ""));
  must(many.engine->close());
  return report;
}

}  // namespace ritrovo::bench
