#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/kafka/cursor.h"
#include "projections/row_store.h"

namespace ritrovo::kafka {

/// The topic of a view: "ritrovo.view.worklist".
[[nodiscard]] std::string view_topic(const Connection& connection, std::string_view view);
/// What a view says of a case, as its message's value: {"case": …, TABLE: [{COLUMN: …}, …], …}, the rows and columns of the view's tables in SQL; nothing for a
/// case of which it says nothing: a tombstone.
[[nodiscard]] std::optional<std::string> view_json(const std::vector<projections::Table>& tables, const projections::CaseTables& one);

/// A store of views whose tables go to Kafka. A batch with tables is held back, since whoever writes it holds the log, and the log never waits for Kafka; what
/// is read sees it at once. `flush` sends each batch's tables and how far that is in one transaction, then keeps its rows in the store beside. A crash
/// between the two has the runner take the same records again: what the topic has of them already isn't sent again. Runs on: one thread.
class ViewTopicStore final : public projections::RowStore {
 public:
  using Cursors = std::map<std::string, std::map<PartitionId, Cursor>>;
  /// What it is used with.
  struct Ports {
    projections::RowStore* rows = nullptr;  ///< outlives it
    std::string owner;
    std::uint16_t partitions = 1;
    /// Sends messages in one transaction.
    std::function<Result<void>(const std::vector<Outgoing>&)> publish;
    /// Keys that have a value in a partition of a topic.
    std::function<Result<std::vector<std::string>>(const std::string& topic, PartitionId)> keys;
  };
  /// Bytes of messages that are held back at most, but for the batch that reaches it.
  static constexpr std::size_t kHeldBytes = 8U << 20;

  /// `cursors`: as the topic has them, by view.
  ViewTopicStore(Ports ports, Connection connection, Cursors cursors) : ports_(std::move(ports)), connection_(std::move(connection)), cursors_(std::move(cursors)) {}

  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override;
  /// Of what was flushed; Requires: no row of a case is asked for.
  [[nodiscard]] Result<void> scan(std::string_view prefix, const Visit& visit) const override { return ports_.rows->scan(prefix, visit); }
  /// kUnavailable where `full` from now on: the batch was taken, and the runner goes on after a `flush`.
  [[nodiscard]] Result<void> write(const projections::RowBatch& batch) override;
  [[nodiscard]] Result<void> drop(std::string_view prefix) override { return ports_.rows->drop(prefix); }
  [[nodiscard]] bool wants_tables() const override { return true; }

  [[nodiscard]] bool full() const { return held_bytes_ >= kHeldBytes; }
  /// Sends and keeps what is held back. After an error this store is of no more use.
  [[nodiscard]] Result<void> flush();
  /// Has the runner make a view anew. Requires: nothing of it is held back.
  [[nodiscard]] Result<void> forget(std::string_view view);

 private:
  /// A batch that is held back.
  struct Held {
    std::string view;
    std::vector<projections::RowBatch::Write> rows;
    std::vector<projections::RowBatch::Standing> standing;
    bool anew = false;
    std::vector<Outgoing> messages;
  };
  [[nodiscard]] bool sent_before(const Held& held) const;
  [[nodiscard]] Result<void> send(Held& held);
  [[nodiscard]] Outgoing cursor_message(const Held& held, const projections::RowBatch::Standing& at) const;

  Ports ports_;
  Connection connection_;
  Cursors cursors_;
  std::deque<Held> held_;
  std::size_t held_bytes_ = 0;
  std::map<std::string, std::optional<std::string>, std::less<>> unflushed_;  ///< rows that are held back
};

}  // namespace ritrovo::kafka
