#pragma once

#include <string>

namespace ritrovo::pathway::test {

/// A small definition by chance: every kind of step and sentry, stages in stages, branches, repetitions, deadlines, days, guards that read
/// `today` and optional fields. The same seed gives the same text. The checker may refuse it.
[[nodiscard]] std::string random_pathway(unsigned seed);

}  // namespace ritrovo::pathway::test
