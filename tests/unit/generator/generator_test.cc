#include "tools/generator/generator.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ritrovo::generator {
namespace {

std::vector<Line> lines_of(const Options& options) {
  std::vector<Line> lines;
  generate(options, [&](const Line& line) {
    lines.push_back(line);
    return true;
  });
  return lines;
}

std::string bytes_of(const std::vector<Line>& lines) {
  std::string bytes;
  for (const Line& line : lines) bytes += line.json + '\n' + line.expected + '\n';
  return bytes;
}

std::size_t containing(const std::vector<Line>& lines, const std::string& text) {
  std::size_t count = 0;
  for (const Line& line : lines) count += line.json.find(text) != std::string::npos ? 1 : 0;
  return count;
}

Options small() {
  Options options;
  options.families = 300;
  options.seed = 42;
  return options;
}

TEST(Generator, TheSameSeedGivesTheSameBytes) {
  Options options = small();
  options.faults = .7;
  EXPECT_EQ(bytes_of(lines_of(options)), bytes_of(lines_of(options)));
}

TEST(Generator, AnotherSeedGivesOtherFamilies) {
  Options other = small();
  other.seed = 43;
  EXPECT_NE(bytes_of(lines_of(small())), bytes_of(lines_of(other)));
}

TEST(Generator, LinesComeInOrderOfTimeAndInsideTheSpan) {
  const Options options = small();
  const std::vector<Line> lines = lines_of(options);
  ASSERT_FALSE(lines.empty());
  for (std::size_t i = 1; i < lines.size(); ++i) ASSERT_LE(lines[i - 1].at, lines[i].at) << i;
  const std::int64_t day_ms = 24LL * 3600 * 1000;
  EXPECT_GE(lines.front().at.value(), options.from.value() * day_ms);
  EXPECT_LT(lines.back().at.value(), (options.to.value() + 1) * day_ms);
}

TEST(Generator, WithoutFaultsEveryLineIsExpectedToBeTaken) {
  for (const Line& line : lines_of(small())) ASSERT_EQ(line.expected, "accepted") << line.json;
}

TEST(Generator, WithAllFaultsEveryClassOfAnswerOccurs) {
  Options options = small();
  options.families = 600;
  options.faults = 1;
  std::map<std::string, int> classes;
  for (const Line& line : lines_of(options)) ++classes[line.expected];
  for (const char* expected : {"accepted", "repeated", "malformed", "rejected:already_known", "rejected:key_reused", "rejected:unknown_fact",
                               "rejected:invalid_data", "rejected:not_permitted", "rejected:unknown_person", "rejected:version_conflict",
                               "rejected:unknown_step", "rejected:unknown_case", "rejected:four_eyes",
                               "rejected:not_offered"})
    EXPECT_GT(classes[expected], 0) << expected;
}

TEST(Generator, RelativesAnApplicationAreAboutOnePointFour) {
  Options options = small();
  options.families = 4000;
  const std::vector<Line> lines = lines_of(options);
  std::size_t relatives = 0;
  for (const Line& line : lines) {
    if (line.json.find(R"("command":"open")") == std::string::npos) continue;
    for (std::size_t at = line.json.find(R"("alias":"rel-)"); at != std::string::npos; at = line.json.find(R"("alias":"rel-)", at + 1)) ++relatives;
  }
  EXPECT_NEAR(static_cast<double>(relatives) / options.families, 1.42, .05);
}

TEST(Generator, FunnelAndSeasonsAreThoseObserved) {
  Options options = small();
  options.families = 3000;
  const std::vector<Line> lines = lines_of(options);
  const double granted = static_cast<double>(containing(lines, R"("fact":"nulla_osta.granted")"));
  const double refused = static_cast<double>(containing(lines, R"("fact":"nulla_osta.refused")"));
  EXPECT_NEAR(granted / (granted + refused), .79 / .97, .03);
  std::map<int, int> openings;
  std::map<int, int> entries;
  for (const Line& line : lines) {
    const std::string at = to_string(line.at);
    if (line.json.find(R"("command":"open")") != std::string::npos) ++openings[std::stoi(at.substr(0, 4))];
    if (line.json.find(R"("fact":"entry.made")") != std::string::npos) ++entries[std::stoi(at.substr(5, 2))];
  }
  EXPECT_LT(openings[2020], openings[2019] * .65) << "2020 brought half the families";
  EXPECT_GT(entries[7], entries[4] * 1.2) << "families travel in summer";
}

TEST(Generator, FamiliesThatAreMetTwiceAreOpenedTwiceAndTheTruthSaysSo) {
  Options options = small();
  options.doubles = .3;
  std::map<std::uint32_t, int> firsts;
  std::map<std::uint32_t, int> doubles;
  int respelt = 0;
  int swapped = 0;
  for (const Line& line : lines_of(options)) {
    ASSERT_EQ(line.opens.has_value(), containing({line}, R"("command":"open")") == 1);
    if (!line.opens || line.opens->pathway != "family-reunification") continue;
    EXPECT_NE(line.json.find("\"key\":\"" + line.opens->key + "\""), std::string::npos);
    ++(line.opens->again ? doubles : firsts)[line.opens->family];
    respelt += line.opens->respelt ? 1 : 0;
    swapped += line.opens->swapped ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(doubles.size()), 90, 25);
  for (const auto& [family, times] : doubles) {
    EXPECT_EQ(times, 1);
    EXPECT_EQ(firsts[family], 1);
  }
  EXPECT_GT(respelt, static_cast<int>(doubles.size()) * 2 / 3);
  EXPECT_GT(swapped, 0);
}

TEST(Generator, WithoutDoublesTheOtherLinesAreTheSame) {
  Options options = small();
  options.doubles = .3;
  std::set<std::string> met;
  for (const Line& line : lines_of(options)) met.insert(line.json);
  for (const Line& line : lines_of(small())) ASSERT_TRUE(met.contains(line.json)) << line.json;
}

TEST(Generator, OptionsThatMakeNoSenseAreRefused) {
  Options options;
  options.faults = 1.5;
  EXPECT_FALSE(check(options));
  options.faults = 0;
  options.families = 0;
  EXPECT_FALSE(check(options));
  options.families = 1;
  options.to = options.from;
  EXPECT_FALSE(check(options));
}

}  // namespace
}  // namespace ritrovo::generator
