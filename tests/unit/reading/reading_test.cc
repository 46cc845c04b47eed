#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/reading/small_pathway.h"
#include "workflows/reading/description.h"
#include "workflows/reading/differences.h"
#include "workflows/reading/guard_words.h"

namespace ritrovo::reading {
namespace {

/// Compares with the golden file; UPDATE=1 rewrites it.
void expect_golden(const std::string& text, const std::string& name) {
  const std::filesystem::path path = std::filesystem::path(RITROVO_GOLDEN_DIR) / name;
  if (std::getenv("UPDATE") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  std::ifstream in(path, std::ios::binary);
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(in), {})) << "UPDATE=1 rewrites " << path;
}

TEST(Description, OfASmallPathwayIsTheGoldenTextInItalian) {
  const definition::Library library = test::small();
  expect_golden(describe(*library.pathways.at(0), library.almanac.get(), Language::kItalian), "school_place_it.md");
}

TEST(Description, OfASmallPathwayIsTheGoldenTextInEnglish) {
  const definition::Library library = test::small();
  expect_golden(describe(*library.pathways.at(0), library.almanac.get(), Language::kEnglish), "school_place_en.md");
}

TEST(Description, OfEveryShippedPathwayNamesEveryStepInBothLanguages) {
  const definition::Library library = test::shipped();
  ASSERT_FALSE(library.pathways.empty());
  for (const auto& pathway : library.pathways) {
    for (const Language language : {Language::kItalian, Language::kEnglish}) {
      const std::string text = describe(*pathway, library.almanac.get(), language);
      const Wording words(*pathway, library.almanac.get(), language);
      for (const definition::Step& step : pathway->steps) EXPECT_NE(text.find(". " + words.title(step) + " ("), std::string::npos) << step.name;
    }
  }
}

TEST(Description, DoesWithoutAnAlmanac) {
  const definition::Library library = test::small();
  EXPECT_NE(describe(*library.pathways.at(0), nullptr, Language::kEnglish).find("“Answer”"), std::string::npos);
}

TEST(GuardWords, TellSimpleComparisons) {
  const definition::Library library = test::small();
  const Wording it(*library.pathways.at(0), library.almanac.get(), Language::kItalian);
  const Wording en(*library.pathways.at(0), library.almanac.get(), Language::kEnglish);
  EXPECT_EQ(condition(en, "children.size() > 0"), "there is at least one person (child)");
  EXPECT_EQ(condition(it, "age(child.birth_date, place.given.given_on) >= 6"), "l'età della persona (minore) alla data «Assegnato il» è almeno 6 anni");
  EXPECT_EQ(condition(en, "answer.outcome == \"given\" || answer.outcome == \"refused\""), "the outcome of “The school's answer” is “Given” or “Refused”");
  EXPECT_EQ(condition(it, "place.given.given_on < date(\"2025-10-08\")"), "«Assegnato il» precede l'8 ottobre 2025");
  EXPECT_EQ(condition(en, "today >= plus(place.given.given_on, period(\"P1Y6M\"))"), "1 year and 6 months have passed since “Given on”");
}

TEST(GuardWords, TellTheOutcomesOfThePersonsOfAList) {
  const definition::Library library = test::small();
  const Wording it(*library.pathways.at(0), library.almanac.get(), Language::kItalian);
  const Wording en(*library.pathways.at(0), library.almanac.get(), Language::kEnglish);
  EXPECT_EQ(condition(it, "children.all(c, c.outcomes.answer == \"given\")"), "per ogni minore vale che l'esito di «Risposta della scuola» è «Assegnato»");
  EXPECT_EQ(condition(en, "children.filter(c, c.outcomes.answer != \"refused\").size() > 0"),
            "[number of persons (child) for whom the outcome of “The school's answer” is not “Refused”] is more than 0");
}

TEST(GuardWords, TellScalesMonthsYearsAndConvertedNumbers) {
  const definition::Library library = test::small();
  const Wording it(*library.pathways.at(0), library.almanac.get(), Language::kItalian);
  const Wording en(*library.pathways.at(0), library.almanac.get(), Language::kEnglish);
  EXPECT_EQ(condition(it, "{\"given\": 0, \"refused\": 1}[answer.outcome] >= 1"),
            "l'esito di «Risposta della scuola» (sulla scala da «Assegnato» a «Rifiutato») è almeno 1");
  EXPECT_EQ(condition(en, "place.given.given_on.getMonth() >= 5"), "“Given on” is in June or later in the year");
  EXPECT_EQ(condition(it, "place.given.given_on.getFullYear() > 2024"), "l'anno di «Assegnato il» supera 2024");
  EXPECT_EQ(condition(en, "age(child.birth_date, today) >= int(parameter(\"school_age\", today))"),
            "the age of the child on the day of deciding is at least “School age” in force on the day of deciding");
}

TEST(GuardWords, AChoiceWithinAChoiceStandsInBracketsWhereItComesFirst) {
  const definition::Library library = test::small();
  const Wording it(*library.pathways.at(0), library.almanac.get(), Language::kItalian);
  const Wording en(*library.pathways.at(0), library.almanac.get(), Language::kEnglish);
  const std::string source = "answer.outcome == \"given\" ? (place.given.given_on > opened_on ? 1 : 2) : opened_on > place.given.given_on ? 3 : 4";
  EXPECT_EQ(value(it, source), "(1 se «Assegnato il» segue il giorno di apertura del caso, altrimenti 2) se l'esito di «Risposta della scuola» è «Assegnato», "
                               "altrimenti 3 se il giorno di apertura del caso segue «Assegnato il», altrimenti 4");
  EXPECT_EQ(condition(en, "answer.outcome != \"given\" && answer.outcome != \"refused\""), "the outcome of “The school's answer” is neither “Given” nor “Refused”");
  EXPECT_EQ(condition(it, "!known(place.given.given_on)"), "il dato «Assegnato il» non è indicato");
}

TEST(GuardWords, QuoteWhatHasNoPlainWords) {
  const definition::Library library = test::small();
  const Wording en(*library.pathways.at(0), library.almanac.get(), Language::kEnglish);
  EXPECT_EQ(condition(en, "answer.outcome\n  .startsWith(\"g\")"), "`answer.outcome .startsWith(\"g\")`");
  EXPECT_EQ(condition(en, "((("), "`(((`");
}

TEST(Differences, BetweenAVersionAndItselfAreNone) {
  const definition::Library library = test::small();
  EXPECT_TRUE(differences(*library.pathways.at(0), *library.pathways.at(0), library.almanac.get(), Language::kEnglish).empty());
}

TEST(Differences, NameAGuardThatChanged) {
  const definition::Library before = test::small();
  const definition::Library after = test::small("opened_on) < 18", "opened_on) < 16");
  const auto found = differences(*before.pathways.at(0), *after.pathways.at(0), before.almanac.get(), Language::kEnglish);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, "request");
  EXPECT_EQ(found[0].head, "Only if");
  EXPECT_NE(found[0].is.at(0).find("is less than 16 years"), std::string::npos);
}

TEST(Differences, NameAStepThatIsGoneAndOneThatIsNew) {
  const definition::Library before = test::small();
  const definition::Library after = test::small("      told:", "      informed:");
  const auto found = differences(*before.pathways.at(0), *after.pathways.at(0), before.almanac.get(), Language::kItalian);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].kind, Difference::Kind::kAdded);
  EXPECT_EQ(found[0].name, "informed");
  EXPECT_EQ(found[1].kind, Difference::Kind::kRemoved);
  EXPECT_EQ(found[1].name, "told");
}

TEST(Differences, NameADeadlineThatChanged) {
  const definition::Library before = test::small();
  const definition::Library after = test::small("warn_before: P7D", "warn_before: P14D");
  const std::string text = differences_in_words(*before.pathways.at(0), *after.pathways.at(0), before.almanac.get(), Language::kEnglish);
  EXPECT_NE(text.find("Warning: 7 days before"), std::string::npos);
  EXPECT_NE(text.find("Warning: 14 days before"), std::string::npos);
}

}  // namespace
}  // namespace ritrovo::reading
