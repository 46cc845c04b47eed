#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/definition/model.h"

namespace ritrovo::definition {

/// Whether the byte goes on with a character of UTF-8 that began before it.
[[nodiscard]] constexpr bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

enum class Severity : std::uint8_t { kError, kWarning };

/// What is wrong with a definition, where, and what to do about it.
struct Problem {
  Severity severity = Severity::kError;
  std::string path;
  std::uint32_t line = 0;    ///< from 1
  std::uint32_t column = 0;  ///< from 1, in characters
  std::string excerpt;       ///< the line, cut where it is long; empty if there is none
  std::uint32_t caret = 0;   ///< the column within `excerpt`, from 1
  std::string message;       ///< a sentence
  std::string hint;          ///< a remedy, or empty
};

/// As compilers print it: "file:line:column: error: message", the excerpt with a caret below it, and the hint; each line ends in LF.
[[nodiscard]] std::string to_string(const Problem& problem);
[[nodiscard]] std::string_view name_of(Severity severity);

/// Problems of more documents than this many are cut off: nobody reads them.
inline constexpr std::size_t kProblemsMax = 500;

/// Collects the problems of one document. `text` must outlive it.
class Problems {
 public:
  Problems(std::string path, std::string_view text);
  void error(Place place, std::string message, std::string hint = {});
  void warning(Place place, std::string message, std::string hint = {});
  /// Whether an error was found, warnings aside.
  [[nodiscard]] bool any_error() const { return any_error_; }
  /// How many were found so far, warnings included.
  [[nodiscard]] std::size_t count() const { return problems_.size(); }
  /// Whether kProblemsMax is reached: further ones are dropped, and nobody needs to look for similar names.
  [[nodiscard]] bool full() const { return problems_.size() >= kProblemsMax; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// The text of a line, from 1; empty if there is no such line.
  [[nodiscard]] std::string_view line(std::uint32_t number) const;
  /// All, by line and column, each once; leaves this empty.
  [[nodiscard]] std::vector<Problem> take();

 private:
  void add(Severity severity, Place place, std::string message, std::string hint);

  std::string path_;
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
  std::vector<Problem> problems_;
  bool any_error_ = false;
};

/// `did you mean "x"?`, or, where no name is near and there are few, all of them: `there are: a, b`; empty for no names.
[[nodiscard]] std::string suggest(std::string_view wrong, const std::vector<std::string>& names);

}  // namespace ritrovo::definition
