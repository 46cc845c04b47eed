#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/base/limits.h"
#include "engine/record/command_json.h"
#include "tools/answer_printer.h"
#include "tools/case_folder.h"
#include "tools/command_lines.h"
#include "tools/commands.h"
#include "tools/line_reader.h"
#include "tools/progress.h"
#include "tools/safe_output.h"
#include "tools/served.h"
#include "tools/socket_server.h"
#include "tools/submission.h"
#include "tools/submit_report.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kSubmit{
    "Send commands, one JSON object a line, many at once; each line gets an answer line, in the same order",
    "  ritrovo submit commands.ndjson --data milano\n"
    "  ritrovo generate --families 50 | ritrovo submit - --data trial --json > answers.ndjson\n"
    "  ritrovo submit families.ndjson --expected answers.txt --quiet   compare with what must be answered\n"
    "A line (docs/commands.md has one of each kind; a hand-chosen outcome goes into \"data\": {\"outcome\": …}):\n"
    "  {\"key\": \"r-1\", \"command\": \"report\", \"opened_by\": \"form-481\", \"fact\": \"orientation.held\", \"data\": {\"channel\": \"walk_in\", \"held_on\": \"2026-03-02\"}, \"actor\": {\"id\": \"u-17\", \"roles\": [\"caseworker\"]}}",
    "  An answer that was printed is on disk. After a failure send the whole file again: what was taken is answered as before.\n"
    "  ritrovo tasks                                   what there is to do now\n"
    "  ritrovo case timeline fam-…                     one family's journey"};

struct SubmitWish {
  std::string file;
  std::string language = default_language();
  std::string expected;
  std::size_t window = 512;
  bool quiet = false;
  bool summary = false;
};

/// Reads the lines and sends them; answers come to `taken`.
void send_lines(CaseFolder& folder, LineReader& reader, const SubmitWish& wish, Progress& progress, const Submission::Taken& taken) {
  const ParseContext parse{folder.settings().tenant, true};
  Submission submission(
      std::min(wish.window, limits::kInboxCommandsMax),
      [&folder](const Command& command, const AnswerCallback& answer) { folder.submit(command, answer); }, taken);
  while (!submission.failed()) {
    const std::optional<LineReader::Line> line = must(reader.next());
    if (!line) break;
    progress.at(reader.bytes_read(), line->number);
    offer_line(submission, *line, line->number, parse);
  }
  submission.drain();
  if (!submission.failed()) folder.start_timers();
}

/// Sends the lines as they are to the server that has the folder open; answers come to `note` and, unless quiet, to stdout. Throws where the
/// server goes away before all are answered.
void send_to_server(const Descriptor& server, const Context& context, LineReader& reader, const SubmitWish& wish, Progress& progress,
                    const std::function<void(const LineAnswer&)>& note) {
  std::atomic<std::uint64_t> sent = 0;
  std::exception_ptr unreadable;
  std::thread sending([&] {
    bool open = context.json || wish.quiet || send_all(server, fmt::format("{{\"answers\":{{\"text\":\"{}\"}}}}\n", wish.language));
    try {
      while (open) {
        const std::optional<LineReader::Line> line = must(reader.next());
        if (!line) break;
        progress.at(reader.bytes_read(), line->number);
        if (line->too_long || line->text.find_first_not_of(" \t") != std::string::npos) ++sent;
        open = send_all(server, line->text + (line->too_long ? "…\n" : "\n"));
      }
    } catch (...) {
      unreadable = std::current_exception();
    }
    ::shutdown(server.number(), SHUT_WR);
  });
  std::uint64_t answered = 0;
  std::exception_ptr refused;
  try {
    LineReader answers = LineReader::over(server, "the server", kServedLineBytesMax);
    while (const std::optional<LineReader::Line> line = answers.next().value_or(std::nullopt)) {
      const ServedAnswer answer = read_served_answer(line->text);
      ++answered;
      note(answer.answer);
      if (!wish.quiet) std::cout << (context.json ? answer.as_sent + "\n" : answer.text) << std::flush;
    }
  } catch (...) {
    refused = std::current_exception();
  }
  ::shutdown(server.number(), SHUT_RDWR);
  sending.join();
  if (refused) std::rethrow_exception(refused);
  if (unreadable) std::rethrow_exception(unreadable);
  if (answered < sent) {
    throw Failure{{ErrorCode::kUnavailable, fmt::format("the server answered {} of {} and went away; send the whole file again: what was taken is answered as before", answered, sent.load())}};
  }
}

void run(Context& context, const SubmitWish& wish) {
  if (context.served != nullptr) throw Failure{{ErrorCode::kUnavailable, "commands are sent to the server's socket as they are, a line each"}};
  if (!has_output()) throw Failure{{ErrorCode::kUnavailable, "the standard output is closed, so that no answer could be read: give it a place, /dev/null if need be"}};
  LineReader reader = must(LineReader::open(wish.file, limits::kCommandBytesMax));
  std::optional<ExpectedAnswers> expected;
  if (!wish.expected.empty()) expected = ExpectedAnswers::read(wish.expected);
  const std::optional<Descriptor> server = connect_to_server(context.data);
  const std::unique_ptr<CaseFolder> folder = server ? nullptr : CaseFolder::open_to_record(context);
  SubmitReport report;
  // The bar and the answers would paint over each other on one terminal.
  Progress progress("Submitting", "commands", reader.bytes_total(), !wish.quiet && is_watched(1));
  const auto started = std::chrono::steady_clock::now();
  const auto note = [&](const LineAnswer& line) {
    report.note(line);
    if (expected) expected->compare(line);
  };
  if (server) {
    send_to_server(*server, context, reader, wish, progress, note);
  } else {
    AnswerPrinter printer(*folder, context.json, wish.language);
    send_lines(*folder, reader, wish, progress, [&](const LineAnswer& line, bool more) {
      note(line);
      if (wish.quiet) return;
      std::cout << printer.line(line);
      if (!more) std::cout.flush();
    });
  }
  std::cout.flush();
  progress.finish();
  // Only now: a report in the file may show that a deadline was met while nobody was here.
  if (folder) folder->fire_due();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (folder) folder->close();

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
  auto wish = std::make_shared<SubmitWish>();
  CLI::App* command = add_command(app, context, "submit", kSubmit, true, [&context, wish] { run(context, *wish); });
  command->add_option("file", wish->file, "Commands, one JSON object a line; - for the standard input")->type_name("FILE")->required();
  command->add_flag("--quiet", wish->quiet, "No answer lines, only the figures at the end");
  command->add_flag("--summary", wish->summary, "The figures at the end, on stderr");
  command->add_option("--expected", wish->expected, "Compare with the classes that 'generate --expected' wrote; exit code 1 if any differs")->type_name("FILE");
  command->add_option("--window", wish->window, "Commands under way at a time")->type_name("N")->check(CLI::Range(1, 1024))->capture_default_str();
  command->add_option("--language", wish->language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
}

}  // namespace ritrovo::tools
