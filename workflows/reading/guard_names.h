#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflows/definition/model.h"
#include "workflows/expression/syntax.h"
#include "workflows/reading/wording.h"

namespace ritrovo::reading {

/// The nodes of a parsed guard, and what its names and constants are in the pathway. Refers to what it was made of.
class GuardNames {
 public:
  using Index = std::uint32_t;
  GuardNames(const Wording& words, const expression::Syntax& syntax) : words_(words), syntax_(syntax) {}

  [[nodiscard]] const expression::Node& node(Index at) const { return syntax_.nodes[at]; }
  [[nodiscard]] Index child(const expression::Node& of, std::uint32_t number) const { return syntax_.children[of.first + number]; }
  [[nodiscard]] std::string_view name(const expression::Node& of) const { return syntax_.names[of.name]; }
  /// "form.filed.amount" of names and selections; empty for anything else.
  [[nodiscard]] std::string path(Index at) const;
  [[nodiscard]] std::optional<std::string> text_constant(Index at) const;
  [[nodiscard]] std::optional<std::int64_t> whole_constant(Index at) const;
  [[nodiscard]] bool is_call(Index at, std::string_view called, std::uint32_t arguments) const;
  [[nodiscard]] bool is_day(Index at) const;
  [[nodiscard]] bool is_boolean(Index at) const;
  [[nodiscard]] bool is_true(Index at) const;

  /// What a name means, as a noun: a field's title, a step's value or outcome, the day of deciding; nothing for what is none of these.
  [[nodiscard]] std::optional<std::string> noun(Index at) const;
  /// What a constant text is called that stands alone: the title of the value of an enumeration that has that name, in quotes.
  [[nodiscard]] std::string word(const std::string& constant) const;
  /// What a constant text is called beside what it is compared with: an outcome's title, or the value in quotes.
  [[nodiscard]] std::string constant_word(Index beside, const std::string& constant) const;
  /// The role whose list of persons that is; kNone for any other thing.
  [[nodiscard]] definition::RoleIndex role_of_group(Index list) const;
  /// `variable` stands for a person of that role until `leave`: what is inside a macro over a list.
  void enter(std::string variable, definition::RoleIndex role) { locals_.emplace_back(std::move(variable), role); }
  void leave() { locals_.pop_back(); }

 private:
  [[nodiscard]] std::string_view pick(std::string_view it, std::string_view en) const { return words_.pick(it, en); }
  [[nodiscard]] const definition::Field* field_at(Index at) const;
  [[nodiscard]] const definition::Step* outcome_at(Index at) const;
  /// The step that a guard calls "school.assessment".
  [[nodiscard]] definition::StepIndex step_of(std::string name) const;
  /// The step of "r.outcomes.tie", where r is a person of a list.
  [[nodiscard]] definition::StepIndex step_of_person(const std::string& whole) const;
  [[nodiscard]] std::string fact_field(const definition::Fact& fact, const definition::Field& field) const;

  const Wording& words_;
  const expression::Syntax& syntax_;
  std::vector<std::pair<std::string, definition::RoleIndex>> locals_;
};

}  // namespace ritrovo::reading
