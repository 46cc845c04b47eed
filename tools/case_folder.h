#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/log/case_log.h"
#include "engine/record/actor.h"
#include "engine/runtime/engine.h"
#include "tools/context.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/machine.h"

namespace ritrovo {
extern template class Engine<pathway::PathwayMachine>;
}  // namespace ritrovo

namespace ritrovo::tools {

using CaseEngine = Engine<pathway::PathwayMachine>;
using CaseStateView = CaseView<pathway::CaseState>;

/// The data folder that a subcommand works on, open for it alone. Failures are thrown, with their remedy.
/// Runs on: any thread, but for `close`.
class CaseFolder {
 public:
  [[nodiscard]] static std::unique_ptr<CaseFolder> open(const Context& context);
  /// With settings of one's own: the demonstration's.
  [[nodiscard]] static std::unique_ptr<CaseFolder> open(EngineOptions options);
  /// Closes cleanly: checkpoints signed.
  void close();

  [[nodiscard]] CaseEngine& engine() const { return *engine_; }
  [[nodiscard]] const FolderSettings& settings() const { return engine_->folder().settings(); }
  [[nodiscard]] std::shared_ptr<const definition::Library> library() const { return engine_->machine()->library(); }
  /// The pathway that a case is pinned to, or nullptr for an unknown case.
  [[nodiscard]] std::shared_ptr<const definition::Pathway> pathway_of(CaseId case_id);
  /// The local day: the clock's, or where a simulated folder stands.
  [[nodiscard]] Day today() const;
  /// What a simulated folder takes as the moment of an operator's own act; nothing for a real one.
  [[nodiscard]] std::optional<Timestamp> simulated_now() const;
  [[nodiscard]] bool simulated() const { return settings().clock == ClockKind::kSimulated; }
  [[nodiscard]] PartitionId home_of(CaseId case_id) const { return partition_of(case_id, settings().partitions); }
  /// The events of a case, in order; kNotFound for an unknown case.
  [[nodiscard]] std::vector<StoredRecord> history(CaseId case_id) const;
  /// The state of a case; kNotFound, with a remedy, for an unknown one.
  [[nodiscard]] CaseStateView state(CaseId case_id) const;

 private:
  explicit CaseFolder(std::unique_ptr<CaseEngine> engine) : engine_(std::move(engine)) {}
  std::unique_ptr<CaseEngine> engine_;
  std::mutex mutex_;
  std::unordered_map<CaseId, std::shared_ptr<const definition::Pathway>> pathways_;
};

/// A case id as it was typed; a Failure says what is wrong with it.
[[nodiscard]] CaseId case_id_from(const std::string& text);
/// Whoever operates the program: of the city's own organisation, under a pseudonymous id.
[[nodiscard]] Actor operator_actor(const std::string& id);

}  // namespace ritrovo::tools
