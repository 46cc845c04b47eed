#include "workflows/definition/tree_building.h"

namespace ritrovo::definition {

using Kind = Node::Kind;

Node text_node(std::string text, Place place) {
  Node node;
  node.kind = Kind::kText;
  node.text = std::move(text);
  node.place = place;
  return node;
}

Node true_node(Place place) {
  Node node;
  node.kind = Kind::kBoolean;
  node.boolean = true;
  node.text = "true";
  node.place = place;
  return node;
}

Node list_node(std::vector<Node> items, Place place) {
  Node node;
  node.kind = Kind::kList;
  node.items = std::move(items);
  node.place = place;
  return node;
}

Node map_node(std::vector<std::pair<std::string, Node>> entries, Place place) {
  Node node;
  node.kind = Kind::kMap;
  node.place = place;
  for (auto& [key, value] : entries) node.entries.push_back({std::move(key), place, std::move(value)});
  return node;
}

Node languages_node(std::string it, std::string en, Place place) {
  return map_node({{"it", text_node(std::move(it), place)}, {"en", text_node(std::move(en), place)}}, place);
}

Node* find_in(Node& map, std::string_view key) {
  for (Entry& entry : map.entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

void put(Node& map, std::string_view key, Node value) {
  if (Node* found = find_in(map, key)) {
    *found = std::move(value);
  } else {
    const Place place = value.place;
    map.entries.push_back({std::string(key), place, std::move(value)});
  }
}

Node& map_in(Node& map, std::string_view key, Place place) {
  if (Node* found = find_in(map, key)) return *found;
  map.entries.push_back({std::string(key), place, map_node({}, place)});
  return map.entries.back().value;
}

}  // namespace ritrovo::definition
