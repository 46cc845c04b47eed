#include <iostream>
#include <memory>
#include <string>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/record/engine_bodies.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kGroup{
    "Cases that ran into a mistake of the program or of a definition: their commands are kept, and run on release",
    "  ritrovo quarantine list --data milano",
    "  ritrovo quarantine release fam-…                once the cause is mended"};
constexpr Teaching kList{"The cases in quarantine, and why", "  ritrovo quarantine list --data milano", "  ritrovo quarantine release fam-…"};
constexpr Teaching kRelease{
    "Take a case out of quarantine: the command that failed is tried first, then those that waited",
    "  ritrovo quarantine release fam-lusab-babad-gutih-tugad-4 --note 'definition mended in version 3'",
    "  ritrovo case show fam-…                         where it stands now"};

struct Wish {
  std::string case_id;
  std::string note;
  std::string actor = "operator";
};

/// What the records of a case say about its quarantine: the last reason, and how many commands wait.
struct Kept {
  std::string reason;
  std::uint64_t parked = 0;
};

Kept kept_of(const CaseFolder& folder, PartitionId partition, CaseId case_id) {
  Kept kept;
  folder.with_log([&](const CaseLog& log) -> Result<void> {
    Result<void> counted = log.parked(partition, case_id, [&kept](Position) {
      ++kept.parked;
      return true;
    });
    if (!counted) return counted;
    return log.scan_records(partition, Position(0), [&](const StoredRecord& record) {
      if (record.event.case_id == case_id && record.event.tag == RecordTag::kCaseQuarantined) {
        if (const Result<QuarantineBody> body = decode_quarantine(record.event.body)) kept.reason = body->reason;
      }
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
      std::cout << boost::json::serialize(boost::json::object{{"case", case_id.printed()}, {"reason", kept.reason}, {"parked", kept.parked}}) << '\n';
    } else {
      std::cout << fmt::format("{}  {} waiting  {}\n", case_id.printed(), counted(kept.parked, "command", "commands"), kept.reason);
    }
  }
  folder->close();
  if (cases == 0 && !context.json) std::cout << "No case is in quarantine.\n";
}

void run_release(Context& context, const Wish& wish) {
  const CaseId case_id = case_id_from(wish.case_id);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const Answer answer = folder->release(case_id, operator_actor(wish.actor), wish.note);
  folder->close();
  if (answer.kind == AnswerKind::kRejected) context.leave_with(ExitCode::kRejected);
  if (answer.kind == AnswerKind::kFailed || answer.kind == AnswerKind::kBusy) context.leave_with(ExitCode::kWorldFailed);
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
  auto wish = std::make_shared<Wish>();
  CLI::App* group = add_command(app, context, "quarantine", kGroup, false, nullptr);
  group->require_subcommand(1);
  add_command(*group, context, "list", kList, true, [&context] { run_list(context); });
  CLI::App* release = add_command(*group, context, "release", kRelease, true, [&context, wish] { run_release(context, *wish); });
  release->add_option("case", wish->case_id, "The case")->type_name("ID")->required();
  release->add_option("--note", wish->note, "What was done about it; recorded")->type_name("TEXT");
  release->add_option("--actor", wish->actor, "Pseudonymous id of who releases it")->type_name("ID")->capture_default_str();
}

}  // namespace ritrovo::tools
