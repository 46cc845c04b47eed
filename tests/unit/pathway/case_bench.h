#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/runtime/machine.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"
#include "workflows/pathway/instance_names.h"
#include "workflows/pathway/interpreter.h"

namespace ritrovo::pathway::test {

/// The library of these files (paths from the repository's root) and of every calendar, term and parameter of the catalogue; fails the
/// test where one doesn't load.
std::shared_ptr<const definition::Library> library_of(const std::vector<std::string>& files);
/// The same from text: one pathway. Nothing where the checker refuses it.
std::shared_ptr<const definition::Library> library_if_sound(const std::string& yaml);
/// The same; fails the test where it doesn't load.
std::shared_ptr<const definition::Library> library_from(const std::string& yaml);

/// One case without a runtime: commands are decided and applied as the runtime does it, boxes are "sealed" by encoding them. Every decision is
/// made twice, by the index of what depends on what and without it, and must come out the same.
class CaseBench {
 public:
  explicit CaseBench(std::shared_ptr<const definition::Library> library) : library_(std::move(library)) {}

  /// Decides and, if accepted, applies.
  Decision give(const Command& command, Day today);
  /// The same, from a line of a scenario: "2025-03-01 report application.filed @rel-1 on=2025-02-20 receipt=X as=clerk:u1".
  Decision give(const std::string& line);
  /// What a scenario shows of a decision: a line for each event, or the rejection.
  [[nodiscard]] std::string show(const Decision& decision);

  /// Forgets the values of one person, as erasure does.
  void erase(const std::string& alias);
  [[nodiscard]] const CaseState& state() const { return state_; }
  [[nodiscard]] const Opened& opened() const { return opened_; }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] const definition::Library& library() const { return *library_; }
  [[nodiscard]] StepLife life(const std::string& step, const std::string& person = {}) const;
  /// The outcome of a completed step, "" where it has none.
  [[nodiscard]] std::string outcome(const std::string& step, const std::string& person = {}) const;
  [[nodiscard]] const RunningDeadline* deadline(const std::string& step, const std::string& person = {}) const;
  /// How many events of that kind there are.
  [[nodiscard]] std::size_t count(const std::string& kind) const;
  /// Whether folding all events from the start gives the state, byte for byte, and a snapshot gives it back.
  [[nodiscard]] bool replays() const;

 private:
  void take(const std::vector<Draft>& drafts, const Command& command);
  void open_boxes();

  std::shared_ptr<const definition::Library> library_;
  CaseState state_;
  Opened opened_;
  std::vector<Event> events_;
  CaseNames names_;
  std::vector<PersonId> erased_;
  std::uint64_t commands_ = 0;
};

/// Reads a scenario's line.
Command command_of(const std::string& line, Day& today);

}  // namespace ritrovo::pathway::test
