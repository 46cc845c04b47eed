#include "engine/log/access_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace ritrovo {
namespace {

struct AccessLogTest : testing::Test {
  std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / ("access-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
  AccessLog log{folder};
  AccessLogTest() { std::filesystem::remove_all(folder); }
  ~AccessLogTest() override { std::filesystem::remove_all(folder); }

  static AccessBatch batch(const std::string& at, const std::string& who = "u-1") { return {parse_timestamp(at).value(), who, "a hearing", {{CaseId(7), "explain nulla_osta", true}}}; }
  std::vector<AccessBatch> all() const {
    std::vector<AccessBatch> found;
    const Result<void> read = log.read([&found](const AccessBatch& one) { found.push_back(one); });
    EXPECT_TRUE(read) << read.error().message;
    return found;
  }
  std::string problem() const {
    const Result<void> read = log.read([](const AccessBatch&) {});
    return read ? std::string() : read.error().message;
  }
  std::string text(const std::string& month) const {
    std::ostringstream content;
    content << std::ifstream(folder / (month + ".log")).rdbuf();
    return content.str();
  }
  void write(const std::string& month, const std::string& content) const { std::ofstream(folder / (month + ".log"), std::ios::trunc) << content; }
};

TEST_F(AccessLogTest, GivesBackWhatWasAppended) {
  const std::vector<AccessBatch> given = {batch("2026-10-30T10:00:00Z"), batch("2026-11-02T10:00:00Z", "u-2"), batch("2026-11-02T10:00:01Z")};
  for (const AccessBatch& one : given) ASSERT_TRUE(log.append(one));
  EXPECT_EQ(all(), given);
}

TEST_F(AccessLogTest, RefusesWhatItCouldntReadAgain) {
  ASSERT_TRUE(log.append(batch("2026-11-02T10:00:00Z")));
  AccessBatch bad = batch("2026-11-02T10:00:01Z");
  for (const std::string& purpose : {std::string("\xff\xfe"), std::string(20'000, 'a')}) {
    bad.purpose = purpose;
    const Result<void> refused = log.append(bad);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kMalformed);
  }
  ASSERT_TRUE(log.append(batch("2026-11-02T10:00:02Z")));
  EXPECT_EQ(all().size(), 2U);
}

TEST_F(AccessLogTest, AnEarlierHeadShowsWhetherTheEndIsStillThere) {
  EXPECT_FALSE(*log.head());
  ASSERT_TRUE(log.append(batch("2026-11-02T10:00:00Z")));
  const AccessHead earlier = **log.head();
  EXPECT_EQ(earlier.month, "2026-11");
  EXPECT_EQ(earlier.size, TreeSize(2));
  ASSERT_TRUE(log.append(batch("2026-11-03T10:00:00Z")));
  const AccessHead later = **log.head();
  EXPECT_TRUE(log.check_extends(earlier));
  const std::string whole = text("2026-11");
  write("2026-11", whole.substr(0, whole.rfind('\n', whole.size() - 2) + 1));
  EXPECT_TRUE(log.check_extends(earlier));
  EXPECT_EQ(log.check_extends(later).error().code, ErrorCode::kCorrupt);
  // Another reading in the place of the one that was taken out.
  ASSERT_TRUE(log.append(batch("2026-11-03T10:00:00Z", "u-2")));
  EXPECT_EQ(problem(), "");
  EXPECT_EQ(log.check_extends(later).error().code, ErrorCode::kCorrupt);
  std::filesystem::remove(folder / "2026-11.log");
  EXPECT_EQ(log.check_extends(earlier).error().code, ErrorCode::kCorrupt);
  ASSERT_TRUE(log.append(batch("2028-11-03T10:00:00Z")));
  EXPECT_EQ(log.check_extends(earlier).error().code, ErrorCode::kCorrupt) << "it has to be kept for two years";
  ASSERT_TRUE(log.append(batch("2028-12-03T10:00:00Z")));
  EXPECT_TRUE(log.check_extends(earlier));
  EXPECT_EQ(AccessLog::month_without(parse_timestamp("2026-11-02T10:00:00Z").value()), "2028-12");
}

TEST_F(AccessLogTest, AnEmptyFolderHasNoReads) { EXPECT_TRUE(all().empty()); }

TEST_F(AccessLogTest, EachLineChangedPutInOrTakenOutIsFound) {
  for (const char* at : {"2026-10-30T10:00:00Z", "2026-10-31T10:00:00Z", "2026-11-02T10:00:00Z", "2026-11-03T10:00:00Z"}) ASSERT_TRUE(log.append(batch(at)));
  const std::string october = text("2026-10");
  const std::size_t second = october.find('\n') + 1;
  const std::size_t third = october.find('\n', second) + 1;
  std::string changed = october;
  changed.replace(changed.find("u-1"), 3, "u-9");
  for (const std::string& tampered : {changed, october.substr(0, second) + october.substr(third), october + october.substr(second, third - second)}) {
    write("2026-10", tampered);
    EXPECT_NE(problem(), "") << tampered;
    write("2026-10", october);
    EXPECT_EQ(problem(), "");
  }
  std::filesystem::remove(folder / "2026-10.log");
  EXPECT_EQ(problem(), "") << "a month that is over may be forgotten";
}

TEST_F(AccessLogTest, ALineCutOffByACrashIsPassedOverAndNothingIsWrittenAfterAChangedOne) {
  ASSERT_TRUE(log.append(batch("2026-11-02T10:00:00Z")));
  write("2026-11", text("2026-11") + "{\"at\":\"2026");
  EXPECT_EQ(all().size(), 1U);
  ASSERT_TRUE(log.append(batch("2026-11-02T11:00:00Z")));
  EXPECT_EQ(all().size(), 2U);
  write("2026-11", "nonsense\n");
  EXPECT_EQ(log.append(batch("2026-11-03T10:00:00Z")).error().code, ErrorCode::kCorrupt);
}

TEST_F(AccessLogTest, GoesOnFromWhereItWasAndALineChangedMeanwhileIsFoundByItsReader) {
  ASSERT_TRUE(log.append(batch("2026-11-02T10:00:00Z")));
  ASSERT_TRUE(log.append(batch("2026-11-02T11:00:00Z")));
  std::string changed = text("2026-11");
  changed.replace(changed.find("a hearing"), 9, "a nothing");
  write("2026-11", changed);
  ASSERT_TRUE(log.append(batch("2026-11-02T12:00:00Z"))) << "the month isn't read again for each line";
  EXPECT_THAT(problem(), testing::HasSubstr("line 3: a line before it was changed")) << "the line after it says what stood there";
  EXPECT_EQ(AccessLog(folder).append(batch("2026-11-02T13:00:00Z")).error().code, ErrorCode::kCorrupt) << "and by the next process";
}

TEST_F(AccessLogTest, MonthsAreForgottenAfterTheirTime) {
  ASSERT_TRUE(log.append(batch("2024-10-30T10:00:00Z")));
  ASSERT_TRUE(log.append(batch("2024-11-30T10:00:00Z")));
  ASSERT_TRUE(log.append(batch("2026-11-02T10:00:00Z")));
  EXPECT_FALSE(std::filesystem::exists(folder / "2024-10.log"));
  EXPECT_EQ(all().size(), 2U);
}

TEST_F(AccessLogTest, SaysWhereItCannotWrite) {
  std::ofstream(folder) << "no folder";
  EXPECT_EQ(log.append(batch("2026-11-02T10:00:00Z")).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace ritrovo
