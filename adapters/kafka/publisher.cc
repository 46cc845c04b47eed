#include "adapters/kafka/publisher.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "engine/ledger/frontier.h"

namespace ritrovo::kafka {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kIdle{500};          ///< looks at the log though nobody woke it
constexpr milliseconds kAfterTrouble{500};
constexpr milliseconds kClosing{10'000};    ///< for what is still to publish
constexpr int kCallMs = 5'000;
constexpr int kAbortMs = 20'000;

std::string fresh_name() {
  std::random_device chance;
  return fmt::format("{:08x}{:08x}", chance(), chance());
}

/// An error of a transactional call, taken apart and freed.
struct Refusal {
  explicit Refusal(rd_kafka_error_t* error)
      : retriable(rd_kafka_error_is_retriable(error) != 0), abortable(rd_kafka_error_txn_requires_abort(error) != 0), said(fmt::format("{} ({})", rd_kafka_error_string(error), rd_kafka_error_name(error))) {
    rd_kafka_error_destroy(error);
  }
  bool retriable;
  bool abortable;
  std::string said;
};

}  // namespace

/// What one transaction publishes.
struct Publisher::Batch {
  std::vector<Outgoing> messages;
  std::map<PartitionId, Cursor> cursors;
  std::size_t records = 0;
  std::size_t bytes = 0;
  [[nodiscard]] bool full() const { return records >= kBatchRecords || bytes >= kBatchBytes; }
};

Publisher::Publisher(const Published& published, Connection connection, Capture capture)
    : published_(published), connection_(std::move(connection)), owner_(fresh_name()), events_(topic_name(connection_, "events")), records_(topic_name(connection_, "records")),
      cursor_(topic_name(connection_, "cursor")), capture_(std::move(capture)), messages_(published, events_) {
  callbacks_.trouble = [this](const Error& error) {
    const std::lock_guard lock(mutex_);
    if (status_.last_error.empty()) status_.last_error = error.message;
  };
  callbacks_.delivered = [this](const rd_kafka_message_t& message) {
    // One is refused; the rest of its transaction is purged.
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR || message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) return;
    Error refused = error_of(fmt::format("{} refuses a message of {} bytes", rd_kafka_topic_name(message.rkt), message.len), message.err);
    if (message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) refused.message += "; 'ritrovo kafka init' says what the topic must take";
    callbacks_.last.note(refused);
  };
  status_.state = "starting";
  thread_ = std::thread([this] { run(); });
}

Publisher::~Publisher() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    close_by_ = Clock::now() + kClosing;
  }
  woken_.notify_all();
  thread_.join();
}

void Publisher::wake() {
  {
    const std::lock_guard lock(mutex_);
    wake_ = true;
  }
  woken_.notify_one();
}

PublisherStatus Publisher::status() const {
  std::map<PartitionId, Position> next;
  PublisherStatus status;
  {
    const std::lock_guard lock(mutex_);
    status = status_;
    next = next_;
  }
  status.backlog = 0;
  (void)published_.with_log([&](const CaseLog& log) -> Result<void> {
    for (std::uint16_t i = 0; i < published_.settings.partitions; ++i) {
      const Result<std::optional<Position>> last = log.last_position(PartitionId(i));
      const std::uint64_t end = last && *last ? (*last)->value() + 1 : 0;
      status.backlog += end - std::min(end, next[PartitionId(i)].value());
    }
    return {};
  });
  return status;
}

void Publisher::note(std::string state, std::string error) {
  const std::lock_guard lock(mutex_);
  if (!error.empty() && error != status_.last_error) spdlog::warn("publishing: {}", error);
  status_.state = std::move(state);
  status_.last_error = std::move(error);
}

/// Waits for a wake; false where the publisher is to end.
bool Publisher::wait(milliseconds patience) {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, patience, [this] { return wake_ || closing_; });
  wake_ = false;
  return !closing_;
}

bool Publisher::giving_up() const {
  const std::lock_guard lock(mutex_);
  return closing_ && Clock::now() >= close_by_;
}

void Publisher::run() {
  for (;;) {
    const Result<void> ended = session();
    if (ended) return;
    if (ended.error().code == ErrorCode::kWrongFolder || ended.error().code == ErrorCode::kMalformed) {
      spdlog::error("publishing stopped for good: {}", ended.error().message);
      return note("stopped", ended.error().message);
    }
    note("waiting", ended.error().message);
    std::unique_lock lock(mutex_);
    if (woken_.wait_for(lock, kAfterTrouble, [this] { return closing_; })) return;
  }
}

/// The life of one producer. An error: it is of no more use.
Result<void> Publisher::session() {
  Result<Client> producer = make_client(RD_KAFKA_PRODUCER, connection_,
                                        {{"transactional.id", fmt::format("{}-{}", connection_.prefix, published_.settings.log_id)},
                                         {"transaction.timeout.ms", "30000"},
                                         {"linger.ms", "2"},
                                         {"message.max.bytes", "8388608"},
                                         {"queue.buffering.max.kbytes", "131072"}},
                                        &callbacks_);
  if (!producer) return tl::unexpected(producer.error());
  if (Result<void> started = start(producer->get()); !started) return started;
  note("publishing", {});
  for (bool open = true; open || !giving_up();) {
    Batch batch;
    const Result<bool> any = gather(batch);
    // The log is being opened again after a failed commit: it passes.
    if (!any && any.error().code != ErrorCode::kUnavailable) return tl::unexpected(any.error());
    if (any && *any) {
      if (Result<void> done = publish(producer->get(), batch); !done) return done;
      if (!batch.full()) open = wait(milliseconds(0)) && open;
      continue;
    }
    if (!open) return {};
    open = wait(kIdle);
  }
  return {};
}

/// Fences whoever published this log before, and makes the cursors ours.
Result<void> Publisher::start(rd_kafka_t* producer) {
  if (Result<void> begun = begin_transactions(producer); !begun) return begun;
  for (const std::string& topic : {events_, records_}) {
    const Result<int> partitions = partitions_of(producer, topic, milliseconds(kCallMs));
    if (!partitions) return tl::unexpected(partitions.error());
    if (*partitions != published_.settings.partitions)
      return failure(ErrorCode::kUnavailable, fmt::format("{} has {} partitions, this folder {}: make a topic that fits ('ritrovo kafka init' says how)", topic, *partitions, published_.settings.partitions));
  }
  Result<std::map<PartitionId, Cursor>> cursors = read_cursors(connection_, published_.settings.log_id, [this] { return giving_up(); });
  if (!cursors) return tl::unexpected(cursors.error());
  std::map<PartitionId, Position> next;
  for (std::uint16_t i = 0; i < published_.settings.partitions; ++i) next[PartitionId(i)] = Position(0);
  std::vector<PartitionId> of_earlier;
  const Result<void> judged = published_.with_log([&](const CaseLog& log) -> Result<void> {
    for (const auto& [partition, cursor] : *cursors) {
      const Result<std::optional<Position>> from = go_on_from(cursor, published_.settings, took_over_ ? owner_ : std::string(), log);
      if (!from) return tl::unexpected(from.error());
      next[partition] = from->value_or(Position(0));
      if (!*from) of_earlier.push_back(partition);
    }
    return {};
  });
  if (!judged) return judged;
  for (const PartitionId partition : of_earlier) {
    const Result<Position> fork = fork_of(connection_, published_, partition, [this] { return giving_up(); });
    if (!fork) return tl::unexpected(fork.error());
    next[partition] = *fork;
  }
  {
    const std::lock_guard lock(mutex_);
    next_ = std::move(next);
  }
  messages_.start_over();
  return take_over(producer);
}

Result<void> Publisher::begin_transactions(rd_kafka_t* producer) {
  while (!giving_up()) {
    rd_kafka_error_t* error = rd_kafka_init_transactions(producer, kCallMs);
    if (error == nullptr) return {};
    const Refusal refusal(error);
    if (!refusal.retriable) return failure(ErrorCode::kUnavailable, refusal.said);
    note("waiting", with_trouble(producer, fmt::format("the brokers don't answer: {}", refusal.said)));
    const std::lock_guard lock(mutex_);
    if (closing_) break;
  }
  return failure(ErrorCode::kUnavailable, "closing");
}

/// Writes every cursor under our name before anything is published, so that whoever was fenced by us finds out.
Result<void> Publisher::take_over(rd_kafka_t* producer) {
  Batch batch;
  for (std::uint16_t i = 0; i < published_.settings.partitions; ++i) {
    const PartitionId partition(i);
    Cursor cursor{published_.settings.log_id, published_.settings.incarnation, owner_, partition, next_[partition], std::nullopt};
    if (cursor.next.value() > 0) {
      const Result<void> read = published_.with_log([&](const CaseLog& log) {
        return log.read_record(partition, Position(cursor.next.value() - 1)).map([&cursor](const StoredRecord& record) { cursor.leaf = leaf_hash(record.bytes); });
      });
      if (!read) return read;
    }
    batch.cursors[partition] = std::move(cursor);
  }
  const Result<void> done = publish(producer, batch);
  took_over_ = took_over_ || done.has_value();
  return done;
}

/// What is committed and not published, up to a limit, each partition in its turn; false where there is nothing.
Result<bool> Publisher::gather(Batch& batch) {
  const Result<void> read = published_.with_log([&](const CaseLog& log) -> Result<void> {
    const std::uint16_t partitions = published_.settings.partitions;
    for (std::uint16_t i = 0; i < partitions && !batch.full(); ++i) {
      const PartitionId partition(static_cast<std::uint16_t>((first_ + i) % partitions));
      if (Result<void> gathered = gather_partition(log, partition, batch); !gathered) return gathered;
    }
    first_ = static_cast<std::uint16_t>((first_ + 1) % partitions);
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return batch.records > 0;
}

Result<void> Publisher::gather_partition(const CaseLog& log, PartitionId partition, Batch& batch) {
  const Result<std::optional<Position>> last = log.last_position(partition);
  if (!last) return tl::unexpected(last.error());
  const Position from = next_[partition];
  if (!*last || **last < from) return {};
  Result<void> outcome;
  const Result<void> scanned = log.scan_records(partition, from, [&](const StoredRecord& record) {
    Result<std::optional<Outgoing>> event = messages_.message(log, partition, record);
    if (!event) {
      outcome = tl::unexpected(event.error());
      return false;
    }
    if (*event) {
      batch.bytes += (*event)->value.size();
      batch.messages.push_back(std::move(**event));
    }
    batch.bytes += record.bytes.size();
    ++batch.records;
    const FolderSettings& settings = published_.settings;
    batch.cursors[partition] = {settings.log_id, settings.incarnation, owner_, partition, Position(record.position.value() + 1), leaf_hash(record.bytes)};
    batch.messages.push_back({records_, partition.value(), event_id(settings, partition, record.position), {{"log", settings.log_id}}, record.bytes});
    return !batch.full();
  });
  return scanned ? outcome : scanned;
}

/// One transaction. An error leaves the producer of no more use; where the transaction only has to be aborted, it is, and next time the same
/// records are read again.
Result<void> Publisher::publish(rd_kafka_t* producer, Batch& batch) {
  if (rd_kafka_error_t* error = rd_kafka_begin_transaction(producer); error != nullptr) return failure(ErrorCode::kUnavailable, Refusal(error).said);
  for (const auto& [partition, cursor] : batch.cursors) batch.messages.push_back({cursor_, 0, cursor_key(cursor), {}, cursor_json(cursor)});
  for (const Outgoing& message : batch.messages) {
    if (Result<void> sent = produce(producer, message, nullptr, [this] { return giving_up(); }); !sent) {
      abort(producer);
      return sent;
    }
  }
  if (Result<void> committed = commit(producer); !committed) return committed;
  callbacks_.last.over();
  if (capture_) capture_(batch.messages);
  const std::lock_guard lock(mutex_);
  for (const auto& [partition, cursor] : batch.cursors) next_[partition] = cursor.next;
  status_.published += batch.records;
  status_.state = "publishing";
  status_.last_error.clear();
  return {};
}

Result<void> Publisher::commit(rd_kafka_t* producer) {
  while (!giving_up()) {
    rd_kafka_error_t* error = rd_kafka_commit_transaction(producer, kCallMs);
    if (error == nullptr) return {};
    const Refusal refusal(error);
    // Its fate isn't known yet: to ask again is what librdkafka wants.
    if (refusal.retriable && !refusal.abortable) {
      note("waiting", with_trouble(producer, fmt::format("the brokers don't take what is published: {}", refusal.said)));
      continue;
    }
    if (refusal.abortable) abort(producer);
    return failure(ErrorCode::kUnavailable, with_trouble(producer, fmt::format("a transaction was refused: {}", refusal.said)));
  }
  return failure(ErrorCode::kUnavailable, "closing while the brokers don't answer; the next start reads from them how far it came");
}

void Publisher::abort(rd_kafka_t* producer) {
  // Whatever it says: the producer that follows fences this one, which aborts what it left open.
  if (rd_kafka_error_t* error = rd_kafka_abort_transaction(producer, kAbortMs); error != nullptr) spdlog::info("aborting a transaction: {}", Refusal(error).said);
}

}  // namespace ritrovo::kafka
