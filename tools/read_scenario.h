#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tools/scenario/play.h"

namespace ritrovo::tools {

/// Scenario files: those named, and of a folder every *.txt in it and below that isn't a CMakeLists.txt, by path. A Failure names what isn't there.
[[nodiscard]] std::vector<std::filesystem::path> scenario_files(const std::vector<std::string>& paths);
/// The text of a file; a Failure where it can't be read.
[[nodiscard]] std::string text_of_file(const std::filesystem::path& file);
/// Where a scenario finds what it names: definition files from the current folder, from the scenario's own or from one above it; or a pathway of
/// the shipped catalogue by its name. Preambles stand beside the scenario. `loaded` is told of each definition that is named, with the pathways
/// that it brings.
[[nodiscard]] scenario::Sources sources_of(const std::filesystem::path& scenario,
                                           std::function<void(const std::vector<std::shared_ptr<const definition::Pathway>>&)> loaded);

}  // namespace ritrovo::tools
