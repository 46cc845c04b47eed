#include "workflows/definition/canonical.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "engine/digest/sha256.h"

namespace ritrovo::definition {
namespace {

/// Maps under these keys keep the order in which they are written: the first outcome that holds wins, and indices count in it.
constexpr std::array<std::string_view, 9> kOrdered = {"steps", "outcomes", "deadlines", "persons", "data", "parties", "roles", "values", "results"};

/// RFC 8785, 3.2.2.2.
void write_text(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:  // a character, not one of our enumerations
        if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else out += c;
    }
  }
  out += '"';
}

void write(const Node& node, bool ordered, std::string& out);

void write_map(const Node& node, bool ordered, std::string& out) {
  std::vector<const Entry*> entries;
  for (const Entry& entry : node.entries) entries.push_back(&entry);
  if (!ordered) std::sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
  out += ordered ? '[' : '{';
  for (const Entry* entry : entries) {
    if (entry != entries.front()) out += ',';
    if (ordered) out += '[';
    write_text(entry->key, out);
    out += ordered ? ',' : ':';
    write(entry->value, std::find(kOrdered.begin(), kOrdered.end(), entry->key) != kOrdered.end(), out);
    if (ordered) out += ']';
  }
  out += ordered ? ']' : '}';
}

// Bounded by kDefinitionNestingMax.
void write(const Node& node, bool ordered, std::string& out) {
  switch (node.kind) {
    case Node::Kind::kNull:
      out += "null";
      break;
    case Node::Kind::kBoolean:
      out += node.boolean ? "true" : "false";
      break;
    case Node::Kind::kInteger:
      out += std::to_string(node.integer);
      break;
    case Node::Kind::kText:
      write_text(node.text, out);
      break;
    case Node::Kind::kList:
      out += '[';
      for (const Node& item : node.items) {
        if (&item != &node.items.front()) out += ',';
        write(item, false, out);
      }
      out += ']';
      break;
    case Node::Kind::kMap:
      write_map(node, ordered, out);
      break;
  }
}

}  // namespace

std::string canonical_form(const Node& root) {
  std::string out;
  write(root, false, out);
  return out;
}

Hash256 identity_of(const Node& root) { return sha256({"ritrovo.definition/1\n", canonical_form(root)}); }

}  // namespace ritrovo::definition
