#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "tools/scenario/scratch_case.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::scenario {

enum class ItemKind : std::uint8_t { kStep, kSentry, kOutcome, kDeadline };
/// "step", "sentry", …
[[nodiscard]] std::string_view name_of(ItemKind kind);

/// Something of a definition that a case can exercise.
struct Item {
  ItemKind kind = ItemKind::kStep;
  std::string name;        ///< "arrival/school", "nulla_osta/granted", "visa after: court.visa_ordered", "nulla_osta/deadline missed"
  std::uint32_t line = 0;  ///< in the definition's file
  bool exercised = false;
};

/// Which parts of one pathway some cases exercised:
///  - a step that was offered, opened or reached;
///  - a sentry (`after`, `cancel_when`, `completes_when`, `until`) that held; of one that asks for some of several, each alternative that was
///    among the reasons;
///  - an outcome that was reached; where a task or wait has none, its completion; a result of the pathway itself, and of a used one
///    where something asks for it;
///  - a deadline that was set, that was met (if it can be), that was missed, and what else it declares: warned, interrupted, suspended, stopped
///    with its case or branch, and each branch of `on_overdue`; that the deadlines were recounted;
///  - a step that was active again, by each fact that reopens it and by hand;
///  - a person's branch that was suspended, and went on.
class Coverage {
 public:
  explicit Coverage(std::shared_ptr<const definition::Pathway> pathway);

  /// Takes note of what a case exercised. Requires: the case is pinned to this pathway.
  void note(const ScratchCase& one);

  [[nodiscard]] const definition::Pathway& pathway() const { return *pathway_; }
  /// In the order of the definition.
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }
  /// How many of that kind there are, and how many of these were exercised.
  [[nodiscard]] std::pair<std::size_t, std::size_t> count(ItemKind kind) const;
  /// 100 only where nothing is left: rounded down.
  [[nodiscard]] unsigned percent() const;

 private:
  enum class Part : std::uint8_t {
    kItself, kAfter, kCancelWhen, kCompletesWhen, kUntil, kOutcome, kReopened, kReopenedByHand,
    kSet, kMet, kMissed, kWarned, kInterrupted, kSuspended, kStopped, kOverdueNotifies, kOverdueEscalates, kOverdueOpens, kOverdueCompletes, kRecounted,
    kBranchSuspended, kBranchResumed,  // of a person role instead of a step
  };
  using Key = std::tuple<definition::StepIndex, Part, std::uint16_t>;
  using Causes = std::vector<const pathway::Body*>;

  void add(Key key, ItemKind kind, std::string name, std::uint32_t line);
  void add_sentry(definition::StepIndex step, Part part, definition::SentryIndex sentry, const std::string& name);
  void add_deadlines(definition::StepIndex step, const std::string& path);
  void add_outcomes(definition::StepIndex step, const std::string& path);
  void add_reopenings(definition::StepIndex step, const std::string& path);
  void add_branches();
  void mark(const Key& key);
  void mark_sentry(definition::StepIndex step, Part part, definition::SentryIndex sentry, const Causes& causes);
  void note_event(const pathway::Body& body, const Causes& causes);
  void note_deadline(const pathway::Body& body, const Causes& causes);
  void note_overdue(const pathway::Body& body, const Causes& causes);
  void note_branch(const pathway::Body& body, const ScratchCase& one);
  void note_until(const ScratchCase& one);
  [[nodiscard]] bool among(const definition::Sentry& sentry, std::size_t part, const Causes& causes) const;
  [[nodiscard]] std::string words_of(const definition::Sentry& sentry, std::size_t part) const;

  std::shared_ptr<const definition::Pathway> pathway_;
  std::vector<Item> items_;
  std::map<Key, std::size_t> places_;
};

}  // namespace ritrovo::scenario
