#include "projections/worklist.h"

#include <gtest/gtest.h>

#include "tests/unit/projections/written_case.h"

namespace ritrovo::projections::test {
namespace {

WrittenCase to_be_filed(const std::shared_ptr<const definition::Library>& library, std::uint64_t id, Day on) {
  WrittenCase written(library, id);
  written.on(on).open("EG").step_opened("application").step_opened("file");
  return written;
}

TEST(Worklist, HoldsOpenTasksAndNoWaits) {
  const auto library = small_library();
  CaseFold fold(library);
  Worklist worklist;
  tell(fold, worklist, {to_be_filed(library, 1, day(1, 2)), waiting_for_prefecture(library, 2)});
  const std::vector<OpenTask> tasks = worklist.tasks("it");
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].case_id, CaseId(1));
  EXPECT_EQ(tasks[0].title, "Invio");
  EXPECT_EQ(tasks[0].role_title, "Operatore");
  EXPECT_EQ(tasks[0].opened_on, day(1, 2));
  EXPECT_TRUE(worklist.tasks("it", "teacher").empty());
}

TEST(Worklist, FollowsClaimsAndReleases) {
  const auto library = small_library();
  CaseFold fold(library);
  Worklist worklist;
  WrittenCase written = to_be_filed(library, 1, day(1, 2));
  written.on(day(1, 3)).add(pathway::TaskClaimed{written.ref("file"), "worker-2"});
  tell(fold, worklist, {written});
  EXPECT_EQ(worklist.tasks("en").at(0).claimed_by, "worker-2");
  written.on(day(1, 4)).add(pathway::TaskReleased{written.ref("file"), "worker-2"});
  fold.apply(written.events().back());
  EXPECT_EQ(worklist.tasks("en").at(0).claimed_by, "");
}

TEST(Worklist, StandsByDueDayWithTheUndatedLast) {
  const auto library = small_library();
  CaseFold fold(library);
  Worklist worklist;
  WrittenCase dated = to_be_filed(library, 2, day(2, 1));
  dated.deadline_set("file", day(2, 1), day(3, 1));
  WrittenCase sooner = to_be_filed(library, 3, day(2, 2));
  sooner.deadline_set("file", day(2, 1), day(2, 20));
  tell(fold, worklist, {to_be_filed(library, 1, day(1, 2)), dated, sooner});
  std::vector<CaseId> order;
  for (const OpenTask& task : worklist.tasks("en")) order.push_back(task.case_id);
  EXPECT_EQ(order, (std::vector<CaseId>{CaseId(3), CaseId(2), CaseId(1)}));
}

TEST(Worklist, IsOfAnOrganisationOnceATaskIsDelegatedToIt) {
  const auto library = small_library();
  CaseFold fold(library);
  Worklist worklist;
  WrittenCase written(library, 1);
  written.on(day(1, 8)).open("EG").step_opened("application").step_opened("file");
  tell(fold, worklist, {written});
  EXPECT_EQ(worklist.tasks("en", {}, "patronato").size(), 1U) << "anybody's";
  written.on(day(1, 9)).add(pathway::TaskDelegated{written.ref("file"), "worker-1", "", "patronato"});
  fold.apply(written.events().back());
  EXPECT_EQ(worklist.tasks("en", {}, "patronato").at(0).organisation, "patronato");
  EXPECT_TRUE(worklist.tasks("en", {}, "comune-milano").empty());
  EXPECT_EQ(worklist.tasks("en").size(), 1U);
}

TEST(Worklist, OffersNothingOfASuspendedOrClosedCase) {
  const auto library = small_library();
  CaseFold fold(library);
  Worklist worklist;
  WrittenCase written = to_be_filed(library, 1, day(1, 2));
  written.on(day(1, 3)).add(pathway::CaseSuspended{});
  tell(fold, worklist, {written});
  EXPECT_TRUE(worklist.tasks("en").empty());
  written.on(day(1, 4)).add(pathway::CaseResumed{});
  fold.apply(written.events().back());
  EXPECT_EQ(worklist.tasks("en").size(), 1U);
  written.on(day(1, 5)).add(pathway::CaseClosed{});
  fold.apply(written.events().back());
  EXPECT_TRUE(worklist.tasks("en").empty());
}

}  // namespace
}  // namespace ritrovo::projections::test
