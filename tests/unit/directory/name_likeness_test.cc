#include "projections/directory/name_likeness.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace ritrovo::projections {
namespace {

double alike(const std::string& a, const std::string& b) { return likeness(name_word(a), name_word(b)); }

TEST(NameLikeness, TransliterationsOfOneNameSoundTheSame) {
  const std::pair<const char*, const char*> kPairs[] = {{"mohamed", "muhammad"}, {"mohamed", "mhmd"},    {"hossain", "hosen"},    {"chowdhury", "choudhry"},
                                                        {"zhang", "chang"},      {"rachid", "rashid"},   {"cheikh", "sheikh"},    {"khadija", "khadidja"},
                                                        {"youssef", "yusuf"}};
  for (const auto& [a, b] : kPairs) {
    EXPECT_EQ(sound_of(a), sound_of(b)) << a << ' ' << b;
    EXPECT_GE(alike(a, b), kSameSound) << a << ' ' << b;
  }
}

TEST(NameLikeness, OtherNamesAreNotAlike) {
  const std::pair<const char*, const char*> kPairs[] = {{"mohamed", "karim"}, {"rosa", "ana"}, {"quispe", "flores"}, {"hossain", "rahman"}, {"wei", "hu"}, {"diop", "fall"}};
  for (const auto& [a, b] : kPairs) EXPECT_LT(alike(a, b), 0.72) << a << ' ' << b;
}

TEST(NameLikeness, IsTheSameBothWays) {
  const char* kWords[] = {"", "a", "mohamed", "mhmd", "abdelrahman", "abdurrahman", "warnakulasuriya", "xiaoming", "hsiaoming", "shevchenko", "schewtschenko"};
  for (const char* a : kWords) {
    EXPECT_EQ(alike(a, a), 1) << a;
    for (const char* b : kWords) EXPECT_EQ(alike(a, b), alike(b, a)) << a << ' ' << b;
  }
}

TEST(NameLikeness, JaroAndWinklerAreAsPublished) {
  EXPECT_NEAR(jaro_winkler("martha", "marhta"), 0.961, 0.001);
  EXPECT_NEAR(jaro_winkler("dwayne", "duane"), 0.840, 0.001);
  EXPECT_NEAR(jaro_winkler("dixon", "dicksonx"), 0.813, 0.001);
  EXPECT_EQ(jaro_winkler("", ""), 1);
  EXPECT_EQ(jaro_winkler("abc", ""), 0);
}

TEST(NameLikeness, LongWordsAreComparedByTheirBeginnings) {
  const std::string one(200, 'a');
  EXPECT_EQ(jaro_winkler(one, one + "b"), 1);
}

}  // namespace
}  // namespace ritrovo::projections
