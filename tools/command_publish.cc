#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/case_folder.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/documents.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kTeaching{
    "Put definitions in force; without a file, those that came with ritrovo",
    "  ritrovo publish                                 the shipped catalogue\n"
    "  ritrovo publish definitions/ --data milano",
    "  ritrovo submit commands.ndjson                  cases opened from now on are pinned to the version of their day"};

struct Wish {
  std::vector<std::string> paths;
  std::string at;
  std::string actor = "operator";
};

void print(const Context& context, const Publication& published, std::size_t documents) {
  if (context.json) {
    std::cout << boost::json::serialize(boost::json::object{{"documents", documents},
                                                            {"already", published.already},
                                                            {"publication", published.number.value()},
                                                            {"hash", published.hash.hex()}})
              << '\n';
  } else if (published.already) {
    std::cout << "The same definitions are in force already; nothing was recorded.\n";
  } else {
    std::cout << fmt::format("{} in force, as publication {} ({}…).\nNext: ritrovo submit commands.ndjson --data {}\n",
                             counted(documents, "document is", "documents are"), published.number.value(), published.hash.hex().substr(0, 12),
                             context.data.string());
  }
}

void run(Context& context, const Wish& wish) {
  const std::vector<definition::Document> documents = wish.paths.empty() ? shipped_documents() : must(read_documents(wish.paths));
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  const definition::Loaded loaded = definition::load(documents, folder->library().get());
  if (!loaded.good()) {
    print_problems(std::cout, loaded.problems, documents.size(), context.json);
    context.leave_with(ExitCode::kMalformed);
    folder->close();
    return;
  }
  std::vector<PublishedDocument> published;
  for (const definition::Document& document : documents) published.push_back({document.path, document.text});
  std::optional<Timestamp> at = folder->simulated_now();
  if (!wish.at.empty()) at = must(parse_timestamp(wish.at));
  print(context, folder->publish(std::move(published), operator_actor(wish.actor), at), documents.size());
  folder->close();
}

}  // namespace

void add_publish(CLI::App& app, Context& context) {
  auto wish = std::make_shared<Wish>();
  CLI::App* command = add_command(app, context, "publish", kTeaching, true, [&context, wish] { run(context, *wish); });
  command->add_option("paths", wish->paths, "Definition files, or folders of them")->type_name("FILE|DIR");
  command->add_option("--at", wish->at, "When, in a simulated folder; where its clock stands unless said")->type_name("INSTANT");
  command->add_option("--actor", wish->actor, "Pseudonymous id of who publishes")->type_name("ID")->capture_default_str();
}

}  // namespace ritrovo::tools
