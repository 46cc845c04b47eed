#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/log/rocks_log.h"
#include "tools/bench/benches.h"
#include "tools/bench/folder_children.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"

namespace ritrovo::bench {

using tools::must;

Report bench_size(const Wish& wish) {
  const std::uint64_t commands = wish.commands_or(200'000, 3'000);
  const auto families = static_cast<std::uint32_t>(std::ceil(static_cast<double>(commands) / kCommandsPerFamily));
  const Place place(wish);
  Report report{"size", {}, {}, {}};
  EngineOptions options;
  options.path = place / "data";
  std::unique_ptr<TrialEngine> engine = new_folder(std::move(options));
  const std::uint64_t before = records_of(*engine);
  std::uint64_t record_bytes = 0;
  {
    Sender sender(*engine);
    generate_families(families, wish.seed, 1'000, [&](std::vector<Command> chunk) {
      for (Command& command : chunk) sender.send(std::move(command));
      return true;
    });
    sender.drain();
    sender.check(report);
  }
  const std::uint64_t records = records_of(*engine);
  must(engine->with_log([&](const CaseLog& log) -> Result<void> {
    for (std::uint16_t i = 0; i < engine->folder().settings().partitions; ++i)
      must(log.scan_bytes(PartitionId(i), Position(0), [&](Position, std::string_view bytes) {
        record_bytes += bytes.size();
        return true;
      }));
    return {};
  }));
  must(engine->close());
  engine.reset();
  const std::uint64_t uncompacted = bytes_of(place / "data" / "log", "");
  RocksLogOptions log_options;
  log_options.path = place / "data" / "log";
  const std::unique_ptr<RocksLog> log = must(RocksLog::open(std::move(log_options)));
  must(log->compact());
  must(log->close());
  const std::uint64_t compacted = bytes_of(place / "data" / "log", ".sst");
  const FolderOpened rest = open_in_child(place / "data");
  report.check(rest.records == records, "compacting changed the number of records");
  const auto events = static_cast<double>(records - before);
  // The shipped catalogue stands once in every partition: on a small folder it would hide the events.
  report.figures.push_back(bounded_figure("disk for an event, compacted", static_cast<double>(compacted) / events, "bytes",
                                          static_cast<double>(record_bytes) / events, 350));
  report.figures.push_back(bounded_figure("resident at rest", static_cast<double>(rest.resident) / (1U << 20), "MiB", 0, 64));
  report.note_count("events", records - before);
  report.note_count("log_bytes", uncompacted);
  report.note_count("log_bytes_compacted", compacted);
  report.note_count("record_bytes", record_bytes);
  report.note_count("vault_bytes", bytes_of(place / "data" / "vault", ""));
  return report;
}

}  // namespace ritrovo::bench
