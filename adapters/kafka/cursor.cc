#include "adapters/kafka/cursor.h"

#include <exception>
#include <random>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "adapters/kafka/published_log.h"
#include "engine/ledger/frontier.h"

namespace ritrovo::kafka {

namespace json = boost::json;

std::string cursor_json(const Cursor& cursor) {
  json::object object{{"log", cursor.log_id}, {"incarnation", cursor.incarnation}, {"owner", cursor.owner}, {"partition", cursor.partition.value()}, {"next", cursor.next.value()}};
  if (cursor.leaf) object["leaf"] = cursor.leaf->hex();
  if (cursor.signed_at > 0) object["signed"] = cursor.signed_at;
  if (!cursor.view.empty()) object["view"] = cursor.view;
  if (!cursor.ledger_root.empty()) object["root"] = cursor.ledger_root;
  return json::serialize(object);
}

Result<Cursor> parse_cursor(std::string_view text) {
  try {
    const json::object object = json::parse(json::string_view(text.data(), text.size())).as_object();
    Cursor cursor;
    cursor.log_id = object.at("log").as_string();
    cursor.incarnation = object.at("incarnation").to_number<std::uint64_t>();
    cursor.owner = object.at("owner").as_string();
    cursor.partition = PartitionId(object.at("partition").to_number<std::uint16_t>());
    cursor.next = Position(object.at("next").to_number<std::uint64_t>());
    if (const json::value* leaf = object.if_contains("leaf")) {
      const Result<Hash256> hash = Hash256::parse(std::string_view(leaf->as_string()));
      if (!hash) return tl::unexpected(hash.error());
      cursor.leaf = *hash;
    }
    if (const json::value* size = object.if_contains("signed")) cursor.signed_at = size->to_number<std::uint64_t>();
    if (const json::value* view = object.if_contains("view")) cursor.view = view->as_string();
    if (const json::value* root = object.if_contains("root")) cursor.ledger_root = root->as_string();
    return cursor;
  } catch (const std::exception& wrong) {
    return failure(ErrorCode::kMalformed, fmt::format("the cursor topic holds something that no publisher wrote: {}", wrong.what()));
  }
}

std::string cursor_key(const Cursor& cursor) {
  return cursor.view.empty() ? fmt::format("{}-{}", cursor.log_id, cursor.partition.value()) : fmt::format("{}-view-{}-{}", cursor.log_id, cursor.view, cursor.partition.value());
}

std::string fresh_owner() {
  std::random_device chance;
  return fmt::format("{:08x}{:08x}", chance(), chance());
}

Result<std::map<std::string, std::map<PartitionId, Cursor>>> read_all_cursors(const Connection& connection, std::string_view log_id, const std::function<bool()>& give_up) {
  std::map<std::string, std::map<PartitionId, Cursor>> cursors;
  std::optional<Error> wrong;
  const Result<void> read = TopicReader(connection).read_to_end(topic_name(connection, "cursor"), 0, give_up, [&](const rd_kafka_message_t& message) {
    Result<Cursor> cursor = parse_cursor({static_cast<const char*>(message.payload), message.len});
    if (!cursor) {
      wrong = cursor.error();
    } else if (cursor->log_id == log_id) {
      cursors[cursor->view][cursor->partition] = std::move(*cursor);
    }
  });
  if (!read) return tl::unexpected(read.error());
  if (wrong) return tl::unexpected(*wrong);
  return cursors;
}

Result<std::map<PartitionId, Cursor>> read_cursors(const Connection& connection, std::string_view log_id, const std::function<bool()>& give_up) {
  return read_all_cursors(connection, log_id, give_up).map([](std::map<std::string, std::map<PartitionId, Cursor>> cursors) { return std::move(cursors[""]); });
}

Result<std::optional<Position>> go_on_from(const Cursor& cursor, const FolderSettings& settings, const std::string& owner, const CaseLog& log) {
  const auto stop = [&cursor](std::string why) { return failure(ErrorCode::kWrongFolder, fmt::format("partition {}: {}", cursor.partition.value(), why)); };
  if (cursor.incarnation > settings.incarnation)
    return stop(fmt::format("incarnation {} of this log publishes now, and this folder is incarnation {}: it was restored elsewhere, and this copy must not go on", cursor.incarnation, settings.incarnation));
  if (!owner.empty() && cursor.owner != owner)
    return stop("another process publishes this log now: two have copies of one folder, and only one may go on");
  if (cursor.incarnation < settings.incarnation) return std::optional<Position>();
  const Result<std::optional<Position>> last = log.last_position(cursor.partition);
  if (!last) return tl::unexpected(last.error());
  const std::uint64_t end = *last ? (*last)->value() + 1 : 0;
  if (end < cursor.next.value())
    return stop(fmt::format("forked log: {} records are published, and this folder has {}. It is an older copy of the folder that published them", cursor.next.value(), end));
  if (cursor.leaf && cursor.next.value() > 0) {
    const Result<StoredRecord> record = log.read_record(cursor.partition, Position(cursor.next.value() - 1));
    if (!record) return tl::unexpected(record.error());
    if (leaf_hash(record->bytes) != *cursor.leaf)
      return stop(fmt::format("forked log: record {} isn't the one that was published under that number", cursor.next.value() - 1));
  }
  return std::optional<Position>(cursor.next);
}

Result<Position> fork_of(const Connection& connection, const Published& published, PartitionId partition, const std::function<bool()>& give_up) {
  std::uint64_t same_until = 0;
  std::optional<Error> wrong;
  const auto same = [&](std::uint64_t position, std::string_view bytes) {
    bool equal = false;
    const Result<void> read = published.with_log([&](const CaseLog& log) -> Result<void> {
      const Result<StoredRecord> own = log.read_record(partition, Position(position));
      if (own) equal = own->bytes == bytes;
      if (!own && own.error().code != ErrorCode::kNotFound) return tl::unexpected(own.error());
      return {};
    });
    if (!read) wrong = read.error();
    return equal;
  };
  const Result<void> read = TopicReader(connection).read_to_end(topic_name(connection, "records"), partition.value(), give_up, [&](const rd_kafka_message_t& message) {
    const std::optional<RecordName> name = record_name(message, published.settings.log_id);
    const std::uint64_t position = name ? name->position.value() : 0;
    // An incarnation that began again at an earlier number replaces what stood there and after.
    if (!name || position > same_until) return;
    same_until = position + (same(position, {static_cast<const char*>(message.payload), message.len}) ? 1 : 0);
  });
  if (!read) return tl::unexpected(read.error());
  if (wrong) return tl::unexpected(*wrong);
  return Position(same_until);
}

}  // namespace ritrovo::kafka
