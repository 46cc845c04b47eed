#include "projections/directory/name_reader.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ritrovo::projections {
namespace {

using Words = std::vector<std::string>;

TEST(NameReader, WordsAreLowerCaseLettersWithoutAccents) {
  const NameReader reader;
  EXPECT_EQ(reader.words("María José  Núñez-Cedeño"), (Words{"maria", "jose", "nunez", "cedeno"}));
  EXPECT_EQ(reader.words("O'Brien N’Diaye"), (Words{"obrien", "ndiaye"}));
}

TEST(NameReader, NamesInOtherScriptsBecomeLatin) {
  const NameReader reader;
  EXPECT_EQ(reader.words("Шевченко"), Words{"sevcenko"});
  EXPECT_EQ(reader.words("محمد"), Words{"mhmd"});
  EXPECT_EQ(reader.words("王伟"), (Words{"wang", "wei"}));
  EXPECT_FALSE(reader.words("হোসেন").empty());
  EXPECT_EQ(reader.words("දිලානි").size(), 1U) << "by itself, where there are no rules";
}

TEST(NameReader, AWordReadsTheSameAloneAndInAName) {
  const NameReader reader;
  for (const char* name : {"فاطمة", "هبة", "আক্তার", "胡", "ජයසූරිය", "Шевченко"}) {
    Words twice = reader.words(name);
    const Words once = twice;
    twice.insert(twice.end(), once.begin(), once.end());
    EXPECT_EQ(reader.words(std::string(name) + " " + name), twice) << name;
  }
}

TEST(NameReader, ATextWithoutALetterHasNoWords) {
  const NameReader reader;
  EXPECT_TRUE(reader.words("").empty());
  EXPECT_TRUE(reader.words(" 12 - ").empty());
  EXPECT_TRUE(reader.words("\xff\xfe").empty());
}

}  // namespace
}  // namespace ritrovo::projections
