#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/log/replayed_batches.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"
#include "tools/progress.h"

namespace ritrovo::bench {
namespace {

using tools::must;

/// What was measured so far. Both sides do the same chunk one after the other, so that what else the machine does hits both.
struct Measured {
  std::uint64_t commands = 0;
  std::uint64_t batches = 0;
  std::uint64_t batch_bytes = 0;
  double seconds = 0;
  double limit_seconds = 0;
  double cpu_seconds = 0;        ///< of all threads
  double limit_cpu_seconds = 0;
  std::vector<double> ratios;  ///< of each chunk
};

void measure_chunk(Sender& sender, std::vector<Command> commands, std::vector<std::string>& captured, ReplayedBatches& limit, Measured& measured) {
  const std::uint64_t count = commands.size();
  const double cpu_before = process_cpu_seconds();
  const Stopwatch engine_time;
  for (Command& command : commands) sender.send(std::move(command));
  sender.drain();
  const double seconds = engine_time.seconds();
  const double cpu_between = process_cpu_seconds();
  const Stopwatch limit_time;
  for (const std::string& batch : captured) must(limit.apply(batch));
  const double limit_seconds = limit_time.seconds();
  measured.limit_cpu_seconds += process_cpu_seconds() - cpu_between;
  measured.cpu_seconds += cpu_between - cpu_before;
  measured.commands += count;
  measured.seconds += seconds;
  measured.limit_seconds += limit_seconds;
  measured.ratios.push_back(limit_seconds / seconds);
  measured.batches += captured.size();
  for (const std::string& batch : captured) measured.batch_bytes += batch.size();
  captured.clear();
}

/// Cases picked at random, replayed from their records: the same bytes as the state that was processed.
void check_replay(const TrialEngine& engine, Report& report) {
  std::uint64_t seen = 0;
  constexpr std::uint64_t kCases = 200;
  must(engine.for_each_case(true, [&](const CaseView<pathway::CaseState>& view) {
    const auto replayed = must(engine.replay(view.case_id));
    report.check(replayed && TrialEngine::exact_hash(view.state) == TrialEngine::exact_hash(replayed->state),
                 view.case_id.printed() + " replays to another state");
    return ++seen < kCases;
  }));
}

}  // namespace

Report bench_commit(const Wish& wish) {
  const std::uint64_t commands = wish.commands_or(1'000'000, 3'000);
  const auto families = static_cast<std::uint32_t>(std::ceil(static_cast<double>(commands) / kCommandsPerFamily));
  const Place place(wish);
  Report report{"commit", {}, {}, {}};
  std::vector<std::string> captured;
  bool capturing = false;
  EngineOptions options;
  options.path = place / "data";
  options.capture = [&](std::string_view batch) {
    if (capturing) captured.emplace_back(batch);
  };
  const std::unique_ptr<TrialEngine> engine = new_folder(std::move(options));
  const std::uint64_t before = records_of(*engine);
  ReplayedBatches limit = must(ReplayedBatches::create(place / "limit"));
  capturing = true;  // No run is under way: the committer's thread waits.
  Measured measured;
  Sender sender(*engine);
  tools::Progress progress("commit", "commands", commands, wish.quick);
  generate_families(families, wish.seed, wish.quick ? 1'000 : 50'000, [&](std::vector<Command> chunk) {
    measure_chunk(sender, std::move(chunk), captured, limit, measured);
    progress.at(measured.commands, measured.commands);
    return true;
  });
  progress.finish();
  sender.check(report);
  const Tally tally = sender.tally();
  report.check(tally.accepted + tally.other == measured.commands, "not every command was answered once");
  const std::uint64_t recorded = records_of(*engine) - before;
  report.check(recorded >= tally.events, fmt::format("{} events were answered, but {} records are in the log", tally.events, recorded));
  check_replay(*engine, report);
  const double rate = static_cast<double>(measured.commands) / measured.seconds;
  report.figures.push_back(
      rate_figure("durable commands", rate, "commands/s", static_cast<double>(measured.commands) / measured.limit_seconds, 0.6));
  report.note("ratio_median_of_chunks", median(measured.ratios));
  report.note_count("commands", measured.commands);
  report.note_count("families", families);
  report.note_count("events", recorded);
  report.note("events_per_second", static_cast<double>(recorded) / measured.seconds);
  report.note_count("batches", measured.batches);
  report.note("commands_per_batch", static_cast<double>(measured.commands) / static_cast<double>(measured.batches));
  report.note_count("batch_bytes", measured.batch_bytes);
  report.note("seconds", measured.seconds);
  report.note("limit_seconds", measured.limit_seconds);
  report.note("cpu_us_per_command", measured.cpu_seconds * 1e6 / static_cast<double>(measured.commands));
  report.note("limit_cpu_us_per_command", measured.limit_cpu_seconds * 1e6 / static_cast<double>(measured.commands));
  report.note_count("resident_max_bytes", memory_of_this_process().resident_max);
  must(engine->close());
  return report;
}

}  // namespace ritrovo::bench
