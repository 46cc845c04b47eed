#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "engine/audit/partition_check.h"
#include "engine/digest/sha256.h"
#include "engine/log/rocks_log.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"

namespace ritrovo::bench {
namespace {

using tools::must;

constexpr int kTurns = 5;

/// The quickest of several turns for each partition, added up: what else the machine does only ever makes a turn slower.
struct Measured {
  double verify_seconds = 0;
  double hash_seconds = 0;  ///< SHA-256 of each record, and nothing else
  double tree_seconds = 0;  ///< the hashes that verifying makes, of records in memory: each leaf, and the tree above
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
};

/// The root, so that nothing is left out.
Hash256 tree_over(const std::vector<std::string>& records) {
  Frontier frontier;
  std::vector<TileHash> completed;
  for (const std::string& record : records) frontier.append(leaf_hash(record), completed);
  return frontier.root();
}

void keep_quickest(double& quickest, double seconds, int turn) { quickest = turn == 0 ? seconds : std::min(quickest, seconds); }

void measure_partition(const LogPort& log, PartitionId partition, Measured& measured, Report& report) {
  std::vector<std::string> records;
  must(CaseLog(log).scan_bytes(partition, Position(0), [&records](Position, std::string_view bytes) {
    records.emplace_back(bytes);
    return true;
  }));
  double verify_seconds = 0;
  double hash_seconds = 0;
  double tree_seconds = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    std::atomic<std::uint64_t> done = 0;
    const Stopwatch verifying;
    const PartitionCheck check = check_partition_against(log, partition, {}, done);
    const double verified = verifying.seconds();
    report.check(check.findings.empty() && check.records == records.size(), "a partition didn't verify");
    const Stopwatch hashing;
    unsigned mixed = 0;
    for (const std::string& record : records) mixed += sha256(record).bytes[0];
    const double hashed = hashing.seconds();
    report.check(mixed > 0 || records.empty(), "nothing was hashed");
    const Stopwatch growing;
    const Hash256 root = tree_over(records);
    keep_quickest(tree_seconds, growing.seconds(), turn);
    report.check(root == check.root, "a partition has another root");
    keep_quickest(verify_seconds, verified, turn);
    keep_quickest(hash_seconds, hashed, turn);
    if (turn == 0) measured.bytes += check.bytes;
  }
  measured.records += records.size();
  measured.verify_seconds += verify_seconds;
  measured.hash_seconds += hash_seconds;
  measured.tree_seconds += tree_seconds;
}

}  // namespace

Report bench_verify(const Wish& wish) {
  const std::uint64_t commands = wish.commands_or(200'000, 3'000);
  const auto families = static_cast<std::uint32_t>(std::ceil(static_cast<double>(commands) / kCommandsPerFamily));
  const Place place(wish);
  Report report{"verify", {}, {}, {}};
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
  const std::uint16_t partitions = engine->folder().settings().partitions;
  must(engine->close());
  engine.reset();
  RocksLogOptions log_options;
  log_options.path = place / "data" / "log";
  const std::unique_ptr<RocksLog> log = must(RocksLog::open(std::move(log_options)));
  Measured measured;
  for (std::uint16_t i = 0; i < partitions; ++i) measure_partition(*log, PartitionId(i), measured, report);
  must(log->close());
  const auto bytes = static_cast<double>(measured.bytes);
  const auto records = static_cast<double>(measured.records);
  const double rate = bytes / measured.verify_seconds / 1e6;
  report.figures.push_back(rate_figure("verify on one core, against SHA-256 of each record", rate, "MB/s", bytes / measured.hash_seconds / 1e6, 0.5));
  report.figures.push_back(rate_figure("against the same hashes made from memory", rate, "MB/s", bytes / measured.tree_seconds / 1e6, 0.5));
  report.note_count("records", measured.records);
  report.note("record_bytes_mean", bytes / records);
  report.note("verify_us_per_record", measured.verify_seconds / records * 1e6);
  report.note("sha256_us_per_record", measured.hash_seconds / records * 1e6);
  report.note("tree_us_per_record", measured.tree_seconds / records * 1e6);
  return report;
}

}  // namespace ritrovo::bench
