#include "workflows/definition/retention.h"

#include <string_view>

#include <fmt/format.h>

#include "workflows/definition/fields.h"

namespace ritrovo::definition {

std::optional<Retention> read_retention(const Node* node, Problems& problems) {
  if (node == nullptr) return std::nullopt;
  Fields fields(*node, "\"retention\"", problems);
  // Both words are fixed so far: they are written all the same, since a rule about forgetting must be readable by itself.
  const auto fixed = [&](const char* name, std::string_view only) {
    const Node* word = fields.require(name);
    const auto text = read_text(word, fmt::format("\"{}\"", name), problems);
    if (text && *text != only) problems.error(word->place, fmt::format("\"{}\" of a retention can only be {}", name, only));
  };
  fixed("after", "case.closed");
  const std::optional<Period> keep = read_period(fields.require("keep"), "\"keep\"", problems);
  fixed("then", "propose_erasure");
  fields.finish();
  if (!keep) return std::nullopt;
  return Retention{*keep};
}

std::optional<Retention> retention_of(const Pathway& pathway) {
  if (pathway.tree == nullptr) return std::nullopt;
  Problems problems(pathway.name, {});
  return read_retention(pathway.tree->find("retention"), problems);
}

}  // namespace ritrovo::definition
