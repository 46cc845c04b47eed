#include "engine/record/case_ids.h"

#include <gtest/gtest.h>

namespace ritrovo {
namespace {

TEST(CaseIds, FollowFromTenantAndOpeningKey) {
  EXPECT_EQ(case_id_for("comune-milano", "k-1"), case_id_for("comune-milano", "k-1"));
  EXPECT_NE(case_id_for("comune-milano", "k-1"), case_id_for("comune-milano", "k-2"));
  EXPECT_NE(case_id_for("comune-milano", "k-1"), case_id_for("comune-torino", "k-1"));
  EXPECT_NE(case_id_for("a", "bc"), case_id_for("ab", "c"));
}

// Worked out by hand with sha256sum; these bytes are in every folder, so they never change.
TEST(CaseIds, KeepTheirBytes) { EXPECT_EQ(case_id_for("comune-milano", "k-1").value(), 0xde40821d641df822ULL); }

TEST(PersonIds, DifferByCaseAndAlias) {
  const CaseId case_id = case_id_for("t", "k");
  EXPECT_EQ(person_id_for(case_id, "rel-1"), person_id_for(case_id, "rel-1"));
  EXPECT_NE(person_id_for(case_id, "rel-1"), person_id_for(case_id, "rel-2"));
  EXPECT_NE(person_id_for(case_id, "rel-1"), person_id_for(CaseId(1), "rel-1"));
  EXPECT_NE(household_of(case_id), person_id_for(case_id, ""));
  EXPECT_NE(household_of(case_id), folder_owner());
}

}  // namespace
}  // namespace ritrovo
