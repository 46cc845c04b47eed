#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/record/case_ids.h"
#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/left_in_clear.h"
#include "workflows/definition/retention.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kEraseGroup{
    "Forget a person: proposed by one, approved by another, then their key is destroyed; the history stays provable",
    "  ritrovo erase propose fam-… --person rel-1 --ground 'GDPR art. 17(1)(a)' --actor u-4\n"
    "  ritrovo erase approve fam-… --person rel-1 --actor u-9      another person than the one who proposed it",
    "  ritrovo erase list                              where each one stands"};
constexpr Teaching kPropose{
    "Propose to forget a person, all persons of a case, or whoever a definition's retention says (--due)",
    "  ritrovo erase propose fam-… --person rel-1 --ground 'asked for on 3 May' --actor u-4\n"
    "  ritrovo erase propose --due --actor u-4         cases that ended long enough ago; run it every day. Who is in another case, too, stays",
    "  ritrovo erase approve fam-… --actor u-9         by somebody else"};
constexpr Teaching kApprove{
    "Approve what somebody else proposed: the key is destroyed at once, for ever; prints what was left elsewhere in clear, and until when",
    "  ritrovo erase approve fam-… --person rel-1 --actor u-9",
    "  ritrovo verify --deep                           the ledger still verifies"};
constexpr Teaching kWithdraw{"Take a proposal back", "  ritrovo erase withdraw fam-… --person rel-1 --actor u-4", "  ritrovo erase list"};
constexpr Teaching kHold{"Put a legal hold on a case: nobody of it is forgotten until it ends", "  ritrovo erase hold fam-… --ground 'appeal 12/2026' --actor u-9",
                         "  ritrovo erase end-hold fam-… --actor u-9"};
constexpr Teaching kEndHold{"End a legal hold", "  ritrovo erase end-hold fam-… --ground 'judgment final' --actor u-9", "  ritrovo erase list"};
constexpr Teaching kEraseList{"Every erasure, and where it stands", "  ritrovo erase list --data milano", "  ritrovo erase approve fam-…"};

struct EraseWish {
  std::string case_id;
  std::vector<std::string> persons;
  std::string ground;
  std::string actor;
  bool due = false;
};

/// A person of a case, or its household.
struct Subject {
  PersonId id;
  std::string called;
};

/// Where the erasure of a person stands; nothing where none is known, or it was withdrawn.
std::optional<ErasureStage> stage_of(const std::vector<ErasureStatus>& all, PersonId person) {
  for (const ErasureStatus& status : all)
    if (status.person == person && status.stage != ErasureStage::kWithdrawn) return status.stage;
  return std::nullopt;
}

using Persons = std::set<PersonId>;

/// Those who were named, or all of the case but `needed`. The household, whose values belong to no one person, goes with the last of them.
std::vector<Subject> subjects_of(const CaseStateView& view, const std::vector<std::string>& named, const std::vector<ErasureStatus>& known, const Persons& needed) {
  std::vector<Subject> subjects;
  for (const std::string& name : named) {
    if (name == "household") {
      subjects.push_back({household_of(view.case_id), "household"});
      continue;
    }
    const auto person = view.state.core.person_named(name);
    if (!person) throw Failure{{ErrorCode::kNotFound, fmt::format("{} has no person {}; 'ritrovo case show {}' names them", view.case_id.printed(), name, view.case_id.printed())}};
    subjects.push_back({view.state.core.persons[*person].id, view.state.core.persons[*person].alias});
  }
  if (named.empty())
    for (const pathway::Person& person : view.state.core.persons)
      if (!needed.contains(person.id)) subjects.push_back({person.id, person.alias});
  const bool all = std::all_of(view.state.core.persons.begin(), view.state.core.persons.end(), [&](const pathway::Person& person) {
    return stage_of(known, person.id) || std::any_of(subjects.begin(), subjects.end(), [&person](const Subject& subject) { return subject.id == person.id; });
  });
  const PersonId household = household_of(view.case_id);
  const bool there = std::any_of(subjects.begin(), subjects.end(), [household](const Subject& subject) { return subject.id == household; });
  if (all && !there) subjects.push_back({household, "household"});
  return subjects;
}

void print_outcome(Context& context, CaseId case_id, const std::string& called, ErasureStage stage, const Answer& answer) {
  const bool taken = answer.kind == AnswerKind::kAccepted;
  if (answer.kind == AnswerKind::kRejected) context.leave_with(ExitCode::kRejected);
  else if (!taken) context.leave_with(ExitCode::kWorldFailed);
  const std::string why = answer.rejection ? answer.rejection->reason : answer.message;
  if (context.json) {
    boost::json::object line{{"case", case_id.printed()}, {"stage", name_of(stage)}, {"outcome", name_of(answer.kind)}};
    if (!called.empty()) line["person"] = called;
    if (answer.rejection) line["code"] = answer.rejection->code;
    if (!why.empty()) line["message"] = why;
    std::cout << boost::json::serialize(line) << '\n';
    return;
  }
  const std::string who = called.empty() ? case_id.printed() : fmt::format("{} of {}", called, case_id.printed());
  if (!taken) std::cout << fmt::format("{}: not {}: {}.\n", who, name_of(stage), why);
  else if (stage == ErasureStage::kApproved) std::cout << fmt::format("{}: erased. The key is destroyed, and stands in the register of erasures.\n", who);
  else std::cout << fmt::format("{}: {}.\n", who, name_of(stage) == "hold_ended" ? "the hold has ended" : name_of(stage));
}

/// Another case, in which the erasure of a person waits for approval.
std::optional<CaseId> proposed_elsewhere(const std::vector<ErasureStatus>& all, PersonId person, CaseId here) {
  std::optional<CaseId> found;
  for (const ErasureStatus& status : all) {
    if (status.person != person || status.stage != ErasureStage::kProposed) continue;
    if (status.case_id == here) return std::nullopt;
    found = status.case_id;
  }
  return found;
}

Answer not_here(CaseId here, CaseId there, ErasureStage stage) {
  Answer answer;
  answer.kind = AnswerKind::kRejected;
  answer.case_id = here;
  const char* verb = stage == ErasureStage::kApproved ? "approve" : "withdraw";
  answer.rejection = Rejection{"proposed_elsewhere", fmt::format("it was proposed in {}, in which they are, too: 'ritrovo erase {} {}'", there.printed(), verb, there.printed())};
  return answer;
}

/// One stage for each of the subjects that it concerns; how many were taken.
std::size_t act(Context& context, CaseFolder& folder, const CaseStateView& view, const EraseWish& wish, ErasureStage stage, const Persons& needed = {}) {
  const std::vector<ErasureStatus> known = folder.erasures();
  std::size_t taken = 0;
  for (const Subject& subject : subjects_of(view, wish.persons, known, needed)) {
    const std::optional<ErasureStage> now = stage_of(known, subject.id);
    // Nobody was named: what concerns this stage is taken, the rest isn't complained of.
    const bool concerned = stage == ErasureStage::kProposed ? !now : now == ErasureStage::kProposed;
    const bool named = !wish.persons.empty() && subject.called != "household";
    if (!concerned && !named) continue;
    // Approved and withdrawn where it was proposed: the record of it stands in that case.
    if (const std::optional<CaseId> elsewhere = stage == ErasureStage::kProposed ? std::nullopt : proposed_elsewhere(known, subject.id, view.case_id)) {
      print_outcome(context, view.case_id, subject.called, stage, not_here(view.case_id, *elsewhere, stage));
      continue;
    }
    const Answer answer = folder.erase(view.case_id, {stage, subject.id, wish.ground}, operator_actor(wish.actor));
    print_outcome(context, view.case_id, subject.called, stage, answer);
    if (answer.kind == AnswerKind::kAccepted) ++taken;
  }
  return taken;
}

/// The day on which a case ended, by its own last word on it.
std::optional<Day> ended_on(const CaseFolder& folder, CaseId case_id) {
  std::optional<Day> day;
  for (const StoredRecord& record : folder.history(case_id))
    if (record.event.tag == pathway::CaseClosed::kTag || record.event.tag == pathway::PathwayCompleted::kTag) day = record.event.effective;
  return day;
}

/// Whether the case's definition has a retention, and it is over.
bool is_due(const CaseFolder& folder, const CaseStateView& view) {
  const pathway::CaseCore& core = view.state.core;
  if (core.life != pathway::CaseLife::kClosed && core.life != pathway::CaseLife::kCompleted) return false;
  const auto pathway = folder.library()->with_identity(core.identity);
  const auto retention = pathway == nullptr ? std::nullopt : definition::retention_of(*pathway);
  if (!retention) return false;
  const std::optional<Day> ended = ended_on(folder, view.case_id);
  return ended && add(*ended, retention->keep) <= folder.today();
}

/// Cases whose retention is over, and who is in others as well: a person has one key, and the other case still needs it.
struct Due {
  std::vector<CaseStateView> cases;
  Persons needed;
};

Due due_cases(const CaseFolder& folder) {
  Due due;
  folder.for_each_case(true, [&](const CaseStateView& view) {
    if (is_due(folder, view)) return due.cases.push_back(view);
    for (const pathway::Person& person : view.state.core.persons) due.needed.insert(person.id);
  });
  return due;
}

void run_stage(Context& context, EraseWish wish, ErasureStage stage) {
  if (wish.due == !wish.case_id.empty()) throw Failure{{ErrorCode::kMalformed, "name a case, or say --due"}};
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  std::size_t taken = 0;
  if (wish.due) {
    if (wish.ground.empty()) wish.ground = "retention";
    const Due due = due_cases(*folder);
    for (const CaseStateView& view : due.cases) taken += act(context, *folder, view, wish, stage, due.needed);
    if (taken == 0 && !context.json) std::cout << "No case has ended long enough ago for its definition's retention.\n";
  } else {
    const CaseStateView view = folder->state(case_id_from(wish.case_id));
    taken = act(context, *folder, view, wish, stage);
    if (taken == 0 && context.exit == ExitCode::kAllTaken) {
      context.leave_with(ExitCode::kRejected);
      if (!context.json) std::cout << "Nothing to do: nobody of this case is at the stage before.\n";
    }
    if (taken > 0 && stage == ErasureStage::kApproved) print_left_in_clear(context, *folder, view);
  }
  folder->close();
}

void run_hold(Context& context, const EraseWish& wish, ErasureStage stage) {
  const CaseId case_id = case_id_from(wish.case_id);
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  print_outcome(context, case_id, {}, stage, folder->erase(case_id, {stage, PersonId(), wish.ground}, operator_actor(wish.actor)));
  folder->close();
}

void run_list(const Context& context) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  Table table({{"case"}, {"person"}, {"stage"}, {"proposed by"}, {"hold"}});
  for (const ErasureStatus& status : folder->erasures()) {
    const bool held = folder->held(status.case_id);
    if (context.json) {
      std::cout << boost::json::serialize(boost::json::object{{"case", status.case_id.printed()}, {"person", status.person.printed()}, {"stage", name_of(status.stage)}, {"proposed_by", status.proposed_by}, {"held", held}}) << '\n';
    } else {
      const std::string person = status.person == household_of(status.case_id) ? "household" : status.person.printed();
      table.row({status.case_id.printed(), person, std::string(name_of(status.stage)), status.proposed_by, held ? "yes" : ""});
    }
  }
  folder->close();
  if (context.json) return;
  if (table.empty()) std::cout << "Nobody was ever proposed to be erased.\n";
  else table.print(std::cout);
}

}  // namespace

void add_erase(CLI::App& app, Context& context) {
  auto wish = std::make_shared<EraseWish>();
  CLI::App* group = add_command(app, context, "erase", kEraseGroup, false, nullptr);
  group->require_subcommand(1);
  const auto stage = [&](const char* name, const Teaching& teaching, ErasureStage which) {
    CLI::App* command = add_command(*group, context, name, teaching, true, [&context, wish, which] { run_stage(context, *wish, which); });
    command->add_option("case", wish->case_id, "The case")->type_name("ID");
    command->add_option("--person", wish->persons, "By alias or id, or household; all of the case unless said")->type_name("PERSON");
    return command;
  };
  const auto hold = [&](const char* name, const Teaching& teaching, ErasureStage which) {
    CLI::App* command = add_command(*group, context, name, teaching, true, [&context, wish, which] { run_hold(context, *wish, which); });
    command->add_option("case", wish->case_id, "The case")->type_name("ID")->required();
    return command;
  };
  CLI::App* propose = stage("propose", kPropose, ErasureStage::kProposed);
  propose->add_flag("--due", wish->due, "Whoever a definition's retention says: cases that ended long enough ago");
  for (CLI::App* command : {propose, stage("approve", kApprove, ErasureStage::kApproved), stage("withdraw", kWithdraw, ErasureStage::kWithdrawn),
                            hold("hold", kHold, ErasureStage::kHeld), hold("end-hold", kEndHold, ErasureStage::kHoldEnded)}) {
    command->add_option("--ground", wish->ground, "Why; recorded, so nothing personal")->type_name("TEXT");
    command->add_option("--actor", wish->actor, "Pseudonymous id of who does it")->type_name("ID")->required();
  }
  add_command(*group, context, "list", kEraseList, true, [&context] { run_list(context); });
}

}  // namespace ritrovo::tools
