#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/record/event.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"
#include "workflows/pathway/event_body.h"

/// Views are folds over events. Here events are decoded, once for all views.
namespace ritrovo::projections {

/// A person as the events about a case name them: by index.
struct CasePerson {
  PersonId id;
  std::string alias;
  definition::RoleIndex role = definition::kNone;
  bool left = false;
};

/// What every view needs to read a case's events: its pinned pathway and its persons. Small on purpose: there is one for every case.
struct CaseFrame {
  CaseId case_id;
  Version version;
  pathway::CaseLife life = pathway::CaseLife::kNone;
  Day opened_on;
  const definition::Pathway* pathway = nullptr;  ///< owned by the CaseFold
  std::vector<CasePerson> persons;               ///< by joining
  /// The alias of that person; empty for kNobody.
  [[nodiscard]] std::string_view alias(pathway::PersonIndex person) const;
};

/// One event of a case. Valid during `View::apply` only, but for what `frame.pathway` points to.
struct CaseEvent {
  const Event& record;
  const pathway::Body& body;
  const CaseFrame& frame;    ///< after the event
  std::string_view actor;    ///< who gave the command, on its first record; empty on its consequences and for the engine
};

/// A fold over the events of cases. Pure: its results depend on the events alone, in the order of positions within each partition;
/// partitions may be interleaved in any way. Not for sharing between threads. Requires: the CaseFold that feeds it outlives it.
class View {
 public:
  View() = default;
  View(const View&) = default;
  View& operator=(const View&) = default;
  virtual ~View() = default;
  virtual void apply(const CaseEvent& event) = 0;
};

/// Decodes each record once and hands it to the views, which it refers to and which the caller owns.
/// Records without a version (rejections, quarantine) are no events of a case and are passed over; publications add to the library.
class CaseFold {
 public:
  /// With what is known to be published. Publications among the events add to it, and are compiled only when a case is pinned to something
  /// that isn't there yet, so that a fold which is given the final library compiles nothing.
  explicit CaseFold(std::shared_ptr<const definition::Library> library = nullptr);

  /// From now on `view` gets the events too. Requires: `view` outlives the last call of `apply`.
  void feed(View& view) { views_.push_back(&view); }

  /// Takes the next record of a partition.
  /// A case whose pathway isn't in the library is passed over and counted in `unreadable_cases`.
  /// Asserts on an event body that doesn't decode: stored bytes were verified before they came here.
  void apply(const Event& event);

  /// What is known of a case, to be kept beside a view's row of it: empty for an unknown case.
  [[nodiscard]] std::string saved(CaseId case_id) const;
  /// Takes what `saved` gave for a case. False, counted in `unreadable_cases`: its pathway isn't in the library. kCorrupt for other bytes.
  [[nodiscard]] Result<bool> restore(CaseId case_id, std::string_view bytes);

  /// All that was published so far.
  [[nodiscard]] const std::shared_ptr<const definition::Library>& library();
  [[nodiscard]] const CaseFrame* frame(CaseId case_id) const;
  [[nodiscard]] std::size_t cases() const { return frames_.size(); }
  [[nodiscard]] std::size_t unreadable_cases() const { return unreadable_; }

 private:
  [[nodiscard]] const definition::Pathway* pathway_with(const Hash256& identity);
  void compile_pending();

  std::shared_ptr<const definition::Library> library_;
  std::vector<std::string> pending_;  ///< bodies of publications not compiled yet
  std::set<Hash256> met_;             ///< publications met: each stands in every partition
  std::map<Hash256, std::shared_ptr<const definition::Pathway>> pinned_;
  std::unordered_map<CaseId, CaseFrame> frames_;
  std::vector<View*> views_;
  std::size_t unreadable_ = 0;
};

}  // namespace ritrovo::projections
