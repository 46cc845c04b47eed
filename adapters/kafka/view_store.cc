#include "adapters/kafka/view_store.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "projections/follower.h"

namespace ritrovo::kafka {
namespace {

namespace json = boost::json;

json::value value_of(const projections::Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
  if (const auto* text = std::get_if<std::string>(&cell)) return json::value(*text);
  if (const auto* day = std::get_if<Day>(&cell)) return json::value(to_string(*day));
  return nullptr;
}

}  // namespace

std::string view_topic(const Connection& connection, std::string_view view) { return topic_name(connection, fmt::format("view.{}", view)); }

std::optional<std::string> view_json(const std::vector<projections::Table>& tables, const projections::CaseTables& one) {
  if (one.lines.empty()) return std::nullopt;
  json::object object{{"case", one.case_id.printed()}};
  for (const projections::Table& table : tables) object[table.name] = json::array();
  for (const projections::CaseTables::Line& line : one.lines) {
    const projections::Table& table = tables[line.table];
    json::object row;
    for (std::size_t i = 0; i < table.columns.size() && i < line.cells.size(); ++i) row[table.columns[i].name] = value_of(line.cells[i]);
    object[table.name].as_array().push_back(std::move(row));
  }
  return json::serialize(object);
}

Result<std::optional<std::string>> ViewTopicStore::get(std::string_view key) const {
  if (const auto held = unflushed_.find(key); held != unflushed_.end()) return held->second;
  return ports_.rows->get(key);
}

Result<void> ViewTopicStore::write(const projections::RowBatch& batch) {
  if (batch.tables == nullptr) return ports_.rows->write(batch);
  Held held{batch.view, batch.rows, batch.standing, batch.tables_anew, {}};
  const std::string topic = view_topic(connection_, batch.view);
  for (const projections::CaseTables& one : batch.cases) {
    std::optional<std::string> value = view_json(*batch.tables, one);
    Outgoing message{topic, partition_of(one.case_id, ports_.partitions).value(), one.case_id.printed(), {}, value.value_or(std::string()), !value};
    if (value) message.headers = {{"content-type", "application/json"}};
    held_bytes_ += message.value.size();
    held.messages.push_back(std::move(message));
  }
  for (const projections::RowBatch::Write& row : batch.rows) unflushed_[row.key] = row.value;
  held_.push_back(std::move(held));
  return full() ? Result<void>(failure(ErrorCode::kUnavailable, "as much as goes at once")) : Result<void>();
}

Result<void> ViewTopicStore::flush() {
  for (; !held_.empty(); held_.pop_front()) {
    Held& held = held_.front();
    if (!sent_before(held))
      if (Result<void> sent = send(held); !sent) return sent;
    projections::RowBatch batch;
    batch.rows = std::move(held.rows);
    if (Result<void> written = ports_.rows->write(batch); !written) return written;
  }
  held_bytes_ = 0;
  unflushed_.clear();
  return {};
}

/// Whether the topic has all of it: a crash came between it and the rows.
bool ViewTopicStore::sent_before(const Held& held) const {
  const auto view = cursors_.find(held.view);
  if (held.anew || view == cursors_.end()) return false;
  return std::all_of(held.standing.begin(), held.standing.end(), [&view](const projections::RowBatch::Standing& at) {
    const auto cursor = view->second.find(at.partition);
    return cursor != view->second.end() && cursor->second.incarnation == at.incarnation && cursor->second.next >= at.position;
  });
}

Outgoing ViewTopicStore::cursor_message(const Held& held, const projections::RowBatch::Standing& at) const {
  const Cursor cursor{at.log, at.incarnation, ports_.owner, at.partition, at.position, std::nullopt, 0, held.view, at.ledger_root};
  return {topic_name(connection_, "cursor"), 0, cursor_key(cursor), {}, cursor_json(cursor)};
}

Result<void> ViewTopicStore::send(Held& held) {
  std::vector<Outgoing> messages;
  // What the topic held before goes first; and of partitions that aren't in this batch it has nothing either, from now on.
  for (std::uint16_t i = 0; held.anew && i < ports_.partitions; ++i) {
    const std::string topic = view_topic(connection_, held.view);
    const Result<std::vector<std::string>> keys = ports_.keys(topic, PartitionId(i));
    if (!keys) return tl::unexpected(keys.error());
    for (const std::string& key : *keys) messages.push_back({topic, i, key, {}, {}, true});
    if (!held.standing.empty()) messages.push_back(cursor_message(held, {held.standing.front().log, held.standing.front().incarnation, PartitionId(i), Position(0), {}}));
  }
  messages.insert(messages.end(), std::make_move_iterator(held.messages.begin()), std::make_move_iterator(held.messages.end()));
  for (const projections::RowBatch::Standing& at : held.standing) messages.push_back(cursor_message(held, at));
  if (Result<void> sent = ports_.publish(messages); !sent) return sent;
  if (held.anew) cursors_[held.view].clear();
  for (const projections::RowBatch::Standing& at : held.standing) {
    Cursor& cursor = cursors_[held.view][at.partition];
    cursor.incarnation = at.incarnation;
    cursor.next = at.position;
  }
  return {};
}

Result<void> ViewTopicStore::forget(std::string_view view) {
  const std::string key = projections::view_keys::entry(view);
  const Result<std::optional<std::string>> bytes = ports_.rows->get(key);
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return {};
  const Result<projections::ViewEntry> entry = projections::ViewEntry::decode(**bytes);
  if (!entry) return tl::unexpected(entry.error());
  projections::RowBatch batch;
  batch.rows.push_back({key, std::nullopt});
  for (const std::optional<projections::Generation>& generation : {entry->serving, entry->building})
    if (generation) batch.rows.push_back({projections::view_keys::dropped(generation->number), ""});
  return ports_.rows->write(batch);
}

}  // namespace ritrovo::kafka
