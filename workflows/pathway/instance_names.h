#pragma once

#include <string>
#include <vector>

#include "engine/digest/hash256.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"

namespace ritrovo::pathway {

/// What turns the indices of a case's events into names: who its persons are, and to which definition it is pinned. A fold over the events
/// from the first, or taken from a state.
class CaseNames {
 public:
  CaseNames() = default;
  explicit CaseNames(const CaseCore& core);
  /// Takes note of the events that name something; ignores the others.
  void note(const Body& body);
  [[nodiscard]] const Hash256& identity() const { return identity_; }
  /// "sponsor", "rel-1"; empty for kNobody and for persons not yet met.
  [[nodiscard]] std::string alias(PersonIndex person) const;
  [[nodiscard]] PersonId id(PersonIndex person) const;

 private:
  struct Named {
    std::string alias;
    PersonId id;
  };
  Hash256 identity_;
  std::vector<Named> persons_;
};

/// A guard's variable as authors write it: "application.filed.filed_on", "file.outcome".
[[nodiscard]] std::string variable_name(const definition::Pathway& pathway, std::uint32_t variable);

[[nodiscard]] std::string_view name_of(Rule rule);
[[nodiscard]] std::string_view name_of(EndReason reason);
[[nodiscard]] std::string_view name_of(LinkKind kind);
/// "delivered", "failed", "withheld", "queued".
[[nodiscard]] std::string_view name_of(MessageFate fate);
[[nodiscard]] std::string_view name_of(Failure failure);
[[nodiscard]] std::string_view name_of(Revision to);
[[nodiscard]] std::string_view name_of(StepLife life);
[[nodiscard]] std::string_view name_of(CaseLife life);
[[nodiscard]] std::string_view name_of(Clock clock);

}  // namespace ritrovo::pathway
