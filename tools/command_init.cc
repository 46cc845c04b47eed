#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/limits.h"
#include "engine/runtime/folder.h"
#include "tools/commands.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kInitInit{
    "Make a data folder: its log, its vault and its keys",
    "  ritrovo init --data milano\n"
    "  ritrovo init --data trial --clock simulated     for generated families: each command says when it comes",
    "  ritrovo publish --data milano                   put the shipped definitions in force"};

struct InitWish {
  std::string clock = "real";
  std::uint32_t partitions = limits::kPartitionsDefault;
  std::string zone = FolderSettings{}.zone;
  std::string tenant = FolderSettings{}.tenant;
};

void run(const Context& context, const InitWish& wish) {
  FolderSettings settings;
  settings.clock = must(parse_clock_kind(wish.clock));
  if (wish.partitions == 0 || wish.partitions > limits::kPartitionsMax) {
    throw Failure{{ErrorCode::kOverLimit, fmt::format("a folder has 1 to {} partitions (kPartitionsMax)", limits::kPartitionsMax)}};
  }
  settings.partitions = static_cast<std::uint16_t>(wish.partitions);
  settings.zone = wish.zone;
  settings.tenant = wish.tenant;
  std::optional<std::filesystem::path> key;
  if (!context.master_key_file.empty()) key = context.master_key_file;
  must(Folder::init(context.data, settings, key));
  const std::string key_file = key ? key->string() : (context.data / "vault" / "master.key").string();
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"data", context.data.string()},
                                                            {"clock", wish.clock},
                                                            {"partitions", settings.partitions},
                                                            {"zone", settings.zone},
                                                            {"tenant", settings.tenant},
                                                            {"master_key_file", key_file}})
              << '\n';
    return;
  }
  std::cout << fmt::format("The data folder {} is ready ({} clock, {} partitions, {}).\n", context.data.string(), wish.clock, settings.partitions, settings.zone)
            << fmt::format("Personal values are sealed with the master key in {}: keep a copy elsewhere, since without it they are lost for good.\n", key_file)
            << fmt::format("Next: ritrovo publish --data {}\n", context.data.string());
}

}  // namespace

void add_init(CLI::App& app, Context& context) {
  auto wish = std::make_shared<InitWish>();
  CLI::App* command = add_command(app, context, "init", kInitInit, true, [&context, wish] { run(context, *wish); });
  command->add_option("--clock", wish->clock, "real, or simulated: then commands carry 'at', and 'advance' moves the clock")
      ->check(CLI::IsMember({"real", "simulated"}))
      ->capture_default_str();
  command->add_option("--partitions", wish->partitions, "Fixed for ever")->type_name("N")->capture_default_str();
  command->add_option("--zone", wish->zone, "Whose midnight begins a day")->type_name("ZONE")->capture_default_str();
  command->add_option("--tenant", wish->tenant, "The data controller; case ids derive from it")->type_name("NAME")->capture_default_str();
}

}  // namespace ritrovo::tools
