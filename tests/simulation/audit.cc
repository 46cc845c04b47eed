#include "tests/simulation/audit.h"

#include "engine/base/bytes.h"
#include "engine/ledger/frontier.h"
#include "tests/simulation/toy_machine.h"

namespace ritrovo::simulation {

bool same_answer(const Answer& a, const Answer& b) {
  return a.kind == b.kind && a.key == b.key && a.case_id == b.case_id && a.first == b.first && a.last == b.last && a.events == b.events &&
         a.receipt == b.receipt && a.rejection == b.rejection;
}

void Audit::read(PartitionId partition) {
  if (const Result<std::uint64_t> checked = log_.check_partition(partition); !checked) throw Violation{checked.error().message};
  Seen& seen = seen_[partition];
  const Result<void> scanned = log_.scan_records(partition, Position(0), [&](const StoredRecord& record) {
    judge(seen, record.event);
    return true;
  });
  if (!scanned) throw Violation{scanned.error().message};
}

void Audit::judge(Seen& seen, const Event& event) {
  if (event.recorded < seen.last) throw Violation{"instants go backwards"};
  seen.last = event.recorded;
  if (event.provenance && !event.provenance->key.empty()) judge_command(seen, event);
  const auto day = [&event] { return Day(static_cast<std::int32_t>(get_be<std::uint64_t>(event.body))); };
  if (event.tag == RecordTag::kCaseQuarantined) seen.quarantined.insert(event.case_id);
  if (event.tag == RecordTag::kQuarantineReleased) seen.quarantined.erase(event.case_id);
  if (event.tag == RecordTag::kPublication) ++seen.publications;
  if (event.tag == toy::kPlanned) seen.planned[event.case_id] = day();
  if (event.tag == toy::kWoken) {
    const auto plan = seen.planned.find(event.case_id);
    if (plan == seen.planned.end()) throw Violation{event.case_id.printed() + " was woken twice"};
    if (plan->second != event.effective) throw Violation{event.case_id.printed() + " was woken for another day"};
    if (event.recorded < zone_.start_of(plan->second)) throw Violation{event.case_id.printed() + " was woken too early"};
    seen.planned.erase(plan);
    ++wakes_;
  }
}

/// A command's first record: its key is new, and all timers due by then have fired, those of quarantined cases apart.
void Audit::judge_command(Seen& seen, const Event& event) const {
  const std::pair name(event.case_id, event.provenance->key);
  if (event.tag == RecordTag::kCommandParked) {
    if (!seen.parked.insert(name).second) throw Violation{name.second + " was parked twice"};
    return;
  }
  if (!seen.keys.insert(name).second) throw Violation{name.second + " was recorded twice"};
  if (seen.parked.contains(name)) return;  // it ran on release, together with others
  for (const auto& [case_id, day] : seen.planned)
    if (zone_.start_of(day) <= event.recorded && !seen.quarantined.contains(case_id))
      throw Violation{case_id.printed() + " should have been woken before " + name.second};
}

void Audit::promised(const Answer& answer, std::uint16_t partitions) const {
  if (answer.receipt->partition != partition_of(answer.case_id, partitions)) throw Violation{answer.key + " was answered by another partition"};
  const Result<StoredRecord> record = log_.read_record(answer.receipt->partition, answer.receipt->position);
  if (!record) throw Violation{answer.key + " was acknowledged, and is lost: " + record.error().message};
  if (leaf_hash(record->bytes) != answer.receipt->leaf) throw Violation{answer.key + " was acknowledged, and something else stands in its place"};
}

void Audit::at_rest(std::size_t publications) const {
  for (const auto& [partition, seen] : seen_) {
    if (seen.publications != publications) throw Violation{"a publication is missing or doubled in partition " + std::to_string(partition.value())};
    if (!seen.quarantined.empty()) throw Violation{seen.quarantined.begin()->printed() + " is still in quarantine"};
    if (!seen.planned.empty()) throw Violation{seen.planned.begin()->first.printed() + " was never woken"};
    const Result<std::optional<TimerKey>> timer = log_.next_timer(partition);
    if (!timer || *timer) throw Violation{"a timer is left over in partition " + std::to_string(partition.value())};
  }
}

}  // namespace ritrovo::simulation
