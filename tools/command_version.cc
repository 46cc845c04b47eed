#include <iostream>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/commands.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kVersion{"Which version this is", "  ritrovo version --json", "  ritrovo demo                        see it run"};

void run(const Context& context) {
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"program", kProgram}, {"version", RITROVO_VERSION}}) << '\n';
  } else {
    std::cout << fmt::format("{} {}\n", kProgram, RITROVO_VERSION);
  }
}

}  // namespace

void add_version(CLI::App& app, Context& context) {
  add_command(app, context, "version", kVersion, false, [&context] { run(context); });
}

}  // namespace ritrovo::tools
