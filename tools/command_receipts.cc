#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/limits.h"
#include "engine/ledger/frontier.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/line_reader.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kReceipts{
    "Hold printed answers against the log: every receipt must be there, with its case, its versions and its hash",
    "  ritrovo submit commands.ndjson --json > answers.ndjson\n"
    "  ritrovo receipts answers.ndjson                 exit code 1 if anything that was answered isn't in the log",
    "  ritrovo case history fam-… --json               the events of one answer"};

/// Answers carry what follows from a command, and so are longer than commands.
constexpr std::size_t kAnswerBytesMax = 16 * limits::kCommandBytesMax;

/// What an answer line promises.
struct Promise {
  std::string log;
  PartitionId partition;
  Position position;
  std::string leaf;
  std::string key;
  std::string case_id;
  Version first;
  Version last;
};

/// Nothing for a line that promises nothing: malformed, or refused without a record.
std::optional<Promise> promise_of(const std::string& text) {
  const boost::json::object object = boost::json::parse(text).as_object();
  const boost::json::value* receipt = object.if_contains("receipt");
  if (receipt == nullptr) return std::nullopt;
  const boost::json::object& at = receipt->as_object();
  Promise promise;
  promise.log = at.at("log").as_string();
  promise.partition = PartitionId(at.at("partition").to_number<std::uint16_t>());
  promise.position = Position(at.at("position").to_number<std::uint64_t>());
  promise.leaf = at.at("leaf").as_string();
  promise.key = object.at("key").as_string();
  promise.case_id = object.at("case").as_string();
  if (const auto* version = object.if_contains("first_version")) promise.first = Version(version->to_number<std::uint32_t>());
  if (const auto* version = object.if_contains("version")) promise.last = Version(version->to_number<std::uint32_t>());
  return promise;
}

/// What of a promise the log doesn't keep; empty if it keeps all.
std::string broken(const CaseLog& log, const Promise& promise, const std::string& log_id) {
  if (promise.log != log_id) return fmt::format("it is of another log, {}", promise.log);
  const Result<StoredRecord> record = log.read_record(promise.partition, promise.position);
  if (!record) return record.error().message;
  const Event& event = record->event;
  if (leaf_hash(record->bytes).hex() != promise.leaf) return "another record stands there: its hash differs";
  if (event.case_id.printed() != promise.case_id) return fmt::format("the record there is of {}", event.case_id.printed());
  if (!event.provenance || event.provenance->key != promise.key) return "the record there has another key";
  if (event.version != promise.first) return fmt::format("the record there has version {}", event.version.value());
  if (promise.last == Version(0)) return {};
  const Position end(promise.position.value() + event.provenance->records - 1);
  const Result<StoredRecord> last = log.read_record(promise.partition, end);
  if (!last) return last.error().message;
  if (last->event.case_id != event.case_id || last->event.version != promise.last) return "its last event isn't the one that was promised";
  return {};
}

void run(Context& context, const std::string& file) {
  LineReader reader = must(LineReader::open(file, kAnswerBytesMax));
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  std::uint64_t checked = 0;
  std::uint64_t missing = 0;
  std::uint64_t lines = 0;
  std::uint64_t unreadable_lines = 0;
  while (const std::optional<LineReader::Line> line = must(reader.next())) {
    if (line->text.empty()) continue;
    ++lines;
    std::string wrong;
    try {
      const std::optional<Promise> promise = promise_of(line->text);
      if (!promise) continue;
      ++checked;
      folder->with_log([&](const CaseLog& log) -> Result<void> {
        wrong = broken(log, *promise, folder->settings().log_id);
        return {};
      });
    } catch (const std::exception&) {
      // A writer that was killed may leave half a line at the end: nothing was promised by it.
      if (checked > 0 && reader.bytes_total() > 0 && reader.bytes_read() >= reader.bytes_total()) continue;
      if (++unreadable_lines == 1) std::cerr << fmt::format("line {}: it isn't an answer as 'submit --json' prints them\n", line->number);
      continue;
    }
    if (wrong.empty()) continue;
    ++missing;
    std::cerr << fmt::format("line {}: {}\n", line->number, wrong);
  }
  folder->close();
  if (lines > 0 && checked == 0)
    throw Failure{{ErrorCode::kMalformed, fmt::format("there is no receipt in {}: give what 'ritrovo submit --json' printed", counted(lines, "line", "lines"))}};
  if (unreadable_lines > 0) {
    std::cerr << counted(unreadable_lines, "line isn't an answer.\n", "lines aren't answers.\n");
    context.leave_with(ExitCode::kMalformed);
  }
  if (missing > 0) context.leave_with(ExitCode::kWorldFailed);
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"receipts", checked}, {"missing", missing}}) << '\n';
  } else {
    std::cout << fmt::format("{}: {}.\n", counted(checked, "receipt", "receipts"), missing == 0 ? "all are in the log" : fmt::format("{} don't hold", missing));
  }
}

}  // namespace

void add_receipts(CLI::App& app, Context& context) {
  auto file = std::make_shared<std::string>();
  CLI::App* command = add_command(app, context, "receipts", kReceipts, true, [&context, file] { run(context, *file); });
  command->add_option("file", *file, "Answers, as 'submit --json' printed them; - for the standard input")->type_name("FILE")->required();
}

}  // namespace ritrovo::tools
