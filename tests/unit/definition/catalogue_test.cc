/// The shipped catalogue loads; broken by chance, they are refused without a crash.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::vector<Document> catalogue() {
  std::vector<Document> documents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(RITROVO_CATALOGUE_DIR)) {
    if (entry.path().extension() == ".yaml")
      documents.push_back({std::filesystem::relative(entry.path(), RITROVO_CATALOGUE_DIR).string(), content(entry.path())});
  }
  std::sort(documents.begin(), documents.end(), [](const Document& a, const Document& b) { return a.path < b.path; });
  return documents;
}

std::string errors_of(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) {
    if (problem.severity == Severity::kError) out += to_string(problem);
  }
  return out;
}

/// The catalogue's almanac alone, to check one changed pathway against.
Library almanac_of_catalogue() {
  Library library = load(catalogue()).library;
  library.pathways.clear();
  return library;
}

TEST(Catalogue, LoadsWithoutAnError) {
  const Loaded found = load(catalogue());
  EXPECT_EQ(errors_of(found.problems), "");
  EXPECT_FALSE(found.library.pathways.empty());
}

TEST(Catalogue, IsTheSameWhenRebuiltFromItsPublication) {
  const auto bytes = encode_publication(catalogue());
  ASSERT_TRUE(bytes);
  const Loaded again = load(decode_publication(*bytes).value(), nullptr, Scrutiny::kRecorded);
  const Loaded first = load(catalogue());
  ASSERT_EQ(again.library.pathways.size(), first.library.pathways.size());
  for (std::size_t i = 0; i < first.library.pathways.size(); ++i)
    EXPECT_EQ(again.library.pathways[i]->identity, first.library.pathways[i]->identity);
  EXPECT_EQ(again.library.almanac->canonical(), first.library.almanac->canonical());
}

/// One change of the kinds that happen by hand.
std::string mutated(const std::string& text, std::mt19937& random) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  const std::size_t at = random() % lines.size();
  std::string& line = lines[at];
  switch (random() % 6) {
    case 0:
      lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 1:
      if (line.size() > 2) std::swap(line[random() % line.size()], line[random() % line.size()]);
      break;
    case 2:
      line.insert(0, "  ");
      break;
    case 3:
      if (line.rfind("  ", 0) == 0) line.erase(0, 2);
      break;
    case 4:
      line = std::regex_replace(line, std::regex("string|date|true|P[0-9]+D|one|many"), "7");
      break;
    default:
      std::swap(lines[at], lines[random() % lines.size()]);
      break;
  }
  std::string out;
  for (const std::string& each : lines) out += each + "\n";
  return out;
}

TEST(Mutations, OfEveryCatalogueFileNeverCrash) {
  const std::vector<Document> documents = catalogue();
  const Library base = almanac_of_catalogue();
  std::mt19937 random(300);
  for (const Document& document : documents) {
    const bool is_pathway = document.text.find("\npathway:") != std::string::npos || document.text.rfind("pathway:", 0) == 0;
    const int rounds = is_pathway ? 300 : 6;
    for (int round = 0; round < rounds; ++round) {
      const Document changed{document.path, mutated(document.text, random)};
      const Loaded found = load({changed}, &base);
      for (const Problem& problem : found.problems) {
        EXPECT_GE(problem.line, 1U);
        EXPECT_FALSE(problem.message.empty());
      }
    }
  }
}

TEST(Mutations, AMisspeltNameIsAlwaysRefused) {
  const std::vector<Document> documents = catalogue();
  const Library base = almanac_of_catalogue();
  std::mt19937 random(7);
  int tried = 0;
  for (const Document& document : documents) {
    if (document.text.find("\npathway:") == std::string::npos) continue;
    // References: outcomes in sentries, forms, and facts that complete a step.
    const std::regex reference(R"((?:\b[a-z_]+/[a-z_]+\b)|(?:form: [a-z_]+\.[a-z_]+)|(?:fact: [a-z_]+\.[a-z_]+)|(?:role: [a-z]+)|(?:waits_on: [a-z_]+)|(?:term: [a-z_]+))");
    std::vector<std::pair<std::size_t, std::size_t>> found;
    for (std::sregex_iterator it(document.text.begin(), document.text.end(), reference), end; it != end; ++it) {
      const auto at = static_cast<std::size_t>(it->position());
      const std::size_t line = document.text.rfind('\n', at) + 1;
      if (document.text.substr(line, at - line).find('#') == std::string::npos) found.emplace_back(at, it->length());
    }
    ASSERT_FALSE(found.empty());
    for (int round = 0; round < 100; ++round, ++tried) {
      const auto [at, length] = found[random() % found.size()];
      std::string text = document.text;
      text.insert(at + length - 1, "q");
      EXPECT_FALSE(load({{document.path, text}}, &base).good()) << text.substr(at, length + 1);
    }
  }
  EXPECT_GE(tried, 100);
}

}  // namespace
}  // namespace ritrovo::definition
