#include "workflows/definition/loader.h"

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

const std::string kOne = test::pathway("  file: {task: {role: clerk, form: form.filed}, done_when: {fact: form.filed}}\n");

std::string replaced(std::string text, const std::string& what, const std::string& by) { return text.replace(text.find(what), what.size(), by); }

Library library_of(const std::string& text) { return test::loaded(text).library; }

TEST(Loader, ReportsTheProblemsOfAllDocumentsAtOnce) {
  const Loaded found = load({{"b.yaml", "pathway: x\n"}, {"a.yaml", "term: 7\n"}, {"c.yaml", "- 1\n"}});
  EXPECT_FALSE(found.good());
  EXPECT_EQ(found.problems.front().path, "a.yaml");
  EXPECT_EQ(found.problems.back().path, "c.yaml");
  EXPECT_TRUE(found.library.pathways.empty());
  ASSERT_NE(found.library.almanac, nullptr);
}

TEST(Loader, EqualContentGivesOneIdentityAndOtherContentAnother) {
  const Hash256 one = library_of(kOne).pathways.front()->identity;
  EXPECT_EQ(library_of("# a comment\n" + kOne).pathways.front()->identity, one);
  EXPECT_NE(library_of(replaced(kOne, "Percorso", "Cammino")).pathways.front()->identity, one);
}

TEST(Loader, RefusesAPublishedVersionWithOtherContent) {
  const Library base = library_of(kOne);
  EXPECT_TRUE(load({{"p.yaml", kOne}}, &base).good()) << "the same content again";
  const Loaded other = load({{"p.yaml", replaced(kOne, "Percorso", "Cammino")}}, &base);
  ASSERT_FALSE(other.good());
  EXPECT_NE(to_string(other.problems.front()).find("p.yaml:1:10: error: pathway small-pathway version 1 is published with other content"), std::string::npos);
}

TEST(Loader, LaterVersionsHoldFromLaterDays) {
  const Library base = library_of(kOne);
  const std::string second = replaced(kOne, "version: 1", "version: 2");
  const Loaded same_day = load({{"p.yaml", second}}, &base);
  ASSERT_FALSE(same_day.good());
  EXPECT_EQ(same_day.problems.front().line, 3U);
  EXPECT_TRUE(load({{"p.yaml", replaced(second, "2020-01-01", "2021-01-01")}}, &base).good());
}

TEST(Loader, VersionsFollowOnEachOtherWithoutAGapOrAnOverlap) {
  const std::string first = replaced(kOne, "valid_from: 2020-01-01", "valid_from: 2020-01-01\nvalid_to: 2020-12-31");
  const std::string second = replaced(kOne, "version: 1", "version: 2");
  const auto second_from = [&](const std::string& day) { return load({{"a.yaml", first}, {"b.yaml", replaced(second, "2020-01-01", day)}}); };
  EXPECT_TRUE(second_from("2021-01-01").good());
  std::string told;
  for (const Problem& problem : second_from("2021-01-02").problems) told += to_string(problem);
  EXPECT_NE(told.find("must hold from 2021-01-01: days would be covered by none"), std::string::npos) << told;
  EXPECT_FALSE(second_from("2020-12-31").good()) << "covered twice";
  const Library library = second_from("2021-01-01").library;
  EXPECT_EQ(library.valid_on("small-pathway", parse_day("2020-12-31").value())->version, 1U);
  EXPECT_EQ(library.valid_on("small-pathway", parse_day("2021-01-01").value())->version, 2U);
  const Library alone = library_of(first);
  EXPECT_EQ(alone.valid_on("small-pathway", parse_day("2021-01-01").value()), nullptr) << "it holds to the end of 2020";
  EXPECT_TRUE(test::refused_at_mark(replaced(kOne, "valid_from: 2020-01-01", "valid_from: 2020-01-01\nvalid_to: @@2019-12-31"), "before \"valid_from\""));
}

TEST(Loader, ResolvesTermsThatAreInForceAlready) {
  const Library base = library_of(kOne);
  const std::string with_term = replaced(kOne, "done_when:", "deadline: {term: reply, from: opened}, done_when:");
  EXPECT_TRUE(load({{"p.yaml", replaced(replaced(with_term, "version: 1", "version: 2"), "2020-01-01", "2021-01-01")}}, &base).good());
  EXPECT_FALSE(load({{"p.yaml", with_term}}).good());
}

TEST(Loader, ARecordedPublicationIsCompiledWithoutTheChecker) {
  const std::string never_opens = test::pathway("  a: {milestone: true, after: a}\n");
  EXPECT_FALSE(load({{"p.yaml", never_opens}}).good());
  EXPECT_EQ(load({{"p.yaml", never_opens}}, nullptr, Scrutiny::kRecorded).library.pathways.size(), 1U);
}

TEST(Loader, CutsOffEndlessProblems) {
  std::string steps;
  for (int i = 0; i < 2000; ++i) steps += "  s" + std::to_string(i) + ": {milestone: true, after: nowhere" + std::to_string(i) + "}\n";
  EXPECT_EQ(load({{"p.yaml", test::pathway(steps)}}).problems.size(), kProblemsMax);
}

TEST(Merge, JoinsAndKeepsBoth) {
  const Library base = library_of(kOne);
  const Library second = load({{"p.yaml", replaced(replaced(kOne, "version: 1", "version: 2"), "2020-01-01", "2021-01-01")}}, &base).library;
  const auto merged = merge(base, second);
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->pathways.size(), 2U);
  EXPECT_EQ(merged->almanac->terms().size(), 2U);
  EXPECT_EQ(merge(*merged, second)->pathways.size(), 2U) << "again";
}

TEST(Merge, RefusesOtherContentUnderThatNumber) {
  const Library base = library_of(kOne);
  const auto merged = merge(base, library_of(replaced(kOne, "Percorso", "Cammino")));
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().code, ErrorCode::kExists);
}

TEST(Merge, ANewerTermTakesTheOldOnesPlaceAndAnOlderIsRefused) {
  const Library base = library_of(kOne);
  const std::string term = test::almanac()[1].text;
  const Library newer = load({{"t.yaml", replaced(replaced(term, "version: 1", "version: 2"), "P30D", "P20D")}}, &base).library;
  const auto merged = merge(base, newer);
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->almanac->term("reply")->lengths[0].length.days, 20);
  EXPECT_NE(merged->almanac->version(), base.almanac->version());
  EXPECT_EQ(merge(*merged, base).error().code, ErrorCode::kExists);
  EXPECT_EQ(merge(base, load({{"t.yaml", replaced(term, "P30D", "P20D")}}).library).error().code, ErrorCode::kExists);
}

}  // namespace
}  // namespace ritrovo::definition
