#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "adapters/kafka/cursor.h"
#include "adapters/kafka/topics.h"
#include "engine/runtime/folder.h"
#include "tools/case_folder.h"
#include "tools/command_kafka_refill.h"
#include "tools/commands.h"
#include "tools/configuration.h"
#include "tools/console.h"
#include "tools/kafka_link.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kKafka{"Topics: make them, see how far the folder is published, bring a lost log back from them",
                          "  ritrovo kafka init --config ritrovo.yaml\n"
                          "  ritrovo kafka status --config ritrovo.yaml\n"
                          "  ritrovo kafka refill --config ritrovo.yaml",
                          "  ritrovo serve --config ritrovo.yaml             publishes what is recorded"};
constexpr Teaching kKafkaInit{"Make the topics that are missing, and say which of the others don't fit",
                         "  ritrovo kafka init --config ritrovo.yaml\n"
                         "  ritrovo kafka init --config ritrovo.yaml --replication 3",
                         "  ritrovo serve --config ritrovo.yaml"};
constexpr Teaching kStatus{"How far the folder is published, what only this machine has, and what went wrong last",
                           "  ritrovo kafka status --config ritrovo.yaml\n"
                           "  ritrovo kafka status --data milano --topics     of a running server, and each topic",
                           "  ritrovo kafka init --config ritrovo.yaml        where a topic is missing"};

struct KafkaWish {
  std::string config;
  int replication = -1;
  bool topics = false;
};

void run_init(Context& context, const KafkaWish& wish) {
  const kafka::Connection connection = kafka_connection(context, wish.config);
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

/// What the cursors in Kafka say of a folder that nobody serves; while the brokers are away, what can be said without them.
boost::json::object resting_status(Context& context, const CaseFolder& folder, const kafka::Connection& connection) {
  const auto began = std::chrono::steady_clock::now();
  const auto patience_ended = [began] { return std::chrono::steady_clock::now() - began > std::chrono::seconds(15); };
  Result<std::map<PartitionId, kafka::Cursor>> cursors = kafka::read_cursors(connection, folder.settings().log_id, patience_ended);
  boost::json::object publisher{{"state", "no server"}, {"published", 0}, {"backlog", 0}, {"last_error", ""}};
  if (!cursors) {
    context.leave_with(ExitCode::kWorldFailed);
    publisher["state"] = "no server, and the brokers can't be asked";
    publisher["last_error"] = cursors.error().message;
    cursors = std::map<PartitionId, kafka::Cursor>();
  }
  std::uint64_t backlog = 0;
  folder.with_log([&](const CaseLog& log) -> Result<void> {
    for (std::uint16_t i = 0; i < folder.settings().partitions; ++i) {
      const Result<std::optional<Position>> last = log.last_position(PartitionId(i));
      if (!last) return tl::unexpected(last.error());
      const auto cursor = cursors->find(PartitionId(i));
      const std::uint64_t next = cursor == cursors->end() ? 0 : cursor->second.next.value();
      const std::uint64_t end = *last ? (*last)->value() + 1 : 0;
      backlog += end - std::min(end, next);
    }
    return {};
  });
  publisher["backlog"] = backlog;
  return {{"publisher", std::move(publisher)}};
}

/// Adds each topic; where the brokers can't be asked, why.
void add_topics(Context& context, const kafka::Connection& connection, const FolderSettings& settings, boost::json::object& status) {
  boost::json::array listed;
  const std::string group = fmt::format("{}-{}", connection.prefix, settings.log_id);
  const Result<std::vector<kafka::TopicStanding>> topics = kafka::look_at_topics(connection, settings.partitions, group, std::chrono::seconds(5));
  if (!topics) {
    context.leave_with(ExitCode::kWorldFailed);
    status["topics_error"] = topics.error().message;
    return;
  }
  for (const kafka::TopicStanding& topic : *topics) {
    boost::json::object one{{"topic", topic.name}, {"holds", topic.holds}, {"messages", topic.messages}, {"problem", topic.problem}};
    if (topic.waiting) one["waiting"] = *topic.waiting;
    listed.push_back(std::move(one));
  }
  status["topics"] = std::move(listed);
}

std::string_view text_of(const boost::json::object& object, std::string_view name) { return std::string_view(object.at(name).as_string()); }
std::uint64_t number_of(const boost::json::object& object, std::string_view name) { return object.at(name).to_number<std::uint64_t>(); }

void print_error_of(const boost::json::object& part) {
  if (!text_of(part, "last_error").empty()) std::cout << fmt::format("  last error: {}\n", text_of(part, "last_error"));
}

void print_status(const boost::json::object& status, bool known) {
  const boost::json::object& publisher = status.at("publisher").as_object();
  const std::uint64_t backlog = number_of(publisher, "backlog");
  std::cout << fmt::format("Publishing: {}\n", text_of(publisher, "state"));
  if (!known) std::cout << fmt::format("Data at risk: not known without the brokers, at most {}\n", counted(backlog, "record", "records"));
  else std::cout << fmt::format("Data at risk: {}\n", backlog == 0 ? "none, all is published" : fmt::format("{} on this machine alone", counted(backlog, "record is", "records are")));
  print_error_of(publisher);
  if (const boost::json::value* found = status.if_contains("intake")) {
    const boost::json::object& intake = found->as_object();
    std::cout << fmt::format("Taking commands: {}; {} taken, {} of them refused, {} under way\n", text_of(intake, "state"), number_of(intake, "taken"), number_of(intake, "refused"), number_of(intake, "under_way"));
    print_error_of(intake);
  }
  if (const boost::json::value* found = status.if_contains("views")) {
    const boost::json::object& views = found->as_object();
    std::cout << fmt::format("Sending views: {}; {} since the start\n", text_of(views, "state"), counted(number_of(views, "sent"), "message", "messages"));
    print_error_of(views);
    for (const boost::json::value& one : views.at("views").as_array()) {
      const boost::json::object& view = one.as_object();
      std::cout << fmt::format("  {:<12} {}{}{}\n", text_of(view, "view"), number_of(view, "lag") == 0 ? "up to date" : counted(number_of(view, "lag"), "record behind", "records behind"),
                               text_of(view, "problem").empty() ? "" : "; ", text_of(view, "problem"));
    }
  }
  if (status.contains("topics_error")) std::cout << fmt::format("Topics: not known: {}\n", text_of(status, "topics_error"));
  if (const boost::json::value* found = status.if_contains("topics")) {
    std::cout << "Topics (messages count the marks of transactions too):\n";
    for (const boost::json::value& one : found->as_array()) {
      const boost::json::object& topic = one.as_object();
      std::cout << fmt::format("  {:<28} {:>12}  {}\n", text_of(topic, "topic"), grouped(number_of(topic, "messages")), text_of(topic, "holds"));
      if (topic.contains("waiting")) std::cout << fmt::format("  {:<28} {:>12}  of them not finished yet\n", "", grouped(number_of(topic, "waiting")));
      if (!text_of(topic, "problem").empty()) std::cout << fmt::format("  {:<28} {:>12}  {}\n", "", "", text_of(topic, "problem"));
    }
  }
}

void run_status(Context& context, const KafkaWish& wish) {
  boost::json::object status;
  bool known = false;
  if (context.served != nullptr) {
    if (context.kafka == nullptr) throw Failure{{ErrorCode::kNotFound, "the server that has this folder open runs without Kafka: 'ritrovo serve --config FILE' with a setting 'kafka'"}};
    status = context.kafka->status();
    known = true;
    if (wish.topics) add_topics(context, context.kafka->connection(), context.served->settings(), status);
  } else {
    if (!wish.config.empty()) apply(read_configuration(wish.config), context);
    // A server that has it open knows its brokers.
    const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
    const kafka::Connection connection = kafka_connection(context, wish.config);
    status = resting_status(context, *folder, connection);
    known = context.exit == ExitCode::kAllTaken;
    if (wish.topics && known) add_topics(context, connection, folder->settings(), status);
    folder->close();
  }
  if (context.json) std::cout << boost::json::serialize(status) << '\n';
  else print_status(status, known);
}

}  // namespace

void add_kafka(CLI::App& app, Context& context) {
  auto wish = std::make_shared<KafkaWish>();
  CLI::App* kafka = add_command(app, context, "kafka", kKafka, false, {});
  kafka->require_subcommand(1);
  CLI::App* init = add_command(*kafka, context, "init", kKafkaInit, true, [&context, wish] { run_init(context, *wish); });
  init->add_option("--replication", wish->replication, "Copies of each topic; what the brokers say, if it isn't said")->type_name("N");
  CLI::App* status = add_command(*kafka, context, "status", kStatus, true, [&context, wish] { run_status(context, *wish); });
  status->add_flag("--topics", wish->topics, "Each topic too: how much it holds, and which is missing or doesn't fit");
  add_kafka_refill(*kafka, context);
  for (CLI::App* command : {init, status}) command->add_option("--config", wish->config, "Settings, as docs/operating.md says")->type_name("FILE");
}

}  // namespace ritrovo::tools
