#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"

/// The YAML of a translation: workflows/catalogue/languages/README.md.
namespace ritrovo::definition {

/// What is said in a language that definitions don't have themselves.
struct Translation {
  std::string language;  ///< BCP 47 tag
  std::string name;      ///< what the language calls itself
  bool right_to_left = false;
  /// By the English: titles and messages of definitions, and the views' own sentences (projections/phrases.cc), where `{}` stand as often.
  std::map<std::string, std::string, std::less<>> texts;
  /// The translation of an English text; empty if there is none.
  [[nodiscard]] std::string_view of(std::string_view english) const;
};

/// Reads a document of a language; what couldn't be read is in `problems`.
[[nodiscard]] Translation read_translation(const Node& root, Problems& problems);
/// The same from its text; kMalformed has the problems, a line each.
[[nodiscard]] Result<Translation> read_translation_text(const std::string& path, std::string_view text);

}  // namespace ritrovo::definition
