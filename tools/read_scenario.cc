#include "tools/read_scenario.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "tools/read_pathway.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;
using LibraryPointer = std::shared_ptr<const definition::Library>;

/// The path as it is, or as it stands in the scenario's folder or in one above it.
fs::path found_from(const fs::path& scenario, const std::string& path) {
  if (fs::exists(path)) return path;
  for (fs::path folder = fs::absolute(scenario).parent_path(); !folder.empty(); folder = folder.parent_path()) {
    if (fs::exists(folder / path)) return folder / path;
    if (folder == folder.root_path()) break;
  }
  throw Failure{{ErrorCode::kNotFound, fmt::format("there is no definition {} here, nor beside {} or above it", path, scenario.string())}};
}

bool names_files(const std::string& definition) { return definition.find_first_of("./") != std::string::npos; }

LibraryPointer load(const fs::path& scenario, const std::string& definition) {
  if (!names_files(definition)) return std::make_shared<const definition::Library>(published_library({}, true));
  std::istringstream words(definition);
  std::vector<std::string> files;
  for (std::string word; words >> word;) files.push_back(found_from(scenario, word).string());
  static std::map<std::vector<std::string>, LibraryPointer> known;
  LibraryPointer& library = known[files];
  if (library == nullptr) library = std::make_shared<const definition::Library>(library_of_files(files));
  return library;
}

}  // namespace

std::vector<fs::path> scenario_files(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  for (const std::string& path : paths) {
    if (!fs::exists(path)) throw Failure{{ErrorCode::kNotFound, fmt::format("there is no {}: name scenario files, or a folder of them", path)}};
    if (!fs::is_directory(path)) {
      files.emplace_back(path);
      continue;
    }
    const std::size_t before = files.size();
    for (const auto& entry : fs::recursive_directory_iterator(path))
      if (entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt") files.push_back(entry.path());
    if (files.size() == before) throw Failure{{ErrorCode::kNotFound, fmt::format("{} holds no scenario: no file in it ends in .txt", path)}};
    std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
  }
  return files;
}

std::string text_of_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Failure{{ErrorCode::kNotFound, fmt::format("can't read {}: check the path", file.string())}};
  return {std::istreambuf_iterator<char>(in), {}};
}

scenario::Sources sources_of(const fs::path& scenario, std::function<void(const std::vector<std::shared_ptr<const definition::Pathway>>&)> loaded) {
  scenario::Sources sources;
  sources.library = [scenario, loaded = std::move(loaded)](const std::string& definition) -> Result<LibraryPointer> {
    LibraryPointer library = load(scenario, definition);
    std::vector<std::shared_ptr<const definition::Pathway>> pathways = library->pathways;
    if (!names_files(definition)) std::erase_if(pathways, [&](const auto& pathway) { return pathway->name != definition; });
    if (pathways.empty()) return failure(ErrorCode::kNotFound, fmt::format("no shipped pathway is named {}", definition));
    if (loaded) loaded(pathways);
    return library;
  };
  sources.preamble = [scenario](const std::string& name) -> Result<std::string> {
    const fs::path beside = scenario.parent_path() / name;
    if (!fs::exists(beside)) return failure(ErrorCode::kNotFound, fmt::format("there is no {} beside {}", name, scenario.string()));
    return text_of_file(beside);
  };
  return sources;
}

}  // namespace ritrovo::tools
