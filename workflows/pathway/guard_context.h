#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/time.h"
#include "workflows/calendar/almanac.h"
#include "workflows/definition/model.h"
#include "workflows/expression/expression.h"
#include "workflows/pathway/case_state.h"
#include "workflows/pathway/sealed_values.h"

namespace ritrovo::pathway {

/// Answers the host functions of guards from the almanac. The calendar for working days is the one that the text parameter
/// `default_calendar` names, or else the only one that there is.
class AlmanacHost final : public expression::Host {
 public:
  explicit AlmanacHost(const calendar::Almanac* almanac) : almanac_(almanac) {}
  [[nodiscard]] expression::Value parameter(std::string_view name, Day day) const override;
  [[nodiscard]] std::optional<Day> parameter_until(std::string_view name, Day day) const override;
  [[nodiscard]] expression::Value add_working_days(Day day, std::int64_t count) const override;
  [[nodiscard]] expression::Value working_days_between(Day from, Day to) const override;
  [[nodiscard]] expression::Value is_working_day(Day day) const override;

 private:
  [[nodiscard]] const calendar::Calendar* calendar_on(Day day) const;
  const calendar::Almanac* almanac_;
};

/// For whom a name is looked up: the branch's person and the occurrence.
struct Scope {
  PersonIndex person = kNobody;
  Version occurrence;
  definition::StepIndex step = definition::kNone;  ///< who asks: inside a repetition, a name means what belongs to its occurrence
};
[[nodiscard]] inline Scope scope_of(const StepRef& ref) { return {ref.person, ref.occurrence, ref.step}; }

/// The variables of a guard, for one scope on one day. Refers to what it was made of.
class GuardContext final : public expression::Activation {
 public:
  /// Lists of persons, kept from one evaluation to the next: as long as the case and the opened values stay as they are.
  using Groups = std::vector<std::pair<std::uint32_t, expression::Value>>;

  GuardContext(const definition::Pathway& pathway, const CaseCore& core, const SealedValues& sealed, Scope scope, Day today, Groups* groups = nullptr)
      : pathway_(pathway), core_(core), sealed_(sealed), scope_(scope), today_(today), groups_(groups) {}

  [[nodiscard]] expression::Value lookup(std::uint32_t variable) const override;
  /// What a trace says of a variable: the event it came from, and its value where that is public and short.
  [[nodiscard]] Read read_of(std::uint32_t variable) const;
  /// The day in the world of what the variable rests on; nothing where that is no event.
  [[nodiscard]] std::optional<Day> day_of(std::uint32_t variable) const;

 private:
  using Variable = definition::Variable;
  [[nodiscard]] const FactRecord* fact_of(const Variable& variable) const;
  [[nodiscard]] const Person* person_of(const Variable& variable) const;
  [[nodiscard]] const StepInstance* step_of(const Variable& variable) const;
  [[nodiscard]] expression::Value fact_field(const Variable& variable, std::uint32_t index) const;
  [[nodiscard]] expression::Value person_field(const Variable& variable, std::uint32_t index) const;
  [[nodiscard]] expression::Value step_value(const Variable& variable, std::uint32_t index) const;
  [[nodiscard]] expression::Value step_outcome(const Variable& variable, std::uint32_t index) const;
  [[nodiscard]] expression::Value group(const Variable& variable) const;
  [[nodiscard]] expression::Value kept_group(std::uint32_t index) const;
  /// The outcomes of that person's steps by name; null for a step that isn't completed.
  [[nodiscard]] expression::Value outcomes_of(PersonIndex person, const std::vector<definition::StepIndex>& steps) const;
  /// A sealed field out of the box of that event: null where it wasn't given, an Error where the box is gone.
  [[nodiscard]] expression::Value sealed_field(Version version, PersonId owner, std::string_view name) const;

  const definition::Pathway& pathway_;
  const CaseCore& core_;
  const SealedValues& sealed_;
  Scope scope_;
  Day today_;
  Groups* groups_;
};

/// The owner of the sealed values about that person, or about the household for kNobody.
[[nodiscard]] PersonId owner_of(const CaseCore& core, PersonIndex person);
/// The variable `today`, if the guard's result turns with the day.
[[nodiscard]] std::optional<std::uint32_t> today_in(const definition::Pathway& pathway, const definition::Guard& guard);
[[nodiscard]] inline bool reads_today(const definition::Pathway& pathway, const definition::Guard& guard) { return today_in(pathway, guard).has_value(); }
/// The nearest step around (or at) `step` that repeats; kNone if none does.
[[nodiscard]] inline definition::StepIndex repeat_of(const definition::Pathway& pathway, definition::StepIndex step) {
  return step == definition::kNone ? definition::kNone : pathway.steps[step].repeat;
}
/// The field of that fact by which it answers the scope's occurrence; kNone where it isn't matched by one.
[[nodiscard]] definition::FieldIndex matching_field(const definition::Pathway& pathway, const Scope& scope, definition::FactIndex fact);
/// Whether a report belongs to the scope: inside a repetition, of the fact that it repeats for the occurrence's own report alone, and of a
/// fact that is matched with it those with the same value.
[[nodiscard]] bool belongs(const definition::Pathway& pathway, const CaseCore& core, const Scope& scope, const FactRecord& report);
/// The latest report of that fact about that person which belongs to the scope, or nullptr.
[[nodiscard]] const FactRecord* latest_in(const definition::Pathway& pathway, const CaseCore& core, const Scope& scope, definition::FactIndex fact, PersonIndex person);
/// The instance of `step` that a name means inside the scope of `from`: the same person's, the case's; the same occurrence.
/// Nothing where `step` repeats and `from` stands outside its repetition.
[[nodiscard]] std::optional<StepRef> own_instance(const definition::Pathway& pathway, definition::StepIndex step, Scope scope, definition::StepIndex from);

}  // namespace ritrovo::pathway
