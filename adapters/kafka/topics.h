#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "adapters/kafka/client.h"

namespace ritrovo::kafka {

/// A topic as this program needs it.
struct TopicPlan {
  std::string name;
  int partitions = 1;
  std::map<std::string, std::string> config;  ///< Kafka's names: cleanup.policy, retention.ms …
  std::string holds;                          ///< what it is for, in words
  bool personal = false;                      ///< holds personal values in clear: its retention must have an end
  bool whole = false;                         ///< must keep all
};

/// All topics of a folder with that many partitions. What is a case's own has as many partitions as the folder, so that a case's messages share one
/// with its records.
[[nodiscard]] std::vector<TopicPlan> topic_plans(const Connection& connection, std::uint16_t partitions);

/// What became of a topic.
struct TopicReport {
  std::string name;
  bool made = false;                 ///< just now
  std::vector<std::string> misfits;  ///< what doesn't fit, a sentence each; empty: it does
};

/// Makes those topics that are missing, and looks at those that exist; changes none of them. `replication`: copies of each, or -1 for what the brokers
/// say. kUnavailable: no broker answers, or they refuse.
[[nodiscard]] Result<std::vector<TopicReport>> make_topics(const Connection& connection, std::uint16_t partitions, int replication);

/// How a topic stands.
struct TopicStanding {
  std::string name;
  std::string holds;
  std::uint64_t messages = 0;            ///< offsets from its beginning to its end, among them the marks of transactions
  std::optional<std::uint64_t> waiting;  ///< of `commands`: those that nobody has finished yet
  std::string problem;                   ///< a sentence; empty: none
};
/// Looks at every topic of a folder. `group`: whose offsets say how far commands were taken. kUnavailable: no broker answers within `patience`.
[[nodiscard]] Result<std::vector<TopicStanding>> look_at_topics(const Connection& connection, std::uint16_t partitions, const std::string& group, std::chrono::milliseconds patience);

}  // namespace ritrovo::kafka
