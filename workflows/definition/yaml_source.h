#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/definition/model.h"
#include "workflows/definition/problem.h"

/// Strict reading of YAML into an own tree: what authors of law can't mistake for something else, and nothing more.
namespace ritrovo::definition {

struct Entry;

/// A value of a YAML document, with the place where it begins.
struct Node {
  enum class Kind : std::uint8_t { kNull, kBoolean, kInteger, kText, kList, kMap };
  Kind kind = Kind::kNull;
  bool boolean = false;
  bool quoted = false;         ///< a text in quotes or in a block
  bool refused = false;        ///< told of already: whoever reads it says no more
  std::int64_t integer = 0;
  std::string text;            ///< of a scalar: as written, without quotes
  Place place;
  std::vector<Node> items;     ///< kList
  std::vector<Entry> entries;  ///< kMap, as written
  /// The value under that key of a map; nullptr if there is none.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] bool is(Kind asked) const { return kind == asked; }
};

/// A key of a map and its value.
struct Entry {
  std::string key;
  Place place;  ///< of the key
  Node value;
};

/// Reads one YAML document. Refuses, each with its place: more than one document, duplicate keys, anchors, aliases, tags, keys that aren't
/// plain names, yes/no/on/off (and y/n) without quotes, control characters, text that isn't UTF-8, and what exceeds kDefinitionBytesMax,
/// kDefinitionNestingMax or kDefinitionNodesMax. Columns count characters, not bytes.
/// Returns the tree of what could be read; whether it is whole, `problems` tells. Never throws on any input.
/// Runs on: any thread.
[[nodiscard]] Node read_yaml(std::string_view text, Problems& problems);

}  // namespace ritrovo::definition
