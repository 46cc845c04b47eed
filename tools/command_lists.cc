#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "engine/base/period.h"
#include "projections/deadlines.h"
#include "projections/stuck.h"
#include "projections/text_table.h"
#include "projections/worklist.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/folder_views.h"
#include "tools/view_feed.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kTasks{
    "What there is to do: open tasks, the most urgent first",
    "  ritrovo tasks --data milano\n"
    "  ritrovo tasks --role caseworker --limit 50 --language it",
    "  ritrovo case show fam-…                         the case behind a task\n"
    "  Do a task by submitting a line such as this one (docs/commands.md says more):\n"
    "  {\"key\": \"t-1\", \"command\": \"task\", \"case\": \"fam-zagij-kikid-toduv-japuj-h\", \"step\": \"orientation\", \"action\": \"claim\", \"actor\": {\"id\": \"u-17\", \"roles\": [\"caseworker\"]}}"};
constexpr Teaching kDeadlines{
    "What is overdue or due soon, the most overdue first",
    "  ritrovo deadlines --within P30D --data milano\n"
    "  ritrovo deadlines --all --json",
    "  ritrovo case timeline fam-…                     how a deadline came about"};
constexpr Teaching kStuck{
    "Cases that nothing can move, and those where something couldn't be computed",
    "  ritrovo stuck --data milano",
    "  ritrovo case show fam-…                         what is missing\n"
    "  Report the missing fact, or submit {\"command\": \"resume\"} once the cause is mended"};

struct ListsWish {
  std::string language = default_language();
  std::string role;
  std::string organisation;
  std::string within = "P30D";
  bool all = false;
  std::size_t limit = 40;
};

boost::json::value optional_day(const std::optional<Day>& day) {
  return day ? boost::json::value(to_string(*day)) : boost::json::value(nullptr);
}

void print_table(const projections::TextTable& table, std::size_t shown, std::size_t of, std::string_view unit) {
  for (const std::string& line : table.lines()) std::cout << line << '\n';
  if (of > shown) std::cout << fmt::format("… and {} more {}: --limit {} shows all.\n", grouped(of - shown), unit, of);
}

/// A Failure for a role that no published pathway declares: nobody would ever have a task.
void check_role(const CaseFolder& folder, const std::string& role) {
  std::vector<std::string> roles;
  for (const auto& pathway : folder.library()->pathways)
    for (const auto& [name, title] : pathway->roles) {
      if (name == role) return;
      if (std::find(roles.begin(), roles.end(), name) == roles.end()) roles.push_back(name);
    }
  const std::string near = nearest_name(role, roles);
  throw Failure{{ErrorCode::kMalformed, fmt::format("no pathway has a role '{}'; {}", role, near.empty() ? fmt::format("there are: {}", fmt::join(roles, ", ")) : fmt::format("did you mean '{}'?", near))}};
}

void run_tasks(const Context& context, const ListsWish& wish) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  if (!wish.role.empty()) check_role(*folder, wish.role);
  const auto [worklist] = kept_or_folded<projections::Worklist>(*folder, context);
  const std::vector<projections::OpenTask> tasks = worklist.view->tasks(wish.language, wish.role, wish.organisation);
  const Day today = folder->today();
  folder->close();
  if (context.json) {
    for (const projections::OpenTask& task : tasks) {
      std::cout << boost::json::serialize(boost::json::object{{"case", task.case_id.printed()},
                                                              {"step", task.step},
                                                              {"title", task.title},
                                                              {"person", task.person},
                                                              {"occurrence", task.occurrence.value()},
                                                              {"role", task.role},
                                                              {"role_title", task.role_title},
                                                              {"organisation", task.organisation},
                                                              {"party", task.party},
                                                              {"party_title", task.party_title},
                                                              {"claimed_by", task.claimed_by},
                                                              {"may_start", task.may_start},
                                                              {"opened_on", to_string(task.opened_on)},
                                                              {"due", optional_day(task.due)}})
                << '\n';
    }
    return;
  }
  std::cout << fmt::format("{} on {}\n", counted(tasks.size(), "open task", "open tasks"), to_string(today));
  projections::TextTable table({{"due"}, {"task", false, 40}, {"for"}, {"who", false, 20}, {"claimed by"}, {"open since"}, {"case"}});
  std::size_t shown = 0;
  for (const projections::OpenTask& task : tasks) {
    if (shown == wish.limit) break;
    ++shown;
    std::string due = task.due ? to_string(*task.due) : "";
    if (task.due && *task.due < today) due += " !";
    table.row({due, task.title, task.person, task.role_title, task.claimed_by, to_string(task.opened_on), task.case_id.printed()});
  }
  if (shown > 0) print_table(table, shown, tasks.size(), "tasks");
}

void run_deadlines(const Context& context, const ListsWish& wish) {
  const Period within = must(parse_period(wish.within));
  if (add(Day(0), within) < Day(0)) throw Failure{{ErrorCode::kMalformed, "--within looks ahead: a period such as P30D, without a minus sign"}};
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const auto [loaded] = kept_or_folded<projections::Deadlines>(*folder, context);
  const projections::Deadlines& view = *loaded.view;
  const Day today = folder->today();
  const std::int32_t days = add(today, within).value() - today.value();
  const auto library = folder->library();
  const auto deadlines = wish.all ? view.open(today, wish.language, library.get()) : view.due_within(days, today, wish.language, library.get());
  folder->close();
  if (context.json) {
    for (const projections::OpenDeadline& deadline : deadlines) {
      boost::json::object object{{"case", deadline.case_id.printed()}, {"step", deadline.step},     {"title", deadline.title},
                                 {"deadline", deadline.deadline},      {"person", deadline.person}, {"term", deadline.term},
                                 {"law", deadline.law},                {"verified", deadline.verified}, {"party", deadline.party}, {"party_title", deadline.party_title}, {"term_title", deadline.term_title},
                                 {"state", name_of(deadline.state)},   {"start", to_string(deadline.start)}};
      object["due"] = optional_day(deadline.due);
      if (deadline.days_left) object["days_left"] = *deadline.days_left;
      std::cout << boost::json::serialize(object) << '\n';
    }
    return;
  }
  std::cout << fmt::format("{} on {}, {}\n", counted(deadlines.size(), "deadline", "deadlines"), to_string(today),
                           wish.all ? "all that are open" : fmt::format("overdue or due within {}", wish.within));
  projections::TextTable table({{"due"}, {"days left", true}, {"what", false, 36}, {"for"}, {"waiting for", false, 20}, {"law", false, 24}, {"case"}});
  std::size_t shown = 0;
  for (const projections::OpenDeadline& deadline : deadlines) {
    if (shown == wish.limit) break;
    ++shown;
    table.row({deadline.due ? to_string(*deadline.due) : std::string(name_of(deadline.state)), deadline.days_left ? std::to_string(*deadline.days_left) : "",
               deadline.title, deadline.person, deadline.party_title, deadline.law, deadline.case_id.printed()});
  }
  if (shown > 0) print_table(table, shown, deadlines.size(), "deadlines");
}

void run_stuck(const Context& context, const ListsWish& wish) {
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const auto [loaded] = kept_or_folded<projections::Stuck>(*folder, context);
  const auto library = folder->library();
  const auto cases = loaded.view->cases(folder->today(), wish.language, *library);
  folder->close();
  if (context.json) {
    for (const projections::StuckCase& stuck : cases) {
      boost::json::array incidents;
      for (const std::string& incident : stuck.incidents) incidents.push_back(boost::json::string(incident));
      std::cout << boost::json::serialize(boost::json::object{{"case", stuck.case_id.printed()},
                                                              {"opened_on", to_string(stuck.opened_on)},
                                                              {"last_event_on", to_string(stuck.last_event_on)},
                                                              {"nothing_moves", stuck.nothing_moves},
                                                              {"incidents", std::move(incidents)},
                                                              {"last_step", stuck.last_step}})
                << '\n';
    }
    return;
  }
  if (cases.empty()) {
    std::cout << "No case is stuck.\n";
    return;
  }
  std::cout << fmt::format("{} need{} somebody to look at it:\n", counted(cases.size(), "case", "cases"), cases.size() == 1 ? "s" : "");
  projections::TextTable table({{"case"}, {"opened"}, {"last event"}, {"why", false, 40}, {"last step", false, 36}});
  std::size_t shown = 0;
  for (const projections::StuckCase& stuck : cases) {
    if (shown == wish.limit) break;
    ++shown;
    const std::string why = stuck.nothing_moves ? "nothing can move it" : fmt::format("can't compute: {}", fmt::join(stuck.incidents, ", "));
    table.row({stuck.case_id.printed(), to_string(stuck.opened_on), to_string(stuck.last_event_on), why, stuck.last_step});
  }
  print_table(table, shown, cases.size(), "cases");
}

void add_options(CLI::App& command, ListsWish& wish) {
  command.add_option("--limit", wish.limit, "Rows shown to a person; --json gives all")->type_name("N")->check(CLI::NonNegativeNumber)->capture_default_str();
  command.add_option("--language", wish.language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
}

}  // namespace

void add_lists(CLI::App& app, Context& context) {
  auto wish = std::make_shared<ListsWish>();
  CLI::App* tasks = add_command(app, context, "tasks", kTasks, true, [&context, wish] { run_tasks(context, *wish); });
  tasks->add_option("--role", wish->role, "Only what is offered to this role")->type_name("ROLE");
  tasks->add_option("--organisation", wish->organisation, "Only what this organisation's people work on, or anybody's")->type_name("NAME");
  add_options(*tasks, *wish);
  CLI::App* deadlines = add_command(app, context, "deadlines", kDeadlines, true, [&context, wish] { run_deadlines(context, *wish); });
  deadlines->add_option("--within", wish->within, "Overdue, or due within this period: P30D, P2W, P1M")->type_name("PERIOD")->capture_default_str();
  deadlines->add_flag("--all", wish->all, "All that are open");
  add_options(*deadlines, *wish);
  CLI::App* stuck = add_command(app, context, "stuck", kStuck, true, [&context, wish] { run_stuck(context, *wish); });
  add_options(*stuck, *wish);
}

}  // namespace ritrovo::tools
