#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kafka/client.h"
#include "engine/base/ids.h"

namespace ritrovo::bench {

/// Somebody else who reads a folder's published events, read_committed, with librdkafka's own settings, and notes when each came. Runs on: a thread of
/// its own; its functions on one other.
class EventReader {
 public:
  using Clock = std::chrono::steady_clock;

  /// Reads from the beginning of the topic. Throws tools::Failure.
  EventReader(const kafka::Connection& connection, std::uint16_t partitions);
  ~EventReader();
  EventReader(const EventReader&) = delete;
  EventReader& operator=(const EventReader&) = delete;
  /// Waits until that event came; false after a minute in which nothing did.
  [[nodiscard]] bool wait_for(PartitionId partition, Position position);
  /// Ends the reading. Before anything that follows.
  void stop();
  /// When it came; the clock's zero where it didn't.
  [[nodiscard]] Clock::time_point seen(PartitionId partition, Position position) const;
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Events that came again, or after a later one of their partition.
  [[nodiscard]] std::uint64_t out_of_order() const { return out_of_order_; }

 private:
  void run();
  void note(const rd_kafka_message_t& message, Clock::time_point now);

  kafka::Client consumer_;
  std::vector<std::vector<Clock::time_point>> times_;  ///< of each partition, by position
  std::vector<std::atomic<std::uint64_t>> next_;       ///< of each partition, the position behind the last that came
  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<std::uint64_t> out_of_order_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace ritrovo::bench
