#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/notifications/letter.h"
#include "projections/notifications/outbox.h"
#include "projections/notifications/timetable.h"

namespace ritrovo::projections {

/// What became of one try. `code`: one word of small letters, digits apart ("550", "timeout"), never what the other side wrote.
struct Sent {
  enum class Kind : std::uint8_t { kTaken, kLater, kRefused, kUnreachable } kind = Kind::kTaken;
  std::string code;
};

/// A way by which letters leave. Runs on: several threads at once.
class Carrier {
 public:
  virtual ~Carrier() = default;
  /// "mail", "webhook".
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual Sent send(const Letter& letter) = 0;
};

/// What is told to the case of a message.
struct MessageReport {
  MessageName message;
  std::string key;  ///< of the command: the same for the same report
  pathway::MessageFate fate = pathway::MessageFate::kDelivered;
  std::string channel;
  std::string reason;
};

/// A letter, or the word for why none is sent.
struct WrittenLetter {
  std::optional<Letter> letter;
  std::string withheld;
};

/// What the dispatcher needs of the world.
struct DispatchPorts {
  std::function<Timestamp()> now;
  std::function<std::int64_t(Timestamp recorded)> age_ms;  ///< how long ago, by the folder's clock
  std::function<Day(Timestamp)> local_day;
  std::function<MinuteOfDay(Timestamp)> local_minute;
  std::function<double()> chance;  ///< 0 to 1
  /// Opens what a message says, at this moment; or the word for why it isn't sent.
  std::function<Result<WrittenLetter>(const Notification&)> write;
  /// A line of a digest.
  std::function<Result<std::string>(const Notification&)> staff_line;
  std::function<Letter(const Digest&, const std::vector<std::string>& lines)> digest;
  /// Writes down, durably, which cases were read since it was last called. Nothing leaves before it, nor where it fails.
  std::function<Result<void>()> note_reads;
  /// Records it, and waits until that is committed.
  std::function<Result<void>(const MessageReport&)> report;
};

struct DispatchSettings {
  Timetable timetable;
  std::map<std::string, std::vector<std::string>, std::less<>> staff;  ///< addresses by role
  std::size_t at_once = 4;        ///< letters under way
  Carrier* families = nullptr;    ///< by which families are written to; nullptr: they aren't
  Carrier* staff_carrier = nullptr;
};

/// What one round did.
struct Round {
  std::size_t delivered = 0;  ///< messages
  std::size_t withheld = 0;
  std::size_t failed = 0;     ///< given up
  std::size_t later = 0;      ///< tried, and to be tried again
  std::size_t waiting = 0;    ///< not tried: not due yet, quiet hours, no digest due, nobody to write to
  std::string last_trouble;   ///< a word
};

/// Sends what the outbox holds: each message at least once, with the same id on a repeat, and records what became of it. Whoever was forgotten
/// meanwhile gets nothing: a letter is written from what is known at the moment when it leaves.
///
/// The order for one message: its try is noted, it is sent, that it was taken is noted, its delivery is recorded in the case, which takes it out of
/// the outbox. Killed before the first note it is as if untried; between sending and the second note it is sent again with the same id;
/// after that it is only recorded. Runs on: one thread, and `at_once` of its own while it sends.
class Dispatcher {
 public:
  Dispatcher(Outbox& outbox, DispatchSettings settings, DispatchPorts ports) : outbox_(outbox), settings_(std::move(settings)), ports_(std::move(ports)) {}

  /// One round over all that is due. `at_once`: also what waits for the end of quiet hours, for a digest's hour or for its next try. `stop`: asked
  /// between batches. Errors: the outbox can't be read, or nothing can be recorded.
  [[nodiscard]] Result<Round> run(bool at_once, const std::function<bool()>& stop);

 private:
  struct Outgoing {
    OutboxEntry entry;
    Attempts attempts;
    Letter letter;
    Sent sent;
  };
  [[nodiscard]] Result<Round> send_all(bool at_once, const std::function<bool()>& stop);
  [[nodiscard]] Result<void> send_families(std::vector<OutboxEntry> entries, bool at_once, const std::function<bool()>& stop, Round& round);
  [[nodiscard]] Result<void> prepare(OutboxEntry entry, bool at_once, std::vector<Outgoing>& batch, Round& round);
  [[nodiscard]] Result<void> send_batch(std::vector<Outgoing>& batch, Round& round, bool& unreachable);
  [[nodiscard]] Result<void> settle(Outgoing& outgoing, Round& round);
  [[nodiscard]] Result<void> send_digest(const std::string& role, const std::vector<std::string>& addresses, const std::vector<OutboxEntry>& entries, bool at_once, Round& round);
  [[nodiscard]] Result<void> close_digest(const Digest& digest, pathway::MessageFate fate, std::string_view reason, Round& round);
  [[nodiscard]] bool too_old(const Digest& digest) const;
  [[nodiscard]] Result<void> tell(const OutboxEntry& entry, pathway::MessageFate fate, std::string_view channel, std::string_view reason);

  Outbox& outbox_;
  DispatchSettings settings_;
  DispatchPorts ports_;
};

}  // namespace ritrovo::projections
