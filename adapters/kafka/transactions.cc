#include "adapters/kafka/transactions.h"

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace ritrovo::kafka {
namespace {

constexpr int kCallMs = 5'000;
constexpr int kAbortMs = 20'000;

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

Result<Transactions> Transactions::begin(const Connection& connection, const std::string& name, Callbacks* callbacks, Watch watch) {
  callbacks->delivered = [callbacks](const rd_kafka_message_t& message) {
    // One is refused; the rest of its transaction is purged.
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR || message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) return;
    Error refused = error_of(fmt::format("{} refuses a message of {} bytes", rd_kafka_topic_name(message.rkt), message.len), message.err);
    if (message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) refused.message += "; 'ritrovo kafka init' says what the topic must take";
    callbacks->last.note(refused);
  };
  Result<Client> producer = make_client(RD_KAFKA_PRODUCER, connection,
                                        {{"transactional.id", name},
                                         {"transaction.timeout.ms", "30000"},
                                         {"linger.ms", "2"},
                                         {"message.max.bytes", "8388608"},
                                         {"queue.buffering.max.kbytes", "131072"}},
                                        callbacks);
  if (!producer) return tl::unexpected(producer.error());
  do {
    rd_kafka_error_t* error = rd_kafka_init_transactions(producer->get(), kCallMs);
    if (error == nullptr) return Transactions(std::move(*producer), callbacks, std::move(watch));
    const Refusal refusal(error);
    if (!refusal.retriable) return failure(ErrorCode::kUnavailable, refusal.said);
    watch.waiting(with_trouble(producer->get(), fmt::format("the brokers don't answer: {}", refusal.said)));
  } while (!watch.closing());
  return failure(ErrorCode::kUnavailable, "closing");
}

Result<void> Transactions::publish(const std::vector<Outgoing>& messages) {
  if (rd_kafka_error_t* error = rd_kafka_begin_transaction(producer_.get()); error != nullptr) return failure(ErrorCode::kUnavailable, Refusal(error).said);
  for (const Outgoing& message : messages) {
    if (Result<void> sent = produce(producer_.get(), message, nullptr, watch_.giving_up); !sent) {
      abort();
      return sent;
    }
  }
  return commit();
}

Result<void> Transactions::commit() {
  while (!watch_.giving_up()) {
    rd_kafka_error_t* error = rd_kafka_commit_transaction(producer_.get(), kCallMs);
    if (error == nullptr) {
      callbacks_->last.over();
      return {};
    }
    const Refusal refusal(error);
    // Its fate isn't known yet: to ask again is what librdkafka wants.
    if (refusal.retriable && !refusal.abortable) {
      watch_.waiting(with_trouble(producer_.get(), fmt::format("the brokers don't take what is published: {}", refusal.said)));
      continue;
    }
    if (refusal.abortable) abort();
    return failure(ErrorCode::kUnavailable, with_trouble(producer_.get(), fmt::format("a transaction was refused: {}", refusal.said)));
  }
  return failure(ErrorCode::kUnavailable, "closing while the brokers don't answer; the next start reads from them how far it came");
}

void Transactions::abort() {
  // Whatever it says: the producer that follows fences this one, which aborts what it left open.
  if (rd_kafka_error_t* error = rd_kafka_abort_transaction(producer_.get(), kAbortMs); error != nullptr) spdlog::info("aborting a transaction: {}", Refusal(error).said);
}

}  // namespace ritrovo::kafka
