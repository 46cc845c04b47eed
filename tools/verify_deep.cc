#include "tools/verify_deep.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/log/case_log.h"
#include "engine/log/keys.h"
#include "engine/runtime/case_loader.h"
#include "engine/runtime/erasure.h"
#include "engine/runtime/parked.h"
#include "engine/runtime/stager.h"
#include "engine/runtime/timer_window.h"
#include "tools/case_folder.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::tools {
namespace {

Finding aside(std::string what) { return {{}, {}, std::move(what)}; }

/// Offsets that records of one partition were taken from: the source's row must be at least as far.
void check_sources(const CaseLog& log, PartitionId partition, std::vector<Finding>& findings) {
  std::map<std::string, std::uint64_t> taken;
  const Result<void> scanned = log.scan_records(partition, Position(0), [&taken](const StoredRecord& record) {
    if (!record.event.provenance || !record.event.provenance->source) return true;
    const Source& source = *record.event.provenance->source;
    std::uint64_t& furthest = taken[source.name];
    furthest = std::max(furthest, source.offset);
    return true;
  });
  if (!scanned) return findings.push_back({{}, {}, scanned.error().message});
  for (const auto& [name, offset] : taken) {
    const auto row = log.source_offset(source_row(name, partition));
    if (row && *row && **row >= offset) continue;
    findings.push_back(aside(fmt::format("partition {}: the row of the source {} is behind the records that came from it, at offset {}", partition.value(), name, offset)));
  }
}

/// Where the answers to commands of one partition must stand, and which of them are parked.
struct Expected {
  std::map<std::pair<CaseId, KeyHash>, Position> answers;
  ParkedCommands parked;
};

Expected expected_of(const CaseFolder& folder, const CaseLog& log, PartitionId partition) {
  Expected expected;
  must(log.scan_records(partition, Position(0), [&](const StoredRecord& record) {
    const Event& event = record.event;
    expected.parked.note(record);
    if (event.provenance && !event.provenance->key.empty()) expected.answers[{event.case_id, folder.key_hash(event.provenance->key)}] = record.position;
    return true;
  }));
  return expected;
}

/// Whether each command that waits has its row, and no other has one.
Result<bool> parked_rows_fit(const CaseLog& log, PartitionId partition, const ParkedCommands& parked) {
  std::map<std::pair<CaseId, Position>, bool> rows;  // whether it must be there
  for (const auto& [case_id, waiting] : parked.waiting())
    for (const ParkedCommands::Waiting& one : waiting) rows[{case_id, one.position}] = !one.key.empty();
  bool fit = true;
  std::vector<CaseId> cases;
  if (Result<void> listed = log.parked_cases(partition, [&cases](CaseId case_id) { return cases.push_back(case_id), true; }); !listed) return tl::unexpected(listed.error());
  for (const CaseId case_id : cases) {
    Result<void> listed = log.parked(partition, case_id, [&](Position position) { return fit = fit && rows.erase({case_id, position}) == 1; });
    if (!listed) return tl::unexpected(listed.error());
  }
  return fit && std::none_of(rows.begin(), rows.end(), [](const auto& row) { return row.second; });
}

void check_answers(const CaseFolder& folder, PartitionId partition, std::vector<Finding>& findings) {
  folder.with_log([&](const CaseLog& log) -> Result<void> {
    const Expected expected = expected_of(folder, log, partition);
    std::uint64_t missing = 0;
    for (const auto& [name, position] : expected.answers) {
      const auto row = log.find_answer(partition, name.first, name.second);
      if (!row || *row != position) ++missing;
    }
    if (missing > 0) findings.push_back(aside(fmt::format("partition {}: {} commands wouldn't be given the answer that they had", partition.value(), missing)));
    std::uint64_t rows = 0;
    Result<void> counted = log.scan_answers(partition, [&rows] { ++rows; });
    if (!counted) return counted;
    if (rows > expected.answers.size()) findings.push_back(aside(fmt::format("partition {}: {} answers to commands that no record knows", partition.value(), rows - expected.answers.size())));
    const Result<bool> parked = parked_rows_fit(log, partition, expected.parked);
    if (!parked) return tl::unexpected(parked.error());
    if (!*parked) findings.push_back(aside(fmt::format("partition {}: the rows of parked commands aren't those of its records", partition.value())));
    return {};
  });
}

/// Whose events ask for a timer, and on which day.
using Waking = std::map<CaseId, Day>;

void check_snapshots(const CaseFolder& folder, std::vector<Finding>& findings) {
  for (std::uint16_t i = 0; i < folder.settings().partitions; ++i) {
    folder.with_log([&](const CaseLog& log) {
      return log.cases_with_snapshot(PartitionId(i), [&](CaseId case_id) {
        if (const std::optional<std::string> wrong = must(wrong_snapshot<pathway::PathwayMachine>(log, PartitionId(i), case_id)))
          findings.push_back(aside(fmt::format("{}: {}", case_id.printed(), *wrong)));
        return true;
      });
    });
  }
}

void check_timers(const CaseFolder& folder, Waking waking, std::vector<Finding>& findings) {
  std::set<CaseId> still;
  for (const QuarantinedCase& one : folder.quarantined()) still.insert(one.case_id);
  for (std::uint16_t i = 0; i < folder.settings().partitions; ++i) {
    folder.with_log([&](const CaseLog& log) -> Result<void> {
      return log.timers_due(PartitionId(i), Timestamp(std::numeric_limits<std::int64_t>::max()), [&](Timestamp due, CaseId case_id) {
        const auto wakes = waking.find(case_id);
        if (wakes == waking.end() || wakes->second != timer_day(due)) {
          if (!still.contains(case_id)) findings.push_back(aside(fmt::format("{}: a timer is set for {} that its events don't ask for", case_id.printed(), to_string(timer_day(due)))));
        } else {
          waking.erase(wakes);
        }
        return true;
      });
    });
  }
  // A day that has come may have found nothing to do: then its row is gone. In a simulated folder each partition has days of its own.
  const std::vector<Timestamp> clocks = folder.latest_instants();
  const Timestamp latest = folder.latest_instant();
  for (const auto& [case_id, day] : waking) {
    const Day last = folder.zone().day_of(folder.simulated() ? clocks[folder.home_of(case_id).value()] : latest);
    if (day > last && !still.contains(case_id)) findings.push_back(aside(fmt::format("{}: the timer that its events ask for on {} is missing", case_id.printed(), to_string(day))));
  }
}

}  // namespace

std::vector<Finding> check_rows_deeply(const BareLog& bare) {
  std::vector<Finding> findings;
  const CaseLog log(bare.log());
  for (std::uint16_t i = 0; i < bare.settings().partitions; ++i) {
    if (const Result<std::uint64_t> index = log.check_partition(PartitionId(i)); !index) findings.push_back(aside(index.error().message));
    else check_sources(log, PartitionId(i), findings);
  }
  const Result<std::vector<std::string>> wrong = wrong_erasure_rows(bare.log(), bare.settings().partitions);
  if (!wrong) findings.push_back(aside(wrong.error().message));
  else for (const std::string& row : *wrong) findings.push_back(aside(fmt::format("the row {} isn't what the records of erasures lead to", row)));
  return findings;
}

std::vector<Finding> check_states_deeply(const Context& context) {
  std::vector<Finding> findings;
  const std::unique_ptr<CaseFolder> folder = CaseFolder::open(context);
  Waking waking;
  folder->for_each_case(false, [&waking](const CaseStateView& view) {
    if (const std::optional<Day> day = pathway::wake_on(view.state.core)) waking[view.case_id] = *day;
  });
  check_snapshots(*folder, findings);
  check_timers(*folder, std::move(waking), findings);
  for (std::uint16_t i = 0; i < folder->settings().partitions; ++i) check_answers(*folder, PartitionId(i), findings);
  folder->close();
  return findings;
}

}  // namespace ritrovo::tools
