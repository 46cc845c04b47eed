#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tests/conformance/cel_cases.h"

namespace ritrovo::conformance {

/// A class of tests that guards don't claim to pass, and how its tests are known: by file, by section, by name, or by a word in the
/// test's line.
struct Exclusion {
  std::string_view name;
  std::string_view reason;
  std::vector<std::string_view> files;
  std::vector<std::string_view> sections;  ///< "file/section"
  std::vector<std::string_view> words;
  std::vector<std::string_view> names = {};  ///< "file/section/name"
};

/// Every class; a test belongs to the first that fits.
[[nodiscard]] const std::vector<Exclusion>& cel_exclusions();
/// The class of a test, or null: it applies.
[[nodiscard]] const Exclusion* exclusion_of(const CelCase& test);

}  // namespace ritrovo::conformance
