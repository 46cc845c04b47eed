#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/record/engine_bodies.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kQuarantineGroup{
    "Cases that ran into a mistake of the program or of a definition: their commands are kept, and run on release",
    "  ritrovo quarantine list --data milano",
    "  ritrovo quarantine release fam-…                once the cause is mended"};
constexpr Teaching kQuarantineList{"The cases in quarantine, and why", "  ritrovo quarantine list --data milano", "  ritrovo quarantine release fam-…"};
constexpr Teaching kRelease{
    "Take a case out of quarantine: the command that failed is tried first, then those that waited",
    "  ritrovo quarantine release fam-lusab-babad-gutih-tugad-4 --note 'definition mended in version 3'",
    "  ritrovo case show fam-…                         where it stands now"};

struct QuarantineWish {
  std::string case_id;
  std::string note;
  std::string actor = "operator";
};

/// What the records of a case say about its quarantine: why it is there, the command that brought it there, and how many commands wait.
struct Kept {
  QuarantineBody why;
  std::string key;  ///< of the command; empty for a timer's
  std::string since;
  std::uint64_t parked = 0;
};

Kept kept_of(const CaseFolder& folder, PartitionId partition, CaseId case_id) {
  Kept kept;
  folder.with_log([&](const CaseLog& log) -> Result<void> {
    std::vector<Position> parked;
    Result<void> listed = log.parked(partition, case_id, [&parked](Position position) {
      parked.push_back(position);
      return true;
    });
    if (!listed) return listed;
    kept.parked = parked.size();
    if (!parked.empty()) {  // the first one is the culprit: the others came after it
      const Result<StoredRecord> first = log.read_record(partition, parked.front());
      if (!first) return tl::unexpected(first.error());
      if (first->event.provenance) kept.key = first->event.provenance->key;
    }
    return log.scan_records(partition, Position(0), [&](const StoredRecord& record) {
      if (record.event.case_id != case_id || record.event.tag != RecordTag::kCaseQuarantined) return true;
      if (Result<QuarantineBody> body = decode_quarantine(record.event.body)) kept.why = std::move(*body);
      kept.since = to_string(record.event.recorded);
      return true;
    });
  });
  return kept;
}

void run_list(const Context& context) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  std::uint64_t cases = 0;
  for (const auto& [partition, case_id] : folder->quarantined()) {
    const Kept kept = kept_of(*folder, partition, case_id);
    ++cases;
    if (context.json) {
      std::cout << boost::json::serialize(boost::json::object{{"case", case_id.printed()},
                                                              {"since", kept.since},
                                                              {"explanation", explain(kept.why)},
                                                              {"command", kept.why.verb},
                                                              {"key", kept.key},
                                                              {"assertion", kept.why.detail},
                                                              {"parked", kept.parked}})
                << '\n';
      continue;
    }
    std::cout << fmt::format("{}  since {}, {} waiting\n  {}\n", case_id.printed(), kept.since, counted(kept.parked, "command", "commands"), explain(kept.why));
    if (!kept.key.empty()) std::cout << fmt::format("  The command's key: {}\n", kept.key);
    std::cout << fmt::format("  For whoever mends it: {}\n  Then: ritrovo quarantine release {}\n", kept.why.detail, case_id.printed());
  }
  folder->close();
  if (cases == 0 && !context.json) std::cout << "No case is in quarantine.\n";
}

void run_release(Context& context, const QuarantineWish& wish) {
  const CaseId case_id = case_id_from(wish.case_id);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  const Answer answer = folder->release(case_id, operator_actor(wish.actor), wish.note);
  folder->close();
  if (answer.kind == AnswerKind::kRejected) context.leave_with(ExitCode::kRejected);
  if (answer.kind == AnswerKind::kFailed || answer.kind == AnswerKind::kStopped || answer.kind == AnswerKind::kBusy) context.leave_with(ExitCode::kWorldFailed);
  const std::string why = answer.rejection ? fmt::format("{}: {}", answer.rejection->code, answer.rejection->reason) : answer.message;
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"case", case_id.printed()}, {"outcome", name_of(answer.kind)}, {"message", why}}) << '\n';
  } else if (answer.kind == AnswerKind::kAccepted) {
    std::cout << fmt::format("{} is out of quarantine; what waited was run.\n", case_id.printed());
  } else {
    std::cout << fmt::format("{} stays where it is. {}\n", case_id.printed(), why);
  }
}

}  // namespace

void add_quarantine(CLI::App& app, Context& context) {
  auto wish = std::make_shared<QuarantineWish>();
  CLI::App* group = add_command(app, context, "quarantine", kQuarantineGroup, false, nullptr);
  group->require_subcommand(1);
  add_command(*group, context, "list", kQuarantineList, true, [&context] { run_list(context); });
  CLI::App* release = add_command(*group, context, "release", kRelease, true, [&context, wish] { run_release(context, *wish); });
  release->add_option("case", wish->case_id, "The case")->type_name("ID")->required();
  release->add_option("--note", wish->note, "What was done about it; recorded")->type_name("TEXT");
  release->add_option("--actor", wish->actor, "Pseudonymous id of who releases it")->type_name("ID")->capture_default_str();
}

}  // namespace ritrovo::tools
