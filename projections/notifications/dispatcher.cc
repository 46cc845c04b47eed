#include "projections/notifications/dispatcher.h"

#include <algorithm>
#include <future>
#include <utility>

#include <fmt/format.h>

namespace ritrovo::projections {

using pathway::MessageFate;

namespace {

/// Of a message that nobody took in time.
constexpr std::string_view kExpired = "expired";
/// Of one that the other side will never take.
constexpr std::string_view kRefused = "refused";

MessageName digest_name(std::string_view role) {
  // A digest's own tries are kept beside those of messages, under a name that no message has.
  std::uint32_t number = 0;
  for (const char c : role) number = number * 131 + static_cast<unsigned char>(c);
  return {CaseId(0), Version(number)};
}

}  // namespace

Result<Round> Dispatcher::run(bool at_once, const std::function<bool()>& stop) {
  Result<Round> round = send_all(at_once, stop);
  // What was read for messages that weren't sent after all.
  if (const Result<void> noted = ports_.note_reads(); !noted && round) return tl::unexpected(noted.error());
  return round;
}

Result<Round> Dispatcher::send_all(bool at_once, const std::function<bool()>& stop) {
  Result<std::vector<OutboxEntry>> queued = outbox_.queued();
  if (!queued) return tl::unexpected(queued.error());
  Round round;
  std::vector<OutboxEntry> families;
  std::map<std::string, std::vector<OutboxEntry>, std::less<>> staff;
  for (OutboxEntry& entry : *queued) (entry.message.to == kFamily ? families : staff[entry.message.to]).push_back(std::move(entry));
  const bool quiet = quiet_at(settings_.timetable, ports_.local_minute(ports_.now()));
  if (settings_.families == nullptr || (quiet && !at_once)) round.waiting += families.size();
  else if (const Result<void> sent = send_families(std::move(families), at_once, stop, round); !sent) return tl::unexpected(sent.error());
  for (const auto& [role, entries] : staff) {
    const auto addresses = settings_.staff.find(role);
    if (addresses == settings_.staff.end() || settings_.staff_carrier == nullptr || stop()) {
      round.waiting += entries.size();
    } else if (const Result<void> sent = send_digest(role, addresses->second, entries, at_once, round); !sent) {
      return tl::unexpected(sent.error());
    }
  }
  return round;
}

Result<void> Dispatcher::send_families(std::vector<OutboxEntry> entries, bool at_once, const std::function<bool()>& stop, Round& round) {
  std::vector<Outgoing> batch;
  bool unreachable = false;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    // Where nobody answers at all, the rest waits for the next round.
    if (stop() || unreachable) {
      round.waiting += entries.size() - i;
      break;
    }
    if (Result<void> prepared = prepare(std::move(entries[i]), at_once, batch, round); !prepared) return prepared;
    if (batch.size() < settings_.at_once && i + 1 < entries.size()) continue;
    if (Result<void> sent = send_batch(batch, round, unreachable); !sent) return sent;
    batch.clear();
  }
  return send_batch(batch, round, unreachable);
}

Result<void> Dispatcher::prepare(OutboxEntry entry, bool at_once, std::vector<Outgoing>& batch, Round& round) {
  const MessageName name = projections::name_of(entry.message);
  Result<Attempts> attempts = outbox_.attempts(name);
  if (!attempts) return tl::unexpected(attempts.error());
  if (!attempts->taken_by.empty()) {
    ++round.delivered;
    return tell(entry, MessageFate::kDelivered, attempts->taken_by, {});
  }
  const Timestamp now = ports_.now();
  if (!at_once && now < attempts->next) {
    ++round.waiting;
    return {};
  }
  Result<WrittenLetter> written = ports_.write(entry.message);
  if (!written) return tl::unexpected(written.error());
  if (!written->letter) {
    ++round.withheld;
    return tell(entry, MessageFate::kWithheld, {}, written->withheld);
  }
  // Noted before it leaves: a try that kills the process counts, too.
  ++attempts->count;
  attempts->next = Timestamp(now.value() + wait_after(settings_.timetable, attempts->count, ports_.chance()));
  if (Result<void> noted = outbox_.note(name, *attempts); !noted) return noted;
  batch.push_back({std::move(entry), std::move(*attempts), std::move(*written->letter), {}});
  return {};
}

Result<void> Dispatcher::send_batch(std::vector<Outgoing>& batch, Round& round, bool& unreachable) {
  if (Result<void> noted = ports_.note_reads(); !noted) return noted;
  std::vector<std::future<void>> under_way;
  for (Outgoing& outgoing : batch) under_way.push_back(std::async(std::launch::async, [this, &outgoing] { outgoing.sent = settings_.families->send(outgoing.letter); }));
  for (std::future<void>& one : under_way) one.get();
  std::size_t nobody = 0;
  for (Outgoing& outgoing : batch) {
    if (outgoing.sent.kind == Sent::Kind::kUnreachable) ++nobody;
    outgoing.letter = {};
    if (Result<void> settled = settle(outgoing, round); !settled) return settled;
  }
  unreachable = !batch.empty() && nobody == batch.size();
  return {};
}

Result<void> Dispatcher::settle(Outgoing& outgoing, Round& round) {
  const MessageName name = projections::name_of(outgoing.entry.message);
  const std::string channel(settings_.families->name());
  outgoing.attempts.answer = outgoing.sent.code;
  switch (outgoing.sent.kind) {
    case Sent::Kind::kTaken:
      outgoing.attempts.taken_by = channel;
      if (Result<void> noted = outbox_.note(name, outgoing.attempts); !noted) return noted;
      ++round.delivered;
      return tell(outgoing.entry, MessageFate::kDelivered, channel, {});
    case Sent::Kind::kRefused:
      ++round.failed;
      round.last_trouble = outgoing.sent.code;
      return tell(outgoing.entry, MessageFate::kFailed, channel, kRefused);
    case Sent::Kind::kLater:
    case Sent::Kind::kUnreachable: break;
  }
  round.last_trouble = outgoing.sent.code;
  if (ports_.age_ms(outgoing.entry.message.recorded) > settings_.timetable.give_up_after_ms && outgoing.attempts.count > 1) {
    ++round.failed;
    return tell(outgoing.entry, MessageFate::kFailed, channel, kExpired);
  }
  ++round.later;
  return outbox_.note(name, outgoing.attempts);
}

Result<void> Dispatcher::send_digest(const std::string& role, const std::vector<std::string>& addresses, const std::vector<OutboxEntry>& entries, bool at_once, Round& round) {
  const Timestamp now = ports_.now();
  Result<std::optional<Digest>> kept = outbox_.digest(role);
  if (!kept) return tl::unexpected(kept.error());
  Result<Attempts> attempts = outbox_.attempts(digest_name(role));
  if (!attempts) return tl::unexpected(attempts.error());
  if (!*kept) {
    const Result<std::optional<Day>> last = outbox_.last_digest(role);
    if (!last) return tl::unexpected(last.error());
    const Day today = ports_.local_day(now);
    if (!at_once && !digest_due(settings_.timetable, *last, today, ports_.local_minute(now))) {
      round.waiting += entries.size();
      return {};
    }
    Digest fresh{role, today, {}};
    for (const OutboxEntry& entry : entries) fresh.messages.push_back(projections::name_of(entry.message));
    if (Result<void> put = outbox_.keep(fresh); !put) return put;
    *attempts = Attempts{};
    *kept = std::move(fresh);
  } else if (!attempts->taken_by.empty()) {
    return close_digest(**kept, MessageFate::kDelivered, {}, round);
  } else if (!at_once && now < attempts->next) {
    round.waiting += entries.size();
    return {};
  }
  const Digest& digest = **kept;
  std::vector<std::string> lines;
  for (const MessageName& name : digest.messages) {
    const Result<std::optional<OutboxEntry>> entry = outbox_.find(name);
    if (!entry) return tl::unexpected(entry.error());
    if (!*entry) continue;
    Result<std::string> line = ports_.staff_line((*entry)->message);
    if (!line) return tl::unexpected(line.error());
    lines.push_back(std::move(*line));
  }
  ++attempts->count;
  attempts->next = Timestamp(now.value() + wait_after(settings_.timetable, attempts->count, ports_.chance()));
  if (Result<void> noted = outbox_.note(digest_name(role), *attempts); !noted) return noted;
  if (Result<void> noted = ports_.note_reads(); !noted) return noted;
  Letter letter = ports_.digest(digest, lines);
  bool again = false;
  bool taken = false;
  for (const std::string& address : addresses) {
    letter.to = address;
    const Sent sent = settings_.staff_carrier->send(letter);
    again = again || sent.kind == Sent::Kind::kLater || sent.kind == Sent::Kind::kUnreachable;
    taken = taken || sent.kind == Sent::Kind::kTaken;
    if (sent.kind == Sent::Kind::kTaken) continue;
    round.last_trouble = sent.code;
    attempts->answer = sent.code;
  }
  if (again && !(attempts->count > 1 && too_old(digest))) {
    round.later += digest.messages.size();
    return outbox_.note(digest_name(role), *attempts);
  }
  // An address that refuses doesn't hold back the others' mail.
  if (!taken) return close_digest(digest, MessageFate::kFailed, again ? kExpired : kRefused, round);
  attempts->taken_by = settings_.staff_carrier->name();
  if (Result<void> noted = outbox_.note(digest_name(role), *attempts); !noted) return noted;
  return close_digest(digest, MessageFate::kDelivered, {}, round);
}

/// Whether one of its messages has waited for longer than anybody tries.
bool Dispatcher::too_old(const Digest& digest) const {
  return std::any_of(digest.messages.begin(), digest.messages.end(), [this](const MessageName& name) {
    const Result<std::optional<OutboxEntry>> entry = outbox_.find(name);
    return entry && *entry && ports_.age_ms((*entry)->message.recorded) > settings_.timetable.give_up_after_ms;
  });
}

/// Records what became of each message of a digest.
Result<void> Dispatcher::close_digest(const Digest& digest, MessageFate fate, std::string_view reason, Round& round) {
  for (const MessageName& name : digest.messages) {
    const Result<std::optional<OutboxEntry>> entry = outbox_.find(name);
    if (!entry) return tl::unexpected(entry.error());
    if (!*entry || (*entry)->fate != MessageFate::kQueued) continue;  // recorded before the process ended
    ++(fate == MessageFate::kDelivered ? round.delivered : round.failed);
    if (Result<void> told = tell(**entry, fate, settings_.staff_carrier->name(), reason); !told) return told;
  }
  if (Result<void> noted = outbox_.note(digest_name(digest.role), Attempts{}); !noted) return noted;
  return outbox_.delivered(digest);
}

Result<void> Dispatcher::tell(const OutboxEntry& entry, MessageFate fate, std::string_view channel, std::string_view reason) {
  MessageReport report;
  report.message = projections::name_of(entry.message);
  report.fate = fate;
  report.channel = channel;
  report.reason = reason;
  report.key = fmt::format("outbox.{}.{}.{}", entry.message.version.value(), entry.reports, static_cast<int>(fate));
  return ports_.report(report);
}

}  // namespace ritrovo::projections
