#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "projections/phrases.h"
#include "projections/timeline.h"

namespace ritrovo::projections {

/// Tells one case's events in words. Refers to the timeline and the telling, which outlive it. One use: `tell`.
/// What belongs together is told in one entry: persons who join, steps that open, stages that begin by the same command on the same day.
class Narrator {
 public:
  Narrator(const Timeline& timeline, const Telling& telling);
  [[nodiscard]] std::vector<TimelineEntry> tell();

  /// The step's title, with the person's name where it belongs to one.
  [[nodiscard]] std::string named(const pathway::StepRef& ref) const;
  /// Their name where the reader may know it, else what they are to the family.
  [[nodiscard]] std::string person(pathway::PersonIndex person) const;

  // One for each kind of event, without a catch-all (narrated_events.cc).
  void operator()(const pathway::CaseOpened& body);
  void operator()(const pathway::PersonAdded& body);
  void operator()(const pathway::PersonLeft& body);
  void operator()(const pathway::FactReported& body);
  void operator()(const pathway::CaseSuspended& body);
  void operator()(const pathway::CaseResumed& body);
  void operator()(const pathway::CaseClosed& body);
  void operator()(const pathway::PathwayCompleted& body);
  void operator()(const pathway::StepEnabled& body);
  void operator()(const pathway::StepOpened& body);
  void operator()(const pathway::StepCompleted& body);
  void operator()(const pathway::StepTerminated& body);
  void operator()(const pathway::ValueComputed& body);
  void operator()(const pathway::NotificationRequested& body);
  void operator()(const pathway::TaskDelegated& body);
  void operator()(const pathway::TaskEscalated& body);
  void operator()(const pathway::TaskAssigned& body);
  void operator()(const pathway::StepReopened& body);
  void operator()(const pathway::PersonSuspended& body);
  void operator()(const pathway::PersonResumed& body);
  void operator()(const pathway::CaseLinked& body);
  void operator()(const pathway::DeadlineSet& body);
  void operator()(const pathway::DeadlineMoved& body);
  void operator()(const pathway::DeadlineSuspended& body);
  void operator()(const pathway::DeadlineInterrupted& body);
  void operator()(const pathway::DeadlineWarned& body);
  void operator()(const pathway::DeadlineMet& body);
  void operator()(const pathway::DeadlineMissed& body);
  void operator()(const pathway::DeadlineVoided& body);
  void operator()(const pathway::TermsRecounted& body);
  void operator()(const pathway::IncidentOpened& body);
  void operator()(const pathway::IncidentResolved& body);
  void operator()(const pathway::FactCorrected& body);
  void operator()(const pathway::FactWithdrawn& body);
  void operator()(const pathway::PersonCorrected& body);
  void operator()(const pathway::StepRevised& body);
  void operator()(const pathway::DeadlineWithdrawn& body);
  void operator()(const pathway::WorkQuestioned& body);
  void operator()(const pathway::CaseReopened& body);
  void operator()(const pathway::MessageReported& body);
  void operator()(const pathway::MessagesChosen& body);
  // Technical: who works on what, what is void, when to look again.
  void operator()(const pathway::TaskClaimed& /*body*/) {}
  void operator()(const pathway::TaskReleased& /*body*/) {}
  void operator()(const pathway::TaskCompleted& /*body*/) {}
  void operator()(const pathway::TaskStarted& /*body*/) {}
  void operator()(const pathway::AlarmSet& /*body*/) {}

 private:
  using Told = Timeline::Told;
  /// Things of one kind that one command led to on one day: each title with its persons.
  struct Group {
    std::size_t entry = 0;  ///< index into entries_
    Phrase phrase = Phrase::kToDo;
    std::string party;      ///< whose turn it is, for kToDoBy
    std::vector<std::pair<std::string, std::vector<std::string>>> items;
  };
  /// Which command, on which day, what, and whose turn it is.
  using GroupKey = std::tuple<Version, Day, Phrase, std::string>;

  [[nodiscard]] std::string role_of(const pathway::Person& person) const;
  [[nodiscard]] std::string name_of(const pathway::Person& person) const;
  [[nodiscard]] std::string numbered_relation(const pathway::Person& person) const;
  [[nodiscard]] std::string relation(const pathway::Person& person) const;
  /// The step, or the pathway where an incident is its own.
  [[nodiscard]] std::string where(const pathway::StepRef& ref) const;
  TimelineEntry& add(EntryKind kind, std::string text);
  void add_clock(const pathway::DeadlineRef& ref, std::string text, const pathway::Because* because, std::string notes = {});
  void gather(Phrase phrase, EntryKind kind, std::string title, const std::string& person, const std::string& party = {});
  void write(Group& group);
  void ground(TimelineEntry& entry, const definition::Ground& ground) const;

  [[nodiscard]] const definition::Step& step(const pathway::StepRef& ref) const { return pathway_.steps[ref.step]; }
  [[nodiscard]] const definition::Deadline& deadline(const pathway::DeadlineRef& ref) const { return step(ref.step).deadlines[ref.deadline]; }
  [[nodiscard]] const Told* event(Version version) const;
  [[nodiscard]] Tongue language() const { return {telling_.language, telling_.translation}; }
  [[nodiscard]] std::string term(const pathway::DeadlineRef& ref) const;
  [[nodiscard]] std::string length(const pathway::DeadlineRef& ref, const pathway::Working& working) const;
  [[nodiscard]] std::string notes(const pathway::Working& working) const;
  [[nodiscard]] std::string value_text(const ritrovo::Value& value) const;
  [[nodiscard]] std::string fact(definition::FactIndex index, pathway::PersonIndex about) const;
  [[nodiscard]] std::string cause(Version version) const;
  [[nodiscard]] std::string read(const pathway::Read& read) const;
  [[nodiscard]] std::string why(const pathway::Because& because) const;
  [[nodiscard]] bool said_by_fact(const pathway::StepCompleted& body) const;

  const Timeline& timeline_;
  const definition::Pathway& pathway_;
  const Telling& telling_;
  const Told* told_ = nullptr;                                    ///< the event being told
  std::set<std::pair<Version, pathway::StepRef>> over_at_once_;  ///< steps that ended by the command that opened them
  std::map<GroupKey, Group> groups_;
  std::vector<TimelineEntry> entries_;
};

}  // namespace ritrovo::projections
