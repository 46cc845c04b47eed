#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/kafka/client.h"
#include "adapters/kafka/event_message.h"
#include "engine/base/ids.h"
#include "engine/digest/hash256.h"
#include "engine/log/case_log.h"
#include "engine/runtime/folder.h"

namespace ritrovo::kafka {

/// How far a partition is published, as the cursor topic says it: written in the transaction of what was published.
struct Cursor {
  std::string log_id;
  std::uint64_t incarnation = 1;
  std::string owner;          ///< the publisher that wrote it: made afresh by each process
  PartitionId partition;
  Position next;              ///< the first that isn't published
  std::optional<Hash256> leaf;  ///< of the record before `next`: the same history?
  std::uint64_t signed_at = 0;  ///< records that the last published checkpoint covers
  std::string view;           ///< whose topic it speaks of; empty: events and records
  std::string ledger_root;    ///< of a view's: the ledger's root at `next` records, in hex
  bool operator==(const Cursor&) const = default;
};

[[nodiscard]] std::string cursor_json(const Cursor& cursor);
/// kMalformed: somebody else's message.
[[nodiscard]] Result<Cursor> parse_cursor(std::string_view json);
/// The key of its message, by which the topic is compacted.
[[nodiscard]] std::string cursor_key(const Cursor& cursor);

/// A name for a publisher, drawn by chance.
[[nodiscard]] std::string fresh_owner();

/// The cursors of that log, by view; those of events and records under an empty name. Errors: as TopicReader, parse_cursor.
[[nodiscard]] Result<std::map<std::string, std::map<PartitionId, Cursor>>> read_all_cursors(const Connection& connection, std::string_view log_id, const std::function<bool()>& give_up);
/// The cursors of that log's events and records, the latest of each partition. Errors: as TopicReader, parse_cursor.
[[nodiscard]] Result<std::map<PartitionId, Cursor>> read_cursors(const Connection& connection, std::string_view log_id, const std::function<bool()>& give_up);

/// What a publisher of this folder is to make of a cursor. kWrongFolder, in words for an operator: a later incarnation, or another publisher where
/// `owner` isn't empty, took over; or the log isn't the one that was published ("forked log").
/// On success the position to go on from, the cursor's own; nothing where an earlier incarnation wrote it: then only the records themselves say
/// how much of this folder's history is published.
[[nodiscard]] Result<std::optional<Position>> go_on_from(const Cursor& cursor, const FolderSettings& settings, const std::string& owner, const CaseLog& log);

/// The first position of a partition that isn't published as this folder has it: what a restored folder recorded anew stands under numbers that
/// an earlier incarnation used otherwise. Reads all of that partition's records. Errors: as TopicReader and CaseLog.
[[nodiscard]] Result<Position> fork_of(const Connection& connection, const Published& published, PartitionId partition, const std::function<bool()>& give_up);

}  // namespace ritrovo::kafka
