#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "engine/base/limits.h"
#include "engine/record/command_json.h"
#include "tools/answer_printer.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/line_reader.h"
#include "tools/progress.h"
#include "tools/submission.h"
#include "tools/submit_report.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kTeaching{
    "Send commands, one JSON object a line, many at once; each line gets an answer line, in the same order",
    "  ritrovo submit commands.ndjson --data milano\n"
    "  ritrovo generate --families 50 | ritrovo submit - --data trial --json > answers.ndjson\n"
    "  ritrovo submit families.ndjson --expected answers.txt --quiet   compare with what must be answered",
    "  An answer that was printed is on disk. After a failure send the whole file again: what was taken is answered as before.\n"
    "  ritrovo tasks                                   what there is to do now\n"
    "  ritrovo case timeline fam-…                     one family's journey"};

struct Wish {
  std::string file;
  std::string language = "en";
  std::string expected;
  std::size_t window = 512;
  bool quiet = false;
  bool summary = false;
};

/// Reads the lines and sends them; answers come to `taken`.
void send_all(CaseFolder& folder, LineReader& reader, const Wish& wish, Progress& progress, const Submission::Taken& taken) {
  const ParseContext parse{folder.settings().tenant, true};
  Submission submission(
      std::min(wish.window, limits::kInboxCommandsMax),
      [&folder](const Command& command, const AnswerCallback& answer) { folder.submit(command, answer); }, taken);
  while (!submission.failed()) {
    const std::optional<LineReader::Line> line = must(reader.next());
    if (!line) break;
    progress.at(reader.bytes_read(), line->number);
    if (line->too_long) {
      const std::string limit = fmt::format("the line is longer than {} bytes (kCommandBytesMax)", limits::kCommandBytesMax);
      submission.offer_malformed(line->number, {{"", limit}});
      continue;
    }
    if (line->text.find_first_not_of(" \t") == std::string::npos) continue;
    tl::expected<Command, std::vector<Problem>> command = parse_command(line->text, parse);
    if (command) {
      submission.offer(line->number, std::move(*command));
    } else {
      submission.offer_malformed(line->number, std::move(command.error()));
    }
  }
  submission.drain();
  if (!submission.failed()) folder.start_timers();
}

void run(Context& context, const Wish& wish) {
  LineReader reader = must(LineReader::open(wish.file, limits::kCommandBytesMax));
  std::optional<ExpectedAnswers> expected;
  if (!wish.expected.empty()) expected = ExpectedAnswers::read(wish.expected);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  AnswerPrinter printer(*folder, context.json, wish.language);
  SubmitReport report;
  // The bar and the answers would paint over each other on one terminal.
  Progress progress("Submitting", "commands", reader.bytes_total(), !wish.quiet && is_watched(1));
  const auto started = std::chrono::steady_clock::now();
  send_all(*folder, reader, wish, progress, [&](const LineAnswer& line, bool more) {
    report.note(line);
    if (expected) expected->compare(line);
    if (wish.quiet) return;
    std::cout << printer.line(line);
    if (!more) std::cout.flush();
  });
  std::cout.flush();
  progress.finish();
  // Only now: a report in the file may show that a deadline was met while nobody was here.
  folder->fire_due();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  folder->close();

  if (wish.quiet && context.json) {
    std::cout << report.json(seconds) << '\n';
  } else if (wish.summary || (wish.quiet && !context.json)) {
    report.print(std::cerr, seconds);
  }
  if (expected) {
    expected->print(std::cerr);
    context.leave_with(expected->all_as_expected() ? ExitCode::kAllTaken : ExitCode::kWorldFailed);
  } else {
    context.leave_with(report.exit_code());
  }
}

}  // namespace

void add_submit(CLI::App& app, Context& context) {
  auto wish = std::make_shared<Wish>();
  CLI::App* command = add_command(app, context, "submit", kTeaching, true, [&context, wish] { run(context, *wish); });
  command->add_option("file", wish->file, "Commands, one JSON object a line; - for the standard input")->type_name("FILE")->required();
  command->add_flag("--quiet", wish->quiet, "No answer lines, only the figures at the end");
  command->add_flag("--summary", wish->summary, "The figures at the end, on stderr");
  command->add_option("--expected", wish->expected, "Compare with the classes that 'generate --expected' wrote; exit code 1 if any differs")->type_name("FILE");
  command->add_option("--window", wish->window, "Commands under way at a time")->type_name("N")->check(CLI::Range(1, 1024))->capture_default_str();
  command->add_option("--language", wish->language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
}

}  // namespace ritrovo::tools
