#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/notifications/outbox_view.h"
#include "projections/view_runner.h"

namespace ritrovo::projections {

/// The event that asked for a message, which names it.
struct MessageName {
  CaseId case_id;
  Version version;
  bool operator==(const MessageName&) const = default;
  /// "fam-….17"
  [[nodiscard]] std::string printed() const;
  /// kMalformed for anything else.
  [[nodiscard]] static Result<MessageName> parse(std::string_view text);
};
[[nodiscard]] inline MessageName name_of(const Notification& message) { return {message.case_id, message.version}; }

/// What was tried for a message. Not in the log: if it is lost, trying begins anew.
struct Attempts {
  std::uint32_t count = 0;
  Timestamp next;        ///< not before
  std::string answer;    ///< a word for the last answer: "550", "timeout"
  std::string taken_by;  ///< the channel that took it, while that isn't recorded yet: it isn't sent again
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<Attempts> decode(std::string_view bytes);
};

/// Messages to a role that go out as one. Kept from when it is put together until it is delivered, so that a repeat holds the same.
struct Digest {
  std::string role;
  Day day;
  std::vector<MessageName> messages;
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<Digest> decode(std::string_view bytes);
};

/// What is to be sent from a folder, in its `outbox/`: the entries that OutboxView makes of the log, and beside them what was tried. Holds nothing
/// sealed. Runs on: any thread. No call throws but for a lack of memory.
class Outbox {
 public:
  struct Place {
    std::filesystem::path path;
    LogIdentity log;
    LibrarySource library;
  };
  /// Opens it, and makes it where there is none. Messages that were asked for before `since` are not in it; without `since` it keeps the one that
  /// it has, and a new one begins at `now`. kUnavailable: another process has it open.
  [[nodiscard]] static Result<std::unique_ptr<Outbox>> open(Place place, std::optional<Timestamp> since, Timestamp now);
  ~Outbox();

  /// Takes all that the log holds by now. Errors: as ViewRunner::catch_up.
  [[nodiscard]] Result<void> catch_up(const CaseLog& log);
  /// Makes the entries anew from this log, whatever history they were made from. What was tried is forgotten: what isn't recorded as delivered goes again.
  [[nodiscard]] Result<void> rebuild(const CaseLog& log);
  /// Those that wait to be sent, by case and version.
  [[nodiscard]] Result<std::vector<OutboxEntry>> queued() const;
  /// Those that failed or were withheld.
  [[nodiscard]] Result<std::vector<OutboxEntry>> dead() const;
  /// One of either; nothing for a message that is delivered, or was never asked for.
  [[nodiscard]] Result<std::optional<OutboxEntry>> find(MessageName name) const;

  [[nodiscard]] Result<Attempts> attempts(MessageName name) const;
  [[nodiscard]] Result<void> note(MessageName name, const Attempts& attempts);
  /// The digest for a role that isn't delivered yet, the day of the last one that was, and keeping either.
  [[nodiscard]] Result<std::optional<Digest>> digest(std::string_view role) const;
  [[nodiscard]] Result<void> keep(const Digest& digest);
  [[nodiscard]] Result<void> delivered(const Digest& digest);
  [[nodiscard]] Result<std::optional<Day>> last_digest(std::string_view role) const;

  [[nodiscard]] Timestamp since() const { return since_; }

 private:
  class Store;
  explicit Outbox(Timestamp since);
  [[nodiscard]] Result<std::vector<OutboxEntry>> scan(std::string_view prefix) const;
  [[nodiscard]] Result<void> put(std::string key, std::optional<std::string> value);

  mutable std::mutex mutex_;
  Timestamp since_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<ViewRunner> runner_;
};

}  // namespace ritrovo::projections
