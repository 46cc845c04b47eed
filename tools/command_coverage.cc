#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/console.h"
#include "tools/read_pathway.h"
#include "tools/read_scenario.h"
#include "tools/scenario/coverage.h"

namespace ritrovo::tools {
namespace {

using scenario::Coverage;
using scenario::ItemKind;

constexpr Teaching kCoverage{
    "Play scenarios, and say which steps, sentries, outcomes and deadlines of their definitions none of them exercised",
    "  ritrovo coverage scenarios/ --definition my-pathway.yaml --require 100",
    "  ritrovo try my-pathway.yaml         plays what is missing by hand, and saves it as a scenario"};

constexpr ItemKind kKinds[] = {ItemKind::kStep, ItemKind::kSentry, ItemKind::kOutcome, ItemKind::kDeadline};

struct CoverageWish {
  std::vector<std::string> scenarios;
  std::string definition;
  std::optional<unsigned> require;
};

/// All that was played.
struct Found {
  std::map<std::pair<std::string, std::uint32_t>, Coverage> pathways;  ///< by name and version
  std::size_t scenarios = 0;
  std::vector<std::string> complaints;

  void add(const std::shared_ptr<const definition::Pathway>& pathway) { pathways.try_emplace({pathway->name, pathway->version}, pathway); }
};

void play(const std::filesystem::path& file, Found& found) {
  scenario::Play play(sources_of(file, [&found](const auto& pathways) {
    for (const auto& pathway : pathways) found.add(pathway);
  }));
  const std::string text = text_of_file(file);
  const std::string now = play.played(text);
  for (const scenario::Complaint& complaint : play.complaints()) found.complaints.push_back(fmt::format("{}:{}: {}", file.string(), complaint.line, complaint.what));
  if (const auto difference = scenario::first_difference(text, now)) found.complaints.push_back(fmt::format("{}:{}: {}", file.string(), difference->line, difference->what));
  for (const auto& [name, one] : play.ended()) {
    ++found.scenarios;
    const std::shared_ptr<const definition::Pathway> pathway = one.pathway();
    const auto at = pathway == nullptr ? found.pathways.end() : found.pathways.find({pathway->name, pathway->version});
    if (at != found.pathways.end() && at->second.pathway().identity == pathway->identity) at->second.note(one);
  }
}

/// Leaves what that file or name defines, also where no scenario speaks of it.
void keep_only(const std::string& definition, Found& found) {
  PathwayWish wish;
  wish.pathway = definition;
  wish.shipped = true;
  const FoundPathway wanted = find_pathway({}, wish);
  std::erase_if(found.pathways, [&wanted](const auto& one) { return one.first.first != wanted.pathway->name; });
  if (found.pathways.empty()) found.add(wanted.pathway);
}

void print_pathway(const Coverage& coverage) {
  std::cout << fmt::format("{} {}: {} %\n", coverage.pathway().name, coverage.pathway().version, coverage.percent());
  Table counts({{"what"}, {"exercised", true}, {"of", true}});
  for (const ItemKind kind : kKinds) {
    const auto [all, exercised] = coverage.count(kind);
    counts.row({std::string(name_of(kind)) + (kind == ItemKind::kSentry ? " (or alternative)" : ""), grouped(exercised), grouped(all)});
  }
  counts.print(std::cout, "  ");
  Table open({{"line", true}, {"what"}, {"not exercised", false, 120}});
  for (const scenario::Item& item : coverage.items())
    if (!item.exercised) open.row({std::to_string(item.line), std::string(name_of(item.kind)), item.name});
  std::cout << '\n';
  if (open.empty()) return;
  open.print(std::cout, "  ");
  std::cout << '\n';
}

boost::json::object json_of(const Coverage& coverage) {
  boost::json::object counts;
  for (const ItemKind kind : kKinds) {
    const auto [all, exercised] = coverage.count(kind);
    counts[name_of(kind)] = boost::json::object{{"all", all}, {"exercised", exercised}};
  }
  boost::json::array open;
  for (const scenario::Item& item : coverage.items())
    if (!item.exercised) open.push_back(boost::json::object{{"what", name_of(item.kind)}, {"name", item.name}, {"line", item.line}});
  return {{"pathway", coverage.pathway().name},
          {"version", coverage.pathway().version},
          {"percent", coverage.percent()},
          {"counts", std::move(counts)},
          {"not_exercised", std::move(open)}};
}

void print_json(const Found& found) {
  boost::json::array pathways;
  for (const auto& [name, coverage] : found.pathways) pathways.push_back(json_of(coverage));
  boost::json::array complaints;
  for (const std::string& complaint : found.complaints) complaints.push_back(boost::json::string(complaint));
  std::cout << boost::json::serialize(boost::json::object{{"scenarios", found.scenarios}, {"pathways", std::move(pathways)}, {"complaints", std::move(complaints)}}) << '\n';
}

void run(Context& context, const CoverageWish& wish) {
  Found found;
  for (const std::filesystem::path& file : scenario_files(wish.scenarios)) play(file, found);
  if (!wish.definition.empty()) keep_only(wish.definition, found);
  if (context.json) {
    print_json(found);
  } else {
    for (const auto& [name, coverage] : found.pathways) print_pathway(coverage);
    std::cout << fmt::format("{} played.\n", counted(found.scenarios, "scenario", "scenarios"));
    for (const std::string& complaint : found.complaints) std::cout << complaint << '\n';
  }
  if (!found.complaints.empty()) context.leave_with(ExitCode::kMalformed);
  for (const auto& [name, coverage] : found.pathways)
    if (wish.require && coverage.percent() < *wish.require) context.leave_with(ExitCode::kRejected);
}

}  // namespace

void add_coverage(CLI::App& app, Context& context) {
  auto wish = std::make_shared<CoverageWish>();
  CLI::App* command = add_command(app, context, "coverage", kCoverage, false, [&context, wish] { run(context, *wish); });
  command->add_option("scenarios", wish->scenarios, "Scenario files, or folders of them")->required()->type_name("SCENARIOS");
  command->add_option("--definition", wish->definition, "Only this pathway, by its file or its shipped name")->type_name("FILE|PATHWAY");
  command->add_option("--require", wish->require, "Exit with 3 where less than that many per cent were exercised")->type_name("PERCENT")->check(CLI::Range(0U, 100U));
}

}  // namespace ritrovo::tools
