#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/access.h"
#include "tools/case_links.h"
#include "tools/commands.h"
#include "tools/console.h"

// Splitting a case and merging two: the first half is a command of the one case, the second of the other. Asking again after a crash, or
// `case links --finish`, goes on where it stopped: each command has a key of its own, made of what is recorded.
namespace ritrovo::tools {
namespace {

constexpr Teaching kSplit{"Let persons go on in a case of their own, with what is known of them and of the family; asking again finishes what was begun",
                          "  ritrovo case split fam-lusab-babad-gutih-tugad-4 rel-2 --reason 'they live apart' --data milano",
                          "  ritrovo case links                              which cases were split or merged"};
constexpr Teaching kMerge{"Close a case into another one of the same family, which takes over what is known; asking again finishes what was begun",
                          "  ritrovo case merge fam-lusab-babad-gutih-tugad-4 --into fam-dosov-tofob-domik-jugib-c --data milano",
                          "  ritrovo case links                              which cases were split or merged"};
constexpr Teaching kLinks{"Which cases were split or merged, and whether the other case has its half; --finish sends what is missing",
                          "  ritrovo case links --data milano\n"
                          "  ritrovo case links --finish                     after a crash between the two halves",
                          "  ritrovo case timeline fam-…                     both cases tell of it"};

struct LinksWish {
  std::string case_id;
  std::string into;
  std::vector<std::string> persons;
  std::string reason;
  std::string actor = "operator";
  bool finish = false;
};

/// Says of a refusal what it was; whether the command was taken.
bool taken(Context& context, const Answer& answer) {
  if (answer.kind == AnswerKind::kAccepted) return true;
  const std::string why = answer.rejection ? answer.rejection->code + ": " + answer.rejection->reason : answer.message;
  context.leave_with(answer.kind == AnswerKind::kRejected ? ExitCode::kRejected : ExitCode::kWorldFailed);
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"case", answer.case_id.printed()}, {"answer", name_of(answer.kind)}, {"why", why}}) << '\n';
  } else {
    std::cout << fmt::format("{} {}: {}\n", answer.case_id.printed(), name_of(answer.kind), why);
  }
  return false;
}

bool finish(Context& context, CaseFolder& folder, const GivenAway& given, const Actor& actor) {
  // The second half is made of what was sealed in the first case.
  const char* const what = given.kind == pathway::LinkKind::kSplitInto ? "split" : "merge";
  note_read(context, {actor.id, fmt::format("into {}", given.into.printed())}, given.from, what, true);
  for (Command& command : second_half(folder, given))
    if (!taken(context, ask(folder, std::move(command), actor))) return false;
  return true;
}

void tell(const Context& context, const GivenAway& given) {
  const bool split = given.kind == pathway::LinkKind::kSplitInto;
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"from", given.from.printed()},
                                                            {"into", given.into.printed()},
                                                            {"kind", split ? "split" : "merge"},
                                                            {"version", given.version.value()},
                                                            {"finished", given.done}})
              << '\n';
  } else {
    std::cout << fmt::format("{} was {} {}{}\n", given.from.printed(), split ? "split into" : "merged into", given.into.printed(),
                             given.done ? "." : ": the other half is missing. Next: ritrovo case links --finish");
  }
}

void run_first_half(Context& context, CaseFolder& folder, Command command, const Actor& actor) {
  const CaseId from = command.case_id;
  const Answer answer = ask(folder, std::move(command), actor);
  if (!taken(context, answer)) return;
  for (const GivenAway& given : given_away(folder, from)) {
    if (given.version != answer.first) continue;
    GivenAway now = given;
    now.done = given.done || finish(context, folder, given, actor);
    tell(context, now);
  }
}

void run_split(Context& context, const LinksWish& wish) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  run_first_half(context, *folder, split_command(*folder, case_id_from(wish.case_id), wish.persons, wish.reason), operator_actor(wish.actor));
  folder->close();
}

void run_merge(Context& context, const LinksWish& wish) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open_to_record(context);
  run_first_half(context, *folder, merge_command(*folder, case_id_from(wish.case_id), case_id_from(wish.into), wish.reason), operator_actor(wish.actor));
  folder->close();
}

void run_links(Context& context, const LinksWish& wish) {
  const std::unique_ptr<CaseFolder> folder = wish.finish ? CaseFolder::open_to_record(context) : CaseFolder::open(context);
  std::vector<CaseId> cases;
  folder->for_each_case(true, [&cases](const CaseStateView& view) {
    if (!view.state.core.links.empty()) cases.push_back(view.case_id);
  });
  for (const CaseId case_id : cases) {
    for (GivenAway& given : given_away(*folder, case_id)) {
      if (!given.done && wish.finish) given.done = finish(context, *folder, given, operator_actor(wish.actor));
      tell(context, given);
    }
  }
  folder->close();
  if (cases.empty() && !context.json) std::cout << "No case was split or merged.\n";
}

}  // namespace

void add_case_links(CLI::App& group, Context& context) {
  auto wish = std::make_shared<LinksWish>();
  const auto common = [&wish](CLI::App* command) {
    command->add_option("--actor", wish->actor, "Pseudonymous id of who does it")->type_name("ID")->capture_default_str();
  };
  const auto with_case = [&](CLI::App* command) {
    command->add_option("case", wish->case_id, "The case")->type_name("ID")->required();
    command->add_option("--reason", wish->reason, "Why, sealed for the household")->type_name("TEXT");
    common(command);
  };
  CLI::App* split = add_command(group, context, "split", kSplit, true, [&context, wish] { run_split(context, *wish); });
  with_case(split);
  split->add_option("persons", wish->persons, "Who moves, by alias or id")->type_name("PERSON")->required();
  CLI::App* merge = add_command(group, context, "merge", kMerge, true, [&context, wish] { run_merge(context, *wish); });
  with_case(merge);
  merge->add_option("--into", wish->into, "The case that goes on")->type_name("ID")->required();
  CLI::App* links = add_command(group, context, "links", kLinks, true, [&context, wish] { run_links(context, *wish); });
  links->add_flag("--finish", wish->finish, "Send the halves that are missing");
  common(links);
}

}  // namespace ritrovo::tools
