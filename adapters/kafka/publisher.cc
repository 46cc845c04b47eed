#include "adapters/kafka/publisher.h"

#include <algorithm>
#include <charconv>
#include <chrono>
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

/// How many records a checkpoint covers: its second line.
std::uint64_t size_of(std::string_view note) {
  const std::string_view size = note.substr(std::min(note.find('\n') + 1, note.size()));
  std::uint64_t value = 0;
  (void)std::from_chars(size.data(), size.data() + size.size(), value);
  return value;
}

}  // namespace

/// What one transaction publishes.
struct Publisher::Batch {
  std::vector<Outgoing> messages;
  std::map<PartitionId, Cursor> cursors;
  std::size_t records = 0;
  std::size_t bytes = 0;
  [[nodiscard]] bool full() const { return records >= kBatchRecords || bytes >= kBatchBytes; }
};

Publisher::Publisher(const Published& published, Connection connection, Capture capture, std::function<void()> changed)
    : published_(published), connection_(std::move(connection)), changed_(std::move(changed)), owner_(fresh_owner()), records_(topic_name(connection_, "records")),
      cursor_(topic_name(connection_, "cursor")), checkpoints_topic_(topic_name(connection_, "checkpoints")), capture_(std::move(capture)), messages_(published, connection_) {
  callbacks_.trouble = [this](const Error& error) {
    {
      const std::lock_guard lock(mutex_);
      if (status_.last_error.empty()) status_.last_error = error.message;
    }
    tell_changed();
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
  {
    const std::lock_guard lock(mutex_);
    if (!error.empty() && error != status_.last_error) spdlog::warn("publishing: {}", error);
    status_.state = std::move(state);
    status_.last_error = std::move(error);
  }
  tell_changed();
}

void Publisher::tell_changed() const {
  if (changed_) changed_();
}

/// Waits for a wake; false where the publisher is to end.
bool Publisher::wait(milliseconds patience) {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, patience, [this] { return wake_ || closing_; });
  wake_ = false;
  return !closing_;
}

bool Publisher::closing() const {
  const std::lock_guard lock(mutex_);
  return closing_;
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
  Result<Transactions> transactions = Transactions::begin(connection_, fmt::format("{}-{}", connection_.prefix, published_.settings.log_id), &callbacks_,
                                                          {[this] { return closing(); }, [this] { return giving_up(); }, [this](const std::string& why) { note("waiting", why); }});
  if (!transactions) return tl::unexpected(transactions.error());
  if (Result<void> started = start(*transactions); !started) return started;
  note("publishing", {});
  for (bool open = true; open || !giving_up();) {
    Batch batch;
    Result<bool> any = gather(batch);
    if (any && !*any) {
      gather_checkpoints(batch);
      any = !batch.messages.empty();
    }
    // The log is being opened again after a failed commit: it passes.
    if (!any && any.error().code != ErrorCode::kUnavailable) return tl::unexpected(any.error());
    if (any && *any) {
      if (Result<void> done = publish(*transactions, batch); !done) return done;
      if (!batch.full()) open = wait(milliseconds(0)) && open;
      continue;
    }
    if (!open) return {};
    open = wait(kIdle);
  }
  return {};
}

/// Fences whoever published this log before, and makes the cursors ours.
Result<void> Publisher::start(Transactions& transactions) {
  const std::string notifications = topic_name(connection_, "notifications");
  for (const std::string& topic : {topic_name(connection_, "events"), notifications, records_}) {
    const Result<int> partitions = partitions_of(transactions.producer(), topic, milliseconds(kCallMs));
    if (!partitions) return tl::unexpected(partitions.error());
    if (topic != notifications && *partitions != published_.settings.partitions)
      return failure(ErrorCode::kUnavailable, fmt::format("{} has {} partitions, this folder {}: make a topic that fits ('ritrovo kafka init' says how)", topic, *partitions, published_.settings.partitions));
  }
  const Result<int> notes = partitions_of(transactions.producer(), checkpoints_topic_, milliseconds(kCallMs));
  if (!notes && notes.error().code != ErrorCode::kNotFound) return tl::unexpected(notes.error());
  // Events don't wait for it.
  if (!notes) spdlog::warn("checkpoints aren't published: {}", notes.error().message);
  publishes_checkpoints_ = notes.has_value();
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
      signed_[partition] = *from ? cursor.signed_at : 0;
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
  return take_over(transactions);
}

/// Writes every cursor under our name before anything is published, so that whoever was fenced by us finds out.
Result<void> Publisher::take_over(Transactions& transactions) {
  Batch batch;
  for (std::uint16_t i = 0; i < published_.settings.partitions; ++i) {
    const PartitionId partition(i);
    Cursor cursor{published_.settings.log_id, published_.settings.incarnation, owner_, partition, next_[partition], std::nullopt, signed_[partition], {}, {}};
    if (cursor.next.value() > 0) {
      const Result<void> read = published_.with_log([&](const CaseLog& log) {
        return log.read_record(partition, Position(cursor.next.value() - 1)).map([&cursor](const StoredRecord& record) { cursor.leaf = leaf_hash(record.bytes); });
      });
      if (!read) return read;
    }
    batch.cursors[partition] = std::move(cursor);
  }
  const Result<void> done = publish(transactions, batch);
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
  if (!read) {
    // Some of the records that it was given come again.
    messages_.start_over();
    return tl::unexpected(read.error());
  }
  return batch.records > 0;
}

/// Checkpoints that were signed since, of records that are published.
void Publisher::gather_checkpoints(Batch& batch) {
  if (!published_.new_checkpoints || !publishes_checkpoints_) return;
  for (auto& [partition, note] : published_.new_checkpoints()) checkpoints_[partition] = std::move(note);
  for (const auto& [partition, note] : checkpoints_) {
    const std::uint64_t size = size_of(note);
    if (size <= signed_[partition] || size > next_[partition].value()) continue;
    const FolderSettings& settings = published_.settings;
    batch.messages.push_back({checkpoints_topic_, 0, fmt::format("{}-{}", settings.log_id, partition.value()), {{"content-type", "text/plain; charset=utf-8"}, {"log", settings.log_id}}, note});
    batch.cursors[partition] = {settings.log_id, settings.incarnation, owner_, partition, next_[partition], leaves_[partition], size, {}, {}};
  }
}

Result<void> Publisher::gather_partition(const CaseLog& log, PartitionId partition, Batch& batch) {
  const Result<std::optional<Position>> last = log.last_position(partition);
  if (!last) return tl::unexpected(last.error());
  const Position from = next_[partition];
  if (!*last || **last < from) return {};
  Result<void> outcome;
  const Result<void> scanned = log.scan_records(partition, from, [&](const StoredRecord& record) {
    Result<std::vector<Outgoing>> messages = messages_.messages(log, partition, record);
    if (!messages) {
      outcome = tl::unexpected(messages.error());
      return false;
    }
    for (Outgoing& message : *messages) {
      batch.bytes += message.value.size();
      batch.messages.push_back(std::move(message));
    }
    batch.bytes += record.bytes.size();
    ++batch.records;
    const FolderSettings& settings = published_.settings;
    batch.cursors[partition] = {settings.log_id, settings.incarnation, owner_, partition, Position(record.position.value() + 1), leaf_hash(record.bytes), signed_[partition], {}, {}};
    batch.messages.push_back({records_, partition.value(), event_id(settings, partition, record.position), {{"log", settings.log_id}}, record.bytes});
    return !batch.full();
  });
  return scanned ? outcome : scanned;
}

/// One transaction. Where it fails, the same records are read again next time.
Result<void> Publisher::publish(Transactions& transactions, Batch& batch) {
  for (const auto& [partition, cursor] : batch.cursors) batch.messages.push_back({cursor_, 0, cursor_key(cursor), {}, cursor_json(cursor)});
  if (Result<void> done = transactions.publish(batch.messages); !done) return done;
  if (capture_) capture_(batch.messages);
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [partition, cursor] : batch.cursors) {
      next_[partition] = cursor.next;
      leaves_[partition] = cursor.leaf;
      signed_[partition] = cursor.signed_at;
    }
    status_.published += batch.records;
  }
  note("publishing", {});
  return {};
}

}  // namespace ritrovo::kafka
