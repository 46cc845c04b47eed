/// What is shipped is without a problem, warnings included.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/catalogue/shipped_catalogue.h"
#include "workflows/definition/message_reader.h"

namespace ritrovo::test {
namespace {

TEST(Catalogue, LoadsWithoutAProblemOrWarning) {
  const definition::Loaded loaded = definition::load(shipped_catalogue());
  for (const definition::Problem& problem : loaded.problems) ADD_FAILURE() << to_string(problem);
  EXPECT_NE(loaded.library.valid_on("family-reunification", parse_day("2019-01-01").value()), nullptr);
}

TEST(Catalogue, SaysEverythingInItalianAndEnglish) {
  const definition::Loaded loaded = definition::load(shipped_catalogue());
  const auto both = [](const definition::Text& text, const std::string& what) {
    for (const char* language : {"it", "en"})
      EXPECT_TRUE(std::any_of(text.languages.begin(), text.languages.end(), [&](const auto& entry) { return entry.first == language && !entry.second.empty(); }))
          << what << " says nothing in " << language;
  };
  for (const auto& pathway : loaded.library.pathways) {
    both(pathway->title, pathway->name);
    for (const definition::Fact& fact : pathway->facts) {
      both(fact.title, fact.name);
      for (const definition::Field& field : fact.fields) both(field.title, fact.name + "." + field.name);
    }
    for (const definition::Step& step : pathway->steps) {
      both(step.title, step.name);
      if (step.kind == definition::StepKind::kNotify) both(step.message, step.name + "'s message");
    }
  }
}

TEST(Catalogue, NamesWhoReadsForTheFamilyWhereverAPathwayTellsIt) {
  const std::vector<definition::Document> documents = shipped_catalogue();
  const auto wording = std::find_if(documents.begin(), documents.end(), [](const definition::Document& one) { return one.path.starts_with("messages/"); });
  ASSERT_NE(wording, documents.end());
  const auto plan = definition::read_messages_text(wording->path, wording->text);
  ASSERT_TRUE(plan.has_value());
  const definition::Loaded loaded = definition::load(documents);
  for (const auto& pathway : loaded.library.pathways)
    for (const definition::Step& step : pathway->steps) {
      const bool warned = std::any_of(step.deadlines.begin(), step.deadlines.end(), [](const definition::Deadline& one) { return one.warn_before.has_value(); });
      if (step.notify_to != "family" && !(step.waits_on == "family" && warned)) continue;
      const definition::FamilyAddress* family = plan->family(pathway->name);
      ASSERT_NE(family, nullptr) << pathway->name << ": " << step.name;
      EXPECT_FALSE(family->language.empty()) << pathway->name;
    }
}

}  // namespace
}  // namespace ritrovo::test
