#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "tools/generator/generator.h"
#include "tools/generator/people.h"
#include "tools/generator/random.h"

namespace ritrovo::generator {

/// A member of a JSON object: its name, and its value as JSON text already.
using Member = std::pair<std::string, std::string>;

/// JSON text of a string, a day, a number, a truth value (of its own name, because a literal would turn into one).
[[nodiscard]] std::string json_text(std::string_view text);
[[nodiscard]] std::string json_text(Day day);
[[nodiscard]] std::string json_truth(bool truth);
[[nodiscard]] std::string json_text(int number);
/// Cents as a decimal string: 1234567 becomes "12345.67".
[[nodiscard]] std::string json_money(std::int64_t cents);

/// Who sends a line.
struct Sender {
  std::string id;
  std::string organisation;
  std::string role;
};

/// One line as it is planned; `json` is complete but for faults.
struct Planned {
  Timestamp at;
  std::string json;
  std::string expected;
  std::optional<Opening> opens;
};

/// Collects the lines of one family and makes some of them go wrong. Instants lie between 07:00 and 16:00 UTC, so that Rome's day is the
/// same; each method returns the instant of its line, to be given to whatever must come after it.
class Script {
 public:
  Script(std::uint64_t seed, std::uint32_t family, double faults);

  Random& random() { return random_; }
  /// Families of which authorities' facts come late and out of order, and whose workers report instead of working on tasks.
  [[nodiscard]] bool messy() const { return messy_; }
  [[nodiscard]] double faults() const { return faults_; }

  /// Opens the family's reunification; the lines that follow are about it.
  Timestamp open(Day day, Timestamp after, const Household& household);
  /// Says of the case that was opened last that it is a double, and how it differs.
  void mark_double(bool respelt, bool swapped);
  /// Opens a visit to the one-stop desk by the sponsor; the lines that follow are about it.
  Timestamp open_visit(Day day, const Household& household);
  /// Reports a fact of that day. `lateness`: days until somebody reports it.
  Timestamp report(Day day, Timestamp after, const Sender& sender, std::string_view fact, std::string_view person,
                   const std::vector<Member>& data, int lateness = 0);
  /// Completes a task: claims it first, now and then. `data` for a task with a form, `outcome` for one that is decided by hand.
  Timestamp complete(Day day, Timestamp after, const Sender& sender, std::string_view step, std::string_view person,
                     std::string_view outcome, const std::vector<Member>& data);
  /// Starts a task that was offered.
  Timestamp start(Day day, Timestamp after, const Sender& sender, std::string_view step, std::string_view person);
  /// As `report` or `complete` of the step whose form the fact is, whichever this family's workers do.
  Timestamp form(Day day, Timestamp after, const Sender& sender, std::string_view step, std::string_view fact, std::string_view person,
                 const std::vector<Member>& data);
  /// A completion that must be refused with that code.
  Timestamp refused(Day day, Timestamp after, const Sender& sender, std::string_view step, std::string_view outcome, std::string_view code);

  /// A number that an office gave, as JSON text.
  std::string reference(const char* prefix);
  /// Days until somebody reports, in a messy family with that probability; else none.
  int lateness(double probability, int most) { return messy_ && random_.chance(probability) ? random_.between(1, most) : 0; }

  Sender caseworker();
  /// A caseworker other than that one.
  Sender caseworker_other_than(const Sender& one);
  [[nodiscard]] std::vector<Planned> take() { return std::move(lines_); }

 private:
  std::string next_key();
  Timestamp moment(Day day, Timestamp after);
  void add(Timestamp at, std::string_view key, std::string_view rest, std::string expected);
  void disturb(Timestamp at, Day day, const Sender& sender, std::string_view fact, std::string_view rest);

  Random random_;
  std::uint64_t seed_;
  std::uint32_t family_;
  double faults_;
  bool messy_;
  std::uint32_t lines_made_ = 0;
  std::string opening_key_;
  bool at_the_desk_ = false;  ///< whether the lines are about a visit
  std::vector<Planned> lines_;
};

}  // namespace ritrovo::generator
