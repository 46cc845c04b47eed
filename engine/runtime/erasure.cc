#include "engine/runtime/erasure.h"

#include <algorithm>
#include <map>

#include "engine/base/bytes.h"
#include "engine/digest/sha256.h"
#include "engine/log/case_log.h"
#include "engine/log/keys.h"
#include "engine/record/record_codec.h"

namespace ritrovo {
namespace {

constexpr std::string_view kErasures = "erasure/";
constexpr std::string_view kHolds = "hold/";

std::string erasure_row(CaseId case_id, PersonId person) { return std::string(kErasures) + case_id.printed() + "/" + person.printed(); }
std::string hold_row(CaseId case_id) { return std::string(kHolds) + case_id.printed(); }

std::string value_of(ErasureStage stage, const std::string& proposed_by) { return std::string(1, static_cast<char>(stage)) + proposed_by; }

Result<ErasureStatus> read_row(std::string_view key, std::string_view value) {
  const std::string_view names = key.substr(kErasures.size());
  const std::size_t slash = names.find('/');
  const Result<CaseId> case_id = CaseId::parse(names.substr(0, slash));
  const Result<PersonId> person = slash == std::string_view::npos ? failure(ErrorCode::kCorrupt, "") : PersonId::parse(names.substr(slash + 1));
  if (!case_id || !person || value.empty() || static_cast<std::uint8_t>(value.front()) > static_cast<std::uint8_t>(ErasureStage::kWithdrawn))
    return failure(ErrorCode::kCorrupt, "the row " + std::string(key) + " of erasures can't be read; restore the folder from a backup");
  return ErasureStatus{*case_id, *person, static_cast<ErasureStage>(value.front()), std::string(value.substr(1))};
}

/// Whether something of that person is sealed in the case.
Result<bool> speaks_of(const LogPort& log, std::uint16_t partitions, CaseId case_id, PersonId person) {
  bool speaks = false;
  const Result<void> read = CaseLog(log).read_case(partition_of(case_id, partitions), case_id, Version(1), [&](const StoredRecord& record) {
    speaks = std::any_of(record.event.boxes.begin(), record.event.boxes.end(), [person](const Box& box) { return box.owner == person; });
    return !speaks;
  });
  if (!read) return tl::unexpected(read.error());
  return speaks;
}

/// The first of the cases that speaks of them.
Result<std::optional<CaseId>> first_about(const LogPort& log, std::uint16_t partitions, const std::vector<CaseId>& cases, PersonId person) {
  for (const CaseId case_id : cases) {
    const Result<bool> speaks = speaks_of(log, partitions, case_id, person);
    if (!speaks) return tl::unexpected(speaks.error());
    if (*speaks) return std::optional(case_id);
  }
  return std::optional<CaseId>();
}

Rejection rejection(const char* code, std::string reason) { return {code, std::move(reason)}; }

}  // namespace

Result<std::optional<ErasureStatus>> erasure_of(const LogPort& log, CaseId case_id, PersonId person) {
  const std::string key = erasure_row(case_id, person);
  const Result<std::optional<std::string>> row = log.get(Column::kMeta, key);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<ErasureStatus>();
  return read_row(key, **row).map([](ErasureStatus status) { return std::optional(std::move(status)); });
}

Result<std::vector<ErasureStatus>> all_erasures(const LogPort& log) {
  std::vector<ErasureStatus> all;
  Result<void> outcome;
  const Result<void> scanned = log.scan(Column::kMeta, kErasures, end_of_prefix(kErasures), [&](std::string_view key, std::string_view value) {
    Result<ErasureStatus> status = read_row(key, value);
    if (status) all.push_back(std::move(*status));
    else outcome = tl::unexpected(status.error());
    return outcome.has_value();
  });
  if (!scanned) return tl::unexpected(scanned.error());
  if (!outcome) return tl::unexpected(outcome.error());
  return all;
}

Result<bool> is_held(const LogPort& log, CaseId case_id) {
  return log.get(Column::kMeta, hold_row(case_id)).map([](const std::optional<std::string>& row) { return row.has_value(); });
}

Result<std::optional<CaseId>> holding(const LogPort& log, std::uint16_t partitions, PersonId person) {
  std::vector<CaseId> held;
  Result<void> outcome;
  const Result<void> scanned = log.scan(Column::kMeta, kHolds, end_of_prefix(kHolds), [&](std::string_view key, std::string_view /*nothing*/) {
    const Result<CaseId> case_id = CaseId::parse(key.substr(kHolds.size()));
    if (case_id) held.push_back(*case_id);
    else outcome = failure(ErrorCode::kCorrupt, "the row " + std::string(key) + " of legal holds can't be read; restore the folder from a backup");
    return outcome.has_value();
  });
  if (!scanned) return tl::unexpected(scanned.error());
  if (!outcome) return tl::unexpected(outcome.error());
  return first_about(log, partitions, held, person);
}

Result<std::optional<CaseId>> waiting_about(const LogPort& log, std::uint16_t partitions, PersonId person) {
  std::vector<CaseId> waiting;
  for (std::uint16_t i = 0; i < partitions; ++i) {
    const Result<void> scanned = CaseLog(log).parked_cases(PartitionId(i), [&waiting](CaseId case_id) {
      waiting.push_back(case_id);
      return true;
    });
    if (!scanned) return tl::unexpected(scanned.error());
  }
  return first_about(log, partitions, waiting, person);
}

Result<std::vector<PersonId>> parked_about(const LogPort& log, std::uint16_t partitions, CaseId case_id, PersonId person) {
  std::map<CaseId, std::vector<PersonId>> owners;
  Result<void> outcome;
  for (std::uint16_t i = 0; i < partitions && outcome; ++i) {
    const Result<void> scanned = CaseLog(log).scan_bytes(PartitionId(i), Position(0), [&](Position, std::string_view bytes) {
      const Result<RecordPeek> peek = peek_record(bytes);
      if (!peek || peek->tag != RecordTag::kCommandParked) return true;
      const Result<Event> parked = decode_record(bytes);
      if (!parked) outcome = tl::unexpected(parked.error());
      else for (const Box& box : parked->boxes) owners[peek->case_id].push_back(box.owner);
      return outcome.has_value();
    });
    if (!scanned) return tl::unexpected(scanned.error());
  }
  if (!outcome) return tl::unexpected(outcome.error());
  std::vector<PersonId> all;
  for (const auto& [parked_for, of_case] : owners) {
    const Result<bool> speaks = parked_for == case_id ? Result<bool>(true) : speaks_of(log, partitions, parked_for, person);
    if (!speaks) return tl::unexpected(speaks.error());
    if (*speaks) all.insert(all.end(), of_case.begin(), of_case.end());
  }
  return all;
}

std::optional<Rejection> erasure_refused(const ErasureFacts& facts, const ErasureBody& asked, const Actor& by) {
  const bool known = facts.status && facts.status->stage != ErasureStage::kWithdrawn;
  const std::string person = asked.person.printed();
  const auto already = [&]() -> std::optional<Rejection> {
    if (!known) return std::nullopt;
    if (facts.status->stage == ErasureStage::kProposed) return rejection("already_proposed", "erasing " + person + " was proposed already; somebody else has to approve it");
    return rejection("already_erased", person + " was erased");
  };
  switch (asked.stage) {
    case ErasureStage::kProposed: return already();
    case ErasureStage::kApproved:
      if (!known) return rejection("not_proposed", "nobody proposed to erase " + person);
      if (facts.status->stage != ErasureStage::kProposed) return already();
      if (facts.status->proposed_by == by.id) return rejection("second_person", "whoever proposed it can't approve it: that takes a second person");
      if (facts.held) return rejection("legal_hold", "a legal hold is on the case: nobody of it is forgotten until it ends");
      if (facts.quarantined) return rejection("in_quarantine", "the case is in quarantine: what is kept for it speaks of its persons; release it first");
      return std::nullopt;
    case ErasureStage::kCompleted:
      if (known && facts.status->stage == ErasureStage::kCompleted) return already();
      return std::nullopt;
    case ErasureStage::kWithdrawn:
      if (!known) return rejection("not_proposed", "nobody proposed to erase " + person);
      if (facts.status->stage != ErasureStage::kProposed) return already();
      return std::nullopt;
    case ErasureStage::kHeld:
      if (facts.held) return rejection("legal_hold", "a legal hold is on the case already");
      return std::nullopt;
    case ErasureStage::kHoldEnded:
      if (!facts.held) return rejection("not_held", "no legal hold is on the case");
      return std::nullopt;
  }
  return std::nullopt;
}

void note_erasure(const std::optional<ErasureStatus>& before, CaseId case_id, const ErasureBody& body, const Actor& by, Batch& batch) {
  if (body.stage == ErasureStage::kHeld) return batch.put(Column::kMeta, hold_row(case_id), {});
  if (body.stage == ErasureStage::kHoldEnded) return batch.erase(Column::kMeta, hold_row(case_id));
  const bool first = body.stage == ErasureStage::kProposed || !before;
  batch.put(Column::kMeta, erasure_row(case_id, body.person), value_of(body.stage, first ? by.id : before->proposed_by));
}

namespace {

using Rows = std::map<std::string, std::string, std::less<>>;

/// What a record of an erasure does to the rows.
Result<void> follow(const Event& event, Rows& rows) {
  const Result<ErasureBody> body = decode_erasure(event.body);
  if (!body || !event.provenance) return failure(ErrorCode::kCorrupt, event.case_id.printed() + ": a record of an erasure can't be read");
  std::optional<ErasureStatus> before;
  if (const auto row = rows.find(erasure_row(event.case_id, body->person)); row != rows.end()) {
    Result<ErasureStatus> status = read_row(row->first, row->second);
    if (!status) return tl::unexpected(status.error());
    before = std::move(*status);
  }
  Batch batch;
  note_erasure(before, event.case_id, *body, event.provenance->actor, batch);
  batch.for_each([&rows](const Batch::Write& write) {
    if (write.erase) rows.erase(std::string(write.key));
    else rows[std::string(write.key)] = write.value;
  });
  return {};
}

}  // namespace

Result<std::vector<std::string>> wrong_erasure_rows(const LogPort& log, std::uint16_t partitions) {
  Rows expected;
  Result<void> outcome;
  for (std::uint16_t i = 0; i < partitions && outcome; ++i) {
    const Result<void> scanned = CaseLog(log).scan_bytes(PartitionId(i), Position(0), [&](Position, std::string_view bytes) {
      const Result<RecordPeek> peek = peek_record(bytes);
      if (!peek || peek->tag != kErasureTag) return true;
      const Result<Event> event = decode_record(bytes);
      outcome = event ? follow(*event, expected) : Result<void>(tl::unexpected(event.error()));
      return outcome.has_value();
    });
    if (!scanned) return tl::unexpected(scanned.error());
  }
  if (!outcome) return tl::unexpected(outcome.error());
  std::vector<std::string> wrong;
  for (const std::string_view prefix : {kErasures, kHolds}) {
    const Result<void> scanned = log.scan(Column::kMeta, prefix, end_of_prefix(prefix), [&](std::string_view key, std::string_view value) {
      const auto row = expected.find(key);
      if (row == expected.end() || row->second != value) wrong.emplace_back(key);
      if (row != expected.end()) expected.erase(row);
      return true;
    });
    if (!scanned) return tl::unexpected(scanned.error());
  }
  for (const auto& [missing, value] : expected) wrong.push_back(missing);
  return wrong;
}

PersonId parked_owner_of(CaseId case_id, std::string_view key_hash) {
  std::string named("ritrovo parked\0", 15);
  put_be(named, case_id.value());
  const auto id = get_be<std::uint64_t>(sha256({named, key_hash}).view());
  return PersonId(id == 0 ? 1 : id);
}

std::vector<ErasedPerson> united(std::vector<ErasedPerson> one, const std::vector<ErasedPerson>& other) {
  one.insert(one.end(), other.begin(), other.end());
  std::sort(one.begin(), one.end(), [](const ErasedPerson& a, const ErasedPerson& b) { return std::pair(a.person, a.at) < std::pair(b.person, b.at); });
  one.erase(std::unique(one.begin(), one.end(), [](const ErasedPerson& a, const ErasedPerson& b) { return a.person == b.person; }), one.end());
  return one;
}

}  // namespace ritrovo
