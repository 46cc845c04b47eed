#pragma once

#include <map>
#include <optional>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/runtime/machine.h"
#include "workflows/pathway/case_state.h"
#include "workflows/pathway/interpreter.h"

namespace ritrovo::pathway {

/// A case derived afresh by the same interpreter: all that it was told (its opening, persons, facts and moves), each on the day on which it
/// happened, and the days between. What a person did is done here too, whether or not the step would have been open (`forced`).
///
/// Events are numbered anew; `actual` gives the version under which the case knows what it was told. Refers to `work`, which outlives it.
/// Not for sharing between threads.
class Derivation {
 public:
  /// Of what `told` was told, with the pathway, the almanac and the sealed values of `work`, up to the day that `work` is at.
  Derivation(const Interpreter& work, const CaseCore& told);
  Derivation(const Derivation&) = delete;
  Derivation& operator=(const Derivation&) = delete;

  /// False where it would take more than kRederivedEventsMax events.
  [[nodiscard]] bool run();

  [[nodiscard]] const CaseCore& core() const { return shadow_.core(); }
  [[nodiscard]] const SealedValues& sealed() const { return shadow_.sealed(); }
  /// The event that completed the pathway; 0 where it isn't completed.
  [[nodiscard]] Version completed() const;
  /// All its events, numbered from 1.
  [[nodiscard]] const std::vector<Draft>& drafts() const { return shadow_.drafts(); }
  /// The personal values of what it was told, by the numbers here.
  [[nodiscard]] const Opened& opened() const { return opened_; }
  /// The event of that number here.
  [[nodiscard]] Body body_at(Version here) const;
  [[nodiscard]] Day effective_at(Version here) const;
  /// Under which version the case knows that event; 0 for a consequence.
  [[nodiscard]] Version actual(Version here) const;
  /// The number here of what the case knows under that version; 0 if this derivation wasn't told.
  [[nodiscard]] Version here(Version actual) const;
  /// The instance as this derivation names it; nothing where it has none such.
  [[nodiscard]] std::optional<StepRef> here(const StepRef& actual) const;
  /// The instance as the case names it, standing at `core`; nothing where its occurrence is no report that the case knows, or one of those
  /// that a step begins by itself and whose turn hasn't come in `core`.
  [[nodiscard]] std::optional<StepRef> known(const StepRef& here, const CaseCore& core) const;
  /// A name that two derivations of a case have in common: of an occurrence that a step begins by itself, its turn. Nothing where the case
  /// knows no report by which the occurrence is named.
  [[nodiscard]] std::optional<StepRef> common(const StepRef& here) const;
  /// Steps, as the case names them, on which a person worked though they weren't open.
  [[nodiscard]] const std::vector<StepRef>& forced() const { return forced_; }

 private:
  enum class Kind : std::uint8_t { kPerson, kFact, kMove };
  struct Input {
    Day order;
    Version version;
    Kind kind;
    std::size_t index;
  };
  [[nodiscard]] std::vector<Input> inputs() const;
  void open(std::size_t persons);
  void give(const Input& input);
  void give_person(const Person& person);
  void give_fact(const FactRecord& fact);
  void give_move(const Move& move);
  [[nodiscard]] std::optional<StepRef> here(const Move& move) const;
  void work_on(const Move& move, const StepRef& ref);
  void turn_to(Day order, Day effective, std::uint16_t actor);
  /// Whether that task's completion came with the report of its form, in one command.
  [[nodiscard]] bool same_command(const Input& fact, const Input& move) const;
  Version emit(Version actual, Day effective, const Body& body);
  void note(Version actual, Version number);
  void open_box(Version source, PersonId owner);
  [[nodiscard]] bool begins_itself(const StepRef& ref) const;
  /// How many occurrences of what begins by itself come before that of `ref`.
  [[nodiscard]] std::size_t turn_of(const StepRef& ref, const CaseCore& in) const;
  [[nodiscard]] std::optional<Version> occurrence_at(std::size_t turn, const StepRef& ref, const CaseCore& in) const;

  const Interpreter& work_;
  const CaseCore& told_;
  Opened opened_;
  Interpreter shadow_;
  std::vector<Version> actual_;      ///< by number here, less one
  std::map<Version, Version> here_;
  std::vector<StepRef> forced_;
};

}  // namespace ritrovo::pathway
