#include "projections/notifications/outbox.h"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "projections/store.h"

namespace ritrovo::projections {
namespace {

// Beside the rows of the view, whose keys begin otherwise.
constexpr std::string_view kQueued = "o.q/";
constexpr std::string_view kDead = "o.x/";
constexpr std::string_view kAttempts = "o.a/";
constexpr std::string_view kDigest = "o.d/";
constexpr std::string_view kLastDigest = "o.l/";
constexpr std::string_view kSince = "o.since";

std::string key_of(std::string_view prefix, CaseId case_id) {
  std::string key(prefix);
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(case_id.value() >> shift));
  return key;
}
std::string key_of(std::string_view prefix, MessageName name) {
  std::string key = key_of(prefix, name.case_id);
  for (int shift = 24; shift >= 0; shift -= 8) key.push_back(static_cast<char>(name.version.value() >> shift));
  return key;
}
std::string key_of(std::string_view prefix, std::string_view role) { return std::string(prefix) + std::string(role); }

}  // namespace

std::string MessageName::printed() const { return case_id.printed() + "." + std::to_string(version.value()); }

Result<MessageName> MessageName::parse(std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const Result<CaseId> case_id = CaseId::parse(std::string(text.substr(0, dot)));
  const std::string_view digits = text.substr(std::min(dot + 1, text.size()));
  std::uint32_t version = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (!case_id || digits.empty() || wrong != std::errc() || end != digits.data() + digits.size())
    return failure(ErrorCode::kMalformed, fmt::format("'{}' names no message: it is a case, a dot and a number, as 'ritrovo outbox list' prints it", text));
  return MessageName{*case_id, Version(version)};
}

/// The view's rows, and an index of its entries, written in one batch.
class Outbox::Store final : public RowStore {
 public:
  Store(std::unique_ptr<ViewStore> store, Timestamp since) : store_(std::move(store)), since_(since) {}
  Result<std::optional<std::string>> get(std::string_view key) const override { return store_->get(key); }
  Result<void> scan(std::string_view prefix, const Visit& visit) const override { return store_->scan(prefix, visit); }
  Result<void> drop(std::string_view prefix) override { return store_->drop(prefix); }
  bool wants_tables() const override { return true; }
  std::string remedy(std::string_view /*view*/) const override { return "'ritrovo outbox rebuild' makes it anew from this one"; }

  Result<void> write(const RowBatch& batch) override {
    RowBatch whole;
    whole.rows = batch.rows;
    if (batch.tables_anew)
      for (const std::string_view prefix : {kQueued, kDead})
        if (Result<void> gone = remove(prefix, whole); !gone) return gone;
    for (const CaseTables& tables : batch.cases)
      if (Result<void> done = replace(tables, whole); !done) return done;
    return store_->write(whole);
  }

 private:
  Result<void> remove(std::string_view prefix, RowBatch& batch) const {
    return store_->scan(prefix, [&batch](std::string_view key, std::string_view /*value*/) {
      batch.rows.push_back({std::string(key), std::nullopt});
      return true;
    });
  }
  Result<void> replace(const CaseTables& tables, RowBatch& batch) const {
    for (const std::string_view prefix : {kQueued, kDead})
      if (Result<void> gone = remove(key_of(prefix, tables.case_id), batch); !gone) return gone;
    for (const CaseTables::Line& line : tables.lines) {
      const std::string& bytes = std::get<std::string>(line.cells[2]);
      const Result<OutboxEntry> entry = OutboxEntry::decode(bytes);
      if (!entry) return tl::unexpected(entry.error());
      if (entry->message.recorded < since_) continue;
      batch.rows.push_back({key_of(entry->fate == pathway::MessageFate::kQueued ? kQueued : kDead, projections::name_of(entry->message)), bytes});
    }
    return drop_attempts(tables, batch);
  }
  /// What was tried for messages that are delivered, failed or withheld: a later try begins anew.
  Result<void> drop_attempts(const CaseTables& tables, RowBatch& batch) const {
    return store_->scan(key_of(kAttempts, tables.case_id), [&](std::string_view key, std::string_view /*value*/) {
      const std::string queued = std::string(kQueued) + std::string(key.substr(kAttempts.size()));
      bool waits = false;
      for (const RowBatch::Write& row : batch.rows)
        if (row.key == queued) waits = row.value.has_value();
      if (!waits) batch.rows.push_back({std::string(key), std::nullopt});
      return true;
    });
  }

  std::unique_ptr<ViewStore> store_;
  Timestamp since_;
};

Outbox::Outbox(Timestamp since) : since_(since) {}
Outbox::~Outbox() = default;

Result<std::unique_ptr<Outbox>> Outbox::open(Place place, std::optional<Timestamp> since, Timestamp now) {
  Result<std::unique_ptr<ViewStore>> store = ViewStore::open(place.path);
  if (!store) return tl::unexpected(store.error());
  std::error_code code;
  std::filesystem::permissions(place.path, std::filesystem::perms::owner_all, code);
  const Result<std::optional<std::string>> kept = (*store)->get(kSince);
  if (!kept) return tl::unexpected(kept.error());
  std::optional<Timestamp> known;
  if (*kept)
    if (const Result<Timestamp> read = parse_timestamp(**kept)) known = *read;
  const Timestamp from = since ? *since : known.value_or(Timestamp(now.value() + 1));
  if (known != from) {
    // Another beginning: the entries are made anew, and what was tried stays.
    for (const std::string_view prefix : {"v/", "r/", "c/", "s/", "n"})
      if (const Result<void> dropped = (*store)->drop(prefix); !dropped) return tl::unexpected(dropped.error());
    RowBatch batch;
    batch.rows.push_back({std::string(kSince), to_string(from)});
    if (const Result<void> written = (*store)->write(batch); !written) return tl::unexpected(written.error());
  }
  std::unique_ptr<Outbox> outbox(new Outbox(from));
  outbox->store_ = std::make_unique<Store>(std::move(*store), from);
  outbox->runner_ = std::make_unique<ViewRunner>(*outbox->store_, std::move(place.log), std::move(place.library), std::vector<ViewKind>{OutboxView::kind()});
  return outbox;
}

Result<void> Outbox::catch_up(const CaseLog& log) {
  const std::lock_guard lock(mutex_);
  return runner_->catch_up(OutboxView::kind().name, log);
}

Result<void> Outbox::rebuild(const CaseLog& log) {
  const std::lock_guard lock(mutex_);
  // What was tried was tried for messages of the other history, whose names may stand for others here. The view's entry goes before what is made
  // by it: a process that ends in between begins anew.
  for (const std::string_view prefix : {kAttempts, kDigest, std::string_view("v/"), std::string_view("r/"), std::string_view("c/"), std::string_view("s/"), kQueued, kDead})
    if (Result<void> dropped = store_->drop(prefix); !dropped) return dropped;
  return runner_->catch_up(OutboxView::kind().name, log);
}

Result<std::vector<OutboxEntry>> Outbox::scan(std::string_view prefix) const {
  const std::lock_guard lock(mutex_);
  std::vector<OutboxEntry> entries;
  Result<void> result;
  const Result<void> read = store_->scan(prefix, [&](std::string_view /*key*/, std::string_view value) {
    Result<OutboxEntry> entry = OutboxEntry::decode(value);
    if (!entry) {
      result = tl::unexpected(entry.error());
      return false;
    }
    entries.push_back(std::move(*entry));
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  if (!result) return tl::unexpected(result.error());
  return entries;
}

Result<std::vector<OutboxEntry>> Outbox::queued() const { return scan(kQueued); }
Result<std::vector<OutboxEntry>> Outbox::dead() const { return scan(kDead); }

Result<std::optional<OutboxEntry>> Outbox::find(MessageName name) const {
  for (const std::string_view prefix : {kQueued, kDead}) {
    Result<std::vector<OutboxEntry>> found = scan(key_of(prefix, name));
    if (!found) return tl::unexpected(found.error());
    if (!found->empty()) return std::move(found->front());
  }
  return std::nullopt;
}

Result<Attempts> Outbox::attempts(MessageName name) const {
  const std::lock_guard lock(mutex_);
  const Result<std::optional<std::string>> bytes = store_->get(key_of(kAttempts, name));
  if (!bytes) return tl::unexpected(bytes.error());
  return *bytes ? Attempts::decode(**bytes) : Attempts{};
}

Result<void> Outbox::put(std::string key, std::optional<std::string> value) {
  const std::lock_guard lock(mutex_);
  RowBatch batch;
  batch.rows.push_back({std::move(key), std::move(value)});
  return store_->write(batch);
}

Result<void> Outbox::note(MessageName name, const Attempts& attempts) { return put(key_of(kAttempts, name), attempts.encode()); }

Result<std::optional<Digest>> Outbox::digest(std::string_view role) const {
  const std::lock_guard lock(mutex_);
  const Result<std::optional<std::string>> bytes = store_->get(key_of(kDigest, role));
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return std::nullopt;
  Result<Digest> digest = Digest::decode(**bytes);
  if (!digest) return tl::unexpected(digest.error());
  return std::move(*digest);
}

Result<void> Outbox::keep(const Digest& digest) { return put(key_of(kDigest, digest.role), digest.encode()); }

Result<void> Outbox::delivered(const Digest& digest) {
  const std::lock_guard lock(mutex_);
  RowBatch batch;
  batch.rows.push_back({key_of(kDigest, digest.role), std::nullopt});
  batch.rows.push_back({key_of(kLastDigest, digest.role), to_string(digest.day)});
  return store_->write(batch);
}

Result<std::optional<Day>> Outbox::last_digest(std::string_view role) const {
  const std::lock_guard lock(mutex_);
  const Result<std::optional<std::string>> text = store_->get(key_of(kLastDigest, role));
  if (!text) return tl::unexpected(text.error());
  if (!*text) return std::nullopt;
  const Result<Day> day = parse_day(**text);
  if (!day) return tl::unexpected(day.error());
  return *day;
}

}  // namespace ritrovo::projections
