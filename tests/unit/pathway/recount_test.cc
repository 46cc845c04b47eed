#include <gtest/gtest.h>

#include "tests/unit/pathway/case_bench.h"
#include "workflows/definition/loader.h"

namespace ritrovo::pathway::test {
namespace {

const std::string kPathway =
    "pathway: trial\nversion: 1\nvalid_from: 2020-01-01\ntitle: {it: Prova, en: Trial}\nroles: {clerk: {it: Operatore, en: Clerk}}\n"
    "persons: {sponsor: {count: one}}\nfacts: {a.asked: {by: [clerk], data: {asked_on: {type: date, public: true}}}, a.given: {by: [clerk]}}\n"
    "steps:\n  ask: {wait_for: true, done_when: {fact: a.asked}}\n"
    "  answer: {after: ask, wait_for: true, deadline: {term: reply, from: a.asked.asked_on}, done_when: {fact: a.given}}\n";
const std::string kCalendar = "calendar: office\nversion: 1\ntitle: {it: Ufficio, en: Office}\nrest: [saturday, sunday]\n";

std::string term(int version, const std::string& length) {
  return "term: reply\nversion: " + std::to_string(version) +
         "\ntitle: {it: Risposta, en: Reply}\nlaw: L. 1\nverified: true\ncalendar: office\nroll: false\nchosen_by: start\n"
         "lengths: [{from: 2010-01-01, length: " + length + ", verified: true}]\n";
}

std::shared_ptr<const definition::Library> first() {
  const definition::Loaded loaded = definition::load({{"p.yaml", kPathway}, {"c.yaml", kCalendar}, {"t.yaml", term(1, "P30D")}});
  EXPECT_TRUE(loaded.good());
  return std::make_shared<const definition::Library>(loaded.library);
}

std::shared_ptr<const definition::Library> with_term(const definition::Library& base, const std::string& text) {
  const definition::Loaded loaded = definition::load({{"t.yaml", text}}, &base);
  EXPECT_TRUE(loaded.good());
  return std::make_shared<const definition::Library>(definition::merge(base, loaded.library).value());
}

class Recount : public ::testing::Test {
 protected:
  Recount() : bench(first()) {
    bench.give("2024-01-08 open trial sponsor:sponsor{}");
    bench.give("2024-01-10 report a.asked asked_on=2024-01-10");
  }
  std::string given(const std::string& line) {
    const Decision decision = bench.decide(command(line), today);
    std::string shown = bench.show(decision);
    bench.give(line);
    return shown;
  }
  Command command(const std::string& line) { return command_of(line, today); }
  Day today;
  CaseBench bench;
};

TEST_F(Recount, ALaterTermMovesWhatRunsAndSaysSo) {
  bench.publish(with_term(bench.library(), term(2, "P45D")));
  EXPECT_EQ(bench.deadline("answer")->due, parse_day("2024-02-09").value()) << "nothing moves by itself";
  const std::string shown = given("2024-01-15 recount");
  EXPECT_NE(shown.find("terms_recounted {\"by\":[{\"kind\":\"calendar\",\"name\":\"office\",\"version\":1},{\"kind\":\"term\",\"name\":\"reply\",\"version\":2}]}"), std::string::npos) << shown;
  EXPECT_NE(shown.find("deadline_moved"), std::string::npos) << shown;
  EXPECT_EQ(bench.deadline("answer")->due, parse_day("2024-02-24").value());
  const Result<Body> moved = decode_body(bench.events().back().tag, bench.events().back().body);
  const Because* why = because_of(*moved);
  ASSERT_NE(why, nullptr);
  EXPECT_EQ(why->causes.back(), Version(bench.state().core.version.value() - 1)) << "because of the recount";
  EXPECT_TRUE(bench.replays());
}

TEST_F(Recount, WithTheSameTermsMovesNothing) {
  given("2024-01-15 recount");
  EXPECT_EQ(bench.count("terms_recounted"), 1U);
  EXPECT_EQ(bench.count("deadline_moved"), 0U);
}

TEST_F(Recount, ADeadlineThatWasMissedStaysSo) {
  bench.give("2024-02-10 wake");
  EXPECT_EQ(bench.count("deadline_missed"), 1U);
  bench.publish(with_term(bench.library(), term(2, "P45D")));
  EXPECT_NE(given("2024-02-12 recount").find("! nothing_to_recount"), std::string::npos);
}

TEST_F(Recount, NamesAlsoTheCalendarThatTheTermsCalendarExtends) {
  const definition::Loaded nation = definition::load({{"n.yaml", "calendar: nation\nversion: 3\ntitle: {it: Nazione, en: Nation}\nholidays: [{date: 12-25, title: {it: Natale, en: Christmas}, verified: true}]\n"},
                                                      {"c.yaml", "calendar: office\nversion: 2\ntitle: {it: Ufficio, en: Office}\nextends: nation\nrest: [saturday, sunday]\n"}},
                                                     &bench.library());
  ASSERT_TRUE(nation.good());
  bench.publish(std::make_shared<const definition::Library>(definition::merge(bench.library(), nation.library).value()));
  const std::string shown = given("2024-01-15 recount");
  EXPECT_NE(shown.find("{\"kind\":\"calendar\",\"name\":\"nation\",\"version\":3}"), std::string::npos) << shown;
}

}  // namespace
}  // namespace ritrovo::pathway::test
