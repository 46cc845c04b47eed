#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kafka/client.h"
#include "adapters/kafka/cursor.h"
#include "adapters/kafka/event_message.h"
#include "adapters/kafka/transactions.h"

namespace ritrovo::kafka {

/// How a publisher stands, for operators.
struct PublisherStatus {
  std::string state;             ///< "starting", "publishing", "waiting" (for brokers, after an error), "stopped" (for good)
  std::uint64_t published = 0;   ///< records, since the process began
  std::uint64_t backlog = 0;     ///< records that exist in this folder alone: what losing the machine now would lose
  std::string last_error;        ///< in words; empty: none
};

/// Publishes what a folder records, from the log by a cursor: events, what they ask to be told, records and the cursor itself in one Kafka transaction,
/// so that a read_committed consumer sees each once and in order, whatever is killed.
///
///   starting    init_transactions fences whoever published this log before; the cursors are read, judged (go_on_from), written anew as ours
///   publishing  a transaction for all that was committed since, up to kBatchRecords
///   waiting     brokers away, a transaction aborted: the same again, later. A fatal error: the producer is destroyed, and all begins at starting,
///               but for this: cursors that another owner wrote mean that we were fenced, and stop
///   stopped     another one publishes this log, or what was published isn't this log. Says why, once, and stays so
/// A signed checkpoint follows once the records that it covers are published; of several that are signed within half a second, the last.
/// The engine never waits for it: who commits wakes it.
/// Runs on: a thread of its own; `wake` and `status` from any.
class Publisher {
 public:
  static constexpr std::size_t kBatchRecords = 4000;
  static constexpr std::size_t kBatchBytes = 8U << 20;

  /// What a transaction held, told once it is committed. Runs on: the publisher's thread, which it holds up.
  using Capture = std::function<void(const std::vector<Outgoing>&)>;

  /// Starts. `published` outlives it. `changed`: called after each change of the status but for the backlog; mustn't block. Runs on: threads of its own.
  Publisher(const Published& published, Connection connection, Capture capture = {}, std::function<void()> changed = {});
  /// Publishes what is committed by now, if the brokers take it within some seconds; what remains has its turn at the next start.
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  /// Something was committed.
  void wake();
  [[nodiscard]] PublisherStatus status() const;

 private:
  struct Batch;
  void run();
  [[nodiscard]] Result<void> session();
  [[nodiscard]] Result<void> start(Transactions& transactions);
  [[nodiscard]] Result<void> take_over(Transactions& transactions);
  [[nodiscard]] Result<bool> gather(Batch& batch);
  void gather_checkpoints(Batch& batch);
  [[nodiscard]] Result<void> gather_partition(const CaseLog& log, PartitionId partition, Batch& batch);
  [[nodiscard]] Result<void> publish(Transactions& transactions, Batch& batch);
  [[nodiscard]] bool wait(std::chrono::milliseconds patience);
  [[nodiscard]] bool closing() const;
  [[nodiscard]] bool giving_up() const;
  void note(std::string state, std::string error);
  void tell_changed() const;

  const Published& published_;
  const Connection connection_;
  const std::function<void()> changed_;
  const std::string owner_;
  const std::string records_;
  const std::string cursor_;
  const std::string checkpoints_topic_;
  const Capture capture_;
  Callbacks callbacks_;
  EventMessages messages_;
  std::map<PartitionId, Position> next_;
  std::map<PartitionId, std::optional<Hash256>> leaves_;  ///< of the record before `next_`
  std::map<PartitionId, std::string> checkpoints_;     ///< the last signed notes
  std::map<PartitionId, std::uint64_t> signed_;        ///< sizes of those that are published
  bool publishes_checkpoints_ = false;                 ///< there is a topic for them
  std::uint16_t first_ = 0;      ///< the partition whose turn it is
  bool took_over_ = false;       ///< once: from then on another owner means that we were fenced

  mutable std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
  bool closing_ = false;
  std::chrono::steady_clock::time_point close_by_;
  PublisherStatus status_;
  std::thread thread_;
};

}  // namespace ritrovo::kafka
