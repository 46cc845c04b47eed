#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kafka/client.h"
#include "engine/record/command.h"
#include "engine/record/json_reader.h"
#include "engine/runtime/answer.h"

namespace ritrovo::kafka {

/// Where commands that come in go.
struct Taker {
  std::string log_id;
  std::string tenant;
  /// As Engine::submit.
  std::function<void(const Command&, const AnswerCallback&)> submit;
  /// The answer as JSON on one line, or what is wrong with what came.
  std::function<std::string(const Answer&, const std::vector<Problem>&)> answer_json;
  /// Called once, when all that had been sent before this opening is read and answered, or the brokers didn't answer for Intake::kPatience.
  std::function<void()> caught_up;
};

/// How an intake stands, for operators.
struct IntakeStatus {
  std::string state;            ///< "starting", "taking", "waiting" (for brokers or the folder)
  std::uint64_t taken = 0;      ///< messages finished since the process began
  std::uint64_t refused = 0;    ///< of them, told to `rejections`
  std::uint64_t under_way = 0;  ///< read and not finished: bounded
  std::string last_error;       ///< in words; empty: none
};

/// Takes commands from the topic `commands`: the same objects as everywhere, keyed by their case's id or by the key of the command that opened it.
///
///   read       a message of a partition, at most kWindow of each under way, or kWindowBytes: more waits at the brokers (the partition is paused)
///   sent       to the folder, in the order of the partition; busy, failed or stopped: the same command again, later, and none after it before that
///   answered   what couldn't be taken, or was refused, goes to `rejections` as it came, code and reason in its headers; to `answers` where
///              a header `answer: true` asks for it
///   finished   what was to be told is with the brokers. The group's offset moves past it and all before it
/// After a crash what wasn't finished is read again: its key finds the answer it had, so that each command counts once, and its answer is told at least once.
/// Runs on: a thread of its own; `status` on any.
class Intake {
 public:
  static constexpr std::size_t kWindow = 256;
  static constexpr std::size_t kWindowBytes = 4U << 20;
  static constexpr std::chrono::seconds kPatience{60};

  /// Starts. `changed`: called after each change of the status but for what is under way; mustn't block. Runs on: threads of its own.
  Intake(Taker taker, Connection connection, std::function<void()> changed = {});
  /// Finishes what is under way, if that takes no longer than some seconds.
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;
  [[nodiscard]] IntakeStatus status() const;

 private:
  using Clock = std::chrono::steady_clock;
  enum class Stage : std::uint8_t { kRead, kSent, kTelling, kFinished };
  /// A message under way.
  struct Slot {
    std::int64_t offset = 0;
    std::optional<Command> command;
    std::string key;
    std::string value;
    bool wants_answer = false;
    std::atomic<bool> turned_away = false;  ///< busy, or worse: it has to be sent again
    Stage stage = Stage::kRead;
    Clock::time_point not_before;  ///< sent again from then on
    std::vector<Outgoing> to_tell; ///< not yet with the brokers
    std::size_t telling = 0;       ///< given to the producer
  };
  /// One partition of the topic.
  struct Lane {
    std::deque<std::shared_ptr<Slot>> slots;
    std::size_t bytes = 0;              ///< of their messages
    std::int64_t finished = RD_KAFKA_OFFSET_INVALID;  ///< the offset to begin with after a crash
    std::int64_t stored = RD_KAFKA_OFFSET_INVALID;
    std::optional<std::int64_t> end;    ///< of the topic, as first met
    bool paused = false;
  };
  struct Arrived {
    std::size_t lane;
    std::shared_ptr<Slot> slot;
    Answer answer;
  };
  /// Where strands leave answers; outlives the intake as long as one is under way.
  struct Arrivals {
    std::mutex mutex;
    std::vector<Arrived> answers;
  };

  void run();
  [[nodiscard]] Result<void> session();
  [[nodiscard]] Result<void> assign(rd_kafka_t* consumer);
  void turn(rd_kafka_t* consumer, bool reading);
  void read(const rd_kafka_message_t& message);
  void send_waiting(std::size_t lane);
  void take_answers();
  void answered(const Lane& lane, Slot& slot, const Answer& answer);
  void tell(Slot& slot);
  void refuse(const Lane& lane, Slot& slot, const std::string& code, const std::string& reason);
  void finish(std::size_t lane);
  void pause_and_resume(rd_kafka_t* consumer, std::size_t lane);
  void store_offsets(rd_kafka_t* consumer, bool wait);
  void look_whether_caught_up();
  void note(std::string state, std::string error);
  void tell_changed() const;
  [[nodiscard]] bool closing() const;
  [[nodiscard]] std::size_t under_way() const;
  [[nodiscard]] std::size_t lane_number(const Lane& lane) const { return static_cast<std::size_t>(&lane - lanes_.data()); }

  const Taker taker_;
  const Connection connection_;
  const std::function<void()> changed_;
  const std::string commands_;
  Callbacks consumer_callbacks_;
  Callbacks producer_callbacks_;
  Client producer_;
  std::vector<Lane> lanes_;
  std::shared_ptr<Arrivals> arrivals_ = std::make_shared<Arrivals>();
  Clock::time_point began_ = Clock::now();
  Clock::time_point stored_at_;
  bool caught_up_ = false;

  mutable std::mutex mutex_;
  bool closing_ = false;
  IntakeStatus status_;
  std::thread thread_;
};

}  // namespace ritrovo::kafka
