#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/context.h"
#include "workflows/definition/model.h"
#include "workflows/reading/wording.h"

namespace ritrovo::tools {

/// Which pathway somebody wants to read, as the command line says it.
struct PathwayWish {
  std::string pathway;                  ///< a name, or a definition file
  std::optional<std::uint32_t> version; ///< the latest, if none
  std::string language = default_language();
  bool shipped = false;                 ///< from the program's own catalogue, whatever the data folder holds
};

/// A pathway, and the library that it and its terms came from.
struct FoundPathway {
  definition::Library library;
  std::shared_ptr<const definition::Pathway> pathway;
};

/// Adds the argument and the options of a wish to a command.
void add_wish(CLI::App& command, PathwayWish& wish);
/// Finds it: in the file, if it names one; else among what the data folder has published, if there is such a folder; else in the shipped catalogue.
/// A Failure says what is wrong with a file, or which pathways and versions there are.
[[nodiscard]] FoundPathway find_pathway(const Context& context, const PathwayWish& wish);
/// What files hold that aren't published yet, read as `check` does: with the terms, calendars and parameters beside them and the shipped ones. A Failure lists their
/// problems.
[[nodiscard]] definition::Library library_of_files(const std::vector<std::string>& paths);
/// What the data folder has published; without such a folder, or with `shipped`, the shipped catalogue.
[[nodiscard]] definition::Library published_library(const Context& context, bool shipped);
/// The version of that name, or the latest; a Failure names what there is instead.
[[nodiscard]] std::shared_ptr<const definition::Pathway> version_of(const definition::Library& library, const std::string& name, std::optional<std::uint32_t> version);
/// "it" or "en".
[[nodiscard]] reading::Language language_of(const std::string& language);

}  // namespace ritrovo::tools
