#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "adapters/kafka/cursor.h"
#include "adapters/kafka/topics.h"
#include "engine/runtime/folder.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/configuration.h"
#include "tools/console.h"
#include "tools/kafka_link.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kKafka{"Topics: make them, and see how far the folder is published",
                          "  ritrovo kafka init --config ritrovo.yaml\n"
                          "  ritrovo kafka status --config ritrovo.yaml",
                          "  ritrovo serve --config ritrovo.yaml             publishes what is recorded"};
constexpr Teaching kInit{"Make the topics that are missing, and say which of the others don't fit",
                         "  ritrovo kafka init --config ritrovo.yaml\n"
                         "  ritrovo kafka init --config ritrovo.yaml --replication 3",
                         "  ritrovo serve --config ritrovo.yaml"};
constexpr Teaching kStatus{"How far the folder is published, what only this machine has, and what went wrong last",
                           "  ritrovo kafka status --config ritrovo.yaml\n"
                           "  ritrovo kafka status --data milano              of a running server",
                           "  ritrovo kafka init --config ritrovo.yaml        where a topic is missing"};

struct Wish {
  std::string config;
  int replication = -1;
};

/// The connection that the configuration names; `context.data` becomes its folder.
kafka::Connection connection_of(Context& context, const std::string& config) {
  if (config.empty()) throw Failure{{ErrorCode::kNotFound, "which brokers? --config names a file that says so (docs/operating.md)"}};
  const Configuration configuration = read_configuration(config);
  apply(configuration, context);
  if (!configuration.kafka) throw Failure{{ErrorCode::kNotFound, fmt::format("{} has no setting 'kafka'; docs/operating.md says what it holds", config)}};
  return *configuration.kafka;
}

void run_init(Context& context, const Wish& wish) {
  const kafka::Connection connection = connection_of(context, wish.config);
  // Beside a server too: the file says all that is asked here.
  const FolderSettings settings = must(parse_folder_json(must(read_file(context.data / "ritrovo.folder"))));
  bool fits = true;
  boost::json::array listed;
  for (const kafka::TopicReport& report : must(kafka::make_topics(connection, settings.partitions, wish.replication))) {
    fits = fits && report.misfits.empty();
    boost::json::array misfits;
    for (const std::string& misfit : report.misfits) misfits.emplace_back(misfit);
    listed.push_back(boost::json::object{{"topic", report.name}, {"made", report.made}, {"misfits", std::move(misfits)}});
    if (context.json) continue;
    std::cout << fmt::format("{}  {}\n", report.name, report.made ? "made" : report.misfits.empty() ? "fits" : "does not fit:");
    for (const std::string& misfit : report.misfits) std::cout << fmt::format("    {}\n", misfit);
  }
  if (context.json) std::cout << boost::json::serialize(boost::json::object{{"topics", std::move(listed)}}) << '\n';
  if (!fits) context.leave_with(ExitCode::kWorldFailed);
}

/// What the cursors in Kafka say of a folder that nobody serves.
boost::json::object resting_status(const CaseFolder& folder, const kafka::Connection& connection) {
  const auto began = std::chrono::steady_clock::now();
  const auto patience_ended = [began] { return std::chrono::steady_clock::now() - began > std::chrono::seconds(15); };
  const std::map<PartitionId, kafka::Cursor> cursors = must(kafka::read_cursors(connection, folder.settings().log_id, patience_ended));
  std::uint64_t backlog = 0;
  folder.with_log([&](const CaseLog& log) -> Result<void> {
    for (std::uint16_t i = 0; i < folder.settings().partitions; ++i) {
      const Result<std::optional<Position>> last = log.last_position(PartitionId(i));
      if (!last) return tl::unexpected(last.error());
      const auto cursor = cursors.find(PartitionId(i));
      const std::uint64_t next = cursor == cursors.end() ? 0 : cursor->second.next.value();
      const std::uint64_t end = *last ? (*last)->value() + 1 : 0;
      backlog += end - std::min(end, next);
    }
    return {};
  });
  return {{"publisher", boost::json::object{{"state", "no server"}, {"published", 0}, {"backlog", backlog}, {"last_error", ""}}}};
}

void run_status(Context& context, const Wish& wish) {
  boost::json::object status;
  if (context.served != nullptr) {
    if (context.kafka == nullptr) throw Failure{{ErrorCode::kNotFound, "the server that has this folder open runs without Kafka: 'ritrovo serve --config FILE' with a setting 'kafka'"}};
    status = context.kafka->status();
  } else {
    if (!wish.config.empty()) apply(read_configuration(wish.config), context);
    const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
    status = resting_status(*folder, connection_of(context, wish.config));
    folder->close();
  }
  if (context.json) {
    std::cout << boost::json::serialize(status) << '\n';
    return;
  }
  const boost::json::object& publisher = status.at("publisher").as_object();
  const auto backlog = publisher.at("backlog").to_number<std::uint64_t>();
  std::cout << fmt::format("Publishing: {}\n", std::string_view(publisher.at("state").as_string()));
  std::cout << fmt::format("Data at risk: {}\n", backlog == 0 ? "none, all is published" : fmt::format("{} on this machine alone", counted(backlog, "record is", "records are")));
  if (const boost::json::string& error = publisher.at("last_error").as_string(); !error.empty()) std::cout << fmt::format("  last error: {}\n", std::string_view(error));
  if (const boost::json::value* found = status.if_contains("intake")) {
    const boost::json::object& intake = found->as_object();
    std::cout << fmt::format("Taking commands: {}; {} taken, {} of them refused, {} under way\n", std::string_view(intake.at("state").as_string()), intake.at("taken").to_number<std::uint64_t>(),
                             intake.at("refused").to_number<std::uint64_t>(), intake.at("under_way").to_number<std::uint64_t>());
    if (const boost::json::string& error = intake.at("last_error").as_string(); !error.empty()) std::cout << fmt::format("  last error: {}\n", std::string_view(error));
  }
}

}  // namespace

void add_kafka(CLI::App& app, Context& context) {
  auto wish = std::make_shared<Wish>();
  CLI::App* kafka = add_command(app, context, "kafka", kKafka, false, {});
  kafka->require_subcommand(1);
  CLI::App* init = add_command(*kafka, context, "init", kInit, true, [&context, wish] { run_init(context, *wish); });
  init->add_option("--replication", wish->replication, "Copies of each topic; what the brokers say, if it isn't said")->type_name("N");
  CLI::App* status = add_command(*kafka, context, "status", kStatus, true, [&context, wish] { run_status(context, *wish); });
  for (CLI::App* command : {init, status}) command->add_option("--config", wish->config, "Settings, as docs/operating.md says")->type_name("FILE");
}

}  // namespace ritrovo::tools
