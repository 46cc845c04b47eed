#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/log/case_log.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"

namespace ritrovo::bench {
namespace {

using tools::must;
using States = std::unordered_map<CaseId, pathway::CaseState>;

/// The quickest of several turns for each partition, added up: what else the machine does only ever makes a turn slower.
struct Measured {
  double decode_seconds = 0;
  double replay_seconds = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
};

constexpr int kTurns = 5;

double scan(const CaseLog& log, PartitionId partition, const CaseLog::VisitRecord& visit) {
  const Stopwatch time;
  must(log.scan_records(partition, Position(0), visit));
  return time.seconds();
}

/// Reads one partition in turns: only decoding, then applying each event to its case too. The states of the last turn stay for the check.
void measure_partition(const CaseLog& log, PartitionId partition, States& states, Measured& measured) {
  double decode_seconds = 0;
  double replay_seconds = 0;
  std::uint64_t versions = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    const double decoding = scan(log, partition, [&](const StoredRecord& record) {
      versions += record.event.version.value();
      if (turn > 0) return true;
      ++measured.records;
      measured.bytes += record.bytes.size();
      return true;
    });
    states.clear();
    const double replaying = scan(log, partition, [&](const StoredRecord& record) {
      versions -= record.event.version.value();
      if (record.event.version.value() > 0 && record.event.case_id != CaseId(0)) pathway::PathwayMachine::apply(states[record.event.case_id], record.event);
      return true;
    });
    decode_seconds = turn == 0 ? decoding : std::min(decode_seconds, decoding);
    replay_seconds = turn == 0 ? replaying : std::min(replay_seconds, replaying);
  }
  measured.decode_seconds += decode_seconds;
  measured.replay_seconds += replay_seconds;
  if (versions != 0) throw tools::Failure{{ErrorCode::kCorrupt, "two scans of one partition differ"}};
}

void check_states(const TrialEngine& engine, const States& states, Report& report) {
  std::size_t seen = 0;
  constexpr std::size_t kCases = 50;
  for (const auto& [case_id, state] : states) {
    if (++seen > kCases) return;
    const auto kept = must(engine.state(case_id));
    report.check(kept && TrialEngine::exact_hash(kept->state) == TrialEngine::exact_hash(state), case_id.printed() + " replays to another state");
  }
}

/// What loading one case from its first event on takes.
struct ColdLoad {
  double seconds = 0;
  double cpu_seconds = 0;
};

/// Loads some cases in the order of the case index, which isn't that of their records.
ColdLoad load_cold(const TrialEngine& engine) {
  std::uint64_t loaded = 0;
  constexpr std::uint64_t kCases = 5'000;
  const double cpu_before = thread_cpu_seconds();
  const Stopwatch time;
  must(engine.for_each_case(false, [&loaded](const CaseView<pathway::CaseState>&) { return ++loaded < kCases; }));
  const double count = std::max(1.0, static_cast<double>(loaded));
  return {time.seconds() / count, (thread_cpu_seconds() - cpu_before) / count};
}

}  // namespace

Report bench_replay(const Wish& wish) {
  const std::uint64_t commands = wish.commands_or(200'000, 3'000);
  const auto families = static_cast<std::uint32_t>(std::ceil(static_cast<double>(commands) / kCommandsPerFamily));
  const Place place(wish);
  Report report{"replay", {}, {}, {}};
  EngineOptions options;
  options.path = place / "data";
  std::unique_ptr<TrialEngine> engine = new_folder(std::move(options));
  {
    Sender sender(*engine);
    generate_families(families, wish.seed, 1'000, [&](std::vector<Command> chunk) {
      for (Command& command : chunk) sender.send(std::move(command));
      return true;
    });
    sender.drain();
    sender.check(report);
  }
  must(engine->close());
  engine.reset();
  options = {};
  options.path = place / "data";
  engine = open_folder(std::move(options));
  const ColdLoad cold = load_cold(*engine);
  Measured measured;
  std::uint64_t cases = 0;
  for (std::uint16_t i = 0; i < engine->folder().settings().partitions; ++i) {
    States states;
    must(engine->with_log([&](const CaseLog& log) -> Result<void> {
      measure_partition(log, PartitionId(i), states, measured);
      return {};
    }));
    cases += states.size();
    check_states(*engine, states, report);
  }
  report.check(measured.records == records_of(*engine), "the scans didn't read every record");
  const auto records = static_cast<double>(measured.records);
  report.figures.push_back(rate_figure("decode and apply", records / measured.replay_seconds, "events/s", records / measured.decode_seconds, 0.5));
  report.note_count("events", measured.records);
  report.note_count("cases", cases);
  report.note("record_bytes_mean", static_cast<double>(measured.bytes) / records);
  report.note("load_of_a_case_from_its_first_event_us", cold.seconds * 1e6);
  report.note("of_which_processor_us", cold.cpu_seconds * 1e6);
  report.note("apply_alone_us_per_event", (measured.replay_seconds - measured.decode_seconds) / records * 1e6);
  must(engine->close());
  return report;
}

}  // namespace ritrovo::bench
