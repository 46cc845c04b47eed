#include "adapters/kafka/intake.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "adapters/kafka/incoming.h"
#include "engine/base/limits.h"
#include "engine/record/command_json.h"

namespace ritrovo::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAgain{200};        ///< until a command is sent once more
constexpr milliseconds kStoreEvery{1000};  ///< offsets
constexpr milliseconds kAfterTrouble{1000};
constexpr milliseconds kClosing{8'000};
constexpr int kBusyPollMs = 5;
constexpr int kIdlePollMs = 50;
constexpr int kCallMs = 5'000;
constexpr std::size_t kReasonBytesMax = 16 * 1024;  ///< in a header; a message may have thousands of mistakes

struct DestroyMessage {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
struct DestroyList {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t, DestroyList>;

}  // namespace

Intake::Intake(Taker taker, Connection connection, std::function<void()> changed)
    : taker_(std::move(taker)), connection_(std::move(connection)), changed_(std::move(changed)), commands_(topic_name(connection_, "commands")) {
  const auto trouble = [this](const Error& error) {
    {
      const std::lock_guard lock(mutex_);
      if (status_.last_error.empty()) status_.last_error = error.message;
    }
    tell_changed();
  };
  consumer_callbacks_.trouble = trouble;
  producer_callbacks_.trouble = trouble;
  producer_callbacks_.delivered = [this](const rd_kafka_message_t& message) {
    Slot& slot = *static_cast<Slot*>(message._private);
    --slot.telling;
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    // Told again, without what came where that is what doesn't fit.
    std::string topic = rd_kafka_topic_name(message.rkt);
    note("waiting", error_of("telling " + topic, message.err).message);
    Outgoing again{std::move(topic), RD_KAFKA_PARTITION_UA, slot.key, headers_of(message), {}};
    if (message.err != RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) again.value.assign(static_cast<const char*>(message.payload), message.len);
    slot.to_tell.push_back(std::move(again));
    slot.not_before = Clock::now() + kAfterTrouble;
  };
  status_.state = "starting";
  thread_ = std::thread([this] { run(); });
}

Intake::~Intake() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  thread_.join();
}

IntakeStatus Intake::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Intake::note(std::string state, std::string error) {
  {
    const std::lock_guard lock(mutex_);
    if (!error.empty() && error != status_.last_error) spdlog::warn("taking commands from Kafka: {}", error);
    status_.state = std::move(state);
    status_.last_error = std::move(error);
  }
  tell_changed();
}

void Intake::tell_changed() const {
  if (changed_) changed_();
}

bool Intake::closing() const {
  const std::lock_guard lock(mutex_);
  return closing_;
}

std::size_t Intake::under_way() const {
  std::size_t count = 0;
  for (const Lane& lane : lanes_) count += lane.slots.size();
  return count;
}

void Intake::run() {
  while (!closing()) {
    if (const Result<void> ended = session(); !ended) note("waiting", ended.error().message);
    look_whether_caught_up();
    const Clock::time_point until = Clock::now() + kAfterTrouble;
    while (!closing() && Clock::now() < until) std::this_thread::sleep_for(milliseconds(20));
  }
}

/// The life of one consumer.
Result<void> Intake::session() {
  Result<Client> consumer = make_client(RD_KAFKA_CONSUMER, connection_,
                                        {{"group.id", fmt::format("{}-{}", connection_.prefix, taker_.log_id)},
                                         {"isolation.level", "read_committed"},
                                         {"enable.auto.commit", "false"},
                                         {"enable.partition.eof", "true"},
                                         {"auto.offset.reset", "earliest"},
                                         {"queued.max.messages.kbytes", "16384"}},
                                        &consumer_callbacks_);
  if (!consumer) return tl::unexpected(consumer.error());
  rd_kafka_poll_set_consumer(consumer->get());
  // No limit of time for what is told: the window bounds how much waits.
  Result<Client> producer = make_client(RD_KAFKA_PRODUCER, connection_, {{"acks", "all"}, {"message.timeout.ms", "0"}, {"linger.ms", "2"}, {"partitioner", "murmur2_random"}}, &producer_callbacks_);
  if (!producer) return tl::unexpected(producer.error());
  producer_ = std::move(*producer);
  if (Result<void> assigned = assign(consumer->get()); !assigned) return assigned;
  producer_callbacks_.last.over();
  consumer_callbacks_.last.over();
  note("taking", {});
  while (!closing()) turn(consumer->get(), true);
  const Clock::time_point until = Clock::now() + kClosing;
  while (under_way() > 0 && Clock::now() < until) turn(consumer->get(), false);
  store_offsets(consumer->get(), true);
  // Before what its messages refer to.
  rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
  producer_callbacks_.delivered = nullptr;
  producer_.reset();
  return {};
}

/// Begins where everything before is finished. Every partition is this folder's: none is shared with another consumer.
Result<void> Intake::assign(rd_kafka_t* consumer) {
  const Result<int> partitions = partitions_of(producer_.get(), commands_, milliseconds(kCallMs));
  if (!partitions) return tl::unexpected(partitions.error());
  const Partitions list(rd_kafka_topic_partition_list_new(*partitions));
  for (int i = 0; i < *partitions; ++i) rd_kafka_topic_partition_list_add(list.get(), commands_.c_str(), i);
  if (const rd_kafka_resp_err_t code = rd_kafka_committed(consumer, list.get(), kCallMs); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return tl::unexpected(error_of("asking how far commands were taken", code));
  lanes_ = std::vector<Lane>(static_cast<std::size_t>(*partitions));
  for (int i = 0; i < *partitions; ++i) {
    if (list->elems[i].offset < 0) list->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
    lanes_[static_cast<std::size_t>(i)].stored = lanes_[static_cast<std::size_t>(i)].finished = list->elems[i].offset;
  }
  if (const rd_kafka_resp_err_t code = rd_kafka_assign(consumer, list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(error_of(commands_, code));
  return {};
}

/// Reads what there is, sends, tells and finishes what can be.
void Intake::turn(rd_kafka_t* consumer, bool reading) {
  int patience = under_way() > 0 ? kBusyPollMs : kIdlePollMs;
  for (std::size_t i = 0; i < kWindow; ++i) {
    const std::unique_ptr<rd_kafka_message_t, DestroyMessage> message(rd_kafka_consumer_poll(consumer, patience));
    if (!message) break;
    // What is read no more stays with the brokers; the offset doesn't move past it.
    if (reading) read(*message);
    patience = 0;
  }
  take_answers();
  rd_kafka_poll(producer_.get(), 0);
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    for (const std::shared_ptr<Slot>& slot : lanes_[lane].slots) tell(*slot);
    finish(lane);
    send_waiting(lane);
    pause_and_resume(consumer, lane);
  }
  if (Clock::now() - stored_at_ >= kStoreEvery) store_offsets(consumer, false);
  look_whether_caught_up();
  const std::size_t count = under_way();
  const std::lock_guard lock(mutex_);
  status_.under_way = count;
}

void Intake::read(const rd_kafka_message_t& message) {
  if (message.partition < 0 || static_cast<std::size_t>(message.partition) >= lanes_.size()) return;
  Lane& lane = lanes_[static_cast<std::size_t>(message.partition)];
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    if (!lane.end) lane.end = message.offset;
    return;
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return note("waiting", error_of("reading " + commands_, message.err).message);
  auto slot = std::make_shared<Slot>();
  slot->offset = message.offset;
  if (lane.finished < 0) lane.finished = message.offset;
  Incoming incoming = read_command(message, static_cast<int>(lanes_.size()), taker_.tenant);
  // What is told has to fit into a message, whatever came: a key that can't be one is left out.
  if (incoming.key.size() <= limits::kKeyBytesMax) slot->key = std::move(incoming.key);
  slot->value = std::move(incoming.value);
  slot->wants_answer = incoming.wants_answer;
  if (incoming.command) {
    slot->command = std::move(*incoming.command);
    slot->command->source = Source{fmt::format("kafka:{}/{}", commands_, message.partition), static_cast<std::uint64_t>(message.offset)};
  } else {
    const std::vector<Problem>& problems = incoming.command.error();
    refuse(lane, *slot, incoming.code, to_string(problems));
    if (slot->wants_answer) slot->to_tell.push_back({topic_name(connection_, "answers"), RD_KAFKA_PARTITION_UA, slot->key, {{"content-type", "application/json"}, {"ritrovo_source", fmt::format("{}/{}/{}", commands_, message.partition, message.offset)}}, taker_.answer_json({}, problems)});
    slot->stage = Stage::kTelling;
  }
  lane.bytes += slot->value.size();
  lane.slots.push_back(std::move(slot));
}

/// Sends what waits, in order, up to the first that is to wait longer. A full inbox says so at once: what comes after it isn't sent before it.
void Intake::send_waiting(std::size_t number) {
  for (const std::shared_ptr<Slot>& slot : lanes_[number].slots) {
    if (slot->stage != Stage::kRead) continue;
    if (Clock::now() < slot->not_before) return;
    slot->stage = Stage::kSent;
    slot->turned_away = false;
    taker_.submit(*slot->command, [arrivals = arrivals_, number, slot](const Answer& answer) {
      slot->turned_away = answer.kind == AnswerKind::kBusy || answer.kind == AnswerKind::kFailed || answer.kind == AnswerKind::kStopped;
      const std::lock_guard lock(arrivals->mutex);
      arrivals->answers.push_back({number, slot, answer});
    });
    if (slot->turned_away) return;
  }
}

void Intake::take_answers() {
  std::vector<Arrived> arrived;
  {
    const std::lock_guard lock(arrivals_->mutex);
    arrived.swap(arrivals_->answers);
  }
  for (const Arrived& one : arrived) answered(lanes_[one.lane], *one.slot, one.answer);
}

void Intake::answered(const Lane& lane, Slot& slot, const Answer& answer) {
  if (slot.turned_away) {
    if (answer.kind != AnswerKind::kBusy) note("waiting", answer.message);
    slot.stage = Stage::kRead;
    slot.not_before = Clock::now() + kAgain;
    return;
  }
  slot.stage = Stage::kTelling;
  if (answer.rejection) refuse(lane, slot, answer.rejection->code, answer.rejection->reason);
  if (slot.wants_answer) {
    const std::string source = fmt::format("{}/{}/{}", commands_, lane_number(lane), slot.offset);
    Outgoing message{topic_name(connection_, "answers"), RD_KAFKA_PARTITION_UA, slot.key, {{"content-type", "application/json"}, {"ritrovo_source", source}}, taker_.answer_json(answer, {})};
    if (!slot.command->correlation.empty()) message.headers.emplace_back("correlationid", slot.command->correlation);
    slot.to_tell.push_back(std::move(message));
  }
}

/// What couldn't be taken is told as it came.
void Intake::refuse(const Lane& lane, Slot& slot, const std::string& code, const std::string& reason) {
  slot.to_tell.push_back({topic_name(connection_, "rejections"), RD_KAFKA_PARTITION_UA, slot.key,
                          {{"ritrovo_code", code}, {"ritrovo_reason", reason.substr(0, kReasonBytesMax)}, {"ritrovo_source", fmt::format("{}/{}/{}", commands_, lane_number(lane), slot.offset)}}, slot.value});
  const std::lock_guard lock(mutex_);
  ++status_.refused;
}

void Intake::tell(Slot& slot) {
  if (slot.to_tell.empty() || Clock::now() < slot.not_before) return;
  std::vector<Outgoing> now;
  now.swap(slot.to_tell);
  for (Outgoing& message : now) {
    if (const Result<void> given = produce(producer_.get(), message, &slot, [this] { return closing(); })) {
      ++slot.telling;
    } else {
      note("waiting", given.error().message);
      if (given.error().code == ErrorCode::kOverLimit) message.value.clear();
      slot.to_tell.push_back(std::move(message));
      slot.not_before = Clock::now() + kAfterTrouble;
    }
  }
}

void Intake::finish(std::size_t number) {
  Lane& lane = lanes_[number];
  for (const std::shared_ptr<Slot>& slot : lane.slots)
    if (slot->stage == Stage::kTelling && slot->to_tell.empty() && slot->telling == 0) slot->stage = Stage::kFinished;
  std::uint64_t finished = 0;
  while (!lane.slots.empty() && lane.slots.front()->stage == Stage::kFinished) {
    lane.finished = lane.slots.front()->offset + 1;
    lane.bytes -= lane.slots.front()->value.size();
    lane.slots.pop_front();
    ++finished;
  }
  if (finished == 0) return;
  {
    const std::lock_guard lock(mutex_);
    status_.taken += finished;
  }
  note("taking", {});
}

void Intake::pause_and_resume(rd_kafka_t* consumer, std::size_t number) {
  Lane& lane = lanes_[number];
  const bool full = lane.slots.size() >= kWindow || lane.bytes >= kWindowBytes;
  if (full == lane.paused || (lane.paused && (lane.slots.size() > kWindow / 2 || lane.bytes > kWindowBytes / 2))) return;
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), commands_.c_str(), static_cast<std::int32_t>(number));
  (void)(full ? rd_kafka_pause_partitions(consumer, list.get()) : rd_kafka_resume_partitions(consumer, list.get()));
  lane.paused = full;
}

void Intake::store_offsets(rd_kafka_t* consumer, bool wait) {
  stored_at_ = Clock::now();
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(lanes_.size())));
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (lanes_[i].finished <= lanes_[i].stored || lanes_[i].finished < 0) continue;
    rd_kafka_topic_partition_list_add(list.get(), commands_.c_str(), static_cast<std::int32_t>(i))->offset = lanes_[i].finished;
    lanes_[i].stored = lanes_[i].finished;
  }
  if (list->cnt > 0) (void)rd_kafka_commit(consumer, list.get(), wait ? 0 : 1);
}

void Intake::look_whether_caught_up() {
  if (caught_up_) return;
  const bool read = !lanes_.empty() && std::all_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) {
    return lane.end && (lane.slots.empty() || lane.slots.front()->offset >= *lane.end);
  });
  if (!read && Clock::now() - began_ < kPatience) return;
  if (!read) spdlog::warn("commands that were sent to Kafka before this start can't be read yet: deadlines pass without them");
  caught_up_ = true;
  if (taker_.caught_up) taker_.caught_up();
}

}  // namespace ritrovo::kafka
