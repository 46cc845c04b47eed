#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/case_fold.h"
#include "workflows/definition/language_reader.h"

namespace ritrovo::projections {

enum class EntryKind : std::uint8_t { kCase, kPerson, kFact, kStep, kTask, kDeadline, kMilestone, kMessage, kIncident };
/// "case", "person", "fact", "step", "task", "deadline", "milestone", "message", "incident".
[[nodiscard]] std::string_view name_of(EntryKind kind);

/// One thing that happened, in words.
struct TimelineEntry {
  Version version;                ///< of the event that says it
  Day day;                        ///< when it happened
  std::optional<Day> reported_on; ///< when it was recorded, if that was days later
  EntryKind kind = EntryKind::kCase;
  std::string text;               ///< a sentence, without the day
  std::string why;                ///< a sentence: the rule and what it rests on; may be empty
  std::string law;                ///< may be empty
  bool verified = true;           ///< whether that law was read in a source
  bool operator==(const TimelineEntry&) const = default;
};

/// Something that is open: who must act, and by when.
struct NextAction {
  std::string who;                ///< title of the party, else of the role; may be empty
  std::string step;               ///< as in the definition
  std::string title;
  std::string person;             ///< as named by the timeline; empty for the case's own
  std::string alias;              ///< of that person, as commands name them
  std::optional<Day> by;
  bool overdue = false;
  bool may_start = false;         ///< nobody has to: it may be started
  std::string law;
  bool verified = true;
  std::string text;               ///< all of it as a sentence
  bool operator==(const NextAction&) const = default;
};

/// How a timeline is told.
struct Telling {
  std::string language = "en";
  /// Of that language, where neither program nor definitions speak it themselves; may be nullptr.
  const definition::Translation* translation = nullptr;
  /// The name by which a person is called; after an empty answer, or without a function, they are called by what they are to the family:
  /// "spouse", "minor child 2". This is where opened personal values come in.
  std::function<std::string(std::string_view alias, PersonId id)> name;
  /// Told to the family itself: without what is between the office and its staff (messages to them, incidents, who works on what).
  bool to_family = false;
  /// The local day of an instant; without it, the day in UTC.
  std::function<Day(Timestamp)> local_day;
  /// Titles of terms and how they count; may be nullptr.
  const definition::Library* library = nullptr;
};

/// The journey of one family in plain words: what happened, why, under which law; what comes next, who must act and by when.
/// Keeps the events of that case.
class Timeline : public View {
 public:
  explicit Timeline(CaseId case_id) : case_id_(case_id) {}
  void apply(const CaseEvent& event) override;

  [[nodiscard]] CaseId case_id() const { return case_id_; }
  /// Whether the case was met.
  [[nodiscard]] bool found() const { return pathway_ != nullptr; }
  [[nodiscard]] const pathway::CaseCore& core() const { return core_; }
  /// In the order of days, then of events. Technical events (alarms, claims, what ends with its stage) are left out, and a step's end is told
  /// once, by the fact that ended it where the outcome says no more than that.
  [[nodiscard]] std::vector<TimelineEntry> entries(const Telling& telling) const;
  /// What is open as of that day: by due day, those without one last. Empty for a case that has ended.
  [[nodiscard]] std::vector<NextAction> next(const Telling& telling, Day today) const;

 private:
  friend class Narrator;
  struct Told {
    Version version;
    Version cause;
    Timestamp recorded;
    Day effective;
    pathway::Body body;
  };
  CaseId case_id_;
  const definition::Pathway* pathway_ = nullptr;
  pathway::CaseCore core_;
  std::vector<Told> events_;
};

}  // namespace ritrovo::projections
