#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/documents.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kTeaching{
    "Check definitions: every problem at once, with file, line, column and a remedy",
    "  ritrovo check my-pathway.yaml\n"
    "  ritrovo check definitions/          every .yaml in the folder and below\n"
    "  ritrovo check --shipped             the definitions that came with ritrovo",
    "  ritrovo publish my-pathway.yaml     put it in force; exit code 2 means that there is something to mend"};

struct Wish {
  std::vector<std::string> paths;
  bool shipped = false;
  bool alone = false;
};

void run(Context& context, const Wish& wish) {
  if (wish.paths.empty() && !wish.shipped) {
    throw Failure{{ErrorCode::kNotFound, "name the files or folders to check, or give --shipped"}};
  }
  std::vector<definition::Document> documents = must(read_documents(wish.paths));
  if (wish.shipped) {
    for (definition::Document& document : shipped_documents()) documents.push_back(std::move(document));
  }
  // A pathway is mostly written against the terms, calendars and parameters that came with the program.
  definition::Library base;
  if (!wish.shipped && !wish.alone) base = shipped_ground(documents);
  const definition::Loaded loaded = definition::load(documents, wish.shipped || wish.alone ? nullptr : &base);
  print_problems(std::cout, loaded.problems, documents.size(), context.json);
  if (!loaded.good()) context.leave_with(ExitCode::kMalformed);
}

}  // namespace

void add_check(CLI::App& app, Context& context) {
  auto wish = std::make_shared<Wish>();
  CLI::App* command = add_command(app, context, "check", kTeaching, false, [&context, wish] { run(context, *wish); });
  command->add_option("paths", wish->paths, "Definition files, or folders of them")->type_name("FILE|DIR");
  command->add_flag("--shipped", wish->shipped, "Check the definitions that came with ritrovo");
  command->add_flag("--alone", wish->alone, "Without what came with ritrovo: the files must bring their own terms, calendars, parameters, and the pathways that they use");
}

}  // namespace ritrovo::tools
