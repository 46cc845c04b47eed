#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/base/assert.h"
#include "engine/base/nearest_name.h"
#include "tools/command_directory.h"
#include "tools/command_report.h"
#include "tools/commands.h"
#include "tools/context.h"
#include "tools/hardening.h"
#include "tools/logging.h"
#include "tools/main.h"
#include "tools/safe_output.h"
#include "tools/served.h"

namespace ritrovo::tools {
namespace {

constexpr std::string_view kDescription =
    "Ritrovo moves families through their reunification: every step is an event that is kept for ever,\n"
    "every deadline is counted as the law counts it, every answer can be proved.";
constexpr std::string_view kStart =
    "To begin:\n"
    "  ritrovo demo                      see it run: 2,000 families through seven years, in seconds\n"
    "  ritrovo init && ritrovo publish   make a data folder, and put the shipped definitions in force\n"
    "  ritrovo submit commands.ndjson    send what happened, one JSON object a line\n"
    "  ritrovo tasks                     see what there is to do\n\n"
    "Exit codes: 0 all taken, 1 the world failed, 2 something was malformed, 3 something was rejected.\n"
    "'ritrovo COMMAND --help' has an example and says what comes next.\n";

Context defaults() {
  Context context;
  const char* data = std::getenv("RITROVO_DATA");
  context.data = data != nullptr && *data != '\0' ? data : "ritrovo-data";
  const char* key = std::getenv("RITROVO_MASTER_KEY_FILE");
  if (key != nullptr) context.master_key_file = key;
  return context;
}

void add_commands(CLI::App& app, Context& context) {
  app.add_option("--data", context.data, "The data folder; also $RITROVO_DATA")->type_name("DIR")->capture_default_str();
  app.add_option("--master-key-file", context.master_key_file, "Where the vault's master key is, if not in the folder")->type_name("FILE");
  app.add_flag("--json", context.json, "Machine-readable output");
  add_demo(app, context);
  add_init(app, context);
  add_check(app, context);
  add_try(app, context);
  add_coverage(app, context);
  add_catalogue(app, context);
  add_publish(app, context);
  add_definitions(app, context);
  add_describe(app, context);
  add_diagram(app, context);
  add_submit(app, context);
  add_serve(app, context);
  add_kafka(app, context);
  add_case(app, context);
  add_directory(app, context);
  add_access(app, context);
  add_caseload(app, context);
  add_explain(app, context);
  add_lists(app, context);
  add_view(app, context);
  add_report(app, context);
  add_outbox(app, context);
  add_quarantine(app, context);
  add_advance(app, context);
  add_receipts(app, context);
  add_checkpoint(app, context);
  add_verify(app, context);
  add_prove(app, context);
  add_export(app, context);
  add_person(app, context);
  add_erase(app, context);
  add_vault(app, context);
  add_backup(app, context);
  add_doctor(app, context);
  add_witness(app, context);
  add_generate(app, context);
  add_version(app, context);
  app.footer(std::string(kStart));
}

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(command->get_name());
  return names;
}

/// A word where a subcommand must stand that isn't one: says which was probably meant. Empty if there is none.
std::string unknown_command(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* here = &app;
  std::string path(kProgram);
  for (const std::string& word : words) {
    const std::vector<std::string> names = names_of(*here);
    if (names.empty() || word.starts_with('-')) return {};
    const auto found = here->get_subcommands([&word](const CLI::App* command) { return command->get_name() == word; });
    if (found.empty()) {
      const std::string near = nearest_name(word, names);
      const std::string hint = near.empty() ? fmt::format("there are: {}", fmt::join(names, ", ")) : fmt::format("did you mean '{} {}'?", path, near);
      return fmt::format("'{}' is no command of '{}'; {}", word, path, hint);
    }
    here = found.front();
    path += fmt::format(" {}", word);
  }
  return {};
}

/// Parses the words, which runs the subcommand. CLI11 takes them from the last to the first.
void parse(CLI::App& app, const std::vector<std::string>& words) { app.parse(std::vector<std::string>(words.rbegin(), words.rend())); }

}  // namespace

ExitCode run_program(Context context, const std::vector<std::string>& words) {
  CLI::App app{std::string(kDescription), std::string(kProgram)};
  app.get_formatter()->column_width(34);
  app.require_subcommand(1);
  add_commands(app, context);
  for (const std::string& word : words) {
    context.json = context.json || word == "--json";
    context.data_given = context.data_given || word.starts_with("--data");
  }
  try {
    if (const std::string unknown = unknown_command(app, words); !unknown.empty()) {
      throw Failure{{ErrorCode::kMalformed, unknown}};
    }
    parse(app, words);
  } catch (const FolderIsServed& there) {
    try {
      return run_on_server(*there.socket, words, context.data);
    } catch (const Failure& failed) {
      print_error(context, failed.error);
      return ExitCode::kWorldFailed;
    }
  } catch (const CLI::Success& wanted) {  // --help, --version
    return static_cast<ExitCode>(app.exit(wanted));
  } catch (const CLI::ParseError& wrong) {
    if (words.empty()) {
      std::cout << app.help();
      return ExitCode::kMalformed;
    }
    const std::string help = fmt::format("{}. '{} --help' shows how it is used, with an example", wrong.what(), kProgram);
    print_error(context, {ErrorCode::kMalformed, help});
    return ExitCode::kMalformed;
  } catch (const Failure& failed) {
    print_error(context, failed.error);
    const bool malformed = failed.error.code == ErrorCode::kMalformed || failed.error.code == ErrorCode::kOverLimit;
    return malformed ? ExitCode::kMalformed : ExitCode::kWorldFailed;
  } catch (const AssertionFailure& bug) {
    print_error(context, {ErrorCode::kCorrupt, fmt::format("this is a mistake in ritrovo, or in what is stored: {}. Nothing was written after it; please report it", bug.what())});
    return ExitCode::kWorldFailed;
  } catch (const std::exception& unexpected) {
    print_error(context, {ErrorCode::kUnavailable, fmt::format("it failed: {}", unexpected.what())});
    return ExitCode::kWorldFailed;
  }
  std::cout.flush();
  if (!std::cout) {
    print_error(context, {ErrorCode::kUnavailable, "the output couldn't be written: is the disk full, or the reader gone?"});
    return ExitCode::kWorldFailed;
  }
  return context.exit;
}

}  // namespace ritrovo::tools

int main(int count, char** words) {
  ritrovo::tools::hold_standard_streams();
  ritrovo::tools::forbid_core_files();
  ritrovo::tools::forbid_tracing();
  ritrovo::tools::log_as_json_lines();
  const ritrovo::tools::SafeOutput out(std::cout);
  const ritrovo::tools::SafeOutput err(std::cerr);
  return static_cast<int>(ritrovo::tools::run_program(ritrovo::tools::defaults(), std::vector<std::string>(words + 1, words + count)));
}
