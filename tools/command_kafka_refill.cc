#include "tools/command_kafka_refill.h"

#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "adapters/kafka/published_log.h"
#include "engine/base/assert.h"
#include "engine/runtime/case_loader.h"
#include "engine/runtime/refill.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/configuration.h"
#include "tools/console.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kKafkaRefill{
    "Make a lost log anew from what was published, held against the folder's own checkpoints",
    "  ritrovo kafka refill --config ritrovo.yaml\n"
    "  ritrovo kafka refill --config ritrovo.yaml --without-checkpoint   where none was ever signed",
    "  ritrovo verify --deep --data milano             whether all is there\n"
    "  The folder needs its ritrovo.folder, vault/, signing.key and checkpoints/, and a log/ with nothing in it."};

struct KafkaRefillWish {
  std::string config;
  bool without_checkpoint = false;
};

/// By its events alone. A case that runs into a bug of the program waits in quarantine, and wakes nobody.
Result<std::optional<Day>> wake_on(const CaseLog& log, PartitionId partition, CaseId case_id) {
  using Machine = pathway::PathwayMachine;
  try {
    return load_case<Machine>(log, partition, case_id, false).map([](const LoadedCase<pathway::CaseState>& loaded) { return Machine::wake_on(loaded.state); });
  } catch (const AssertionFailure&) {
    return std::optional<Day>();
  }
}

Refilled refill(const Context& context, const kafka::Connection& connection, const KafkaRefillWish& wish) {
  const std::unique_ptr<Folder> folder = must(Folder::open(context.data, std::chrono::seconds(5)));
  const std::unique_ptr<LogRefill> log = must(LogRefill::begin(*folder));
  must(kafka::read_published_log(connection, folder->settings(),
                                 {[&log](PartitionId partition, std::string_view bytes) { return log->take(partition, bytes); },
                                  [&log](PartitionId partition, Position end) { return log->cut(partition, end); }}));
  RefillWish how;
  if (!context.master_key_file.empty()) how.master_key_file = context.master_key_file;
  how.without_checkpoint = wish.without_checkpoint;
  how.now = SystemClock().now();
  how.wake_on = wake_on;
  return must(log->finish(how));
}

void run(Context& context, const KafkaRefillWish& wish) {
  if (context.served != nullptr) throw Failure{{ErrorCode::kUnavailable, "a server has this folder open, and so its log: nothing is to be refilled"}};
  const kafka::Connection connection = kafka_connection(context, wish.config);
  CaseFolder::leave_to_server(context);
  const Refilled done = refill(context, connection, wish);
  // The first opening checks vault, log and checkpoints against each other once more, and signs.
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  folder->close();
  const std::uint64_t unsigned_for = done.records - done.signed_for;
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"data", context.data.string()}, {"log_id", done.settings.log_id}, {"incarnation", done.settings.incarnation}, {"records", done.records}, {"signed", done.signed_for}}) << '\n';
    return;
  }
  std::cout << fmt::format("{} has its log again: {}, incarnation {}.\n", context.data.string(), counted(done.records, "record", "records"), done.settings.incarnation);
  std::cout << fmt::format("{} of them are those that the folder's checkpoints were signed over, byte for byte.\n", grouped(done.signed_for));
  if (unsigned_for > 0) std::cout << fmt::format("{} behind the last checkpoint: for {} the brokers alone vouch.\n", counted(unsigned_for, "stands", "stand"), unsigned_for == 1 ? "it" : "them");
  std::cout << "What was recorded and not published when the log was lost is gone: those commands can be sent again, with their keys.\n";
  std::cout << fmt::format("Next: ritrovo verify --deep --data {}\n", context.data.string());
}

}  // namespace

void add_kafka_refill(CLI::App& group, Context& context) {
  auto wish = std::make_shared<KafkaRefillWish>();
  CLI::App* command = add_command(group, context, "refill", kKafkaRefill, true, [&context, wish] { run(context, *wish); });
  command->add_option("--config", wish->config, "Settings, as docs/operating.md says")->type_name("FILE");
  command->add_flag("--without-checkpoint", wish->without_checkpoint, "Trust the brokers for partitions of which nothing was ever signed");
}

}  // namespace ritrovo::tools
