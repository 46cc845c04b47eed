/// Scenarios are text (README.md). UPDATE=1 in the environment rewrites what follows from each line; read the difference before it is committed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/unit/pathway/case_bench.h"
#include "tools/scenario/play.h"
#include "workflows/definition/consequences.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::scenario {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(RITROVO_SOURCE_DIR) / "tests/scenarios";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> texts() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder))
    if (entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt") files.push_back(std::filesystem::relative(entry.path(), kFolder).string());
  std::sort(files.begin(), files.end());
  return files;
}

Sources sources_beside(const std::filesystem::path& file) {
  Sources sources;
  sources.library = [](const std::string& definition) -> Result<std::shared_ptr<const definition::Library>> {
    static std::map<std::string, std::shared_ptr<const definition::Library>> loaded;
    std::istringstream in(definition);
    std::vector<std::string> files;
    for (std::string word; in >> word;) files.push_back(word);
    auto& library = loaded[definition];
    if (library == nullptr) library = pathway::test::library_of(files);
    return library;
  };
  sources.preamble = [file](const std::string& name) -> Result<std::string> {
    const std::filesystem::path beside = file.parent_path() / name;
    if (!std::filesystem::exists(beside)) return failure(ErrorCode::kNotFound, "there is no " + name + " beside it");
    return text_of(beside);
  };
  return sources;
}

/// The most events that one command of the case led to; wakes, which may work through several days, aside.
std::size_t most_at_once(const ScratchCase& one) {
  std::size_t most = 0;
  std::size_t count = 0;
  for (const Event& event : one.events()) {
    if (event.provenance) count = pathway::is_command_event(*pathway::decode_body(event.tag, event.body)) ? 1 : 0;
    else if (count != 0) ++count;
    most = std::max(most, count);
  }
  return most;
}

class Scenario : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenario, FollowsItsText) {
  const std::filesystem::path file = kFolder / GetParam();
  const std::string text = text_of(file);
  Play play(sources_beside(file));
  const std::string now = play.played(text);
  for (const Complaint& complaint : play.complaints()) ADD_FAILURE() << file.string() << ":" << complaint.line << ": " << complaint.what;
  for (const auto& [name, one] : play.ended())
    if (const auto pinned = one.pathway()) {
      EXPECT_LE(most_at_once(one), definition::consequences_max(*pinned, pathway::test::size_of(one))) << file.string() << ": " << name << ": more than the checker says";
    }
  const char* update = std::getenv("UPDATE");
  if (update != nullptr && std::string(update) == "1") {
    if (now != text) std::ofstream(file) << now;
  } else if (const auto difference = first_difference(text, now)) {
    ADD_FAILURE() << file.string() << ":" << difference->line << ": " << difference->what;
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Scenario, ::testing::ValuesIn(texts()), [](const auto& file) {
  std::string name = file.param.substr(0, file.param.rfind('.'));
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

/// Each row of the table: whether the language says that pattern, and whether a scenario shows it; and the count above the table.
TEST(Patterns, TheTableCountsThemAndEachThatIsSaidIsShown) {
  const std::string table = text_of(kFolder.parent_path().parent_path() / "docs/patterns.md");
  const std::string shown = text_of(kFolder / "patterns/patterns.txt");
  std::map<std::string, int> counted;
  for (int number = 1; number <= 43; ++number) {
    const std::string pattern = "WCP-" + std::to_string(number) + " ";
    const std::size_t row = table.find("\n| " + pattern + "| ");
    ASSERT_NE(row, std::string::npos) << pattern;
    const std::size_t name = row + 5 + pattern.size();
    const std::size_t said = table.find(" | ", name) + 3;
    const std::string how = table.substr(said, table.find(" | ", said) - said);
    ++counted[how];
    const std::string scenario = "\nscenario: " + pattern + table.substr(name, said - 3 - name) + "\n";
    EXPECT_EQ(shown.find(scenario) != std::string::npos, how != "not") << pattern << how;
  }
  const std::string sentence = "Directly " + std::to_string(counted["directly"]) + ", with a detour " + std::to_string(counted["with a detour"]) + ", not " +
                               std::to_string(counted["not"]) + ".";
  EXPECT_NE(table.find(sentence), std::string::npos) << sentence;
  EXPECT_EQ(counted.size(), 3U);
}

}  // namespace
}  // namespace ritrovo::scenario
