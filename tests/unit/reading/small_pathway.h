#pragma once

#include <memory>
#include <string>

#include "workflows/definition/loader.h"

namespace ritrovo::reading::test {

/// A calendar, a term and the small pathway of `small.yaml`'s text, with `from` replaced by `to` in it. Asserts that it loads.
[[nodiscard]] definition::Library small(const std::string& from = "", const std::string& to = "");
/// The shipped catalogue.
[[nodiscard]] definition::Library shipped();

}  // namespace ritrovo::reading::test
