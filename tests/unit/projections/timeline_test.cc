#include "projections/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "projections/phrases.h"
#include "tests/unit/projections/written_case.h"

namespace ritrovo::projections::test {
namespace {

struct TimelineTest : testing::Test {
  std::shared_ptr<const definition::Library> library = small_library();
  CaseFold fold{library};
  Timeline timeline{CaseId(1)};
  [[nodiscard]] Telling in(const std::string& language) const { return {language, nullptr, {}, false, {}, library.get()}; }
  [[nodiscard]] std::vector<std::string> texts(const std::string& language) const {
    std::vector<std::string> lines;
    for (const TimelineEntry& entry : timeline.entries(in(language))) lines.push_back(to_string(entry.day) + " " + entry.text);
    return lines;
  }
};

TEST_F(TimelineTest, TellsAJourneyInTheDefinitionsWords) {
  tell(fold, timeline, {waiting_for_prefecture(library, 1), waiting_for_prefecture(library, 2)});
  EXPECT_EQ(texts("it"), (std::vector<std::string>{
                             "2025-01-02 Caso aperto: Percorso breve (versione 1)",
                             "2025-01-02 Nel caso: Richiedente; Familiare",
                             "2025-01-02 Inizia la fase: Domanda",
                             "2025-01-02 Tocca a Comune: Invio",
                             "2025-01-10 Domanda inviata",
                             "2025-01-10 Fase conclusa: Domanda",
                             "2025-01-10 Inizia la fase: Decisione",
                             "2025-01-10 Tocca a Prefettura: Nulla osta",
                             "2025-01-10 Termine «Risposta»: 90 giorni dal 2025-01-10, scade il 2025-04-10",
                         }));
}

TEST_F(TimelineTest, SaysLawAndDoubtOfADeadline) {
  tell(fold, timeline, {waiting_for_prefecture(library, 1)});
  const TimelineEntry last = timeline.entries(in("en")).back();
  EXPECT_EQ(last.kind, EntryKind::kDeadline);
  EXPECT_EQ(last.text, "Time limit \"Answer\": 90 days from 2025-01-10, due on 2025-04-10");
  EXPECT_EQ(last.law, "Legge 3");
  EXPECT_FALSE(last.verified);
}

TEST_F(TimelineTest, TellsAStepsEndOnceByTheFactThatEndedIt) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(3, 1)).fact("decision.made");
  written.step_completed("nulla_osta", "granted", pathway::kNobody, {written.last()}).deadline_met("nulla_osta");
  tell(fold, timeline, {written});
  std::vector<std::string> march = texts("it");
  std::erase_if(march, [](const std::string& line) { return !line.starts_with("2025-03"); });
  EXPECT_EQ(march, (std::vector<std::string>{"2025-03-01 Nulla osta rilasciato", "2025-03-01 Termine «Risposta»: rispettato"}));
}

TEST_F(TimelineTest, SaysWhyAMilestoneWasReached) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(3, 1)).fact("entry.made", 1);
  written.step_completed("reunited", {}, pathway::kNobody, {written.last()});
  tell(fold, timeline, {written});
  const TimelineEntry last = timeline.entries(in("en")).back();
  EXPECT_EQ(last.kind, EntryKind::kMilestone);
  EXPECT_EQ(last.text, "Milestone: Family reunited");
  EXPECT_EQ(last.why, "because: Entry – Relative (2025-03-01)");
}

TEST_F(TimelineTest, SaysWhenAFactBecameKnownDaysLater) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(2, 1), "worker-1", 1).fact("decision.made");
  written.on(day(2, 2), "worker-1", 20).fact("decision.made");
  tell(fold, timeline, {written});
  const std::vector<TimelineEntry> entries = timeline.entries(in("it"));
  EXPECT_FALSE(entries[entries.size() - 2].reported_on.has_value());
  EXPECT_EQ(entries.back().reported_on, day(2, 22));
}

TEST_F(TimelineTest, NamesPersonsOnlyByWhatTheCallerOpened) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(3, 1)).fact("entry.made", 1);
  tell(fold, timeline, {written});
  Telling telling = in("it");
  telling.name = [](std::string_view alias, PersonId) { return alias == "rel-1" ? std::string("Amina") : std::string(); };
  EXPECT_EQ(timeline.entries(telling).back().text, "Ingresso (Amina)");
  EXPECT_EQ(timeline.entries(in("it")).back().text, "Ingresso (Familiare)");
}

TEST_F(TimelineTest, CallsPersonsWithoutANameByWhatTheyAreToTheFamily) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  for (const char* relationship : {"child", "child", "spouse", "other"})
    written.person(std::string("rel-") + std::to_string(written.last().value()), "relative", {{1, ritrovo::Value(std::string(relationship))}});
  written.on(day(3, 1)).fact("entry.made", 3).fact("entry.made", 5);
  tell(fold, timeline, {written});
  const std::vector<std::string> told = texts("it");
  EXPECT_EQ(told[1], "2025-01-02 Nel caso: Richiedente; Familiare (Familiare 1)");
  EXPECT_EQ(told[told.size() - 2], "2025-03-01 Ingresso (figlio 2)");
  EXPECT_EQ(told.back(), "2025-03-01 Ingresso (Familiare 2)");
}

TEST_F(TimelineTest, TellsPersonsOfOneNameApart) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.person("rel-2", "relative", {{1, ritrovo::Value(std::string("child"))}});
  written.on(day(3, 1)).fact("entry.made", 2).fact("entry.made", 1);
  tell(fold, timeline, {written});
  Telling telling = in("en");
  telling.name = [](std::string_view alias, PersonId) { return alias == "rel-1" ? std::string("Salma") : std::string("Nour"); };
  const std::vector<TimelineEntry> told = timeline.entries(telling);
  EXPECT_EQ(told[1].text, "In the case: Sponsor (Nour – Sponsor); Relative (Salma)");
  EXPECT_EQ(told[told.size() - 2].text, "Entry (Nour – child)");
  EXPECT_EQ(told.back().text, "Entry (Salma)");
}

TEST_F(TimelineTest, TellsAFamilyNothingOfWhoWorksForIt) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  const std::size_t before = 9;
  written.on(day(2, 1)).add(pathway::TaskAssigned{written.ref("file"), "u-17", {}}).add(pathway::IncidentOpened{written.ref("file"), {}, "no such key", {}});
  tell(fold, timeline, {written});
  EXPECT_EQ(texts("it").size(), before + 2);
  Telling telling = in("it");
  telling.to_family = true;
  EXPECT_EQ(timeline.entries(telling).size(), before);
}

TEST(Phrases, WriteADayAsItsLanguageDoes) {
  definition::Translation chinese;
  chinese.texts = {{"31 December 2020", "2020年12月31日"}, {"December", "12月"}, {"February", "2月"}};
  const Day leap = *parse_day("2031-02-12");
  EXPECT_EQ(in_words(leap, "it"), "12 febbraio 2031");
  EXPECT_EQ(in_words(leap, "en"), "12 February 2031");
  EXPECT_EQ(in_words(leap, Tongue("zh", &chinese)), "2031年2月12日");
  EXPECT_EQ(in_words(*parse_day("2012-12-31"), Tongue("zh", &chinese)), "2012年12月31日");
}

TEST_F(TimelineTest, LeavesOutWhatIsTechnical) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  const std::size_t before = 9;
  written.on(day(2, 1)).add(pathway::AlarmSet{written.ref("nulla_osta"), day(3, 1)}).add(pathway::TaskClaimed{written.ref("file"), "worker-1"});
  tell(fold, timeline, {written});
  EXPECT_EQ(texts("it").size(), before);
}

TEST_F(TimelineTest, SaysWhoMustActNextAndByWhen) {
  tell(fold, timeline, {waiting_for_prefecture(library, 1)});
  const std::vector<NextAction> next = timeline.next(in("it"), day(4, 1));
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].text, "Prefettura: Nulla osta, entro il 2025-04-10 (Legge 3)");
  EXPECT_FALSE(next[0].overdue);
  EXPECT_EQ(timeline.next(in("en"), day(4, 11))[0].text, "Prefecture: Nulla osta, was due by 2025-04-10 (Legge 3)");
}

TEST_F(TimelineTest, SaysNothingOfACaseThatItDidNotMeet) {
  tell(fold, timeline, {waiting_for_prefecture(library, 2)});
  EXPECT_FALSE(timeline.found());
  EXPECT_TRUE(timeline.entries(in("it")).empty());
  EXPECT_TRUE(timeline.next(in("it"), day(4, 1)).empty());
}

}  // namespace
}  // namespace ritrovo::projections::test
