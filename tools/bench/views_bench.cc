#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/log/case_log.h"
#include "projections/store.h"
#include "projections/view_runner.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"

namespace ritrovo::bench {
namespace {

using tools::must;

constexpr int kTurns = 3;

/// Reads every record once, decoded, and does nothing with it.
double scan_all(const CaseLog& log, std::uint16_t partitions, std::uint64_t& records) {
  const Stopwatch time;
  records = 0;
  for (std::uint16_t i = 0; i < partitions; ++i) {
    must(log.scan_records(PartitionId(i), Position(0), [&records](const StoredRecord&) {
      ++records;
      return true;
    }));
  }
  return time.seconds();
}

/// What following anew costs: each view in its turn, a scan between them, the quickest of each.
struct Measured {
  double scan_seconds = 0;
  std::uint64_t records = 0;
  std::map<std::string, double> view_seconds;
};

void keep_quickest(double& kept, double seconds) { kept = kept == 0 ? seconds : std::min(kept, seconds); }

Measured measure(const CaseLog& log, std::uint16_t partitions, projections::ViewRunner& runner) {
  Measured measured;
  for (int turn = 0; turn < kTurns; ++turn) {
    keep_quickest(measured.scan_seconds, scan_all(log, partitions, measured.records));
    for (const projections::ViewKind& kind : runner.kinds()) {
      const Stopwatch time;
      must(runner.rebuild(kind.name, log));
      keep_quickest(measured.view_seconds[kind.name], time.seconds());
    }
  }
  return measured;
}

}  // namespace

Report bench_views(const Wish& wish) {
  const std::uint64_t commands = wish.commands_or(200'000, 3'000);
  const auto families = static_cast<std::uint32_t>(std::ceil(static_cast<double>(commands) / kCommandsPerFamily));
  const Place place(wish);
  Report report{"views", {}, {}, {}};
  EngineOptions options;
  options.path = place / "data";
  const std::unique_ptr<TrialEngine> engine = new_folder(std::move(options));
  const std::unique_ptr<projections::ViewStore> store = must(projections::ViewStore::open(place / "views"));
  const std::unique_ptr<projections::ViewStore> followed = must(projections::ViewStore::open(place / "followed"));
  const FolderSettings& settings = engine->folder().settings();
  const projections::LogIdentity identity{settings.log_id, settings.incarnation, settings.partitions};
  const auto library = [&engine] { return engine->machine()->library(); };
  projections::ViewRunner follower(*followed, identity, library, projections::all_views());
  const auto follow = [&] {
    must(engine->with_log([&](const CaseLog& log) -> Result<void> {
      for (const auto& [name, trouble] : follower.poll(log)) report.check(false, fmt::format("{}: {}", name, trouble.message));
      return {};
    }));
  };
  {
    Sender sender(*engine);
    generate_families(families, wish.seed, 1'000, [&](std::vector<Command> chunk) {
      for (Command& command : chunk) sender.send(std::move(command));
      follow();
      return true;
    });
    sender.drain();
    sender.check(report);
  }
  follow();
  projections::ViewRunner runner(*store, identity, library, projections::all_views());
  Measured measured;
  must(engine->with_log([&](const CaseLog& log) -> Result<void> {
    measured = measure(log, settings.partitions, runner);
    return {};
  }));
  const auto records = static_cast<double>(measured.records);
  for (const auto& [name, seconds] : measured.view_seconds) {
    report.figures.push_back(rate_figure(name, records / seconds, "events/s", records / measured.scan_seconds, 0.3));
    report.check(must(runner.rows(name)) == must(follower.rows(name)), fmt::format("{}: rows made in one go aren't those that were followed", name));
  }
  report.check(measured.records == records_of(*engine), "the scans didn't read every record");
  report.note_count("events", measured.records);
  report.note_count("cases", must(runner.rows("caseload")).size());
  report.note_count("bytes_on_disk", bytes_of(place / "views", ""));
  must(engine->close());
  return report;
}

}  // namespace ritrovo::bench
