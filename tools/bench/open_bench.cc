#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/log/rocks_log.h"
#include "tools/bench/benches.h"
#include "tools/bench/folder_children.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"
#include "tools/progress.h"

namespace ritrovo::bench {
namespace {

using tools::must;

constexpr double kMiB = 1U << 20;

/// What RocksDB and the reading of its logs take alone, on a copy of the log, so that the folder stays as it is.
double rocks_alone(const std::filesystem::path& log, const std::filesystem::path& copy) {
  std::filesystem::copy(log, copy, std::filesystem::copy_options::recursive);
  RocksLogOptions options;
  options.path = copy;
  const Stopwatch time;
  std::unique_ptr<RocksLog> opened = must(RocksLog::open(std::move(options)));
  const double seconds = time.seconds();
  opened.reset();
  std::filesystem::remove_all(copy);
  return seconds;
}

/// Fills a folder and closes it cleanly; returns its records.
std::uint64_t fill(const std::filesystem::path& folder, std::uint64_t events, const Wish& wish, Report& report) {
  EngineOptions options;
  options.path = folder;
  const std::unique_ptr<TrialEngine> engine = new_folder(std::move(options));
  const auto families = static_cast<std::uint32_t>(std::ceil(static_cast<double>(events) / kEventsPerFamily));
  const Stopwatch time;
  {
    Sender sender(*engine);
    tools::Progress progress("filling the folder", "events", events, wish.quick);
    generate_families(families, wish.seed, 1'000, [&](std::vector<Command> chunk) {
      const std::uint64_t made = sender.tally().events;
      progress.at(made, made);
      for (Command& command : chunk) sender.send(std::move(command));
      return true;
    });
    sender.drain();
    sender.check(report);
  }
  report.note("filling_seconds", time.seconds());
  const std::uint64_t records = records_of(*engine);
  must(engine->close());
  return records;
}

}  // namespace

Report bench_open(const Wish& wish) {
  const std::uint64_t events = wish.commands_or(10'000'000, 20'000);
  const std::uint64_t wal_bytes = wish.quick ? 2U << 20 : 45U << 20;
  const Place place(wish);
  Report report{"open", {}, {}, {}};
  const std::uint64_t records = fill(place / "data", events, wish, report);

  std::vector<FolderOpened> clean;
  for (int i = 0; i < 3; ++i) clean.push_back(open_in_child(place / "data"));
  std::sort(clean.begin(), clean.end(), [](const FolderOpened& a, const FolderOpened& b) { return a.seconds < b.seconds; });
  for (const FolderOpened& one : clean)
    report.check(one.records == records, fmt::format("{} records were written, {} are there after a clean close", records, one.records));
  const double clean_limit = rocks_alone(place / "data" / "log", place / "copy");

  std::vector<FolderOpened> killed;
  double killed_limit = 0;
  for (int i = 0; i < (wish.quick ? 1 : 3); ++i) {
    const std::uint64_t answered = kill_a_writer(place / "data", wal_bytes, 1'000'000 * static_cast<std::uint64_t>(i + 1));
    killed_limit = std::max(killed_limit, rocks_alone(place / "data" / "log", place / "copy"));
    killed.push_back(open_in_child(place / "data"));
    const std::uint64_t before = i == 0 ? records : killed[killed.size() - 2].records;
    report.check(killed.back().records >= before + answered,
                 fmt::format("{} cases were answered, but only {} records are new", answered, killed.back().records - before));
  }
  const FolderOpened& worst = *std::max_element(killed.begin(), killed.end(), [](const FolderOpened& a, const FolderOpened& b) { return a.seconds < b.seconds; });
  const bool full = records >= 9'000'000;
  report.figures.push_back(bounded_figure("closed cleanly", clean[1].seconds, "s", clean_limit, 1));
  report.figures.push_back(bounded_figure("after kill -9, the worst", worst.seconds, "s", killed_limit, 3));
  report.figures.push_back(bounded_figure("resident at rest", static_cast<double>(clean[1].resident) / kMiB, "MiB", 0, 64));
  report.note_count("records", records);
  report.note_count("wal_bytes_at_worst", worst.wal_bytes);
  report.note("first_opening_seconds", clean.front().seconds);
  report.note_count("log_bytes", bytes_of(place / "data" / "log", ""));
  if (!full && !wish.quick) report.note("not_full", std::string("the goal is for 10 million events"));
  return report;
}

}  // namespace ritrovo::bench
