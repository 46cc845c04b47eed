#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "tools/commands.h"
#include "tools/read_pathway.h"
#include "workflows/reading/description.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kDescribe{
    "A pathway in words: who takes part, what is asked, step by step, with terms, law and doubts",
    "  ritrovo describe family-reunification --language it\n"
    "  ritrovo describe family-reunification --version 1 --language en\n"
    "  ritrovo describe my-pathway.yaml        before it is published",
    "  ritrovo diagram family-reunification --svg --out pathway.svg   the same as a picture"};

void run(const Context& context, const PathwayWish& wish) {
  const FoundPathway found = find_pathway(context, wish);
  const std::string text = reading::describe(*found.pathway, found.library.almanac.get(), language_of(wish.language));
  if (!context.json) {
    std::cout << text;
    return;
  }
  std::cout << boost::json::serialize(boost::json::object{{"pathway", found.pathway->name},
                                                          {"version", found.pathway->version},
                                                          {"identity", found.pathway->identity.hex()},
                                                          {"language", wish.language},
                                                          {"markdown", text}})
            << '\n';
}

}  // namespace

void add_describe(CLI::App& app, Context& context) {
  auto wish = std::make_shared<PathwayWish>();
  add_wish(*add_command(app, context, "describe", kDescribe, true, [&context, wish] { run(context, *wish); }), *wish);
}

}  // namespace ritrovo::tools
