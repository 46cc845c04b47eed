#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/stored_view.h"

namespace ritrovo::projections {

/// How a deadline stands on a day.
enum class DeadlineState : std::uint8_t {
  kOverdue,      ///< its day has ended and its step is still open
  kRunning,
  kSuspended,    ///< its days don't count for now
  kInterrupted,  ///< stopped; it will start afresh
};
/// "overdue", "running", "suspended", "interrupted".
[[nodiscard]] std::string_view name_of(DeadlineState state);

/// A deadline that is still open.
struct OpenDeadline {
  CaseId case_id;
  std::string step;
  std::string title;                      ///< of the step
  std::string deadline;                   ///< its name in the step: "deadline" where there is one
  std::string person;                     ///< alias; empty for the case's own
  std::string term;
  std::string term_title;                 ///< the term's name if the almanac doesn't hold it
  std::string law;                        ///< of the deadline, else of its step
  bool verified = true;                   ///< whether that law was read in a source
  std::string party;                      ///< who must act, as in the definition; may be empty
  std::string party_title;
  DeadlineState state = DeadlineState::kRunning;
  bool warned = false;
  Day start;
  std::optional<Day> due;                 ///< running or overdue
  std::optional<std::int32_t> days_left;  ///< from the day asked about to `due`; negative if overdue
  bool operator==(const OpenDeadline&) const = default;
};

/// How often a term was kept, for one party.
struct TermFigures {
  std::string term;
  std::string term_title;
  std::string party;
  std::string party_title;
  std::uint64_t running = 0;        ///< `soon` ones included
  std::uint64_t soon = 0;           ///< due within the days asked for
  std::uint64_t overdue = 0;
  std::uint64_t suspended = 0;
  std::uint64_t interrupted = 0;
  std::uint64_t met = 0;            ///< in time
  std::uint64_t reported_late = 0;  ///< met in time, but known only after it was counted as missed
  std::uint64_t met_late = 0;       ///< missed, and done afterwards
  std::uint64_t never_met = 0;      ///< missed, and its step ended by the miss or without being done
  bool operator==(const TermFigures&) const = default;
};

struct DeadlineReport {
  Day today;
  std::int32_t soon_days = 0;
  TermFigures total;                ///< without term and party
  std::vector<TermFigures> by_term; ///< by term, then party; by name
  std::vector<TermFigures> by_party;///< by party, all its terms together; the most overdue first
  bool operator==(const DeadlineReport&) const = default;
};

/// What the deadlines' view keeps of a case: each deadline that isn't over or was missed, and counts of the others.
struct DeadlinesRow {
  enum class StepEnd : std::uint8_t { kNone = 0, kDone = 1, kNotDone = 2 };
  struct Clock {
    pathway::DeadlineRef ref;
    pathway::Clock clock = pathway::Clock::kRunning;  ///< running, suspended, interrupted or missed
    StepEnd step_end = StepEnd::kNone;
    bool warned = false;
    Day start;
    Day due;
  };
  /// Of one deadline of the definition, in this case.
  struct Kept {
    definition::StepIndex step = definition::kNone;
    definition::DeadlineIndex deadline = 0;
    std::uint32_t met = 0;
    std::uint32_t reported_late = 0;
  };
  const definition::Pathway* pathway = nullptr;
  std::vector<std::string> aliases;
  std::vector<Clock> clocks;
  std::vector<Kept> kept;
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<DeadlinesRow> decode(std::string_view bytes);
};

/// The clocks: what runs, stands still or is overdue, and how often each term was kept.
class Deadlines : public CaseRows<DeadlinesRow> {
 public:
  [[nodiscard]] static const ViewKind& kind();
  void apply(const CaseEvent& event) override;
  [[nodiscard]] const std::vector<Table>& tables() const override;
  void tabulate(CaseId case_id, const TableSink& sink) const override;
  /// Open deadlines as they stand on that day: overdue first, then by due day; those that stand still last. `library` gives the terms'
  /// titles (CaseFold::library); may be nullptr.
  [[nodiscard]] std::vector<OpenDeadline> open(Day today, std::string_view language, const definition::Library* library) const;
  /// Those of `open` that are overdue or due within so many days of `today`.
  [[nodiscard]] std::vector<OpenDeadline> due_within(std::int32_t days, Day today, std::string_view language,
                                                     const definition::Library* library) const;
  [[nodiscard]] DeadlineReport report(Day today, std::int32_t soon_days, std::string_view language, const definition::Library* library) const;

 private:
  using Row = DeadlinesRow;
  using Clock = DeadlinesRow::Clock;
  using StepEnd = DeadlinesRow::StepEnd;
  using Kept = DeadlinesRow::Kept;
  using TermAndParty = std::pair<std::string, std::string>;

  struct Applying;
  static std::optional<DeadlineState> state_of(const Clock& clock, Day today);
  static OpenDeadline describe(CaseId case_id, const Row& row, const Clock& clock, Day today, std::string_view language,
                               const definition::Library* library);
};

}  // namespace ritrovo::projections
