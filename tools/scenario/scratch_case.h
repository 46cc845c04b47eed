#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/runtime/machine.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"
#include "workflows/pathway/instance_names.h"
#include "workflows/pathway/interpreter.h"

namespace ritrovo::scenario {

/// One case in memory: commands are decided and applied as the runtime does it, boxes are "sealed" by encoding them. A value: a copy goes
/// its own way. Runs on: one thread.
class ScratchCase {
 public:
  explicit ScratchCase(std::shared_ptr<const definition::Library> library) : library_(std::move(library)) {}

  /// What that command would lead to on that day; changes nothing.
  [[nodiscard]] Decision decide(const Command& command, Day today, pathway::Reach reach = pathway::Reach::kTouched) const;
  /// Applies what `decide` gave for that command on that day.
  void take(const std::vector<Draft>& drafts, const Command& command, Day today);
  /// Decides and, if accepted, applies.
  Decision give(const Command& command, Day today);
  /// Lets that day begin: gives `wake` for each day on which something was due until then, as the runtime's timers do.
  void ring(Day today);

  /// Another library is in force from here on. Requires: it holds the version that the case is pinned to.
  void publish(std::shared_ptr<const definition::Library> library) { library_ = std::move(library); }
  /// Forgets the values of one person, as erasure does. Requires: a person of that alias.
  void erase(std::string_view alias);

  [[nodiscard]] const pathway::CaseState& state() const { return state_; }
  [[nodiscard]] const Opened& opened() const { return opened_; }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] const definition::Library& library() const { return *library_; }
  [[nodiscard]] const pathway::CaseNames& names() const { return names_; }
  /// The pathway that the case is pinned to; nullptr before it is open.
  [[nodiscard]] std::shared_ptr<const definition::Pathway> pathway() const;

  /// The latest instance of that step of that person (empty: of the case) that something is recorded of; nullptr if there is none, or no such
  /// step or person.
  [[nodiscard]] const pathway::StepInstance* latest(std::string_view step, std::string_view person) const;
  /// The first deadline of that instance; nullptr if it has none that was set.
  [[nodiscard]] const pathway::RunningDeadline* deadline(std::string_view step, std::string_view person) const;
  /// The outcome of the latest instance, if it completed with one; else empty.
  [[nodiscard]] std::string outcome(std::string_view step, std::string_view person) const;

  /// What a decision on this state shows: a line for each event, or the rejection.
  [[nodiscard]] std::string show(const Decision& decision) const;
  /// Whether folding all events from the start gives the state, byte for byte, and a snapshot gives it back.
  [[nodiscard]] bool replays() const;

 private:
  void open_boxes();

  std::shared_ptr<const definition::Library> library_;
  pathway::CaseState state_;
  Opened opened_;
  std::vector<Event> events_;
  pathway::CaseNames names_;
  std::vector<PersonId> erased_;
};

/// The decisions are the same rejection, or the same events without their secrets.
[[nodiscard]] bool same_decision(const Decision& a, const Decision& b);

}  // namespace ritrovo::scenario
