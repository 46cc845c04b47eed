#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "adapters/kafka/publisher.h"
#include "adapters/kafka/topics.h"
#include "tools/bench/benches.h"
#include "tools/bench/event_reader.h"
#include "tools/bench/process.h"
#include "tools/bench/workload.h"
#include "tools/context.h"

namespace ritrovo::bench {
namespace {

using tools::must;
using Clock = std::chrono::steady_clock;

constexpr int kCallMs = 30'000;
/// Each load that is tried is so much of the one before.
constexpr double kStep = 0.85;
constexpr int kSteps = 12;
/// Publishing keeps up with a load if what is committed last is visible so soon.
constexpr double kKeptUpSeconds = 1;

double seconds_between(Clock::time_point from, Clock::time_point to) { return std::chrono::duration<double>(to - from).count(); }

/// Where the last event of an accepted command stands, and when it was answered.
struct Committed {
  PartitionId partition;
  Position position;
  Clock::time_point at;
};

/// A folder whose events go to topics of their own.
class PublishedFolder {
 public:
  PublishedFolder(const std::filesystem::path& path, kafka::Connection connection) : connection_(std::move(connection)) {
    EngineOptions options;
    options.path = path;
    options.committed = [this] {
      const std::lock_guard lock(mutex_);
      if (publisher_) publisher_->wake();
    };
    engine_ = new_folder(std::move(options));
    published_ = {engine_->folder().settings(), [this](const std::function<Result<void>(const CaseLog&)>& read) { return engine_->with_log(read); },
                  [this] { return engine_->machine()->library(); }, {}};
  }
  ~PublishedFolder() {
    publish_no_more();
    (void)engine_->close();
  }
  PublishedFolder(const PublishedFolder&) = delete;
  PublishedFolder& operator=(const PublishedFolder&) = delete;

  /// Makes the topics, publishes to them, and returns once all is published that was recorded before.
  void publish(const std::string& prefix, kafka::Publisher::Capture capture = {}) {
    connection_.prefix = prefix;
    must(kafka::make_topics(connection_, partitions(), -1));
    auto publisher = std::make_unique<kafka::Publisher>(published_, connection_, std::move(capture));
    kafka::PublisherStatus status = publisher->status();
    for (; status.state != "publishing" || status.backlog > 0; status = publisher->status()) {
      if (status.state == "stopped") throw tools::Failure{{ErrorCode::kUnavailable, status.last_error}};
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    const std::lock_guard lock(mutex_);
    publisher_ = std::move(publisher);
  }
  void publish_no_more() {
    std::unique_ptr<kafka::Publisher> ended;
    const std::lock_guard lock(mutex_);
    ended.swap(publisher_);
  }
  [[nodiscard]] TrialEngine& engine() { return *engine_; }
  [[nodiscard]] const kafka::Connection& connection() const { return connection_; }
  [[nodiscard]] std::uint16_t partitions() const { return engine_->folder().settings().partitions; }

 private:
  std::mutex mutex_;
  kafka::Connection connection_;
  std::unique_ptr<TrialEngine> engine_;
  kafka::Published published_;
  std::unique_ptr<kafka::Publisher> publisher_;
};

/// Sends commands at their time, whether or not earlier ones are answered.
std::vector<Committed> send_at(double rate, std::vector<Command> commands, TrialEngine& engine, Report& report) {
  std::mutex mutex;
  std::vector<Committed> committed;
  std::uint64_t answered = 0;
  std::uint64_t other = 0;
  const Clock::time_point began = Clock::now();
  const std::uint64_t count = commands.size();
  for (std::uint64_t i = 0; i < count; ++i) {
    std::this_thread::sleep_until(began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(static_cast<double>(i) / rate)));
    engine.submit(std::move(commands[i]), [&](const Answer& answer) {
      const Clock::time_point now = Clock::now();
      const std::lock_guard lock(mutex);
      ++answered;
      if (answer.kind != AnswerKind::kAccepted) {
        ++other;
      } else {
        committed.push_back({answer.receipt->partition, Position(answer.receipt->position.value() + answer.last.value() - answer.first.value()), now});
      }
    });
  }
  for (bool all = false; !all;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::lock_guard lock(mutex);
    all = answered == count;
  }
  report.check(other == 0, fmt::format("{} of {} commands weren't accepted", other, count));
  return committed;
}

/// What a load at a steady rate came to.
struct Paced {
  double rate = 0;          ///< commands a second, as they were answered
  double lag_seconds = 0;   ///< from the last answer to the last event's being visible
  double p50_ms = 0;
  double p99_ms = 0;
  double longest_ms = 0;
  double cores = 0;         ///< that this process kept busy: engine, publisher and reader
  std::uint64_t commands = 0;
  std::uint64_t events = 0;
};

/// Sends for that many seconds, the first `warming` of which don't count.
Paced measure_paced(PublishedFolder& folder, std::vector<Command> commands, double rate, double warming, Report& report) {
  EventReader reader(folder.connection(), folder.partitions());
  const Clock::time_point began = Clock::now();
  const double cpu_before = process_cpu_seconds();
  const std::vector<Committed> committed = send_at(rate, std::move(commands), folder.engine(), report);
  const Clock::time_point answered = Clock::now();
  for (const Committed& one : committed) {
    if (reader.wait_for(one.partition, one.position)) continue;
    report.check(false, "an event that was committed was never seen");
    return {};
  }
  Paced paced;
  paced.cores = (process_cpu_seconds() - cpu_before) / seconds_between(began, Clock::now());
  paced.lag_seconds = std::max(0.0, seconds_between(answered, Clock::now()));
  reader.stop();
  paced.commands = committed.size();
  paced.events = reader.count();
  paced.rate = static_cast<double>(committed.size()) / seconds_between(began, answered);
  report.check(reader.out_of_order() == 0, fmt::format("{} events came twice, or out of their order", reader.out_of_order()));
  std::vector<double> waits;
  for (const Committed& one : committed)
    if (seconds_between(began, one.at) >= warming) waits.push_back(seconds_between(one.at, reader.seen(one.partition, one.position)) * 1000);
  if (waits.empty()) return paced;
  std::sort(waits.begin(), waits.end());
  paced.p50_ms = waits[waits.size() / 2];
  paced.p99_ms = waits[waits.size() * 99 / 100];
  paced.longest_ms = waits.back();
  return paced;
}

std::vector<Command> some_commands(double count, std::uint64_t seed) {
  std::vector<Command> commands;
  generate_families(static_cast<std::uint32_t>(std::ceil(count / kCommandsPerFamily)) + 1, seed, static_cast<std::size_t>(count), [&](std::vector<Command> chunk) {
    commands = std::move(chunk);
    return false;
  });
  return commands;
}

/// A producer that knows nothing of a folder: it sends what it is given in transactions, and notes how long they took.
class BareProducer {
 public:
  explicit BareProducer(kafka::Connection connection, std::uint16_t partitions) : connection_(std::move(connection)) {
    must(kafka::make_topics(connection_, partitions, -1));
    producer_ = must(kafka::make_client(RD_KAFKA_PRODUCER, connection_, {{"transactional.id", connection_.prefix}, {"linger.ms", "2"}, {"message.max.bytes", "8388608"}}, nullptr));
    done(rd_kafka_init_transactions(producer_.get(), kCallMs));
  }
  void send(std::vector<kafka::Outgoing> messages) {
    for (kafka::Outgoing& message : messages) message.topic = kafka::topic_name(connection_, message.topic.substr(message.topic.rfind('.') + 1));
    const Stopwatch time;
    done(rd_kafka_begin_transaction(producer_.get()));
    for (const kafka::Outgoing& message : messages) must(kafka::produce(producer_.get(), message, nullptr, [] { return false; }));
    done(rd_kafka_commit_transaction(producer_.get(), kCallMs));
    transactions_ms.push_back(time.seconds() * 1000);
  }
  std::vector<double> transactions_ms;

 private:
  static void done(rd_kafka_error_t* error) {
    if (error == nullptr) return;
    const std::string said = rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    throw tools::Failure{{ErrorCode::kUnavailable, "a bare transaction: " + said}};
  }
  kafka::Connection connection_;
  kafka::Client producer_;
};

/// What publishing a backlog came to.
struct Drained {
  double seconds = 0;
  double cpu_seconds = 0;
  double bare_seconds = 0;
  std::uint64_t transactions = 0;
  std::uint64_t messages = 0;
};

/// Publishes all that the folder has, twice to topics of their own: once by itself; and once with a bare producer that sends the same batches in between, one
/// after the other, so that what else the machine does hits both.
Drained drain(PublishedFolder& folder, const std::string& prefix) {
  Drained drained;
  Clock::time_point first;
  Clock::time_point last;
  double cpu_first = 0;
  folder.publish(prefix, [&](const std::vector<kafka::Outgoing>& messages) {
    last = Clock::now();
    drained.cpu_seconds = process_cpu_seconds() - cpu_first;
    // The first one writes the cursors anew.
    if (drained.transactions++ > 0) {
      drained.messages += messages.size();
    } else {
      first = last;
      cpu_first = process_cpu_seconds();
    }
  });
  folder.publish_no_more();
  drained.seconds = seconds_between(first, last);
  kafka::Connection beside = folder.connection();
  beside.prefix = prefix + "-bare";
  BareProducer bare(beside, folder.partitions());
  folder.publish(prefix + "-again", [&](const std::vector<kafka::Outgoing>& messages) { bare.send(messages); });
  folder.publish_no_more();
  for (std::size_t i = 1; i < bare.transactions_ms.size(); ++i) drained.bare_seconds += bare.transactions_ms[i] / 1000;
  return drained;
}

void measure_drain(const Wish& wish, const Place& place, const kafka::Connection& connection, Report& report, double& per_second) {
  const std::uint64_t count = wish.commands_or(50'000, 2'000);
  PublishedFolder folder(place / "backlog", connection);
  Sender sender(folder.engine());
  for (Command& command : some_commands(static_cast<double>(count), wish.seed)) sender.send(std::move(command));
  sender.drain();
  sender.check(report);
  const std::uint64_t records = records_of(folder.engine());
  const Drained drained = drain(folder, connection.prefix + "-backlog");
  per_second = static_cast<double>(count) / drained.seconds;
  report.figures.push_back(rate_figure("a backlog, published", per_second, "commands/s", static_cast<double>(count) / drained.bare_seconds, 0.5));
  report.note_count("backlog_commands", count);
  report.note_count("backlog_records", records);
  report.note_count("backlog_messages", drained.messages);
  report.note_count("backlog_transactions", drained.transactions - 1);
  report.note("backlog_seconds", drained.seconds);
  report.note("backlog_records_per_second", static_cast<double>(records) / drained.seconds);
  report.note("backlog_cpu_us_per_record", drained.cpu_seconds * 1e6 / static_cast<double>(records));
  report.note("bare_seconds", drained.bare_seconds);
}

/// The highest of ever lower loads with which publishing keeps up.
Paced highest(const Wish& wish, const Place& place, const kafka::Connection& connection, double rate, Report& report) {
  const double seconds = wish.quick ? 1 : 10;
  for (int step = 0; step < kSteps; ++step, rate *= kStep) {
    kafka::Connection own = connection;
    own.prefix = fmt::format("{}-load-{}", connection.prefix, step);
    PublishedFolder folder(place / fmt::format("load-{}", step), own);
    folder.publish(own.prefix);
    const Paced paced = measure_paced(folder, some_commands(rate * seconds, wish.seed + 1), rate, 0, report);
    if (paced.lag_seconds <= kKeptUpSeconds && paced.rate >= 0.95 * rate) return paced;
  }
  return {};
}

}  // namespace

Report bench_kafka(const Wish& wish) {
  Report report{"kafka", {}, {}, {}};
  if (wish.brokers.empty()) {
    report.note("skipped", "no broker was named: --brokers HOST:PORT, or `tests/kafka/broker.py COMMAND`, which starts one");
    return report;
  }
  const double rate = wish.quick ? 200 : 1000;
  const double warming = wish.quick ? 0 : 10;
  const double seconds = wish.quick ? 2 : 30;
  const Place place(wish);
  // Topics can't be shared with an earlier run.
  kafka::Connection connection{{{"bootstrap.servers", wish.brokers}}, (place / "").parent_path().filename().string(), {}};
  Paced paced;
  {
    PublishedFolder folder(place / "paced", connection);
    folder.publish(connection.prefix + "-paced");
    paced = measure_paced(folder, some_commands(rate * (warming + seconds), wish.seed), rate, warming, report);
  }
  report.figures.push_back(bounded_figure("committed to visible, p99", paced.p99_ms, "ms", 0, 250));
  double drained = 0;
  measure_drain(wish, place, connection, report, drained);
  const Paced kept = highest(wish, place, connection, drained, report);
  report.figures.push_back(rate_figure("highest load kept up with", kept.rate, "commands/s", drained, 0.5));
  report.note("visible_p50_ms", paced.p50_ms);
  report.note("visible_longest_ms", paced.longest_ms);
  report.note("paced_commands_per_second", paced.rate);
  report.note("paced_cores", paced.cores);
  report.note_count("paced_events", paced.events);
  report.note("highest_p99_ms", kept.p99_ms);
  report.note("highest_cores", kept.cores);
  return report;
}

}  // namespace ritrovo::bench
