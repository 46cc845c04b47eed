#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/limits.h"
#include "tools/commands.h"
#include "tools/documents.h"
#include "workflows/definition/consequences.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kCheck{
    "Check definitions: every problem at once, with file, line, column and a remedy",
    "  ritrovo check my-pathway.yaml       with the terms, calendars and parameters of its folder that it names\n"
    "  ritrovo check definitions/          every .yaml in the folder and below\n"
    "  ritrovo check --shipped             the definitions that came with ritrovo",
    "  ritrovo publish my-pathway.yaml     put it in force; exit code 2 means that there is something to mend"};

struct CheckWish {
  std::vector<std::string> paths;
  bool shipped = false;
  bool alone = false;
};

/// How much one command can lead to, for each pathway that is sound.
void print_room(std::ostream& out, const definition::Pathway& pathway) {
  const definition::ConsequenceRoom room = definition::consequence_room(pathway);
  out << fmt::format("{} version {}: one command leads to at most {} events in a case with one person in each role; more than {} (kConsequencesMax) are refused.\n",
                     pathway.name, pathway.version, room.smallest, limits::kConsequencesMax);
  for (const auto& role : room.roles)
    out << fmt::format("  each further {}: {} more; up to {} are never refused for it\n", pathway.persons[role.role].name, role.each, role.fits);
  for (const auto& repetition : room.repetitions)
    out << fmt::format("  each further {}: {} more\n", pathway.facts[repetition.fact].name, repetition.each);
}

boost::json::object room_json(const definition::Pathway& pathway) {
  const definition::ConsequenceRoom room = definition::consequence_room(pathway);
  boost::json::array roles;
  for (const auto& role : room.roles) roles.push_back(boost::json::object{{"role", pathway.persons[role.role].name}, {"each", role.each}, {"fits", role.fits}});
  boost::json::array repetitions;
  for (const auto& repetition : room.repetitions)
    repetitions.push_back(boost::json::object{{"fact", pathway.facts[repetition.fact].name}, {"each", repetition.each}});
  return {{"pathway", pathway.name}, {"version", pathway.version}, {"consequences_max", room.smallest}, {"roles", std::move(roles)}, {"repetitions", std::move(repetitions)}};
}

void run(Context& context, const CheckWish& wish) {
  if (wish.paths.empty() && !wish.shipped) {
    throw Failure{{ErrorCode::kNotFound, "name the files or folders to check, or give --shipped"}};
  }
  std::vector<definition::Document> documents = must(wish.alone ? read_documents(wish.paths) : read_documents_and_ground(wish.paths));
  if (wish.shipped) {
    for (definition::Document& document : shipped_documents()) documents.push_back(std::move(document));
    for (definition::Document& document : shipped_message_documents()) documents.push_back(std::move(document));
  }
  // A pathway is mostly written against the terms, calendars and parameters that came with the program.
  definition::Library base;
  if (!wish.shipped && !wish.alone) base = shipped_ground(documents);
  const definition::Loaded loaded = definition::load(documents, wish.shipped || wish.alone ? nullptr : &base);
  if (context.json) {
    boost::json::object report = problems_json(loaded.problems, documents.size());
    boost::json::array pathways;
    for (const auto& pathway : loaded.library.pathways) pathways.push_back(room_json(*pathway));
    report["pathways"] = std::move(pathways);
    std::cout << boost::json::serialize(report) << '\n';
  } else {
    print_problems(std::cout, loaded.problems, documents.size(), false);
    for (const auto& pathway : loaded.library.pathways) print_room(std::cout, *pathway);
  }
  if (!loaded.good()) context.leave_with(ExitCode::kMalformed);
}

}  // namespace

void add_check(CLI::App& app, Context& context) {
  auto wish = std::make_shared<CheckWish>();
  CLI::App* command = add_command(app, context, "check", kCheck, false, [&context, wish] { run(context, *wish); });
  command->add_option("paths", wish->paths, "Definition files, or folders of them")->type_name("FILE|DIR");
  command->add_flag("--shipped", wish->shipped, "Check the definitions that came with ritrovo");
  command->add_flag("--alone", wish->alone, "Without what lies beside them or came with ritrovo: the files must bring their own terms, calendars, parameters, and the pathways that they use");
}

}  // namespace ritrovo::tools
