#include "tools/read_pathway.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "tools/case_folder.h"
#include "tools/documents.h"
#include "workflows/definition/loader.h"

namespace ritrovo::tools {
namespace {

definition::Library shipped_library() { return definition::load(shipped_documents(), nullptr, definition::Scrutiny::kRecorded).library; }

FoundPathway from_file(const std::string& path) {
  definition::Library library = library_of_files({path});
  if (library.pathways.empty()) throw Failure{{ErrorCode::kNotFound, fmt::format("{} holds no pathway", path)}};
  std::shared_ptr<const definition::Pathway> pathway = library.pathways.back();
  return {std::move(library), std::move(pathway)};
}

}  // namespace

void add_wish(CLI::App& command, PathwayWish& wish) {
  command.add_option("pathway", wish.pathway, "A pathway's name, or a definition file")->required()->type_name("PATHWAY|FILE");
  command.add_option("--version", wish.version, "Which version; the latest, if it isn't said")->type_name("N");
  command.add_option("--language", wish.language, "it or en")->check(CLI::IsMember({"it", "en"}))->capture_default_str();
  command.add_flag("--shipped", wish.shipped, "From the definitions that came with ritrovo, whatever the data folder holds");
}

definition::Library library_of_files(const std::vector<std::string>& paths) {
  const std::vector<definition::Document> documents = must(read_documents_and_ground(paths));
  const definition::Library base = shipped_ground(documents);
  definition::Loaded loaded = definition::load(documents, &base);
  if (!loaded.good()) {
    // Warnings stand in nobody's way.
    std::erase_if(loaded.problems, [](const definition::Problem& problem) { return problem.severity != definition::Severity::kError; });
    std::ostringstream problems;
    print_problems(problems, loaded.problems, documents.size(), false);
    throw Failure{{ErrorCode::kMalformed, fmt::format("{} must be mended before it can be read:\n{}", fmt::join(paths, ", "), problems.str())}};
  }
  return std::move(loaded.library);
}

definition::Library published_library(const Context& context, bool shipped) {
  if (shipped || !std::filesystem::exists(context.data)) return shipped_library();
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  definition::Library library = *folder->library();
  folder->close();
  return library;
}

std::shared_ptr<const definition::Pathway> version_of(const definition::Library& library, const std::string& name, std::optional<std::uint32_t> version) {
  std::shared_ptr<const definition::Pathway> found;
  std::vector<std::string> names;
  for (const auto& pathway : library.pathways) {
    if (names.empty() || names.back() != pathway->name) names.push_back(pathway->name);
    if (pathway->name == name && (!version || pathway->version == *version)) found = pathway;
  }
  if (found) return found;
  if (version && std::find(names.begin(), names.end(), name) != names.end()) {
    throw Failure{{ErrorCode::kNotFound, fmt::format("{} has no version {}; 'ritrovo definitions' lists those it has", name, *version)}};
  }
  const std::string near = nearest_name(name, names);
  const std::string hint = names.empty()  ? std::string("nothing is published yet: 'ritrovo publish' puts the shipped definitions in force, --shipped reads them")
                           : near.empty() ? fmt::format("there are: {}", fmt::join(names, ", "))
                                          : fmt::format("did you mean {}?", near);
  throw Failure{{ErrorCode::kNotFound, fmt::format("there is no pathway {}; {}", name, hint)}};
}

FoundPathway find_pathway(const Context& context, const PathwayWish& wish) {
  if (wish.pathway.ends_with(".yaml") || wish.pathway.ends_with(".yml")) return from_file(wish.pathway);
  FoundPathway found{published_library(context, wish.shipped), nullptr};
  found.pathway = version_of(found.library, wish.pathway, wish.version);
  return found;
}

reading::Language language_of(const std::string& language) { return language == "en" ? reading::Language::kEnglish : reading::Language::kItalian; }

}  // namespace ritrovo::tools
