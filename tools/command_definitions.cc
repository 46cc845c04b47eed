#include <charconv>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/console.h"
#include "tools/read_pathway.h"
#include "tools/view_feed.h"
#include "workflows/reading/differences.h"

namespace ritrovo::tools {
namespace {

constexpr Teaching kDefinitions{
    "What is published: each pathway's versions with the cases pinned to them, and the terms, calendars and parameters in force",
    "  ritrovo definitions --data milano\n"
    "  ritrovo definitions --shipped --json\n"
    "  ritrovo definitions diff family-reunification 1 2",
    "  ritrovo describe NAME --version N               one version in words\n"
    "  ritrovo publish my-pathway.yaml                 put a new version in force"};
constexpr Teaching kDefinitionsDiff{
    "The differences between two versions of a pathway, in words; a file stands for a version that isn't published yet",
    "  ritrovo definitions diff family-reunification 1 2 --language it\n"
    "  ritrovo definitions diff family-reunification 1 my-version-2.yaml",
    "  ritrovo describe NAME --version N               a whole version"};

struct DefinitionsWish {
  bool shipped = false;
  std::string name;
  std::string older;
  std::string newer;
  std::string language = default_language();
};

/// Cases by the version that they are pinned to: how many ever, and how many are under way.
class PinnedCases : public projections::View {
 public:
  struct Count {
    std::uint64_t all = 0;
    std::uint64_t open = 0;
  };
  void apply(const projections::CaseEvent& event) override {
    if (event.frame.pathway == nullptr) return;
    Count& count = counts_[event.frame.pathway->identity];
    const auto [known, fresh] = open_.try_emplace(event.frame.case_id, false);
    if (fresh) ++count.all;
    const bool open = event.frame.life == pathway::CaseLife::kOpen || event.frame.life == pathway::CaseLife::kSuspended;
    if (open && !known->second) ++count.open;
    if (!open && known->second) --count.open;
    known->second = open;
  }
  [[nodiscard]] Count of(const Hash256& identity) const {
    const auto found = counts_.find(identity);
    return found == counts_.end() ? Count{} : found->second;
  }

 private:
  std::map<Hash256, Count> counts_;
  std::unordered_map<CaseId, bool> open_;
};

/// The day before the next version of the same pathway begins.
std::optional<Day> valid_until(const definition::Library& library, std::size_t index) {
  if (index + 1 >= library.pathways.size() || library.pathways[index + 1]->name != library.pathways[index]->name) return std::nullopt;
  return library.pathways[index + 1]->valid_from.plus(-1);
}

void print_json(const definition::Library& library, const PinnedCases& pinned) {
  boost::json::array pathways;
  for (std::size_t i = 0; i < library.pathways.size(); ++i) {
    const definition::Pathway& pathway = *library.pathways[i];
    const std::optional<Day> until = valid_until(library, i);
    const PinnedCases::Count count = pinned.of(pathway.identity);
    pathways.push_back(boost::json::object{{"name", pathway.name},
                                           {"version", pathway.version},
                                           {"valid_from", to_string(pathway.valid_from)},
                                           {"valid_until", until ? boost::json::value(to_string(*until)) : boost::json::value(nullptr)},
                                           {"identity", pathway.identity.hex()},
                                           {"cases", count.all},
                                           {"cases_open", count.open}});
  }
  boost::json::array items;
  for (const definition::AlmanacItem& item : library.almanac_items) {
    items.push_back(boost::json::object{{"kind", item.kind}, {"name", item.name}, {"version", item.version}, {"identity", item.identity.hex()}});
  }
  std::cout << boost::json::serialize(boost::json::object{{"pathways", pathways}, {"almanac", items}}) << '\n';
}

void print_tables(const definition::Library& library, const PinnedCases& pinned) {
  Table pathways({{"Pathway", false, 40}, {"Version", true, 8}, {"Valid from", false, 12}, {"until", false, 12}, {"Cases", true, 12}, {"open", true, 12}, {"Identity", false, 20}});
  for (std::size_t i = 0; i < library.pathways.size(); ++i) {
    const definition::Pathway& pathway = *library.pathways[i];
    const std::optional<Day> until = valid_until(library, i);
    const PinnedCases::Count count = pinned.of(pathway.identity);
    pathways.row({pathway.name, std::to_string(pathway.version), to_string(pathway.valid_from), until ? to_string(*until) : "…", grouped(count.all), grouped(count.open),
                  pathway.identity.hex().substr(0, 16)});
  }
  if (pathways.empty()) {
    std::cout << "Nothing is published yet: 'ritrovo publish' puts the shipped definitions in force.\n";
    return;
  }
  pathways.print(std::cout);
  Table items({{"In force", false, 12}, {"Name", false, 40}, {"Version", true, 8}, {"Identity", false, 20}});
  for (const definition::AlmanacItem& item : library.almanac_items) items.row({item.kind, item.name, std::to_string(item.version), item.identity.hex().substr(0, 16)});
  std::cout << '\n';
  items.print(std::cout);
}

void list(const Context& context, const DefinitionsWish& wish) {
  PinnedCases pinned;
  definition::Library library;
  if (wish.shipped) {
    library = published_library(context, true);
  } else {
    const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
    const auto fold = feed_all(*folder, {&pinned});
    library = *folder->library();
    folder->close();
  }
  if (context.json) {
    print_json(library, pinned);
  } else {
    print_tables(library, pinned);
  }
}

boost::json::array texts(const std::vector<std::string>& items) {
  boost::json::array list;
  for (const std::string& item : items) list.push_back(boost::json::string(item));
  return list;
}

/// A version by its number, or the one that a file holds; `almanac` is set to the file's then.
std::shared_ptr<const definition::Pathway> side_of(const definition::Library& library, const std::string& name, const std::string& side,
                                                   std::shared_ptr<const calendar::Almanac>& almanac) {
  std::uint32_t number = 0;
  const auto [end, failed] = std::from_chars(side.data(), side.data() + side.size(), number);
  if (failed == std::errc() && end == side.data() + side.size()) return version_of(library, name, number);
  if (!side.ends_with(".yaml") && !side.ends_with(".yml"))
    throw Failure{{ErrorCode::kMalformed, fmt::format("{} is neither a version's number nor a definition file (.yaml)", side)}};
  const definition::Library file = library_of_files({side});
  almanac = file.almanac;
  return version_of(file, name, std::nullopt);
}

void diff(const Context& context, const DefinitionsWish& wish) {
  const definition::Library library = published_library(context, wish.shipped);
  std::shared_ptr<const calendar::Almanac> almanac = library.almanac;
  const auto older = side_of(library, wish.name, wish.older, almanac);
  const auto newer = side_of(library, wish.name, wish.newer, almanac);
  const reading::Language language = language_of(wish.language);
  if (!context.json) {
    std::cout << reading::differences_in_words(*older, *newer, almanac.get(), language);
    return;
  }
  boost::json::array found;
  for (const reading::Difference& each : reading::differences(*older, *newer, almanac.get(), language)) {
    found.push_back(boost::json::object{{"kind", reading::name_of(each.kind)}, {"subject", each.subject}, {"name", each.name}, {"title", each.title}, {"head", each.head},
                                        {"was", texts(each.was)}, {"is", texts(each.is)}});
  }
  std::cout << boost::json::serialize(boost::json::object{{"pathway", wish.name}, {"from", older->version}, {"to", newer->version}, {"differences", found}}) << '\n';
}

}  // namespace

void add_definitions(CLI::App& app, Context& context) {
  auto wish = std::make_shared<DefinitionsWish>();
  auto compared = std::make_shared<bool>(false);
  CLI::App* command = add_command(app, context, "definitions", kDefinitions, true, [&context, wish, compared] {
    if (!*compared) list(context, *wish);
  });
  command->add_flag("--shipped", wish->shipped, "The definitions that came with ritrovo, whatever the data folder holds");
  CLI::App* two = add_command(*command, context, "diff", kDefinitionsDiff, true, [&context, wish, compared] {
    *compared = true;
    diff(context, *wish);
  });
  two->add_option("name", wish->name, "The pathway")->required()->type_name("NAME");
  two->add_option("older", wish->older, "A version, or a definition file")->required()->type_name("A|FILE");
  two->add_option("newer", wish->newer, "Another version, or a definition file")->required()->type_name("B|FILE");
  two->add_option("--language", wish->language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
  two->add_flag("--shipped", wish->shipped, "The definitions that came with ritrovo, whatever the data folder holds");
}

}  // namespace ritrovo::tools
