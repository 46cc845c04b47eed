#include "projections/counting.h"

#include <gtest/gtest.h>

#include "projections/made_report.h"
#include "tests/unit/projections/written_case.h"

namespace ritrovo::projections::test {
namespace {

definition::ReportPlan plan(const std::string& rest) {
  const Result<definition::ReportPlan> read = definition::read_report_text("report.yaml", R"(report: small
version: 1
title: {it: Breve, en: Small}
law: "Legge 1"
verified: false
)" + rest);
  EXPECT_TRUE(read) << read.error().message;
  return read.value_or(definition::ReportPlan());
}

definition::ReportPlan applications() {
  return plan("counts: persons\nlines:\n  - {code: A.1, title: {it: Domande, en: Applications}, facts: [{fact: application.filed, who: sponsor}], by: [citizenship]}\n");
}

class CountingTest : public testing::Test {
 protected:
  void tell_all(const std::vector<WrittenCase>& cases) { tell(fold_, facts_, cases); }
  static Timestamp end_of(Day day) { return Timestamp((std::int64_t{day.value()} + 1) * 86'400'000 - 1); }
  [[nodiscard]] MadeReport made(const definition::ReportPlan& plan, const std::string& quarter, Timestamp known_on) const {
    return make_report(plan, facts_, *library_, {quarter, *parse_quarter(quarter), "en", {known_on, {"log-1", 1, 0}, {}, "then"}});
  }

  std::shared_ptr<const definition::Library> library_ = small_library();
  CaseFold fold_{library_};
  Facts facts_;
};

TEST(Quarter, IsThreeWholeMonths) {
  EXPECT_EQ(*parse_quarter("2025Q1"), (Stretch{day(1, 1), day(3, 31)}));
  EXPECT_EQ(*parse_quarter("2025Q4"), (Stretch{day(10, 1), day(12, 31)}));
  for (const char* wrong : {"2025", "2025Q5", "2025q1", "25Q1", "2025Q1 ", ""}) EXPECT_FALSE(parse_quarter(wrong)) << wrong;
}

TEST_F(CountingTest, CountsEachPersonOnceOnTheDayOfTheirFirstFact) {
  WrittenCase twice = waiting_for_prefecture(library_, 1, "EG");
  twice.on(day(5, 2)).fact("application.filed");
  tell_all({twice, waiting_for_prefecture(library_, 2, "PE")});
  const MadeReport first = made(applications(), "2025Q1", end_of(day(6, 1)));
  EXPECT_EQ(first.lines[0].total, 2U);
  EXPECT_EQ(first.lines[0].cumulative, 2U);
  EXPECT_EQ(first.lines[0].cells, (std::vector<std::uint64_t>{1, 1}));
  const MadeReport second = made(applications(), "2025Q2", end_of(day(6, 1)));
  EXPECT_EQ(second.lines[0].total, 0U);
  EXPECT_EQ(second.lines[0].cumulative, 2U);
}

TEST_F(CountingTest, CountsOnlyWhatWasKnownThen) {
  WrittenCase late = waiting_for_prefecture(library_, 1);
  WrittenCase later(library_, 2);
  later.on(day(1, 2)).open("PE");
  later.on(day(3, 20), "worker-1", 30).fact("application.filed");
  tell_all({late, later});
  EXPECT_EQ(made(applications(), "2025Q1", end_of(day(4, 1))).lines[0].total, 1U);
  EXPECT_EQ(made(applications(), "2025Q1", end_of(day(4, 30))).lines[0].total, 2U);
}

TEST_F(CountingTest, SaysWhichFactChangedAnOldQuarter) {
  WrittenCase withdrawn = waiting_for_prefecture(library_, 1);
  withdrawn.on(day(4, 20)).add(pathway::FactWithdrawn{Version(6), 0, pathway::kNobody});
  WrittenCase late(library_, 2);
  late.on(day(1, 2)).open("PE");
  late.on(day(3, 20), "worker-1", 30).fact("application.filed");
  tell_all({withdrawn, late, waiting_for_prefecture(library_, 3)});
  const std::vector<CountChange> changes = differences(applications(), facts_, *parse_quarter("2025Q1"), {end_of(day(4, 1)), end_of(day(5, 1))});
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].kind, CountChange::Kind::kWent);
  EXPECT_EQ(changes[0].counted.case_id, CaseId(1));
  EXPECT_EQ(changes[0].saying, "withdrawn");
  EXPECT_EQ(changes[0].cause, "application.filed");
  EXPECT_EQ(changes[1].kind, CountChange::Kind::kCame);
  EXPECT_EQ(changes[1].counted.case_id, CaseId(2));
  EXPECT_EQ(changes[1].saying, "reported");
}

TEST_F(CountingTest, MovesAPersonWhoseValuesWereCorrected) {
  WrittenCase corrected = waiting_for_prefecture(library_, 1, "EG");
  corrected.on(day(4, 20)).add(pathway::PersonCorrected{0, 0, {{0, ritrovo::Value(std::string("PE"))}}});
  tell_all({corrected});
  const std::vector<CountChange> changes = differences(applications(), facts_, *parse_quarter("2025Q1"), {end_of(day(4, 1)), end_of(day(5, 1))});
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].kind, CountChange::Kind::kMoved);
  EXPECT_EQ(changes[0].was_by, std::vector<std::string>{"EG"});
  EXPECT_EQ(changes[0].counted.by, std::vector<std::string>{"PE"});
  EXPECT_EQ(changes[0].cause, "person");
}

TEST_F(CountingTest, TracesACellToItsCases) {
  tell_all({waiting_for_prefecture(library_, 1, "EG"), waiting_for_prefecture(library_, 2, "PE")});
  const std::vector<Counted> counted = count(applications(), facts_, end_of(day(6, 1)));
  const Stretch days = *parse_quarter("2025Q1");
  EXPECT_EQ(counted_at(applications(), counted, days, "A.1")->size(), 2U);
  const std::vector<Counted> egyptian = *counted_at(applications(), counted, days, "A.1/EG");
  ASSERT_EQ(egyptian.size(), 1U);
  EXPECT_EQ(egyptian[0].case_id, CaseId(1));
  EXPECT_FALSE(counted_at(applications(), counted, days, "B.1"));
  EXPECT_FALSE(counted_at(applications(), counted, days, "A.1/EG/female"));
}

TEST_F(CountingTest, ShowsNoSmallFigureInPublic) {
  std::vector<WrittenCase> cases;
  for (std::uint64_t id = 1; id <= 20; ++id) cases.push_back(waiting_for_prefecture(library_, id, id <= 2 ? "LK" : id <= 9 ? "PE" : "EG"));
  tell_all(cases);
  const MadeReport report = made(plan("counts: facts\npublic: true\nlines:\n  - {code: a, title: {it: Domande, en: Applications}, facts: [{fact: application.filed, who: sponsor}], by: [citizenship]}\n"),
                                 "2025Q1", end_of(day(6, 1)));
  // EG 11, LK 2, PE 7: LK alone could be worked out from the total, so that PE is hidden with it.
  EXPECT_EQ(report.lines[0].hiding.cells, (std::vector<bool>{false, true, true}));
  EXPECT_FALSE(report.lines[0].hiding.total);
  EXPECT_EQ(report_csv(report).find(",LK,2\r\n"), std::string::npos);
  EXPECT_EQ(report_json(report).find("cumulative"), std::string::npos) << "the difference of two quarters would tell";
}

TEST(HideSmall, LeavesNothingToBeWorkedOut) {
  EXPECT_EQ(hide_small({10, 20, 0}).cells, (std::vector<bool>{false, false, false}));
  EXPECT_EQ(hide_small({3, 20, 10}).cells, (std::vector<bool>{true, false, true}));
  EXPECT_EQ(hide_small({1, 1, 9, 30}).cells, (std::vector<bool>{true, true, true, false}));
  EXPECT_EQ(hide_small({2, 4, 30}).cells, (std::vector<bool>{true, true, false}));
  EXPECT_EQ(hide_small({4, 4, 4, 30, 50}).cells, (std::vector<bool>{true, true, true, true, false})) << "three that come to twelve are four each";
  EXPECT_TRUE(hide_small({3, 0}).total);
}

TEST_F(CountingTest, HidesATotalInEveryLineThatWouldGiveItAway) {
  std::vector<WrittenCase> cases;
  for (const char* citizenship : {"EG", "PE", "CN", "LK", "MA"}) cases.push_back(waiting_for_prefecture(library_, cases.size() + 1, citizenship));
  tell_all(cases);
  const std::string line = "title: {it: Domande, en: Applications}, facts: [{fact: application.filed, who: sponsor}], by: ";
  const MadeReport report = made(plan("counts: facts\npublic: true\nlines:\n  - {code: a, " + line + "[citizenship]}\n  - {code: b, " + line + "[language]}\n"), "2025Q1", end_of(day(6, 1)));
  EXPECT_TRUE(report.lines[0].hiding.total) << "five cells that come to five are each one";
  EXPECT_EQ(report.lines[1].cells, (std::vector<std::uint64_t>{5}));
  EXPECT_EQ(report.lines[1].hiding.cells, (std::vector<bool>{true})) << "what is left of the other line is the total";
}

TEST_F(CountingTest, ASpreadsheetFindsNoFormulaInAFigure) {
  tell_all({waiting_for_prefecture(library_, 1, "=cmd|' /C calc'!A0"), waiting_for_prefecture(library_, 2, "-1,2")});
  const std::string csv = report_csv(made(applications(), "2025Q1", end_of(day(6, 1))));
  EXPECT_NE(csv.find(",'=cmd|' /C calc'!A0,"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",\"'-1,2\","), std::string::npos) << csv;
}

TEST_F(CountingTest, GivesTheSameBytesForTheSameCutOffs) {
  tell_all({waiting_for_prefecture(library_, 1, "EG"), waiting_for_prefecture(library_, 2, "PE")});
  const MadeReport report = made(applications(), "2025Q1", end_of(day(6, 1)));
  WrittenCase more = waiting_for_prefecture(library_, 3, "PE");
  for (Event event : more.events()) {
    event.recorded = Timestamp(event.recorded.value() + 400 * 86'400'000LL);
    fold_.apply(event);
  }
  const MadeReport again = made(applications(), "2025Q1", end_of(day(6, 1)));
  EXPECT_EQ(report_html(report), report_html(again));
  EXPECT_EQ(report_csv(report), report_csv(again));
  EXPECT_EQ(report_json(report), report_json(again));
  EXPECT_EQ(report_html(report).find("<script"), std::string::npos);
}

TEST(ReportPlan, RefusesWhatItCantCount) {
  const auto refused = [](const std::string& rest, const std::string& why) {
    const Result<definition::ReportPlan> read = definition::read_report_text("r.yaml", "report: small\nversion: 1\ntitle: {it: B, en: S}\n" + rest);
    return !read && read.error().message.find(why) != std::string::npos;
  };
  EXPECT_TRUE(refused("counts: cases\nlines: []\n", "\"persons\", each once"));
  EXPECT_TRUE(refused("counts: facts\nlines:\n  - {code: a, title: {it: B, en: S}, facts: [{fact: x.y}], by: [a, b, c]}\n", "has room for 2"));
  EXPECT_TRUE(refused("counts: facts\nlines:\n  - {code: a, title: {it: B, en: S}, facts: [{fact: x.y, gains_on: z.w}]}\n", "go together"));
  EXPECT_TRUE(refused("counts: facts\n", "lines"));
}

}  // namespace
}  // namespace ritrovo::projections::test
