#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ritrovo::bench {

/// Which way a figure should go.
enum class Better : std::uint8_t { kMore, kLess };

/// One measured figure beside its limit, which was measured in the same run, and its goal.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  double limit = 0;   ///< in the same unit: what the machine does without the part that is measured; 0 where there is none
  double ratio = 0;   ///< what the goal is about: value against limit so that more is better, or the value itself where there is no limit
  double goal = 0;    ///< of `ratio`
  Better better = Better::kMore;
  /// Whether the goal is reached.
  [[nodiscard]] bool met() const { return better == Better::kMore ? ratio >= goal : ratio < goal; }
};

/// A figure of a rate: more is better, `ratio` = value / limit.
[[nodiscard]] Figure rate_figure(std::string name, double value, std::string unit, double limit, double goal);
/// A figure of a time: less is better, `ratio` = limit / value, so that 1 is as good as the limit.
[[nodiscard]] Figure time_figure(std::string name, double value, std::string unit, double limit, double goal);
/// A figure with an upper bound of its own: `ratio` = value, reached below `goal`.
[[nodiscard]] Figure bounded_figure(std::string name, double value, std::string unit, double limit, double goal);

using Detail = std::variant<std::int64_t, double, std::string>;

/// The middle one; 0 for none.
[[nodiscard]] double median(std::vector<double> numbers);

/// What one bench found.
struct Report {
  std::string bench;
  std::vector<Figure> figures;  ///< the first is the bench's own
  std::vector<std::pair<std::string, Detail>> details;
  std::vector<std::string> wrong;  ///< answers that weren't as they must be: sentences

  void note(std::string name, Detail detail) { details.emplace_back(std::move(name), std::move(detail)); }
  void note_count(std::string name, std::uint64_t count) { note(std::move(name), static_cast<std::int64_t>(count)); }
  /// Notes the sentence unless `right`.
  void check(bool right, std::string otherwise);
};

/// One JSON object on one line: the members of the first figure, "figures" with the others, the details, and "wrong".
void print_json(std::ostream& out, const Report& report);
/// A table for a person.
void print_table(std::ostream& out, const Report& report);

}  // namespace ritrovo::bench
