#include "adapters/kafka/client.h"

#include <array>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace ritrovo::kafka {
namespace {

constexpr std::size_t kReasonBytes = 512;
constexpr int kPollMs = 100;
constexpr int kAskMs = 2'000;

struct DestroyConf {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};

void on_error(rd_kafka_t* client, int code, const char* reason, void* opaque) {
  auto* callbacks = static_cast<Callbacks*>(opaque);
  (void)client;
  // Each broker has said before why it is down.
  if (callbacks == nullptr || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;
  Error error = error_of(reason, static_cast<rd_kafka_resp_err_t>(code));
  if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION) error.message += "; look at sasl.mechanism, sasl.username and the file of sasl.password";
  // Where the brokers want TLS and get none, librdkafka has no code for it, but a hint.
  const bool lasting = code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL || std::string_view(reason).find("security.protocol") != std::string_view::npos;
  lasting ? callbacks->last.note_lasting(error) : callbacks->last.note(error);
  if (callbacks->trouble) callbacks->trouble(error);
}

void on_delivery(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque) {
  auto* callbacks = static_cast<Callbacks*>(opaque);
  (void)client;
  if (callbacks != nullptr && callbacks->delivered) callbacks->delivered(*message);
}

/// librdkafka's own log lines: of interest only where somebody looks for them.
void on_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  (void)client;
  constexpr int kSyslogError = 3;
  if (level <= kSyslogError) {
    spdlog::info("kafka {}: {}", facility, text);
  } else {
    spdlog::debug("kafka {}: {}", facility, text);
  }
}

}  // namespace

void Trouble::note(const Error& error) {
  const std::lock_guard lock(mutex_);
  said_ = error.message;
}

void Trouble::note_lasting(const Error& error) {
  const std::lock_guard lock(mutex_);
  said_ = error.message;
  lasting_ = true;
}

bool Trouble::lasting() const {
  const std::lock_guard lock(mutex_);
  return lasting_;
}

void Trouble::over() {
  const std::lock_guard lock(mutex_);
  said_.clear();
  lasting_ = false;
}

std::string Trouble::behind(std::string_view what_happened) const {
  const std::lock_guard lock(mutex_);
  return said_.empty() || what_happened.find(said_) != std::string_view::npos ? std::string(what_happened) : fmt::format("{}; {}", what_happened, said_);
}

std::string topic_name(const Connection& connection, std::string_view topic) { return fmt::format("{}.{}", connection.prefix, topic); }

Error error_of(std::string_view doing, rd_kafka_resp_err_t code) {
  return {ErrorCode::kUnavailable, fmt::format("{}: {} ({})", doing, rd_kafka_err2str(code), rd_kafka_err2name(code))};
}

Result<Client> make_client(rd_kafka_type_t type, const Connection& connection, const std::map<std::string, std::string>& more, Callbacks* callbacks) {
  std::unique_ptr<rd_kafka_conf_t, DestroyConf> conf(rd_kafka_conf_new());
  std::array<char, kReasonBytes> reason{};
  std::map<std::string, std::string> properties = more;
  properties.insert(connection.properties.begin(), connection.properties.end());
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason.data(), reason.size()) != RD_KAFKA_CONF_OK)
      return failure(ErrorCode::kMalformed, fmt::format("Kafka's setting {}: {}", name, reason.data()));
  }
  rd_kafka_conf_set_opaque(conf.get(), callbacks);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  if (type == RD_KAFKA_PRODUCER) rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
  Client client(rd_kafka_new(type, conf.get(), reason.data(), reason.size()));
  if (!client) return failure(ErrorCode::kMalformed, fmt::format("Kafka's settings don't fit together: {}", reason.data()));
  (void)conf.release();  // the client's now
  return client;
}

std::string with_trouble(rd_kafka_t* client, std::string_view what_happened) {
  rd_kafka_poll(client, 0);
  const auto* callbacks = static_cast<const Callbacks*>(rd_kafka_opaque(client));
  return callbacks == nullptr ? std::string(what_happened) : callbacks->last.behind(what_happened);
}

Result<void> produce(rd_kafka_t* producer, const Outgoing& message, void* opaque, const std::function<bool()>& give_up) {
  for (;;) {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(message.headers.size());
    for (const auto& [name, value] : message.headers)
      rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(), static_cast<ssize_t>(value.size()));
    // The macros of rd_kafka_producev hide casts that our warnings refuse.
    std::array<rd_kafka_vu_t, 7> parts{};
    parts[0].vtype = RD_KAFKA_VTYPE_TOPIC;
    parts[0].u.cstr = message.topic.c_str();
    parts[1].vtype = RD_KAFKA_VTYPE_PARTITION;
    parts[1].u.i32 = message.partition;
    parts[2].vtype = RD_KAFKA_VTYPE_KEY;
    parts[2].u.mem.ptr = const_cast<char*>(message.key.data());
    parts[2].u.mem.size = message.key.size();
    parts[3].vtype = RD_KAFKA_VTYPE_VALUE;
    parts[3].u.mem.ptr = message.tombstone ? nullptr : const_cast<char*>(message.value.data());
    parts[3].u.mem.size = message.tombstone ? 0 : message.value.size();
    parts[4].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    parts[4].u.i = RD_KAFKA_MSG_F_COPY;
    parts[5].vtype = RD_KAFKA_VTYPE_HEADERS;
    parts[5].u.headers = headers;
    parts[6].vtype = RD_KAFKA_VTYPE_OPAQUE;
    parts[6].u.ptr = opaque;
    rd_kafka_error_t* refused = rd_kafka_produceva(producer, parts.data(), parts.size());
    if (refused == nullptr) return {};
    const rd_kafka_resp_err_t code = rd_kafka_error_code(refused);
    rd_kafka_error_destroy(refused);
    rd_kafka_headers_destroy(headers);  // ours again where it wasn't taken
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      Error error = error_of(fmt::format("a message of {} bytes for {}", message.value.size(), message.topic), code);
      if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) error.code = ErrorCode::kOverLimit;
      return tl::unexpected(std::move(error));
    }
    if (give_up()) return tl::unexpected(error_of("sending", code));
    rd_kafka_poll(producer, kPollMs);
  }
}

Result<int> partitions_of(rd_kafka_t* client, const std::string& topic, std::chrono::milliseconds patience) {
  struct Destroy {
    void operator()(rd_kafka_topic_t* it) const { rd_kafka_topic_destroy(it); }
  };
  const std::unique_ptr<rd_kafka_topic_t, Destroy> handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  if (!handle) return tl::unexpected(error_of(topic, rd_kafka_last_error()));
  const struct rd_kafka_metadata* metadata = nullptr;
  const rd_kafka_resp_err_t code = rd_kafka_metadata(client, 0, handle.get(), &metadata, static_cast<int>(patience.count()));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failure(ErrorCode::kUnavailable, with_trouble(client, error_of("asking the brokers for " + topic, code).message));
  const rd_kafka_resp_err_t known = metadata->topics[0].err;
  const int partitions = metadata->topics[0].partition_cnt;
  rd_kafka_metadata_destroy(metadata);
  if (known == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return failure(ErrorCode::kNotFound, fmt::format("the brokers have no topic {}; 'ritrovo kafka init' makes it", topic));
  if (known != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(error_of("asking the brokers for " + topic, known));
  return partitions;
}

Result<void> TopicReader::make_clients() {
  if (consumer_) return {};
  // A group that is never joined: librdkafka wants one for any consumer.
  const std::string group = connection_.prefix + ".reader";
  Result<Client> ends = make_client(RD_KAFKA_CONSUMER, connection_, {{"group.id", group}, {"isolation.level", "read_uncommitted"}}, &callbacks_);
  if (!ends) return tl::unexpected(ends.error());
  Result<Client> consumer = make_client(RD_KAFKA_CONSUMER, connection_,
                                        {{"group.id", group}, {"isolation.level", "read_committed"}, {"enable.auto.commit", "false"},
                                         {"enable.partition.eof", "true"}, {"auto.offset.reset", "earliest"}, {"fetch.wait.max.ms", "20"}},
                                        &callbacks_);
  if (!consumer) return tl::unexpected(consumer.error());
  rd_kafka_poll_set_consumer(consumer->get());
  ends_ = std::move(*ends);
  consumer_ = std::move(*consumer);
  return {};
}

/// Where a partition begins and ends now, open transactions included.
Result<TopicReader::Span> TopicReader::span_of(const std::string& topic, int partition, const std::function<bool()>& give_up) {
  for (;;) {
    Span span;
    const rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(ends_.get(), topic.c_str(), partition, &span.first, &span.end, kAskMs);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return span;
    const bool lasting = code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
                         code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    if (lasting || give_up()) return failure(ErrorCode::kUnavailable, with_trouble(ends_.get(), error_of("reading " + topic, code).message));
  }
}

Result<void> TopicReader::assign(const std::string& topic, int partition) {
  struct Destroy {
    void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
  };
  const std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
  if (const rd_kafka_resp_err_t code = rd_kafka_assign(consumer_.get(), list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(error_of(topic, code));
  return {};
}

Result<void> TopicReader::read_to_end(const std::string& topic, int partition, const std::function<bool()>& give_up, const Visit& visit) {
  struct Destroy {
    void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  };
  if (Result<void> made = make_clients(); !made) return made;
  const Result<Span> span = span_of(topic, partition, give_up);
  if (!span) return tl::unexpected(span.error());
  if (span->first == span->end) return {};
  if (Result<void> assigned = assign(topic, partition); !assigned) return assigned;
  while (!give_up()) {
    const std::unique_ptr<rd_kafka_message_t, Destroy> message(rd_kafka_consumer_poll(consumer_.get(), kPollMs));
    // What an earlier call had asked for may still be on its way.
    if (!message || (message->rkt != nullptr && (message->partition != partition || topic != rd_kafka_topic_name(message->rkt)))) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      if (message->offset >= span->end) return {};
      continue;  // a transaction is open there
    }
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      visit(*message);
    } else if (message->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
      return tl::unexpected(error_of("reading " + topic, message->err));
    }
  }
  return failure(ErrorCode::kUnavailable, callbacks_.last.behind(fmt::format("reading {} was given up", topic)));
}

}  // namespace ritrovo::kafka
