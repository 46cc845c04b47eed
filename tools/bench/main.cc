#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "engine/base/assert.h"
#include "tools/bench/benches.h"
#include "tools/bench/folder_children.h"
#include "tools/context.h"
#include "tools/hardening.h"

namespace ritrovo::bench {
namespace {

constexpr const char* kDescription =
    "What the engine does on this machine, each figure beside its limit, which is measured in the same run.\n"
    "Every answer is checked; a wrong one ends the program with 1.";
constexpr const char* kFooter =
    "Begin with:\n"
    "  ritrovo-bench commit --quick       in a few seconds, on a tiny load: whether all is well, not how fast it is\n"
    "  ritrovo-bench commit               the whole load; some minutes, and nothing else should run\n"
    "  ritrovo-bench cases --json         one line of JSON, for a program\n\n"
    "docs/benchmarks.md has the figures of a known machine, and what limits them.\n"
    "Exit codes: 0 measured, whether or not the goals were reached; 1 an answer was wrong, or the world failed.\n";

struct Row {
  const char* name;
  Report (*run)(const Wish&);
  const char* what;
  const char* commands;
};

constexpr Row kBenches[] = {
    {"commit", &bench_commit, "Durable commands of generated families, against writing the same batches with the same syncs", "Commands (1000000)"},
    {"cases", &bench_cases, "Commands on a few active cases among a million open ones, and on any of them", "Open cases (1000000)"},
    {"decide", &bench_decide, "Deciding alone, without log or seal: commands that open or close something, one by one", "Commands (100000)"},
    {"directory", &bench_directory, "Families met twice, found by their names and dates of birth, against what the generator knows", "Families (20000)"},
    {"history", &bench_history, "A command on a case with thousands of events behind it, and loading such a case", "Events behind the long cases (10000)"},
    {"open", &bench_open, "Opening a folder after a clean close and after kill -9; memory at rest", "Events in the folder (10000000)"},
    {"replay", &bench_replay, "Decoding and applying every event, against only decoding it", "Commands that fill the folder (200000)"},
    {"size", &bench_size, "Bytes on disk for an event, compacted; memory at rest", "Commands that fill the folder (200000)"},
    {"views", &bench_views, "Each view made from every event, against only decoding it", "Commands that fill the folder (200000)"},
    {"kafka", &bench_kafka, "From committed to visible for others at 1,000 commands a second; a backlog, against a bare producer of the same transactions", "Commands of the backlog (50000)"},
    {"verify", &bench_verify, "Reading a whole log and hashing it into its tree, against hashing its records alone", "Commands that fill the folder (200000)"},
};

void print(const Report& report, const Wish& wish) {
  Report whole = report;
  whole.note_count("cores", std::thread::hardware_concurrency());
  whole.note("quick", std::string(wish.quick ? "yes" : "no"));
  wish.json ? print_json(std::cout, whole) : print_table(std::cout, whole);
}

/// Subcommands that this program starts itself with.
void add_children(CLI::App& app) {
  struct Words {
    std::string folder;
    std::uint64_t wal_bytes = 0;
    std::uint64_t first = 0;
  };
  auto words = std::make_shared<Words>();
  CLI::App* opens = app.add_subcommand("child-opens")->group("");
  opens->add_option("folder", words->folder)->required();
  opens->callback([words] { child_opens(words->folder); });
  CLI::App* writes = app.add_subcommand("child-writes")->group("");
  writes->add_option("folder", words->folder)->required();
  writes->add_option("wal_bytes", words->wal_bytes)->required();
  writes->add_option("first", words->first)->required();
  writes->callback([words] { child_writes(words->folder, words->wal_bytes, words->first); });
}

int run(int count, char** words) {
  CLI::App app{kDescription, "ritrovo-bench"};
  app.require_subcommand(1);
  app.footer(kFooter);
  Wish wish;
  int exit_code = 0;
  for (const Row& row : kBenches) {
    CLI::App* command = app.add_subcommand(row.name, row.what);
    command->add_flag("--json", wish.json, "One line of JSON");
    command->add_flag("--quick", wish.quick, "A tiny load, in seconds: checks the answers, and says little about speed");
    command->add_option("--dir", wish.dir, "Where to make the folders it needs; they are removed at the end")->type_name("DIR");
    command->add_flag("--keep", wish.keep, "Leave the folders, to look at them");
    command->add_option("--commands", wish.commands, row.commands)->type_name("N")->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000'000}));
    command->add_option("--seed", wish.seed, "Of the generated families")->type_name("N")->capture_default_str();
    if (row.run == &bench_kafka) command->add_option("--brokers", wish.brokers, "A Kafka to publish to; its topics stay there")->type_name("HOST:PORT");
    command->callback([&row, &wish, &exit_code] {
      const Report report = row.run(wish);
      print(report, wish);
      if (!report.wrong.empty()) exit_code = 1;
    });
  }
  add_children(app);
  try {
    app.parse(count, words);
    return exit_code;
  } catch (const CLI::ParseError& stopped) {  // --help among them
    return app.exit(stopped) == 0 ? 0 : 1;
  } catch (const tools::Failure& failed) {
    std::cerr << "ritrovo-bench: " << failed.error.message << '\n';
  } catch (const AssertionFailure& bug) {
    std::cerr << "ritrovo-bench: a mistake in ritrovo: " << bug.what() << '\n';
  } catch (const std::exception& unexpected) {
    std::cerr << "ritrovo-bench: " << unexpected.what() << '\n';
  }
  return 1;
}

}  // namespace
}  // namespace ritrovo::bench

int main(int count, char** words) {
  ritrovo::tools::forbid_core_files();  // but a profiler may look: its families are generated
  spdlog::set_level(spdlog::level::err);
  return ritrovo::bench::run(count, words);
}
