#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/kafka/client.h"
#include "engine/base/ids.h"
#include "engine/runtime/folder.h"

namespace ritrovo::kafka {

/// A message of the topic `records`: which record it is.
struct RecordName {
  std::uint64_t incarnation = 0;
  Position position;
};
/// Reads it, from key and headers; nothing for a message of another log, or of no publisher.
[[nodiscard]] std::optional<RecordName> record_name(const rd_kafka_message_t& message, std::string_view log_id);

/// Who takes a log as it was published: each partition's records in their order, from the first on.
struct LogTaker {
  std::function<Result<void>(PartitionId, std::string_view bytes)> take;
  /// All from that position on isn't this log's: a later incarnation went on from there.
  std::function<Result<void>(PartitionId, Position)> cut;
};

/// Reads the whole log that a folder published: what stands now, where incarnations followed one another. kNotFound: this log was never published here, or
/// its beginning, or something between, is gone from the topic; kCorrupt: the topic ends before what the cursor says, or with another record; kWrongFolder:
/// a later incarnation than the folder's publishes now, or the topic has other partitions; kUnavailable: the brokers go away for half a minute. Errors of `taker` pass.
[[nodiscard]] Result<void> read_published_log(const Connection& connection, const FolderSettings& settings, const LogTaker& taker);

}  // namespace ritrovo::kafka
