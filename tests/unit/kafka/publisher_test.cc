#include "adapters/kafka/publisher.h"

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/record/record_codec.h"
#include "tests/simulation/simulated_disk.h"
#include "tests/unit/kafka/mock_cluster.h"

namespace ritrovo::kafka {
namespace {

using kafka_tests::MockCluster;

constexpr std::uint16_t kPartitions = 2;

/// A log in memory, to which a test adds records that are no events: their bytes are published, and nothing else of them is read.
class PublishedLog {
 public:
  PublishedLog() {
    published.settings.log_id = "log-1";
    published.settings.partitions = kPartitions;
    published.with_log = [this](const std::function<Result<void>(const CaseLog&)>& read) {
      const std::lock_guard lock(mutex_);
      const simulation::DiskLog log(disk_);
      return read(CaseLog(log));
    };
    published.library = [] { return std::make_shared<const definition::Library>(); };
  }
  void add(std::uint16_t partition, std::size_t count, const char* key = "k") {
    const std::lock_guard lock(mutex_);
    Batch batch;
    for (std::size_t i = 0; i < count; ++i) {
      Event event;
      event.tag = RecordTag::kRejection;
      event.case_id = CaseId(7);
      event.recorded = Timestamp(1'700'000'000'000);
      event.effective = Day(20'000);
      event.provenance = Provenance{{"u", "o", {}}, key, {}, 1, std::nullopt, {}, {}};
      put_record(batch, PartitionId(partition), Position(next_[partition]++), event, encode_record(event));
    }
    ASSERT_TRUE(disk_.write(batch));
  }
  Published published;

 private:
  std::mutex mutex_;
  simulation::Disk disk_{1};
  std::array<std::uint64_t, kPartitions> next_{};
};

bool all_published(const PublisherStatus& status) { return status.state == "publishing" && status.backlog == 0; }

bool says(const PublisherStatus& status, std::string_view words) { return status.last_error.find(words) != std::string::npos; }

class PublisherFaults : public testing::Test {
 protected:
  /// Until take_again.
  void refuse_messages(rd_kafka_resp_err_t error) { cluster.fail(MockCluster::kProduce, std::vector<rd_kafka_resp_err_t>(1000, error)); }
  kafka_tests::Changes changes;  // before the publishers, which note them
  MockCluster cluster{kPartitions};
  PublishedLog log;

  void wait_for(const Publisher& publisher, const std::function<bool(const PublisherStatus&)>& claim) {
    const bool came = changes.come_to([&] { return claim(publisher.status()); });
    const PublisherStatus status = publisher.status();
    ASSERT_TRUE(came) << status.state << ", backlog " << status.backlog << ", " << status.last_error;
  }
};

TEST_F(PublisherFaults, WhatIsRecordedIsPublishedByPartition) {
  log.add(0, 3);
  log.add(1, 2);
  {
    Publisher publisher(log.published, cluster.connection(), {}, changes.note());
    wait_for(publisher, all_published);
    log.add(1, 1);
    publisher.wake();
    wait_for(publisher, [](const PublisherStatus& status) { return status.published == 6; });
  }
  EXPECT_EQ(cluster.messages("t.records", 0), 3U);
  EXPECT_EQ(cluster.messages("t.records", 1), 3U);
  EXPECT_EQ(cluster.messages("t.events", 0), 0U) << "a rejection is no event of a case";
}

TEST_F(PublisherFaults, AnotherStartGoesOnWhereTheCursorStands) {
  log.add(0, 5);
  {
    Publisher publisher(log.published, cluster.connection(), {}, changes.note());
    wait_for(publisher, all_published);
  }
  log.add(0, 1);
  {
    Publisher publisher(log.published, cluster.connection(), {}, changes.note());
    wait_for(publisher, all_published);
    EXPECT_EQ(publisher.status().published, 1U);
  }
  EXPECT_EQ(cluster.messages("t.records", 0), 6U);
}

TEST_F(PublisherFaults, WhileTheBrokerIsDownTheBacklogGrowsAndTheOperatorIsTold) {
  Publisher publisher(log.published, cluster.connection(), {}, changes.note());
  wait_for(publisher, all_published);
  cluster.down();
  log.add(0, 4);
  publisher.wake();
  wait_for(publisher, [](const PublisherStatus& status) { return status.backlog == 4 && says(status, "Connection refused"); });
  wait_for(publisher, [](const PublisherStatus& status) { return status.state == "waiting" && says(status, "the brokers don't take what is published") && says(status, "Connection refused"); });
  cluster.up();
  wait_for(publisher, all_published);
  EXPECT_EQ(publisher.status().last_error, "");
}

TEST_F(PublisherFaults, ABrokerThatIsDownAtTheStartIsNamedWithTheReason) {
  cluster.down();
  log.add(0, 1);
  Publisher publisher(log.published, cluster.connection(), {}, changes.note());
  wait_for(publisher, [](const PublisherStatus& status) { return status.state == "waiting" && says(status, "the brokers don't answer") && says(status, "Connection refused"); });
  EXPECT_EQ(publisher.status().backlog, 1U);
  cluster.up();
  wait_for(publisher, all_published);
  EXPECT_EQ(publisher.status().last_error, "");
}

TEST_F(PublisherFaults, ACoordinatorThatMovedIsFoundAgain) {
  Publisher publisher(log.published, cluster.connection(), {}, changes.note());
  wait_for(publisher, all_published);
  cluster.fail(MockCluster::kAddPartitionsToTxn, {RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS});
  cluster.fail(MockCluster::kEndTxn, {RD_KAFKA_RESP_ERR_NOT_COORDINATOR});
  log.add(0, 2);
  publisher.wake();
  wait_for(publisher, [](const PublisherStatus& status) { return status.published == 2; });
  EXPECT_EQ(publisher.status().last_error, "") << "it passed by itself";
}

TEST_F(PublisherFaults, AMessageThatIsTooLargeForTheBrokerIsToldAndStaysAtRisk) {
  Publisher publisher(log.published, cluster.connection(), {}, changes.note());
  wait_for(publisher, all_published);
  refuse_messages(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  log.add(0, 1);
  publisher.wake();
  wait_for(publisher, [](const PublisherStatus& status) {
    return status.state == "waiting" && status.backlog == 1 && says(status, "refuses a message of") && says(status, "Message size too large") && says(status, "'ritrovo kafka init'");
  });
  cluster.take_again();
  // Nothing was skipped meanwhile.
  wait_for(publisher, [](const PublisherStatus& status) { return status.published == 1 && status.backlog == 0; });
  EXPECT_EQ(publisher.status().last_error, "");
}

TEST_F(PublisherFaults, AMissingPermissionIsToldAndStaysAtRisk) {
  Publisher publisher(log.published, cluster.connection(), {}, changes.note());
  wait_for(publisher, all_published);
  refuse_messages(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  log.add(0, 1);
  publisher.wake();
  wait_for(publisher, [](const PublisherStatus& status) { return status.state == "waiting" && status.backlog == 1 && says(status, "t.") && says(status, "authorization failed"); });
  cluster.take_again();
  wait_for(publisher, [](const PublisherStatus& status) { return status.published == 1 && status.last_error.empty(); });
}

TEST_F(PublisherFaults, AProducerThatLostItsEpochBeginsAgainWhereTheCursorNamesIt) {
  Publisher publisher(log.published, cluster.connection(), {}, changes.note());
  wait_for(publisher, all_published);
  cluster.fail(MockCluster::kEndTxn, {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH});
  log.add(1, 2);
  ASSERT_EQ(publisher.status().backlog, 2U);
  publisher.wake();
  // The mock shows its readers what was aborted, the cursor too: how often it was published, only a real broker can say.
  wait_for(publisher, all_published);
  EXPECT_EQ(publisher.status().last_error, "");
}

TEST_F(PublisherFaults, AMissingTopicIsNamed) {
  cluster.topic_error("t.events", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  Publisher publisher(log.published, cluster.connection(), {}, changes.note());
  wait_for(publisher, [](const PublisherStatus& status) { return status.last_error.find("t.events") != std::string::npos && says(status, "'ritrovo kafka init' makes it"); });
  cluster.topic_error("t.events", RD_KAFKA_RESP_ERR_NO_ERROR);
  wait_for(publisher, all_published);
}

TEST_F(PublisherFaults, ABrokerThatHoldsItsAnswersBackOnlySlowsPublishing) {
  cluster.slow(150);
  log.add(0, 50);
  Publisher publisher(log.published, cluster.connection(), {}, changes.note());
  wait_for(publisher, [](const PublisherStatus& status) { return status.backlog == 50; });
  EXPECT_EQ(publisher.status().last_error, "");
  wait_for(publisher, all_published);
  EXPECT_EQ(publisher.status().published, 50U);
}

TEST_F(PublisherFaults, AnotherOwnerOfTheSameLogStopsTheFirstForGood) {
  Publisher first(log.published, cluster.connection(), {}, changes.note());
  wait_for(first, all_published);
  Publisher second(log.published, cluster.connection(), {}, changes.note());
  wait_for(second, all_published);
  cluster.fail(MockCluster::kEndTxn, {RD_KAFKA_RESP_ERR_PRODUCER_FENCED});
  log.add(0, 1);
  first.wake();
  wait_for(first, [](const PublisherStatus& status) { return status.state == "stopped"; });
  EXPECT_NE(first.status().last_error.find("another process publishes this log"), std::string::npos);
}

TEST_F(PublisherFaults, AnOlderCopyThanWhatIsPublishedStops) {
  log.add(0, 3);
  {
    Publisher publisher(log.published, cluster.connection(), {}, changes.note());
    wait_for(publisher, all_published);
  }
  PublishedLog older;
  older.add(0, 2);
  Publisher publisher(older.published, cluster.connection(), {}, changes.note());
  wait_for(publisher, [](const PublisherStatus& status) { return status.state == "stopped"; });
  EXPECT_NE(publisher.status().last_error.find("forked log"), std::string::npos);
}

TEST_F(PublisherFaults, ARestoredCopyPublishesAllThatItRecordedAnew) {
  log.add(0, 5);
  {
    Publisher publisher(log.published, cluster.connection(), {}, changes.note());
    wait_for(publisher, all_published);
  }
  PublishedLog restored;
  restored.published.settings.incarnation = 2;
  restored.add(0, 2);
  // Before it ever met the brokers, and to beyond where the first one had come.
  restored.add(0, 6, "anew");
  {
    Publisher publisher(restored.published, cluster.connection(), {}, changes.note());
    wait_for(publisher, all_published);
    EXPECT_EQ(publisher.status().published, 6U);
  }
  // Restored once more, from a copy that had some of that.
  PublishedLog again;
  again.published.settings.incarnation = 3;
  again.add(0, 2);
  again.add(0, 1, "anew");
  again.add(0, 1, "third");
  Publisher publisher(again.published, cluster.connection(), {}, changes.note());
  wait_for(publisher, all_published);
  EXPECT_EQ(publisher.status().published, 1U);
  // From now on the folder that it was restored from stays out.
  Publisher first(log.published, cluster.connection(), {}, changes.note());
  wait_for(first, [](const PublisherStatus& status) { return status.state == "stopped"; });
  EXPECT_NE(first.status().last_error.find("incarnation 3"), std::string::npos);
}

}  // namespace
}  // namespace ritrovo::kafka
