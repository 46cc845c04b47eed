#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kafka/event_message.h"
#include "adapters/kafka/transactions.h"
#include "adapters/kafka/view_store.h"
#include "projections/view_runner.h"

namespace ritrovo::kafka {

/// How the views' topics stand, for operators.
struct ViewPublisherStatus {
  std::string state;        ///< as PublisherStatus::state
  std::uint64_t sent = 0;   ///< messages, since the process began
  std::string last_error;   ///< in words; empty: none
  struct View {
    std::string name;
    std::uint64_t records = 0;  ///< that its topic knows of
    std::uint64_t lag = 0;      ///< those that it doesn't
    std::string problem;    ///< a sentence, where it is stuck
  };
  std::vector<View> views;
};

/// Keeps the topics of views up to date: a message a case, compacted; JSON as the views' tables in SQL, a tombstone where a view says nothing of a case any more.
/// Rows and cursor go out in one Kafka transaction, under a name of its own, so that events never wait for views. What a view knows of each case is kept
/// in a store of its own, which may be deleted: the topic is then made anew, as it is where it doesn't fit the store, or another incarnation filled it.
/// States, taking over and stopping: as Publisher. Runs on: a thread of its own; `wake` and `status` from any.
class ViewPublisher {
 public:
  /// Starts. `published` and `rows` outlive it; `rows` is used by nobody else.
  ViewPublisher(const Published& published, Connection connection, projections::RowStore& rows, std::vector<projections::ViewKind> kinds);
  /// Sends what is committed by now, if the brokers take it within some seconds.
  ~ViewPublisher();
  ViewPublisher(const ViewPublisher&) = delete;
  ViewPublisher& operator=(const ViewPublisher&) = delete;
  /// Something was committed.
  void wake();
  [[nodiscard]] ViewPublisherStatus status() const;

 private:
  using Clock = std::chrono::steady_clock;
  using Cursors = ViewTopicStore::Cursors;
  void run();
  [[nodiscard]] Result<void> session();
  [[nodiscard]] Result<void> check_topics(rd_kafka_t* producer) const;
  [[nodiscard]] Result<void> judge(const Cursors& cursors) const;
  [[nodiscard]] Result<Cursors> take_over(Transactions& transactions, Cursors cursors);
  [[nodiscard]] Result<void> make_anew_what_does_not_fit(ViewTopicStore& store, const Cursors& cursors);
  [[nodiscard]] Result<void> follow(ViewTopicStore& store, projections::ViewRunner& runner);
  [[nodiscard]] projections::ViewRunner runner_over(ViewTopicStore& store) const;
  [[nodiscard]] Result<std::vector<std::string>> keys(TopicReader& reader, const std::string& topic, PartitionId partition) const;
  [[nodiscard]] bool wait();
  [[nodiscard]] bool closing() const;
  [[nodiscard]] bool giving_up() const;
  void note(std::string state, std::string error);

  const Published& published_;
  const Connection connection_;
  const std::string owner_;
  projections::RowStore& rows_;
  const std::vector<projections::ViewKind> kinds_;
  Callbacks callbacks_;
  bool took_over_ = false;

  mutable std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
  bool closing_ = false;
  Clock::time_point close_by_;
  ViewPublisherStatus status_;
  std::thread thread_;
};

}  // namespace ritrovo::kafka
