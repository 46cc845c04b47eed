/// The manual keeps its word: every definition in docs/definitions.md is checked, every scenario played. UPDATE=1 rewrites what follows from
/// each line, as in the scenarios beside this file.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/unit/pathway/case_bench.h"
#include "tools/scenario/play.h"

namespace ritrovo::scenario {
namespace {

const std::filesystem::path kManual = std::filesystem::path(RITROVO_SOURCE_DIR) / "docs/definitions.md";
const std::string kInTheFrame = ", in the frame";

struct Block {
  std::string language;  ///< "yaml", "text", "sh"
  std::size_t begins = 0;  ///< where its text begins in the page
  std::string text;
  std::size_t line = 0;  ///< of its first line
  [[nodiscard]] std::string first_line() const { return text.substr(0, text.find('\n')); }
  /// Of "# name.yaml": the name.
  [[nodiscard]] std::string name() const {
    const std::string first = first_line();
    return first.starts_with("# ") ? first.substr(2, first.find_first_of(",", 2) - 2) : std::string();
  }
  [[nodiscard]] bool framed() const { return first_line().ends_with(kInTheFrame); }
};

std::string page() {
  std::ifstream in(kManual);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> blocks;
  for (std::size_t at = page.find("\n```"); at != std::string::npos; at = page.find("\n```", at + 1)) {
    Block block;
    const std::size_t begins = page.find('\n', at + 1) + 1;
    block.language = page.substr(at + 4, begins - 1 - (at + 4));
    const std::size_t ends = page.find("\n```", begins - 1) + 1;
    block.begins = begins;
    block.text = page.substr(begins, ends - begins);
    block.line = 1 + static_cast<std::size_t>(std::count(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(begins), '\n'));
    blocks.push_back(std::move(block));
    at = ends;
  }
  return blocks;
}

/// The files that the page holds, by name.
std::map<std::string, std::string> files_of(const std::vector<Block>& blocks) {
  std::map<std::string, std::string> files;
  for (const Block& block : blocks) {
    if (block.name().empty()) continue;
    const std::string before = block.framed() ? files.at("frame.yaml") : std::string();
    EXPECT_TRUE(files.emplace(block.name(), before + block.text).second) << "two files are named " << block.name();
  }
  return files;
}

bool is_ground(const std::string& text) { return text.find("\nterm: ") != std::string::npos || text.find("\ncalendar: ") != std::string::npos || text.find("\nparameter: ") != std::string::npos; }

/// What stands behind `definition:`, read together with the page's terms, calendars and parameters.
std::shared_ptr<const definition::Library> library_named(const std::map<std::string, std::string>& files, const std::string& names) {
  std::vector<definition::Document> documents;
  std::istringstream in(names);
  for (std::string name; in >> name;) {
    EXPECT_TRUE(files.count(name) == 1) << "the page has no file " << name;
    if (files.count(name) == 1) documents.push_back({name, files.at(name)});
  }
  for (const auto& [name, text] : files)
    if (is_ground(text)) documents.push_back({name, text});
  return pathway::test::library_from(std::move(documents));
}

/// The names behind `definition:` in a scenario's text.
std::string definition_in(const Block& block) {
  const std::string key = "definition: ";
  return block.text.starts_with(key) ? block.first_line().substr(key.size()) : std::string();
}

TEST(Manual, EveryDefinitionIsCheckedAndPlayed) {
  const std::vector<Block> blocks = blocks_of(page());
  const std::map<std::string, std::string> files = files_of(blocks);
  std::set<std::string> played;
  for (const Block& block : blocks) {
    std::istringstream in(definition_in(block));
    for (std::string name; in >> name;) played.insert(name);
  }
  for (const Block& block : blocks) {
    if (block.language != "yaml") continue;
    ASSERT_FALSE(block.name().empty()) << kManual.string() << ":" << block.line << ": a definition here begins with \"# name.yaml\", so that it is checked";
    const bool pathway = !is_ground(block.text) && block.name() != "frame.yaml";
    EXPECT_TRUE(!pathway || played.count(block.name()) == 1) << "no scenario plays " << block.name();
  }
  EXPECT_GT(played.size(), 20U);
}

TEST(Manual, EveryScenarioFollowsItsText) {
  const std::string text = page();
  const std::vector<Block> blocks = blocks_of(text);
  const std::map<std::string, std::string> files = files_of(blocks);
  Sources sources;
  sources.library = [&files](const std::string& names) -> Result<std::shared_ptr<const definition::Library>> { return library_named(files, names); };
  sources.preamble = [&files](const std::string& name) -> Result<std::string> { return files.at(name); };
  std::string now = text;
  std::ptrdiff_t moved = 0;
  for (const Block& block : blocks) {
    if (definition_in(block).empty()) continue;
    Play play(sources);
    const std::string is = play.played(block.text);
    for (const Complaint& complaint : play.complaints()) ADD_FAILURE() << kManual.string() << ":" << block.line + complaint.line - 1 << ": " << complaint.what;
    if (const auto difference = first_difference(block.text, is); difference && std::getenv("UPDATE") == nullptr)
      ADD_FAILURE() << kManual.string() << ":" << block.line + difference->line - 1 << ": " << difference->what;
    now.replace(static_cast<std::size_t>(static_cast<std::ptrdiff_t>(block.begins) + moved), block.text.size(), is);
    moved += static_cast<std::ptrdiff_t>(is.size()) - static_cast<std::ptrdiff_t>(block.text.size());
  }
  const char* update = std::getenv("UPDATE");
  if (update != nullptr && std::string(update) == "1" && now != text) std::ofstream(kManual) << now;
}

}  // namespace
}  // namespace ritrovo::scenario
