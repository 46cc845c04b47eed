#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/read_pathway.h"
#include "workflows/reading/diagram.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kDiagram{
    "A pathway as a picture (SVG): stages, steps, who acts, deadlines, and what opens what",
    "  ritrovo diagram family-reunification --svg --out pathway.svg\n"
    "  ritrovo diagram my-pathway.yaml --svg --language en > my-pathway.svg",
    "  Open the file in a browser; pointing at a step shows all that is known about it\n"
    "  ritrovo describe family-reunification                        the same in words"};

struct DiagramWish {
  PathwayWish pathway;
  std::string out;
  bool svg = false;
};

void run(const Context& context, const DiagramWish& wish) {
  if (context.json && wish.out.empty()) throw Failure{{ErrorCode::kMalformed, "a picture is SVG, not JSON: leave --json out, or write it to a file with --out"}};
  const FoundPathway found = find_pathway(context, wish.pathway);
  const std::string picture = reading::diagram(*found.pathway, found.library.almanac.get(), language_of(wish.pathway.language));
  if (wish.out.empty()) {
    std::cout << picture;
    return;
  }
  std::ofstream file(wish.out, std::ios::binary);
  file << picture;
  file.flush();
  if (!file) throw Failure{{ErrorCode::kUnavailable, fmt::format("can't write {}: check the path and the space left", wish.out)}};
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"written", wish.out}, {"bytes", picture.size()}}) << '\n';
  } else {
    std::cout << fmt::format("{} version {} drawn to {}.\n", found.pathway->name, found.pathway->version, wish.out);
  }
}

}  // namespace

void add_diagram(CLI::App& app, Context& context) {
  auto wish = std::make_shared<DiagramWish>();
  CLI::App* command = add_command(app, context, "diagram", kDiagram, true, [&context, wish] { run(context, *wish); });
  add_wish(*command, wish->pathway);
  command->add_flag("--svg", wish->svg, "As SVG; the only form there is, so that it may be left out");
  command->add_option("--out", wish->out, "Write it to this file instead of printing it")->type_name("FILE");
}

}  // namespace ritrovo::tools
