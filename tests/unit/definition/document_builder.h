#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "workflows/definition/loader.h"

/// Small documents for the tests of this room.
namespace ritrovo::definition::test {

/// A calendar, three terms and three parameters that the pathways here may name.
[[nodiscard]] std::vector<Document> almanac();

/// A pathway with roles clerk and officer, parties family and office, persons sponsor and relative, and the facts of `facts()`, whose steps
/// are `steps` (indented by two blanks).
[[nodiscard]] std::string pathway(const std::string& steps);
/// As above, with further facts.
[[nodiscard]] std::string pathway(const std::string& further_facts, const std::string& steps);

/// Loads `text` with the almanac.
[[nodiscard]] Loaded loaded(const std::string& text);

/// Whether `text`, without its one "@@", has an error at the place of "@@" whose message contains `message`; the failure says what there is.
[[nodiscard]] ::testing::AssertionResult refused_at_mark(std::string text, const std::string& message);
/// The same for a warning, in a document without errors.
[[nodiscard]] ::testing::AssertionResult warned_at_mark(std::string text, const std::string& message);
/// Whether `text` loads without an error.
[[nodiscard]] ::testing::AssertionResult accepted(const std::string& text);

}  // namespace ritrovo::definition::test
