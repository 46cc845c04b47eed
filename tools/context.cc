#include "tools/context.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

namespace ritrovo::tools {
namespace {

int rank(ExitCode code) {
  switch (code) {
    case ExitCode::kAllTaken: return 0;
    case ExitCode::kRejected: return 1;
    case ExitCode::kMalformed: return 2;
    case ExitCode::kWorldFailed: return 3;
  }
  return 3;
}

}  // namespace

void Context::leave_with(ExitCode code) {
  if (rank(code) > rank(exit)) exit = code;
}

CLI::App* add_command(CLI::App& parent, Context& context, std::string_view name, const Teaching& teaching, bool takes_folder,
                      std::function<void()> run) {
  CLI::App* command = parent.add_subcommand(std::string(name), std::string(teaching.description));
  command->footer(fmt::format("Example:\n{}\n\nNext:\n{}\n", teaching.example, teaching.next));
  command->add_flag("--json", context.json, "Machine-readable output: one JSON document, or one a line")->group("Common");
  if (takes_folder) {
    command->add_option("--data", context.data, "The data folder; also $RITROVO_DATA")->group("Common")->type_name("DIR")->capture_default_str();
    command->add_option("--master-key-file", context.master_key_file, "Where the vault's master key is, if not in the folder; also $RITROVO_MASTER_KEY_FILE")
        ->group("Common")
        ->type_name("FILE");
    command->add_flag("--accept-clock-jump", context.accept_clock_jump, "The machine's clock is right, however far it is from when the folder was open last")->group("Common");
    command->add_flag("--drop-unfinished-record", context.drop_unfinished_record,
                      "After a power failure: go on without the last record of the log, where whole pages of it were never written")->group("Common");
  }
  if (run) command->callback(std::move(run));
  return command;
}

void print_error(const Context& context, const Error& error) {
  std::cout.flush();
  if (context.json) {
    std::cerr << boost::json::serialize(boost::json::object{{"error", name_of(error.code)}, {"message", error.message}}) << '\n';
    return;
  }
  std::cerr << kProgram << ": " << error.message << '\n';
}

std::string default_language() {
  const char* wished = std::getenv("RITROVO_LANGUAGE");
  return wished != nullptr && std::string_view(wished) == "it" ? "it" : "en";
}

void print_warning(const Context& context, const std::string& message) {
  std::cout.flush();
  if (context.json) {
    std::cerr << boost::json::serialize(boost::json::object{{"warning", message}}) << '\n';
    return;
  }
  std::cerr << kProgram << ": warning: " << message << '\n';
}

}  // namespace ritrovo::tools
