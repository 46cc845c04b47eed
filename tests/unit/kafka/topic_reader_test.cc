#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/kafka/mock_cluster.h"

namespace ritrovo::kafka {
namespace {

using kafka_tests::MockCluster;

std::vector<std::string> values_in(TopicReader& reader, const char* topic, int partition) {
  std::vector<std::string> values;
  EXPECT_TRUE(reader.read_to_end(topic, partition, [] { return false; },
                                 [&values](const rd_kafka_message_t& message) { values.emplace_back(static_cast<const char*>(message.payload), message.len); }));
  return values;
}

TEST(TopicReaderTest, ReadsOnePartitionAfterAnotherEachFromItsBeginning) {
  const MockCluster cluster(2);
  const Result<Client> producer = make_client(RD_KAFKA_PRODUCER, cluster.connection(), {}, nullptr);
  ASSERT_TRUE(producer);
  for (const auto& [partition, value] : std::vector<std::pair<int, const char*>>{{0, "a"}, {0, "b"}, {1, "c"}})
    ASSERT_TRUE(produce(producer->get(), {"t.events", partition, "k", {}, value}, nullptr, [] { return false; }));
  ASSERT_EQ(rd_kafka_flush(producer->get(), 20'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  TopicReader reader(cluster.connection());
  EXPECT_EQ(values_in(reader, "t.events", 0), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(values_in(reader, "t.events", 1), (std::vector<std::string>{"c"}));
  EXPECT_EQ(values_in(reader, "t.answers", 1), std::vector<std::string>());
  EXPECT_EQ(values_in(reader, "t.events", 0), (std::vector<std::string>{"a", "b"}));
}

TEST(TroubleTest, LastsUntilSomethingWorks) {
  Trouble trouble;
  trouble.note({ErrorCode::kUnavailable, "Connection refused"});
  EXPECT_FALSE(trouble.lasting()) << "brokers come back";
  trouble.note_lasting({ErrorCode::kUnavailable, "authentication failed"});
  EXPECT_TRUE(trouble.lasting());
  EXPECT_EQ(trouble.behind("asking"), "asking; authentication failed");
  trouble.over();
  EXPECT_FALSE(trouble.lasting());
}

}  // namespace
}  // namespace ritrovo::kafka
