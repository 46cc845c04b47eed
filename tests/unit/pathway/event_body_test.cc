#include "workflows/pathway/event_body.h"

#include <gtest/gtest.h>

#include <set>

namespace ritrovo::pathway {
namespace {

template <std::size_t... I>
std::vector<Body> one_of_each(std::index_sequence<I...> /*kinds*/) {
  return {Body(std::in_place_index<I>)...};
}

const std::vector<Body> kAll = one_of_each(std::make_index_sequence<std::variant_size_v<Body>>());

TEST(EventBody, EachKindHasItsOwnTagAndNameAndReadsBack) {
  std::set<unsigned> tags;
  std::set<std::string_view> names;
  for (const Body& body : kAll) {
    tags.insert(static_cast<unsigned>(tag_of(body)));
    names.insert(name_of(body));
    const Result<Body> back = decode_body(tag_of(body), encode_body(body));
    ASSERT_TRUE(back.has_value()) << name_of(body);
    EXPECT_EQ(back->index(), body.index());
  }
  EXPECT_EQ(tags.size(), kAll.size());
  EXPECT_EQ(names.size(), kAll.size());
  EXPECT_GE(*tags.begin(), 100U);
}

TEST(EventBody, TagsNeverChange) {
  std::string tags;
  for (const Body& body : kAll) tags += std::string(name_of(body)) + " " + std::to_string(static_cast<unsigned>(tag_of(body))) + "\n";
  EXPECT_EQ(tags,
            "case_opened 100\nperson_added 101\nperson_left 102\nfact_reported 103\ncase_suspended 104\ncase_resumed 105\ncase_closed 106\n"
            "pathway_completed 107\nstep_enabled 110\nstep_opened 111\nstep_completed 112\nstep_terminated 113\nvalue_computed 114\n"
            "notification_requested 115\ntask_claimed 120\ntask_released 121\ntask_delegated 122\ntask_completed 123\ntask_started 124\n"
            "deadline_set 130\ndeadline_moved 131\ndeadline_suspended 132\ndeadline_interrupted 133\ndeadline_warned 135\ndeadline_met 136\n"
            "deadline_missed 137\ndeadline_voided 138\nincident_opened 140\nincident_resolved 141\nalarm_set 142\n"
            "person_suspended 108\nperson_resumed 109\ncase_linked 117\nstep_reopened 116\ntask_escalated 125\ntask_assigned 126\n"
            "terms_recounted 118\n"
            "fact_corrected 150\nfact_withdrawn 151\nperson_corrected 152\nstep_revised 153\ndeadline_withdrawn 154\nwork_questioned 155\n"
            "case_reopened 156\nmessage_reported 160\nmessages_chosen 161\n");
}

TEST(EventBody, CorruptBytesAreRefused) {
  EXPECT_EQ(decode_body(RecordTag{99}, "").error().code, ErrorCode::kCorrupt);
  for (const Body& body : kAll) {
    const std::string bytes = encode_body(body);
    EXPECT_FALSE(decode_body(tag_of(body), bytes + "x").has_value()) << name_of(body);
    EXPECT_FALSE(decode_body(tag_of(body), std::string_view(bytes).substr(0, bytes.size() - 1)).has_value()) << name_of(body);
    EXPECT_FALSE(decode_body(tag_of(body), "\x02" + bytes.substr(1)).has_value()) << name_of(body);
  }
}

TEST(EventBody, ATypicalConsequenceIsSmall) {
  Because because{Rule::kAfter, 0, {Version(120), Version(140)}, {{17, Version(120), ritrovo::Value(Day(20000))}, {18, Version(90), ritrovo::Value(Decimal{123456, 2})}}};
  EXPECT_LT(encode_body(StepOpened{{40, 2, Version()}, because}).size(), 60U);
}

}  // namespace
}  // namespace ritrovo::pathway
