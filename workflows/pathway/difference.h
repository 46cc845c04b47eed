#pragma once

#include <map>
#include <optional>
#include <vector>

#include "workflows/pathway/interpreter.h"
#include "workflows/pathway/rederive.h"

namespace ritrovo::pathway {

/// The difference between two derivations of a case, made into events of the case itself. Where the two agree, the case stays as it is,
/// also where it stands otherwise than both because of when things became known.
///
/// First what doesn't hold any more is taken back, inner steps before the stages around them; then what holds instead follows in the order in
/// which it came about; then deadlines and incidents. What a person did isn't taken back: it is marked. Nothing is settled here.
class Difference {
 public:
  /// `cause` is the event, of the case, that made the difference. All outlive this.
  Difference(Interpreter& work, const Derivation& without, const Derivation& with, Version cause) : work_(work), without_(without), with_(with), cause_(cause) {}
  void apply();

 private:
  /// An instance in which the two differ, by the name that they have in common, or by the case's own; nullptr where it isn't there.
  struct Changed {
    StepRef ref;
    const StepInstance* without = nullptr;
    const StepInstance* with = nullptr;
  };
  struct Forward {
    Version at;  ///< in the derivation with
    std::size_t changed = 0;
    bool ends = false;
  };
  [[nodiscard]] std::vector<Changed> changed_steps() const;
  /// By the name that the case has for it now; nothing where its turn hasn't come.
  [[nodiscard]] std::optional<Changed> as_known(const Changed& changed) const;
  void take_back(const Changed& changed);
  void open(const Changed& changed);
  void end(const Changed& changed);
  /// Work that was left without a place, and has one again under another name, is told of once.
  void take_over(const StepRef& ref);
  void redate(const Changed& changed);
  void revise(const StepRef& ref, Revision to, const StepInstance* as, const Because& why);
  void compute(const StepRef& ref, const StepInstance& as);
  using DeadlineNames = std::map<DeadlineRef, StepRef>;
  /// The instances of deadlines that run without the cause and not with it: by the common name, and the case's own while it has one. Once the
  /// occurrence of a step that begins again by itself is taken back, its turn can't be told any more.
  [[nodiscard]] DeadlineNames deadlines_without() const;
  void move_deadlines(const DeadlineNames& gone);
  void move_deadline(const DeadlineRef& ref, const RunningDeadline* as);
  void run_deadline(const DeadlineRef& ref, const RunningDeadline& as);
  void move_incidents();
  void question_work();

  /// Why that event of a derivation happened, as the case names it, and because of the cause.
  [[nodiscard]] Because because(const Derivation& derivation, Version here) const;
  [[nodiscard]] Version in_case(const Derivation& derivation, Version here) const;
  [[nodiscard]] bool same_value(const StepInstance& a, const StepInstance& b) const;
  [[nodiscard]] bool same(const StepInstance& a, const StepInstance& b) const;

  Interpreter& work_;
  const Derivation& without_;
  const Derivation& with_;
  Version cause_;
};

}  // namespace ritrovo::pathway
