#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/context.h"
#include "tools/submission.h"

namespace ritrovo::tools {

/// The classes of answers that a generated file's lines must get, one a line (`generate --expected`).
class ExpectedAnswers {
 public:
  [[nodiscard]] static ExpectedAnswers read(const std::string& file);
  /// Notes the answer to a line; remembers the first differences.
  void compare(const LineAnswer& line);
  [[nodiscard]] bool all_as_expected() const { return differences_ == 0; }
  /// What differs, a line each; says so if nothing does.
  void print(std::ostream& out) const;
  [[nodiscard]] std::uint64_t differences() const { return differences_; }

 private:
  static constexpr std::size_t kShown = 20;
  std::vector<std::string> expected_;
  std::uint64_t compared_ = 0;
  std::uint64_t differences_ = 0;
  std::vector<std::string> shown_;
};

/// Counts what became of the lines of one submission.
class SubmitReport {
 public:
  void note(const LineAnswer& line);
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& rejections() const { return rejections_; }
  [[nodiscard]] std::uint64_t count(AnswerKind kind) const;
  [[nodiscard]] std::uint64_t malformed() const { return malformed_; }
  /// What the caller is to be told.
  [[nodiscard]] ExitCode exit_code() const;
  /// For a person; `seconds`: how long it took.
  void print(std::ostream& out, double seconds) const;
  [[nodiscard]] std::string json(double seconds) const;

 private:
  std::uint64_t lines_ = 0;
  std::uint64_t malformed_ = 0;
  std::uint64_t again_ = 0;
  std::uint64_t events_ = 0;
  std::map<AnswerKind, std::uint64_t> kinds_;
  std::map<std::string, std::uint64_t> rejections_;
  std::string stopped_why_;
};

}  // namespace ritrovo::tools
