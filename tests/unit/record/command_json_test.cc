#include "engine/record/command_bounds.h"
#include "engine/record/command_json.h"

#include <gtest/gtest.h>

#include "engine/base/limits.h"
#include "engine/record/case_ids.h"
#include "engine/record/command_codec.h"

namespace ritrovo {
namespace {

const ParseContext kContext{"comune-milano", true};
constexpr std::string_view kActor = R"("actor":{"id":"u-17","organisation":"comune-milano","roles":["lead","caseworker","lead"]})";

auto parse(const std::string& members) { return parse_command("{" + members + "," + std::string(kActor) + "}", kContext); }

std::string problem_at(const std::string& members, std::string_view pointer) {
  const auto command = parse(members);
  if (command) return "no problem at all";
  for (const Problem& problem : command.error())
    if (problem.pointer == pointer) return problem.message;
  return "none there, but: " + to_string(command.error());
}

TEST(CommandJson, ReadsAReport) {
  const CaseId case_id(0x7f0000013f54dcc1ULL);
  const auto command = parse(
      R"("key":"c2c1","case":"fam-lusab-babad-gutih-tugad-4","command":"report","fact":"application.filed","effective_on":"2025-10-10",)"
      R"("person":null,"data":{"receipt":"R","filed_on":"2025-10-10"},"expect_version":12)");
  ASSERT_TRUE(command.has_value()) << to_string(command.error());
  EXPECT_EQ(command->case_id, case_id);
  EXPECT_EQ(command->fact, "application.filed");
  EXPECT_EQ(command->person, std::nullopt);
  EXPECT_EQ(command->expect_version, Version(12));
  EXPECT_EQ(command->data, (Values{{"filed_on", "2025-10-10"}, {"receipt", "R"}}));
  EXPECT_EQ(command->actor, (Actor{"u-17", "comune-milano", {"caseworker", "lead"}}));
}

TEST(CommandJson, DerivesTheCaseFromTheKeyThatOpensIt) {
  const auto open =
      parse(R"("key":"k-1","command":"open","pathway":"p","persons":[{"alias":"sponsor","role":"sponsor","data":{"name":"A"}}])");
  ASSERT_TRUE(open.has_value()) << to_string(open.error());
  EXPECT_EQ(open->case_id, case_id_for("comune-milano", "k-1"));
  const auto later = parse(R"("key":"k-2","opened_by":"k-1","command":"report","fact":"f")");
  ASSERT_TRUE(later.has_value()) << to_string(later.error());
  EXPECT_EQ(later->case_id, open->case_id);
}

TEST(CommandJson, IsReadBackFromWhatItWrites) {
  for (
      const char* members :
      {R"("key":"k-1","command":"open","pathway":"p","persons":[{"alias":"sponsor","role":"sponsor","data":{"n":[1,{"a":true}]}}],"at":"2025-10-04T08:30:00.125+02:00")",
       R"("key":"k-3","opened_by":"k-1","command":"task","step":"a/b","action":"claim","person":"rel-1","occurrence":2,"correlation":"x","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")",
       R"("key":"k-4","opened_by":"k-1","command":"correct","corrects":7,"reason":"a digit","data":{"d":"2020-02-02"},"effective_on":"2020-02-02")"}) {
    const auto command = parse(members);
    ASSERT_TRUE(command.has_value()) << to_string(command.error());
    const auto again = parse_command(command_json(*command), kContext);
    ASSERT_TRUE(again.has_value()) << to_string(again.error());
    EXPECT_EQ(encode_command(*again), encode_command(*command));
  }
}

TEST(CommandJson, TellsAllProblemsAtOnce) {
  const auto command = parse_command(
      R"({"kee":"k","command":"report","data":{"amount":1.5},"effective_on":"2025-02-30","expect_version":-1,"step":"s"})", kContext);
  ASSERT_FALSE(command.has_value());
  std::vector<std::string> pointers;
  for (const Problem& problem : command.error()) pointers.push_back(problem.pointer);
  for (const char* pointer : {"/key", "/kee", "/case", "/fact", "/data/amount", "/effective_on", "/expect_version", "/step", "/actor"})
    EXPECT_NE(std::find(pointers.begin(), pointers.end(), pointer), pointers.end()) << pointer;
}

TEST(CommandJson, HintsAtTheNearestName) {
  EXPECT_NE(problem_at(R"("key":"k","opened_by":"o","command":"report","fact":"f","efective_on":"2025-01-01")", "/efective_on")
                .find("\"effective_on\""),
            std::string::npos);
  EXPECT_NE(problem_at(R"("key":"k","opened_by":"o","command":"repport")", "/command").find("\"report\""), std::string::npos);
  EXPECT_EQ(problem_at(R"("key":"k","opened_by":"o","command":"wake")", "/command").substr(0, 15), "unknown command");
}

TEST(CommandJson, RefusesWhatDoesntBelongTogether) {
  EXPECT_NE(problem_at(R"("key":"k","command":"open","pathway":"p","persons":[],"fact":"f")", "/fact").find("takes no such member"),
            std::string::npos);
  EXPECT_EQ(problem_at(R"("key":"k","command":"open","pathway":"p","persons":[])", "/persons"), "it is empty");
  EXPECT_NE(
      problem_at(R"("key":"k","case":"fam-lusab-babad-gutih-tugad-4","opened_by":"o","command":"close")", "/opened_by").find("not both"),
      std::string::npos);
  EXPECT_NE(problem_at(R"("key":"k","case":"fam-lusab-babad-gutih-tugad-5","command":"close")", "/case").find("check character"),
            std::string::npos);
  EXPECT_NE(problem_at(R"("key":"k","command":"open","pathway":"p","persons":[{"alias":"a","role":"r"},{"alias":"a","role":"r"}])",
                       "/persons/1/alias")
                .find("another"),
            std::string::npos);
  EXPECT_NE(problem_at(R"("key":"k","key":"l","opened_by":"o","command":"close")", "/key").find("twice"), std::string::npos);
  EXPECT_NE(problem_at(R"("key":"a\nb","opened_by":"o","command":"close")", "/key").find("control"), std::string::npos);
}

TEST(CommandJson, TakesNoNameForAnAlias) {
  for (const std::string alias : {"Mario Rossi", "Rel-1", "1", "-a", "rel_1", "mario.rossi", "è", "aaaaaaaaaabbbbbbbbbbccccccccccddd"}) {
    const std::string problem =
        problem_at(R"("key":"k","command":"open","pathway":"p","persons":[{"alias":")" + alias + R"(","role":"r"}])", "/persons/0/alias");
    EXPECT_NE(problem.find("[a-z][a-z0-9-]{0,31}"), std::string::npos) << alias << ": " << problem;
  }
  EXPECT_TRUE(is_alias("a"));
  EXPECT_TRUE(is_alias("rel-1"));
  EXPECT_TRUE(is_alias(std::string(limits::kAliasBytesMax, 'a')));
}

TEST(CommandJson, TakesTheActorFromOneSideOnly) {
  const ParseContext connection{"comune-milano", false};
  EXPECT_TRUE(parse_command(R"({"key":"k","opened_by":"o","command":"close"})", connection).has_value());
  const auto refused = parse_command("{\"key\":\"k\",\"opened_by\":\"o\",\"command\":\"close\"," + std::string(kActor) + "}", connection);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().at(0).pointer, "/actor");
}

TEST(CommandJson, NamesTheLimitThatIsExceeded) {
  EXPECT_NE(problem_at("\"key\":\"" + std::string(limits::kKeyBytesMax + 1, 'k') + "\",\"opened_by\":\"o\",\"command\":\"close\"", "/key")
                .find("128"),
            std::string::npos);
  EXPECT_NE(problem_at(R"("key":"k","opened_by":"o","command":"close","data":{"x":[[[[[1]]]]]})", "/data/x").find("4 levels"),
            std::string::npos);
}

TEST(CommandJson, IsAnObject) {
  EXPECT_FALSE(parse_command("[]", kContext).has_value());
  EXPECT_FALSE(parse_command("", kContext).has_value());
  EXPECT_EQ(parse_command("{\"key\":\n1,}", kContext).error().at(0).pointer.substr(0, 6), "line 2");
}

}  // namespace
}  // namespace ritrovo
