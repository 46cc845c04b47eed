#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

// In this order: the second needs the first.
#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h>

#include "adapters/kafka/client.h"

namespace ritrovo::kafka_tests {

/// Waits for what another thread changes, without looking again and again: give `note` to whoever changes it.
class Changes {
 public:
  [[nodiscard]] std::function<void()> note() {
    return [this] {
      {
        const std::lock_guard lock(mutex_);
        ++count_;
      }
      changed_.notify_all();
    };
  }
  /// Whether the claim holds, at once or after one of the changes of the next minute.
  [[nodiscard]] bool come_to(const std::function<bool()>& claim) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (;;) {
      std::unique_lock lock(mutex_);
      const std::uint64_t seen = count_;
      lock.unlock();
      if (claim()) return true;
      lock.lock();
      if (!changed_.wait_until(lock, until, [&] { return count_ != seen; })) return false;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t count_ = 0;
};

/// librdkafka's own mock broker, for faults that a real one doesn't show on request.
class MockCluster {
 public:
  enum Request : std::int16_t { kProduce = 0, kFindCoordinator = 10, kInitProducerId = 22, kAddPartitionsToTxn = 24, kEndTxn = 26 };

  explicit MockCluster(int partitions) {
    holder_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0));
    cluster_ = rd_kafka_mock_cluster_new(holder_.get(), 1);
    for (const char* topic : {"t.events", "t.notifications", "t.records", "t.commands", "t.rejections", "t.answers"}) rd_kafka_mock_topic_create(cluster_, topic, partitions, 1);
    rd_kafka_mock_topic_create(cluster_, "t.cursor", 1, 1);
  }
  ~MockCluster() { rd_kafka_mock_cluster_destroy(cluster_); }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  [[nodiscard]] kafka::Connection connection() const { return {{{"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster_)}, {"reconnect.backoff.max.ms", "200"}}, "t", {}}; }
  void down() { rd_kafka_mock_broker_set_down(cluster_, 1); }
  void up() { rd_kafka_mock_broker_set_up(cluster_, 1); }
  void slow(int ms) { rd_kafka_mock_broker_set_rtt(cluster_, 1, ms); }
  /// The next requests of that kind fail so, one after another.
  void fail(Request request, const std::vector<rd_kafka_resp_err_t>& errors) { rd_kafka_mock_push_request_errors_array(cluster_, request, errors.size(), errors.data()); }
  /// No request of kind kProduce fails any more.
  void take_again() { rd_kafka_mock_clear_request_errors(cluster_, kProduce); }
  void topic_error(const char* topic, rd_kafka_resp_err_t error) { rd_kafka_mock_topic_set_error(cluster_, topic, error); }
  /// How many messages a partition holds; what was aborted is among them.
  [[nodiscard]] std::size_t messages(const std::string& topic, int partition) const {
    std::size_t count = 0;
    (void)kafka::TopicReader(connection()).read_to_end(topic, partition, [] { return false; }, [&count](const rd_kafka_message_t&) { ++count; });
    return count;
  }

 private:
  kafka::Client holder_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace ritrovo::kafka_tests
