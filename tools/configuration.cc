#include "tools/configuration.h"

#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "engine/runtime/folder.h"
#include "workflows/definition/yaml_source.h"

namespace ritrovo::tools {
namespace {

using definition::Node;
using definition::Problems;

/// A map's texts by name, each put where it belongs; anything else is a problem.
class Reading {
 public:
  Reading(const Node& map, std::filesystem::path folder, Problems& problems) : map_(map), folder_(std::move(folder)), problems_(problems) {}
  void path(const char* name, std::filesystem::path& into) {
    names_.emplace_back(name);
    const Node* node = map_.find(name);
    if (node == nullptr) return;
    if (!node->is(Node::Kind::kText) || node->text.empty()) return problems_.error(node->place, fmt::format("'{}' is a path", name));
    into = folder_ / node->text;
  }
  void refuse_others() {
    for (const definition::Entry& entry : map_.entries) {
      const std::string near = nearest_name(entry.key, names_);
      bool known = false;
      for (const std::string& name : names_) known = known || name == entry.key;
      if (!known) problems_.error(entry.place, fmt::format("there is no setting '{}'", entry.key), near.empty() ? "" : fmt::format("did you mean '{}'?", near));
    }
  }

 private:
  const Node& map_;
  std::filesystem::path folder_;
  Problems& problems_;
  std::vector<std::string> names_;
};

}  // namespace

Configuration read_configuration(const std::filesystem::path& file) {
  const std::string text = must(read_file(file));
  Problems problems(file.string(), text);
  const Node root = definition::read_yaml(text, problems);
  Configuration configuration;
  if (!problems.any_error() && !root.is(Node::Kind::kMap)) problems.error(root.place, "a configuration is a map of settings");
  if (!problems.any_error()) {
    Reading reading(root, file.parent_path(), problems);
    reading.path("data", configuration.data);
    reading.path("master_key_file", configuration.master_key_file);
    reading.refuse_others();
  }
  if (!problems.any_error()) return configuration;
  std::string said;
  for (const definition::Problem& problem : problems.take()) said += to_string(problem);
  throw Failure{{ErrorCode::kMalformed, fmt::format("{} must be mended first:\n{}", file.string(), said)}};
}

void apply(const Configuration& configuration, Context& context) {
  if (!context.data_given && !configuration.data.empty()) context.data = configuration.data;
  if (context.master_key_file.empty()) context.master_key_file = configuration.master_key_file;
}

}  // namespace ritrovo::tools
