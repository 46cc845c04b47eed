#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>

#include "engine/base/result.h"

/// librdkafka's own objects, owned, and its errors in this house's words.
namespace ritrovo::kafka {

/// How the brokers are reached, and what is sent there.
struct Connection {
  std::map<std::string, std::string> properties;  ///< by librdkafka's names: bootstrap.servers, security.protocol, sasl.password …
  std::string prefix = "ritrovo";                 ///< before each topic's name, with a dot
  std::vector<std::string> views;                 ///< that have a topic each
};

/// The name of one of this folder's topics: "ritrovo.events".
[[nodiscard]] std::string topic_name(const Connection& connection, std::string_view topic);

struct DestroyClient {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using Client = std::unique_ptr<rd_kafka_t, DestroyClient>;

/// Why the brokers can't be reached, as they or the network said last. Runs on: any thread.
class Trouble {
 public:
  void note(const Error& error);
  /// The same, of something that waiting doesn't mend: a wrong password, a certificate that isn't trusted.
  void note_lasting(const Error& error);
  [[nodiscard]] bool lasting() const;
  /// Something worked.
  void over();
  /// What happened, with what is behind it, if that is known.
  [[nodiscard]] std::string behind(std::string_view what_happened) const;

 private:
  mutable std::mutex mutex_;
  std::string said_;
  bool lasting_ = false;
};

/// What a client calls back. Runs on: whichever thread polls the client.
struct Callbacks {
  std::function<void(const Error&)> trouble;  ///< brokers away, authentication refused …: the client goes on trying
  std::function<void(const rd_kafka_message_t&)> delivered;
  Trouble last;                               ///< the same, kept
};

/// Makes a client; `more` goes before what the connection says. `callbacks` outlives it; nullptr: none. kMalformed names a property that librdkafka
/// refuses.
[[nodiscard]] Result<Client> make_client(rd_kafka_type_t type, const Connection& connection, const std::map<std::string, std::string>& more,
                                         Callbacks* callbacks);

/// What librdkafka says went wrong, as a sentence; kUnavailable.
[[nodiscard]] Error error_of(std::string_view doing, rd_kafka_resp_err_t code);

/// What happened to a call of this client's, with the trouble that is behind it: to nobody's answering, a call knows only that its time is up. Polls the client.
[[nodiscard]] std::string with_trouble(rd_kafka_t* client, std::string_view what_happened);

/// A message to be sent: a key, headers in their order, a value.
struct Outgoing {
  std::string topic;
  std::int32_t partition = RD_KAFKA_PARTITION_UA;  ///< by the key, unless said
  std::string key;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string value;
  bool tombstone = false;  ///< no value at all: what a compacted topic has under the key goes
};
/// Gives it to a producer, waiting while the producer's queue is full, until `give_up` says so. kOverLimit: too large for this producer.
[[nodiscard]] Result<void> produce(rd_kafka_t* producer, const Outgoing& message, void* opaque, const std::function<bool()>& give_up);

/// How many partitions a topic has. kNotFound: there is no such topic. kUnavailable: no broker answers.
[[nodiscard]] Result<int> partitions_of(rd_kafka_t* client, const std::string& topic, std::chrono::milliseconds patience);

/// Reads partitions of topics to their ends. A client takes half a second to find its brokers: one reader for all of a topic's partitions.
/// Runs on: one thread.
class TopicReader {
 public:
  using Visit = std::function<void(const rd_kafka_message_t&)>;
  explicit TopicReader(Connection connection) : connection_(std::move(connection)) {}
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;
  /// A partition from its beginning to its end as of now, only what is committed: where a transaction of anybody's is open, what is committed behind it shows
  /// once that has ended, and is waited for. kUnavailable where `give_up` says so.
  [[nodiscard]] Result<void> read_to_end(const std::string& topic, int partition, const std::function<bool()>& give_up, const Visit& visit);

 private:
  struct Span {
    std::int64_t first = 0;
    std::int64_t end = 0;
  };
  [[nodiscard]] Result<void> make_clients();
  [[nodiscard]] Result<Span> span_of(const std::string& topic, int partition, const std::function<bool()>& give_up);
  [[nodiscard]] Result<void> assign(const std::string& topic, int partition);

  const Connection connection_;
  Callbacks callbacks_;
  Client ends_;      ///< sees open transactions
  Client consumer_;
};

}  // namespace ritrovo::kafka
