#pragma once

#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"

namespace ritrovo::definition {

/// Replaces each `documents` checklist of `root` by what it means: a stage with a stage for each paper (handed in, translated, legalised,
/// checked), the facts that are reported about them, and, beside it, a stage NAME_later for what is to follow or expires before the day that
/// the papers are for. The steps' names begin with the checklist's and a slash. What is wrong is reported at its place.
/// Returns whether everything was right.
[[nodiscard]] bool expand_documents(Node& root, Problems& problems);

}  // namespace ritrovo::definition
