#include "adapters/kafka/published_log.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "adapters/kafka/cursor.h"
#include "adapters/kafka/incoming.h"
#include "engine/ledger/frontier.h"

namespace ritrovo::kafka {
namespace {

using Clock = std::chrono::steady_clock;

/// How long the brokers may say nothing.
constexpr std::chrono::seconds kPatience{30};

/// Gives up where nothing comes for too long.
class Patience {
 public:
  void moved() { last_ = Clock::now(); }
  [[nodiscard]] bool ended() const { return Clock::now() - last_ > kPatience; }

 private:
  Clock::time_point last_ = Clock::now();
};

/// One partition of the topic, as it is read.
class Lane {
 public:
  Lane(std::string topic, PartitionId partition, const LogTaker& taker) : topic_(std::move(topic)), partition_(partition), taker_(taker) {}

  void read(const RecordName& name, std::string_view bytes) {
    if (wrong_) return;
    const std::uint64_t position = name.position.value();
    if (name.incarnation < incarnation_ || (name.incarnation == incarnation_ && position < next_))
      return stop(ErrorCode::kCorrupt, fmt::format("record {} of incarnation {} comes after a later one: two have written to it", position, name.incarnation));
    if (position > next_)
      return stop(ErrorCode::kNotFound, next_ == 0 ? fmt::format("it begins with record {}: its retention took what was before", position)
                                                   : fmt::format("record {} is missing: {} follows {}", next_, position, next_ - 1));
    incarnation_ = name.incarnation;
    if (position < next_) keep(taker_.cut(partition_, name.position));
    keep(taker_.take(partition_, bytes));
    leaf_ = leaf_hash(bytes);
    next_ = position + 1;
  }

  /// Holds the end against what the publisher said of it, in the transaction of the last record.
  Result<void> end_at(const Cursor& cursor) {
    const std::uint64_t next = cursor.next.value();
    if (!wrong_ && next_ < next) stop(ErrorCode::kCorrupt, fmt::format("it ends at {} records, and {} were published", next_, next));
    // An incarnation that was restored to fewer records, and has recorded nothing since.
    if (!wrong_ && next_ > next) {
      if (cursor.incarnation <= incarnation_) stop(ErrorCode::kCorrupt, fmt::format("it has {} records, and {} were published", next_, next));
      else keep(taker_.cut(partition_, cursor.next));
    } else if (!wrong_ && next > 0 && cursor.leaf && *cursor.leaf != *leaf_) {
      stop(ErrorCode::kCorrupt, fmt::format("record {} isn't the one that was published under that number", next - 1));
    }
    return wrong_ ? Result<void>(tl::unexpected(*wrong_)) : Result<void>();
  }
  [[nodiscard]] bool failed() const { return wrong_.has_value(); }

 private:
  void stop(ErrorCode code, const std::string& what) {
    wrong_ = Error{code, fmt::format("{}, partition {}: {}. The log can't be refilled from it; restore a backup ('ritrovo restore')", topic_, partition_.value(), what)};
  }
  void keep(const Result<void>& done) {
    if (!done && !wrong_) wrong_ = done.error();
  }

  const std::string topic_;
  const PartitionId partition_;
  const LogTaker& taker_;
  std::uint64_t incarnation_ = 0;
  std::uint64_t next_ = 0;
  std::optional<Hash256> leaf_;
  std::optional<Error> wrong_;
};

Result<void> check_partitions(const Connection& connection, const std::string& topic, const FolderSettings& settings) {
  Callbacks callbacks;
  const Result<Client> client = make_client(RD_KAFKA_PRODUCER, connection, {}, &callbacks);
  if (!client) return tl::unexpected(client.error());
  const Result<int> partitions = partitions_of(client->get(), topic, kPatience);
  if (!partitions) return tl::unexpected(partitions.error());
  if (*partitions == settings.partitions) return {};
  return failure(ErrorCode::kWrongFolder, fmt::format("{} has {} partitions, and this folder {}: it holds another log", topic, *partitions, settings.partitions));
}

}  // namespace

std::optional<RecordName> record_name(const rd_kafka_message_t& message, std::string_view log_id) {
  const auto headers = headers_of(message);
  const bool ours = std::any_of(headers.begin(), headers.end(), [log_id](const auto& header) { return header.first == "log" && header.second == log_id; });
  if (!ours || message.key == nullptr) return std::nullopt;
  const std::string_view key(static_cast<const char*>(message.key), message.key_len);
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const std::optional<std::uint64_t> incarnation = number(key.substr(0, key.find('-')));
  const std::optional<std::uint64_t> position = number(key.substr(key.rfind('-') + 1));
  if (!incarnation || !position) return std::nullopt;
  return RecordName{*incarnation, Position(*position)};
}

Result<void> read_published_log(const Connection& connection, const FolderSettings& settings, const LogTaker& taker) {
  const std::string topic = topic_name(connection, "records");
  if (Result<void> checked = check_partitions(connection, topic, settings); !checked) return checked;
  Patience patience;
  const Result<std::map<PartitionId, Cursor>> cursors = read_cursors(connection, settings.log_id, [&patience] { return patience.ended(); });
  if (!cursors) return tl::unexpected(cursors.error());
  if (cursors->empty())
    return failure(ErrorCode::kNotFound, fmt::format("{} knows nothing of the log {}: it was never published there. Is kafka.prefix the one that was served with?", topic_name(connection, "cursor"), settings.log_id));
  for (const auto& [partition, cursor] : *cursors)
    if (cursor.incarnation > settings.incarnation)
      return failure(ErrorCode::kWrongFolder, fmt::format("incarnation {} of this log publishes now, and this folder is incarnation {}: it was restored elsewhere, and this copy must not go on", cursor.incarnation, settings.incarnation));
  TopicReader reader(connection);
  for (std::uint16_t i = 0; i < settings.partitions; ++i) {
    const PartitionId partition(i);
    Lane lane(topic, partition, taker);
    patience.moved();
    const Result<void> read = reader.read_to_end(topic, i, [&] { return lane.failed() || patience.ended(); }, [&](const rd_kafka_message_t& message) {
      patience.moved();
      if (const std::optional<RecordName> name = record_name(message, settings.log_id)) lane.read(*name, {static_cast<const char*>(message.payload), message.payload == nullptr ? 0 : message.len});
    });
    if (!read && !lane.failed()) return patience.ended() ? failure(ErrorCode::kUnavailable, fmt::format("no broker has answered for {} s; nothing was changed, begin again when they do", kPatience.count())) : read;
    const auto cursor = cursors->find(partition);
    if (Result<void> ended = lane.end_at(cursor == cursors->end() ? Cursor{} : cursor->second); !ended) return ended;
  }
  return {};
}

}  // namespace ritrovo::kafka
