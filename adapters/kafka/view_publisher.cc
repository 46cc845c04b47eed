#include "adapters/kafka/view_publisher.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace ritrovo::kafka {
namespace {

using std::chrono::milliseconds;

/// A case that changes often is sent once in that time.
constexpr milliseconds kEvery{1'000};
constexpr milliseconds kAfterTrouble{1'000};
constexpr milliseconds kClosing{5'000};
constexpr milliseconds kCall{5'000};
/// Records for one transaction: some megabytes of rows.
constexpr std::size_t kBatchRecords = 4'000;

}  // namespace

ViewPublisher::ViewPublisher(const Published& published, Connection connection, projections::RowStore& rows, std::vector<projections::ViewKind> kinds)
    : published_(published), connection_(std::move(connection)), owner_(fresh_owner()), rows_(rows), kinds_(std::move(kinds)) {
  callbacks_.trouble = [this](const Error& error) {
    const std::lock_guard lock(mutex_);
    status_.last_error = error.message;
  };
  status_.state = "starting";
  for (const projections::ViewKind& kind : kinds_) status_.views.push_back({kind.name, 0, 0, {}});
  thread_ = std::thread([this] { run(); });
}

ViewPublisher::~ViewPublisher() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    close_by_ = Clock::now() + kClosing;
  }
  woken_.notify_all();
  thread_.join();
}

void ViewPublisher::wake() {
  {
    const std::lock_guard lock(mutex_);
    wake_ = true;
  }
  woken_.notify_one();
}

ViewPublisherStatus ViewPublisher::status() const {
  ViewPublisherStatus status;
  {
    const std::lock_guard lock(mutex_);
    status = status_;
  }
  (void)published_.with_log([&](const CaseLog& log) {
    return projections::ends_of(log, published_.settings.partitions).map([&status](const projections::Ends& ends) {
      std::uint64_t records = 0;
      for (const Position end : ends) records += end.value();
      for (ViewPublisherStatus::View& view : status.views) view.lag = records - std::min(records, view.records);
    });
  });
  return status;
}

void ViewPublisher::note(std::string state, std::string error) {
  const std::lock_guard lock(mutex_);
  if (!error.empty() && error != status_.last_error) spdlog::warn("sending views: {}", error);
  status_.state = std::move(state);
  status_.last_error = std::move(error);
}

bool ViewPublisher::closing() const {
  const std::lock_guard lock(mutex_);
  return closing_;
}

bool ViewPublisher::giving_up() const {
  const std::lock_guard lock(mutex_);
  return closing_ && Clock::now() >= close_by_;
}

/// Until something was committed, but not too soon after the last time; false where it is to end.
bool ViewPublisher::wait() {
  std::unique_lock lock(mutex_);
  if (woken_.wait_for(lock, kEvery, [this] { return closing_; })) return false;
  woken_.wait(lock, [this] { return wake_ || closing_; });
  wake_ = false;
  return !closing_;
}

void ViewPublisher::run() {
  for (;;) {
    const Result<void> ended = session();
    if (ended) return;
    if (ended.error().code == ErrorCode::kWrongFolder || ended.error().code == ErrorCode::kMalformed) {
      spdlog::error("sending views stopped for good: {}", ended.error().message);
      return note("stopped", ended.error().message);
    }
    note("waiting", ended.error().message);
    std::unique_lock lock(mutex_);
    if (woken_.wait_for(lock, kAfterTrouble, [this] { return closing_; })) return;
  }
}

/// The life of one producer.
Result<void> ViewPublisher::session() {
  const FolderSettings& settings = published_.settings;
  Result<Transactions> transactions = Transactions::begin(connection_, fmt::format("{}-{}-views", connection_.prefix, settings.log_id), &callbacks_,
                                                          {[this] { return closing(); }, [this] { return giving_up(); }, [this](const std::string& why) { note("waiting", why); }});
  if (!transactions) return tl::unexpected(transactions.error());
  if (Result<void> checked = check_topics(transactions->producer()); !checked) return checked;
  Result<Cursors> cursors = read_all_cursors(connection_, settings.log_id, [this] { return giving_up(); });
  if (!cursors) return tl::unexpected(cursors.error());
  if (Result<void> judged = judge(*cursors); !judged) return judged;
  cursors = take_over(*transactions, std::move(*cursors));
  if (!cursors) return tl::unexpected(cursors.error());
  const auto publish = [&](const std::vector<Outgoing>& messages) {
    if (giving_up()) return Result<void>(failure(ErrorCode::kUnavailable, "closing"));
    return transactions->publish(messages).map([&] {
      const std::lock_guard lock(mutex_);
      status_.sent += messages.size();
    });
  };
  TopicReader reader(connection_);
  ViewTopicStore store({&rows_, owner_, settings.partitions, publish, [this, &reader](const std::string& topic, PartitionId partition) { return keys(reader, topic, partition); }}, connection_, *cursors);
  if (Result<void> made = make_anew_what_does_not_fit(store, *cursors); !made) return made;
  projections::ViewRunner runner = runner_over(store);
  do {
    if (Result<void> followed = follow(store, runner); !followed) return followed;
  } while (wait());
  return follow(store, runner);
}

Result<void> ViewPublisher::check_topics(rd_kafka_t* producer) const {
  for (const projections::ViewKind& kind : kinds_) {
    const std::string topic = view_topic(connection_, kind.name);
    const Result<int> partitions = partitions_of(producer, topic, kCall);
    if (!partitions) return tl::unexpected(partitions.error());
    if (*partitions != published_.settings.partitions)
      return failure(ErrorCode::kUnavailable, fmt::format("{} has {} partitions, this folder {}: make a topic that fits ('ritrovo kafka init' says how)", topic, *partitions, published_.settings.partitions));
  }
  return {};
}

/// Whether this process may go on: as go_on_from, but for what only the published records can tell.
Result<void> ViewPublisher::judge(const Cursors& cursors) const {
  for (const projections::ViewKind& kind : kinds_) {
    const auto found = cursors.find(kind.name);
    if (found == cursors.end()) continue;
    for (const auto& [partition, cursor] : found->second) {
      if (cursor.incarnation > published_.settings.incarnation)
        return failure(ErrorCode::kWrongFolder, fmt::format("incarnation {} of this log sends its views now, and this folder is incarnation {}: it was restored elsewhere, and this copy must not go on", cursor.incarnation, published_.settings.incarnation));
      if (took_over_ && cursor.owner != owner_)
        return failure(ErrorCode::kWrongFolder, "another process sends the views of this log now: two have copies of one folder, and only one may go on");
    }
  }
  return {};
}

/// Writes every cursor under our name; what another incarnation sent counts for nothing.
Result<ViewPublisher::Cursors> ViewPublisher::take_over(Transactions& transactions, Cursors cursors) {
  std::vector<Outgoing> messages;
  Cursors ours;
  for (const projections::ViewKind& kind : kinds_) {
    for (std::uint16_t i = 0; i < published_.settings.partitions; ++i) {
      const PartitionId partition(i);
      Cursor cursor = cursors[kind.name][partition];
      if (cursor.incarnation != published_.settings.incarnation) cursor = Cursor{};
      cursor.log_id = published_.settings.log_id;
      cursor.incarnation = published_.settings.incarnation;
      cursor.owner = owner_;
      cursor.partition = partition;
      cursor.view = kind.name;
      messages.push_back({topic_name(connection_, "cursor"), 0, cursor_key(cursor), {}, cursor_json(cursor)});
      ours[kind.name][partition] = std::move(cursor);
    }
  }
  if (Result<void> done = transactions.publish(messages); !done) return tl::unexpected(done.error());
  took_over_ = true;
  return ours;
}

projections::ViewRunner ViewPublisher::runner_over(ViewTopicStore& store) const {
  const FolderSettings& settings = published_.settings;
  return {store, {settings.log_id, settings.incarnation, settings.partitions}, published_.library, kinds_, kBatchRecords};
}

/// Views whose rows here know more than their topic, or are of another history.
Result<void> ViewPublisher::make_anew_what_does_not_fit(ViewTopicStore& store, const Cursors& cursors) {
  return published_.with_log([&](const CaseLog& log) -> Result<void> {
    const Result<std::vector<projections::ViewStatus>> views = runner_over(store).status(log);
    if (!views) return tl::unexpected(views.error());
    for (const projections::ViewStatus& view : *views) {
      bool fits = view.life != projections::ViewLife::kForked;
      for (std::uint16_t i = 0; fits && i < view.cursors.size(); ++i) fits = view.cursors[i].next <= cursors.at(view.name).at(PartitionId(i)).next;
      if (fits) continue;
      if (Result<void> forgotten = store.forget(view.name); !forgotten) return forgotten;
    }
    return {};
  });
}

/// Sends what is committed by now. A view that is stuck waits by itself; the brokers' trouble is everybody's.
Result<void> ViewPublisher::follow(ViewTopicStore& store, projections::ViewRunner& runner) {
  for (bool more = true; more;) {
    std::vector<ViewPublisherStatus::View> standing;
    const Result<void> read = published_.with_log([&](const CaseLog& log) -> Result<void> {
      const std::map<std::string, Error> troubles = runner.poll(log);
      more = store.full();
      for (const auto& [view, trouble] : troubles)
        if (trouble.code != ErrorCode::kCorrupt && !more) return tl::unexpected(trouble);
      const Result<std::vector<projections::ViewStatus>> views = runner.status(log);
      if (!views) return tl::unexpected(views.error());
      for (const projections::ViewStatus& view : *views) standing.push_back({view.name, view.records, 0, view.problem});
      return {};
    });
    if (!read) return read;
    if (Result<void> flushed = store.flush(); !flushed) return flushed;
    const std::lock_guard lock(mutex_);
    status_.views = std::move(standing);
  }
  note("publishing", {});
  return {};
}

Result<std::vector<std::string>> ViewPublisher::keys(TopicReader& reader, const std::string& topic, PartitionId partition) const {
  std::set<std::string> keys;
  const Result<void> read = reader.read_to_end(topic, partition.value(), [this] { return giving_up(); }, [&keys](const rd_kafka_message_t& message) {
    std::string key(static_cast<const char*>(message.key), message.key == nullptr ? 0 : message.key_len);
    if (message.payload == nullptr) keys.erase(key);
    else keys.insert(std::move(key));
  });
  if (!read) return tl::unexpected(read.error());
  return std::vector<std::string>(keys.begin(), keys.end());
}

}  // namespace ritrovo::kafka
