#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"

namespace ritrovo::tools {

/// Reads a map of settings: texts by name, each put where it belongs; anything else is a problem. What is absent leaves its place as it was.
/// Requires: `map` and `problems` outlive it.
class SettingsMap {
 public:
  SettingsMap(const definition::Node& map, std::filesystem::path folder, definition::Problems& problems) : map_(map), folder_(std::move(folder)), problems_(problems) {}
  /// A path, relative to the folder.
  void path(const char* name, std::filesystem::path& into);
  void text(const char* name, std::string& into);
  /// What a file of secrets holds: as read_secret.
  void secret(const char* name, std::string& into);
  void flag(const char* name, bool& into);
  /// A whole number from 1 to `most`.
  void number(const char* name, std::int64_t most, std::int64_t& into);
  /// A map of texts; `read` makes of each what it means.
  void texts(const char* name, const std::function<std::string(const definition::Node&)>& read, std::map<std::string, std::string>& into);
  /// The map under that name, or nullptr.
  const definition::Node* map(const char* name);
  /// Reports what was never asked for.
  void refuse_others();

 private:
  const definition::Node& map_;
  std::filesystem::path folder_;
  definition::Problems& problems_;
  std::vector<std::string> names_;
};

/// What a file of secrets holds, without the end of its line; a problem at that node where it can't be read, or where others than its
/// owner and group may.
[[nodiscard]] std::string read_secret(const std::filesystem::path& file, const definition::Node& node, definition::Problems& problems);

}  // namespace ritrovo::tools
