#include "adapters/kafka/published_log.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/kafka/cursor.h"
#include "engine/ledger/frontier.h"
#include "tests/unit/kafka/mock_cluster.h"

namespace ritrovo::kafka {
namespace {

using kafka_tests::MockCluster;

/// Topics as a publisher of partition 0 would leave them, and what is read of them.
class PublishedLogReading : public testing::Test {
 protected:
  PublishedLogReading() {
    settings.log_id = "log-1";
    settings.partitions = 2;
  }
  void record(std::uint64_t incarnation, std::uint64_t position, const std::string& bytes, const char* log = "log-1") {
    const std::string key = std::to_string(incarnation) + "-0-" + std::to_string(position);
    send({"t.records", 0, key, {{"log", log}}, bytes});
  }
  void cursor(std::uint64_t incarnation, std::uint64_t next, const std::string& last) {
    const Cursor cursor{"log-1", incarnation, "somebody", PartitionId(0), Position(next), leaf_hash(last), 0, {}, {}};
    send({"t.cursor", 0, cursor_key(cursor), {}, cursor_json(cursor)});
  }
  Result<void> read() {
    return read_published_log(cluster.connection(), settings,
                              {[this](PartitionId partition, std::string_view bytes) -> Result<void> {
                                 EXPECT_EQ(partition, PartitionId(0));
                                 taken.emplace_back(bytes);
                                 return {};
                               },
                               [this](PartitionId, Position end) -> Result<void> {
                                 taken.resize(end.value());
                                 return {};
                               }});
  }
  void expect_refusal(ErrorCode code, const char* sentence) {
    const Result<void> refused = read();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, code);
    EXPECT_NE(refused.error().message.find(sentence), std::string::npos) << refused.error().message;
  }
  MockCluster cluster{2};
  FolderSettings settings;
  std::vector<std::string> taken;

 private:
  void send(const Outgoing& message) {
    const Result<Client> producer = make_client(RD_KAFKA_PRODUCER, cluster.connection(), {}, nullptr);
    ASSERT_TRUE(producer);
    ASSERT_TRUE(produce(producer->get(), message, nullptr, [] { return false; }));
    ASSERT_EQ(rd_kafka_flush(producer->get(), 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
};

TEST_F(PublishedLogReading, RecordsComeInOrderAndThoseOfOtherLogsArePassedOver) {
  record(1, 0, "a");
  record(1, 7, "somebody else's", "log-2");
  record(1, 1, "b");
  cursor(1, 2, "b");
  ASSERT_TRUE(read());
  EXPECT_EQ(taken, (std::vector<std::string>{"a", "b"}));
}

TEST_F(PublishedLogReading, ALaterIncarnationReplacesWhatStoodUnderItsNumbers) {
  for (const char* bytes : {"a", "b", "c", "d"}) record(1, static_cast<std::uint64_t>(bytes[0] - 'a'), bytes);
  record(9, 2, "C");
  cursor(9, 3, "C");
  settings.incarnation = 9;
  ASSERT_TRUE(read());
  EXPECT_EQ(taken, (std::vector<std::string>{"a", "b", "C"}));
}

TEST_F(PublishedLogReading, ARestoredFolderThatRecordedNothingSinceEndsTheLogWhereItsBackupDid) {
  for (const char* bytes : {"a", "b", "c"}) record(1, static_cast<std::uint64_t>(bytes[0] - 'a'), bytes);
  cursor(9, 1, "a");
  settings.incarnation = 9;
  ASSERT_TRUE(read());
  EXPECT_EQ(taken, std::vector<std::string>{"a"});
}

TEST_F(PublishedLogReading, WhatRetentionTookIsMissedByName) {
  record(1, 5, "f");
  cursor(1, 6, "f");
  expect_refusal(ErrorCode::kNotFound, "begins with record 5");
}

TEST_F(PublishedLogReading, AGapIsMissedByName) {
  record(1, 0, "a");
  record(1, 2, "c");
  cursor(1, 3, "c");
  expect_refusal(ErrorCode::kNotFound, "record 1 is missing");
}

TEST_F(PublishedLogReading, ATopicThatEndsBeforeItsCursorIsRefused) {
  record(1, 0, "a");
  cursor(1, 3, "c");
  expect_refusal(ErrorCode::kCorrupt, "it ends at 1 records, and 3 were published");
}

TEST_F(PublishedLogReading, ALastRecordThatIsntTheOnePublishedIsRefused) {
  record(1, 0, "other");
  cursor(1, 1, "a");
  expect_refusal(ErrorCode::kCorrupt, "isn't the one that was published");
}

TEST_F(PublishedLogReading, AnOlderIncarnationAfterALaterOneIsRefused) {
  record(9, 0, "a");
  record(1, 1, "b");
  cursor(9, 2, "b");
  settings.incarnation = 9;
  expect_refusal(ErrorCode::kCorrupt, "comes after a later one");
}

TEST_F(PublishedLogReading, ALaterIncarnationElsewhereKeepsThisFolderOut) {
  record(9, 0, "a");
  cursor(9, 1, "a");
  expect_refusal(ErrorCode::kWrongFolder, "restored elsewhere");
}

TEST_F(PublishedLogReading, ALogThatWasNeverPublishedHereIsToldApart) { expect_refusal(ErrorCode::kNotFound, "never published there"); }

TEST_F(PublishedLogReading, ATopicOfAnotherFolderIsRefused) {
  settings.partitions = 3;
  expect_refusal(ErrorCode::kWrongFolder, "has 2 partitions, and this folder 3");
}

}  // namespace
}  // namespace ritrovo::kafka
