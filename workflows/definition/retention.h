#pragma once

#include <optional>

#include "engine/base/period.h"
#include "workflows/definition/model.h"
#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"

namespace ritrovo::definition {

/// How long what is known about a family's persons is kept once their case has ended; then forgetting them is proposed.
struct Retention {
  Period keep;  ///< from the day on which the case was closed or completed
};

/// Reads `retention: {after: case.closed, keep: P10Y, then: propose_erasure}`; nothing for nullptr, or where there are problems.
[[nodiscard]] std::optional<Retention> read_retention(const Node* node, Problems& problems);
/// The retention that a pathway's document declares, if any. No interpreter needs it: it is about what comes after the case.
[[nodiscard]] std::optional<Retention> retention_of(const Pathway& pathway);

}  // namespace ritrovo::definition
