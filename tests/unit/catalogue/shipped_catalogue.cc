#include "tests/unit/catalogue/shipped_catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace ritrovo::test {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in.good()) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<definition::Document> shipped_catalogue() {
  const std::filesystem::path root = std::filesystem::path(RITROVO_SOURCE_DIR) / "workflows/catalogue";
  std::vector<definition::Document> documents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
    if (entry.path().extension() == ".yaml") documents.push_back({std::filesystem::relative(entry.path(), root).string(), text_of(entry.path())});
  std::sort(documents.begin(), documents.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return documents;
}

}  // namespace ritrovo::test
