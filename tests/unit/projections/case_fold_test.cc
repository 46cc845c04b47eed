#include "projections/case_fold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "engine/record/engine_bodies.h"
#include "projections/caseload.h"
#include "projections/deadlines.h"
#include "projections/worklist.h"
#include "tests/unit/projections/written_case.h"

namespace ritrovo::projections::test {
namespace {

/// Cases at every point of the small pathway.
std::vector<WrittenCase> families(const std::shared_ptr<const definition::Library>& library) {
  std::vector<WrittenCase> cases;
  for (std::uint64_t id = 1; id <= 40; ++id) {
    WrittenCase written = waiting_for_prefecture(library, id, id % 3 == 0 ? "EG" : "PE");
    if (id % 4 == 1) written.on(day(4, 11), "").deadline_missed("nulla_osta", day(4, 10));
    if (id % 5 == 2) written.on(day(5, 1)).fact("decision.made").step_completed("nulla_osta", "granted").step_opened("journey", 1).step_opened("entry", 1);
    if (id % 10 == 7) written.on(day(6, 1)).fact("entry.made", 1).step_completed("entry", "done", 1).step_completed("reunited").add(pathway::PathwayCompleted{});
    cases.push_back(written);
  }
  return cases;
}

struct Figures {
  CaseloadReport caseload;
  DeadlineReport deadlines;
  std::vector<OpenDeadline> open;
  std::vector<OpenTask> tasks;
  bool operator==(const Figures&) const = default;
};

Figures figures(const std::shared_ptr<const definition::Library>& library, const std::vector<Event>& events) {
  CaseFold fold(library);
  Caseload caseload;
  Deadlines deadlines;
  Worklist worklist;
  fold.feed(caseload);
  fold.feed(deadlines);
  fold.feed(worklist);
  for (const Event& event : events) fold.apply(event);
  return {caseload.report("it"), deadlines.report(day(7, 1), 30, "it", library.get()), deadlines.open(day(7, 1), "it", library.get()), worklist.tasks("it")};
}

TEST(CaseFold, GivesTheSameFiguresInWhateverWayPartitionsAreInterleaved) {
  const auto library = small_library();
  const std::vector<WrittenCase> cases = families(library);
  std::vector<Event> one_after_another;
  for (const WrittenCase& written : cases) one_after_another.insert(one_after_another.end(), written.events().begin(), written.events().end());
  const Figures expected = figures(library, one_after_another);
  EXPECT_EQ(figures(library, one_after_another), expected);
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::size_t> turns, next(cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) turns.insert(turns.end(), cases[i].events().size(), i);
    std::shuffle(turns.begin(), turns.end(), random);
    std::vector<Event> mixed;
    for (const std::size_t turn : turns) mixed.push_back(cases[turn].events()[next[turn]++]);
    EXPECT_EQ(figures(library, mixed), expected);
  }
}

TEST(CaseFold, LearnsPathwaysFromPublicationsAmongTheEvents) {
  const auto library = small_library();
  PublicationBody publication;
  publication.documents = {{"answer.yaml", small_term()}, {"small.yaml", small_pathway()}};
  publication.hash = hash_of(publication.documents);
  Event event;
  event.tag = RecordTag::kPublication;
  event.body = encode_body(publication);
  CaseFold fold;
  Caseload caseload;
  fold.apply(event);
  fold.apply(event);  // as it stands in a second partition
  tell(fold, caseload, {waiting_for_prefecture(library, 1)});
  EXPECT_EQ(caseload.report("en").open, 1U);
  EXPECT_EQ(fold.unreadable_cases(), 0U);
  EXPECT_EQ(fold.library()->pathways.size(), 1U);
}

TEST(CaseFold, CountsCasesWhosePathwayIsNotPublished) {
  const auto library = small_library();
  CaseFold fold;
  Caseload caseload;
  tell(fold, caseload, {waiting_for_prefecture(library, 1)});
  EXPECT_EQ(caseload.report("en").cases, 0U);
  EXPECT_EQ(fold.unreadable_cases(), 1U);
}

TEST(CaseFold, PassesOverRecordsThatAreNoEventsOfACase) {
  CaseFold fold(small_library());
  Event rejection;
  rejection.tag = RecordTag::kRejection;
  rejection.case_id = CaseId(1);
  fold.apply(rejection);
  EXPECT_EQ(fold.cases(), 0U);
}

TEST(CaseFold, KnowsThePersonsAndTheLifeOfACase) {
  const auto library = small_library();
  CaseFold fold(library);
  Caseload caseload;
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(2, 1)).add(pathway::PersonLeft{1});
  tell(fold, caseload, {written});
  const CaseFrame* frame = fold.frame(CaseId(1));
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->alias(0), "sponsor");
  EXPECT_EQ(frame->alias(pathway::kNobody), "");
  EXPECT_TRUE(frame->persons.at(1).left);
  EXPECT_EQ(frame->life, pathway::CaseLife::kOpen);
}

}  // namespace
}  // namespace ritrovo::projections::test
