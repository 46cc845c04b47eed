#pragma once

#include <vector>

#include "engine/base/ids.h"
#include "engine/runtime/machine.h"

namespace ritrovo::pathway {

/// The personal values that a decision may see: those of the case's opened boxes, and those of the drafts that it has made so far.
/// Refers to both; they outlive it.
class SealedValues {
 public:
  SealedValues(const Opened& opened, const std::vector<Draft>& drafts, Version base) : opened_(opened), drafts_(drafts), base_(base) {}

  struct Found {
    BoxState state = BoxState::kOpen;
    const Values* values = nullptr;  ///< nullptr: nothing was sealed, or it can't be read (`state`)
  };
  [[nodiscard]] Found find(Version version, PersonId owner) const;

 private:
  const Opened& opened_;
  const std::vector<Draft>& drafts_;
  Version base_;  ///< the case's version before the first draft
};

}  // namespace ritrovo::pathway
