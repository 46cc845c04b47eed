#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workflows/definition/fields.h"
#include "workflows/definition/model.h"
#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"
#include "workflows/expression/expression.h"

/// A pathway while it is being compiled: the model so far, and the places in the YAML that the model itself doesn't keep.
/// Before it: pin_uses and put_in_uses (sub_pathway_reader.h), on the tree. The order of the work: read_outline (all names), declare_variables, read_steps (sentries, guards, deadlines), index_touches; then
/// check_pathway (checker.h).
namespace ritrovo::definition {

/// Where a step stands in the YAML.
struct StepSource {
  const Node* body = nullptr;
  Place place;      ///< of its name
};

/// What a guard is for; decides what it may depend on.
/// kShown: its value is recorded in clear.
enum class GuardUse : std::uint8_t { kCondition, kDay, kValue, kShown };

/// Where a guard is used: by which step, in whose name.
struct GuardSite {
  StepIndex owner = kNone;      ///< kNone: the pathway itself
  RoleIndex branch = kNone;     ///< whose own person and facts it may read
  GuardUse use = GuardUse::kCondition;
};

struct Draft {
  explicit Draft(Problems& found) : problems(found) {}
  Problems& problems;
  std::shared_ptr<Pathway> pathway = std::make_shared<Pathway>();
  expression::Environment environment;
  std::vector<StepSource> step_sources;        ///< like pathway->steps
  std::vector<GuardSite> guard_sites;          ///< like pathway->guards
  std::vector<const Node*> guard_nodes;        ///< like pathway->guards
  bool dated = true;                           ///< from which day the pathway holds could be read
  std::vector<StepIndex> sentry_owners;        ///< like pathway->sentries; kNone: the pathway itself
  std::vector<std::vector<Place>> part_places; ///< like pathway->sentries and their parts
  std::vector<Place> role_places;              ///< like pathway->roles
  std::vector<Place> party_places;             ///< like pathway->parties
  std::vector<std::string> step_names;         ///< for suggestions
  std::vector<std::string> fact_names;
};

/// Reads everything but what stands inside the steps, and the steps' names, kinds, stages, and the names of their outcomes and deadlines.
void read_outline(const Node& root, Draft& draft);
/// Declares what guards may read. Requires: read_outline.
void declare_variables(Draft& draft);
/// Reads what stands inside the steps. Requires: declare_variables.
void read_steps(const Node& root, Draft& draft);
/// Fills `touches` and `on_today`. Requires: read_steps.
void index_touches(Draft& draft);

/// Reads the fields of a fact or person role.
[[nodiscard]] std::vector<Field> read_data(const Node* node, const std::string& what, Problems& problems);

/// The type of a condition.
inline const expression::Type kBool(expression::Kind::kBool);
/// Compiles an expression; kNone if it is wrong, which is reported at its place.
[[nodiscard]] GuardIndex read_guard(const Node* node, std::string_view what, GuardSite site, const expression::Type& expected, Draft& draft);

/// Where in the file the byte `offset` of a text stands, a block text or one over several lines too; where that can't be told, its beginning.
[[nodiscard]] Place place_within(const Node& node, std::size_t offset, const Problems& problems);

/// Reads a sentry of the step `owner` (kNone: of the pathway) that stands in the branch of `branch`; kNone if `node` is null.
[[nodiscard]] SentryIndex read_sentry(const Node* node, StepIndex owner, RoleIndex branch, Draft& draft);

/// Fills the results of a stage (`owner`) or of the pathway (kNone), which have their names already: each says when it is the one.
void read_results(const Node& node, std::vector<Outcome>& results, StepIndex owner, RoleIndex branch, Draft& draft);

/// Fills step.deadlines, which have their names already.
void read_deadlines(Fields& fields, StepIndex index, Draft& draft);

/// Fills step.repeat_… and step.reopen. Requires: the names of its deadlines.
void read_repeat(Fields& fields, StepIndex index, Draft& draft);
void read_reopen(Fields& fields, StepIndex index, Draft& draft);
/// Reports a repetition inside another, and facts that can't be matched with the report that they answer. Requires: read_steps.
void check_repeat(StepIndex index, Draft& draft);
/// Lets each step that a deadline's `on_overdue` opens open by it: its `after` says so too. Requires: all steps were read.
void open_by_deadlines(Draft& draft);

// Names looked up, or reported with the name that was probably meant; that one is then gone on with, so that what hangs on it isn't reported
// as well. kNone where none is near.
[[nodiscard]] StepIndex find_step(std::string_view name, Place place, Draft& draft);
[[nodiscard]] FactIndex find_fact(std::string_view name, Place place, Draft& draft);
/// Reports where `name` isn't among the declared roles.
void check_actor_role(std::string_view name, Place place, Draft& draft);
/// "visa/issued": the step and its outcome (kNoOutcome: none named, or all are "done").
struct StepOutcome {
  StepIndex step = kNone;
  OutcomeIndex outcome = kNoOutcome;
};
[[nodiscard]] StepOutcome find_step_outcome(const std::string& text, Place place, Draft& draft);
/// Whether a fact (step) is one of each person's and `branch` isn't theirs, so that it has no single meaning there.
[[nodiscard]] bool out_of_reach(RoleIndex owner, RoleIndex branch, const Pathway& pathway);

}  // namespace ritrovo::definition
