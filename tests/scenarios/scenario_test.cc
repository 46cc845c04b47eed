#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/unit/pathway/case_bench.h"

// Scenarios are text: a command on a line, and indented below it what follows. `definition: FILE` names the pathway. UPDATE=1 in the environment rewrites
// the files with what follows now; read the difference before it is committed.
namespace ritrovo::pathway::test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(RITROVO_SOURCE_DIR) / "tests/scenarios";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The file as it should be: its own lines, with what follows from each command below it.
std::string played(const std::string& text) {
  std::ostringstream out;
  std::istringstream in(text);
  std::optional<CaseBench> bench;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("  ")) continue;
    out << line << "\n";
    if (line.starts_with("definition: ")) bench.emplace(library_of({line.substr(12)}));
    if (line.empty() || line.front() == '#' || line.starts_with("definition: ")) continue;
    EXPECT_TRUE(bench.has_value()) << "a scenario begins with its definition";
    if (!bench) return text;
    Day today;
    const Command command = command_of(line, today);
    CaseBench before = *bench;
    const Decision decision = bench->give(command, today);
    out << before.show(decision);
  }
  EXPECT_TRUE(!bench || bench->replays());
  return out.str();
}

TEST(Scenario, FollowsItsText) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    if (entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ASSERT_FALSE(files.empty());
  const char* update = std::getenv("UPDATE");
  for (const std::filesystem::path& file : files) {
    SCOPED_TRACE(file.filename().string());
    const std::string text = text_of(file);
    const std::string now = played(text);
    if (update != nullptr && std::string(update) == "1") {
      std::ofstream(file) << now;
    } else {
      EXPECT_EQ(now, text);
    }
  }
}

}  // namespace
}  // namespace ritrovo::pathway::test
