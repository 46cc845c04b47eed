#pragma once

#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "adapters/kafka/client.h"
#include "engine/record/command.h"
#include "engine/record/json_reader.h"

namespace ritrovo::kafka {

/// A message of the topic `commands`, read.
struct Incoming {
  std::string key;
  std::string value;
  bool wants_answer = false;  ///< a header `answer: true`
  tl::expected<Command, std::vector<Problem>> command;
  std::string code;           ///< without a command: "malformed" or "misrouted"
};

/// The headers of a message that was received, or given to a producer; of one name, all.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> headers_of(const rd_kafka_message_t& message);

/// Reads a command. Its message must be keyed by its case, so that a case's commands come in order: by the printed id, or by the key of the command that
/// opened it, which tells the same (case_id_for); and lie in the partition of `partitions` that murmur2 makes of that key. Pure.
[[nodiscard]] Incoming read_command(const rd_kafka_message_t& message, int partitions, const std::string& tenant);

}  // namespace ritrovo::kafka
