#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/base/limits.h"
#include "engine/record/command_json.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/demo_page.h"
#include "tools/documents.h"
#include "tools/generator/generator.h"
#include "tools/progress.h"
#include "tools/submission.h"
#include "tools/submit_report.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kDemo{
    "See it run: generated families through seven simulated years, ending on one page",
    "  ritrovo demo\n"
    "  ritrovo demo --families 200 --data trial        and keep the folder",
    "  The page ends with the commands to try next"};

struct DemoWish {
  generator::Options options{.families = 2000, .seed = 7, .faults = 0.05};
  std::string data;
  bool keep = false;
};

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point start) { return std::chrono::duration<double>(SteadyClock::now() - start).count(); }

/// A new folder's place: the one that was named, or one among the temporary files.
std::filesystem::path place_of(const DemoWish& wish) {
  if (!wish.data.empty()) return wish.data;
  std::string pattern = (std::filesystem::temp_directory_path() / "ritrovo-demo-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw Failure{{ErrorCode::kUnavailable, "can't make a temporary folder; name one with --data"}};
  return pattern;
}

void publish_catalogue(CaseFolder& folder) {
  std::vector<PublishedDocument> documents;
  for (definition::Document& document : shipped_documents()) documents.push_back({std::move(document.path), std::move(document.text)});
  (void)folder.publish(std::move(documents), operator_actor("demo"), folder.simulated_now());
}

/// Generates the families and submits what they do, as it comes.
void play(CaseFolder& folder, const DemoWish& wish, SubmitReport& report) {
  const ParseContext parse{folder.settings().tenant, true};
  const std::int64_t first = wish.options.from.value();
  Progress progress("Seven years", "commands", static_cast<std::uint64_t>(wish.options.to.value() - first + 1), false);
  Submission submission(
      limits::kInboxCommandsMax, [&folder](const Command& command, const AnswerCallback& answer) { folder.submit(command, answer); },
      [&report](const LineAnswer& line, bool) { report.note(line); });
  std::uint64_t number = 0;
  generator::generate(wish.options, [&](const generator::Line& line) {
    ++number;
    progress.at(static_cast<std::uint64_t>(std::max<std::int64_t>(0, line.at.value() / 86'400'000 - first)), number);
    tl::expected<Command, std::vector<Problem>> command = parse_command(line.json, parse);
    if (command) {
      submission.offer(number, std::move(*command));
    } else {
      submission.offer_malformed(number, std::move(command.error()));
    }
    return !submission.failed();
  });
  submission.drain();
}

void run(const Context& asked, const DemoWish& wish) {
  must(generator::check(wish.options));
  // Whoever reads the page may leave before its end; the folder goes away all the same.
  std::signal(SIGPIPE, SIG_IGN);
  const std::filesystem::path path = place_of(wish);
  FolderSettings settings;
  settings.clock = ClockKind::kSimulated;
  must(Folder::init(path, settings));
  Context context;
  context.data = path;
  context.json = asked.json;
  std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  publish_catalogue(*folder);

  DemoFigures figures;
  figures.families = wish.options.families;
  figures.from = wish.options.from;
  figures.to = wish.options.to;
  figures.folder = path.string();
  const auto started = SteadyClock::now();
  play(*folder, wish, figures.report);
  folder->advance(folder->zone().start_of(wish.options.to.plus(1)));
  figures.seconds = seconds_since(started);
  folder->close();
  folder.reset();
  figures.bytes = bytes_in(path / "log");

  folder = CaseFolder::open(context);
  figures.kept = wish.keep || !wish.data.empty() || is_watched(STDOUT_FILENO);
  if (asked.json) {
    std::cout << figures.report.json(figures.seconds) << '\n';
  } else {
    print_demo_page(std::cout, *folder, context, figures);
  }
  folder->close();
  folder.reset();
  if (!figures.kept) {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
}

}  // namespace

void add_demo(CLI::App& app, Context& context) {
  auto wish = std::make_shared<DemoWish>();
  CLI::App* command = add_command(app, context, "demo", kDemo, false, [&context, wish] { run(context, *wish); });
  command->add_option("--families", wish->options.families, "How many families")->capture_default_str();
  command->add_option("--seed", wish->options.seed, "Another seed, other families")->capture_default_str();
  command->add_option("--faults", wish->options.faults, "How much goes wrong, 0 to 1")->capture_default_str();
  command->add_option("--data", wish->data, "A new folder to play in, which is kept; a temporary one unless said")->type_name("DIR");
  command->add_flag("--keep", wish->keep, "Keep the temporary folder; it is kept anyway where a person watches");
}

}  // namespace ritrovo::tools
