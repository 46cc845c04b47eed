#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflows/definition/yaml_source.h"

/// Making and changing trees of YAML, for what the loader writes itself.
namespace ritrovo::definition {

[[nodiscard]] Node text_node(std::string text, Place place);
[[nodiscard]] Node true_node(Place place);
[[nodiscard]] Node list_node(std::vector<Node> items, Place place);
[[nodiscard]] Node map_node(std::vector<std::pair<std::string, Node>> entries, Place place);
/// {it: …, en: …}
[[nodiscard]] Node languages_node(std::string it, std::string en, Place place);

/// The value under that key of a map; nullptr if there is none.
[[nodiscard]] Node* find_in(Node& map, std::string_view key);
/// Sets the value under that key, in its place where it stands already.
void put(Node& map, std::string_view key, Node value);
/// The map under that key of a map; made where there is none.
[[nodiscard]] Node& map_in(Node& map, std::string_view key, Place place);

}  // namespace ritrovo::definition
