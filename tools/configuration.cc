#include "tools/configuration.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "engine/runtime/folder.h"
#include "projections/view_runner.h"
#include "tools/settings_map.h"
#include "workflows/definition/yaml_source.h"

namespace ritrovo::tools {
namespace {

using definition::Node;
using definition::Problems;

/// Names of views with commas between them, each of which there must be; "none" is none.
std::vector<std::string> names_in(const std::string& text, const Node* node, Problems& problems) {
  std::vector<std::string> known;
  for (const projections::ViewKind& kind : projections::all_views()) known.push_back(kind.name);
  std::vector<std::string> names;
  for (std::string_view rest = text == "none" ? std::string_view() : std::string_view(text); !rest.empty();) {
    std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    names.emplace_back(name);
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = nearest_name(names.back(), known);
    problems.error(node->place, fmt::format("there is no view '{}'; 'ritrovo view list' shows those there are", name), near.empty() ? "" : fmt::format("did you mean '{}'?", near));
  }
  return names;
}

kafka::Connection read_kafka(const Node& map, const std::filesystem::path& folder, Problems& problems) {
  kafka::Connection connection;
  SettingsMap reading(map, folder, problems);
  reading.text("brokers", connection.properties["bootstrap.servers"]);
  reading.text("prefix", connection.prefix);
  std::string views = "caseload,worklist,deadlines";
  reading.text("views", views);
  connection.views = names_in(views, map.find("views"), problems);
  reading.texts("properties", [](const Node& node) { return node.text; }, connection.properties);
  for (const char* secret : {"sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "sasl.oauthbearer.client.secret"})
    if (connection.properties.contains(secret)) problems.error(map.find("properties")->place, fmt::format("'{}' is a secret, and must not stand here", secret), "put it into a file of its own, which 'secrets' names");
  reading.texts("secrets", [&](const Node& node) { return read_secret(folder / node.text, node, problems); }, connection.properties);
  reading.refuse_others();
  if (connection.properties["bootstrap.servers"].empty()) problems.error(map.place, "'brokers' is missing: host:port, several with commas between them");
  // Neither asks a broker: a setting that isn't one is told before anything is opened.
  for (const rd_kafka_type_t type : {RD_KAFKA_PRODUCER, RD_KAFKA_CONSUMER}) {
    if (problems.any_error()) break;
    const std::map<std::string, std::string> more = type == RD_KAFKA_CONSUMER ? std::map<std::string, std::string>{{"group.id", connection.prefix}} : std::map<std::string, std::string>();
    if (const Result<kafka::Client> client = kafka::make_client(type, connection, more, nullptr); !client) problems.error(map.place, client.error().message);
  }
  return connection;
}

}  // namespace

Configuration read_configuration(const std::filesystem::path& file) {
  const std::string text = must(read_file(file));
  Problems problems(file.string(), text);
  const Node root = definition::read_yaml(text, problems);
  Configuration configuration;
  if (!problems.any_error() && !root.is(Node::Kind::kMap)) problems.error(root.place, "a configuration is a map of settings");
  if (!problems.any_error()) {
    SettingsMap reading(root, file.parent_path(), problems);
    reading.path("data", configuration.data);
    reading.path("master_key_file", configuration.master_key_file);
    if (const Node* kafka = reading.map("kafka")) configuration.kafka = read_kafka(*kafka, file.parent_path(), problems);
    if (const Node* views = reading.map("views")) {
      SettingsMap databases(*views, file.parent_path(), problems);
      databases.path("sqlite", configuration.sqlite);
      databases.text("postgres", configuration.postgres);
      databases.refuse_others();
    }
    if (const Node* messages = reading.map("messages")) configuration.messages = read_message_settings(*messages, file.parent_path(), problems);
    reading.refuse_others();
  }
  if (!problems.any_error()) return configuration;
  std::string said;
  for (const definition::Problem& problem : problems.take()) said += to_string(problem);
  throw Failure{{ErrorCode::kMalformed, fmt::format("{} must be mended first:\n{}", file.string(), said)}};
}

void apply(const Configuration& configuration, Context& context) {
  if (!context.data_given && !configuration.data.empty()) context.data = configuration.data;
  if (context.master_key_file.empty()) context.master_key_file = configuration.master_key_file;
}

kafka::Connection kafka_connection(Context& context, const std::string& config) {
  if (config.empty()) throw Failure{{ErrorCode::kNotFound, "which brokers? --config names a file that says so (docs/operating.md)"}};
  const Configuration configuration = read_configuration(config);
  apply(configuration, context);
  if (!configuration.kafka) throw Failure{{ErrorCode::kNotFound, fmt::format("{} has no setting 'kafka'; docs/operating.md says what it holds", config)}};
  return *configuration.kafka;
}

}  // namespace ritrovo::tools
