#include "tools/bench/event_reader.h"

#include <charconv>
#include <memory>
#include <string_view>

#include "tools/context.h"

namespace ritrovo::bench {
namespace {

constexpr int kPollMs = 100;
constexpr std::chrono::milliseconds kLook{1};
constexpr std::chrono::minutes kPatience{1};

struct DestroyMessage {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
struct DestroyList {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};

}  // namespace

EventReader::EventReader(const kafka::Connection& connection, std::uint16_t partitions) : times_(partitions), next_(partitions) {
  const std::string topic = kafka::topic_name(connection, "events");
  consumer_ = tools::must(kafka::make_client(RD_KAFKA_CONSUMER, connection, {{"group.id", topic + ".reader"}, {"isolation.level", "read_committed"}, {"enable.auto.commit", "false"}}, nullptr));
  rd_kafka_poll_set_consumer(consumer_.get());
  const std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyList> list(rd_kafka_topic_partition_list_new(partitions));
  for (int i = 0; i < partitions; ++i) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  if (const rd_kafka_resp_err_t code = rd_kafka_assign(consumer_.get(), list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) throw tools::Failure{kafka::error_of(topic, code)};
  thread_ = std::thread([this] { run(); });
}

EventReader::~EventReader() { stop(); }

void EventReader::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void EventReader::run() {
  while (!stopping_) {
    const std::unique_ptr<rd_kafka_message_t, DestroyMessage> message(rd_kafka_consumer_poll(consumer_.get(), kPollMs));
    if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) note(*message, Clock::now());
  }
}

void EventReader::note(const rd_kafka_message_t& message, Clock::time_point now) {
  rd_kafka_headers_t* headers = nullptr;
  const void* bytes = nullptr;
  std::size_t size = 0;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR || rd_kafka_header_get_last(headers, "ce_id", &bytes, &size) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
  const std::string_view id(static_cast<const char*>(bytes), size);
  std::uint64_t position = 0;
  (void)std::from_chars(id.data() + id.rfind('-') + 1, id.data() + id.size(), position);
  const auto partition = static_cast<std::size_t>(message.partition);
  if (position < next_[partition]) {
    ++out_of_order_;
    return;
  }
  times_[partition].resize(position + 1);
  times_[partition][position] = now;
  ++count_;
  next_[partition] = position + 1;
}

bool EventReader::wait_for(PartitionId partition, Position position) {
  std::uint64_t before = count_;
  Clock::time_point moved = Clock::now();
  while (next_[partition.value()] <= position.value()) {
    if (count_ != before) {
      before = count_;
      moved = Clock::now();
    }
    if (Clock::now() - moved > kPatience) return false;
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

EventReader::Clock::time_point EventReader::seen(PartitionId partition, Position position) const {
  const std::vector<Clock::time_point>& times = times_[partition.value()];
  return position.value() < times.size() ? times[position.value()] : Clock::time_point();
}

}  // namespace ritrovo::bench
