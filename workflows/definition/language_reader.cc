#include "workflows/definition/language_reader.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "workflows/definition/fields.h"

namespace ritrovo::definition {
namespace {

std::size_t gaps_in(std::string_view text) {
  std::size_t gaps = 0;
  for (std::size_t at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++gaps;
  return gaps;
}

void read_texts(const Node* node, Problems& problems, std::map<std::string, std::string, std::less<>>& into) {
  if (node == nullptr) return;
  if (!node->is(Node::Kind::kMap)) return problems.error(node->place, "\"texts\" must be a map: the English, and what it is in this language");
  for (const Entry& entry : node->entries) {
    std::optional<std::string> text = read_text(&entry.value, fmt::format("\"{}\"", entry.key), problems);
    if (!text) continue;
    const bool braces = text->find_first_of("{}") != std::string::npos || entry.key.find_first_of("{}") != std::string::npos;
    const std::size_t gaps = gaps_in(*text);
    const auto marks = std::count_if(text->begin(), text->end(), [](char c) { return c == '{' || c == '}'; });
    if (braces && (gaps != gaps_in(entry.key) || static_cast<std::size_t>(marks) != 2 * gaps))
      problems.error(entry.place, "the translation has other gaps than the English", "write {} as often, and no other braces");
    into.emplace(entry.key, std::move(*text));
  }
}

}  // namespace

std::string_view Translation::of(std::string_view english) const {
  const auto found = texts.find(english);
  return found == texts.end() ? std::string_view() : std::string_view(found->second);
}

Translation read_translation(const Node& root, Problems& problems) {
  Translation made;
  Fields fields(root, "the language", problems);
  if (!fields.whole()) return made;
  made.language = read_text(fields.require("language"), "\"language\"", problems).value_or("");
  static_cast<void>(read_integer(fields.require("version"), "\"version\"", {1, 1'000'000}, problems));
  made.name = read_text(fields.require("name"), "\"name\"", problems).value_or("");
  made.right_to_left = read_boolean(fields.take("right_to_left"), "\"right_to_left\"", problems).value_or(false);
  read_texts(fields.require("texts"), problems, made.texts);
  fields.finish();
  return made;
}

Result<Translation> read_translation_text(const std::string& path, std::string_view text) {
  Problems problems(path, text);
  const Node root = read_yaml(text, problems);
  Translation made = read_translation(root, problems);
  if (!problems.any_error()) return made;
  std::string all;
  for (const Problem& problem : problems.take()) all += (all.empty() ? "" : "\n") + to_string(problem);
  return failure(ErrorCode::kMalformed, std::move(all));
}

}  // namespace ritrovo::definition
