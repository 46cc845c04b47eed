#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "workflows/definition/loader.h"

namespace ritrovo::test {

/// A file's text; fails the test where it can't be read.
[[nodiscard]] std::string text_of(const std::filesystem::path& file);
/// The documents of workflows/catalogue, by path.
[[nodiscard]] std::vector<definition::Document> shipped_catalogue();

}  // namespace ritrovo::test
