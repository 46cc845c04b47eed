#include "engine/audit/partition_check.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/log/case_log.h"
#include "engine/log/keys.h"
#include "engine/log/stored_tree.h"
#include "engine/record/record_codec.h"

namespace ritrovo {
namespace {

constexpr std::uint64_t kStretch = 256;  // leaves under one kept hash of level 1

std::string counted(std::uint64_t number) { return std::to_string(number) + (number == 1 ? " record" : " records"); }

/// One partition being read: the tree as its records make it, and what was found.
class Reading {
 public:
  Reading(const LogPort& log, PartitionId partition, std::vector<Anchor> anchors) : log_(log), anchors_(std::move(anchors)) {
    check_.partition = partition;
    std::stable_sort(anchors_.begin(), anchors_.end(), [](const Anchor& a, const Anchor& b) { return a.checkpoint.size < b.checkpoint.size; });
  }

  PartitionCheck run(std::atomic<std::uint64_t>& done) {
    meet_anchors();
    read_records(done);
    const bool broken = !check_.findings.empty();
    compare_rows();
    if (!broken) compare_end();
    judge_anchors(broken);
    check_.root = frontier_.root();
    std::stable_sort(check_.findings.begin(), check_.findings.end(), [](const Finding& a, const Finding& b) {
      return a.first.value_or(Position(~std::uint64_t{0})) < b.first.value_or(Position(~std::uint64_t{0}));
    });
    return std::move(check_);
  }

 private:
  void found(std::optional<Position> first, std::optional<Position> last, std::string what) { check_.findings.push_back({first, last, std::move(what)}); }

  void read_records(std::atomic<std::uint64_t>& done) {
    const KeyRange range = events_range(check_.partition);
    const Result<void> scanned = log_.scan(Column::kEvents, range.from, range.to, [&](std::string_view key, std::string_view bytes) {
      const Position expected(check_.records);
      const std::optional<EventKey> at = parse_event_key(key);
      if (!at) return found(expected, expected, "a row stands there whose key can't be read"), false;
      if (at->position != expected) return found(expected, expected, "the record is missing"), false;
      if (const Result<void> sound = verify_record(bytes); !sound) return found(expected, expected, sound.error().message), false;
      frontier_.append(leaf_hash(bytes), completed_);
      ++check_.records;
      check_.bytes += bytes.size();
      if (check_.records % 1024 == 0) done += 1024;
      meet_anchors();
      return true;
    });
    done += check_.records % 1024;
    if (!scanned) found(Position(check_.records), Position(check_.records), scanned.error().message);
  }

  /// Holds the tree, as it stands at this size, against the anchors of this size.
  void meet_anchors() {
    for (; met_ < anchors_.size() && anchors_[met_].checkpoint.size == frontier_.size(); ++met_) {
      const Anchor& anchor = anchors_[met_];
      if (anchor.checkpoint.root == frontier_.root()) {
        if (anchor.checkpoint.size.value() >= check_.proved) {
          check_.proved = anchor.checkpoint.size.value();
          check_.proved_by = anchor.place;
        }
      } else {
        disagreeing_.push_back(anchor);
      }
    }
  }

  /// The ledger's kept hashes against those of the tree. Where a hash differs under an anchor that agrees, the row is wrong, not the records.
  void compare_rows() {
    std::map<std::pair<std::uint8_t, std::uint64_t>, Hash256> kept;
    const KeyRange all = partition_range(check_.partition);
    const Result<void> scanned = log_.scan(Column::kLedger, all.from, all.to, [&](std::string_view key, std::string_view value) {
      if (key == ledger_frontier_key(check_.partition)) return true;
      const Result<Hash256> hash = Hash256::from_bytes(value);
      if (key.size() == kLedgerKeyBytes && hash && static_cast<std::uint8_t>(key[2]) <= kLedgerLevelMax) kept[level_and_index(key)] = *hash;
      else found(std::nullopt, std::nullopt, "a row of the ledger can't be read");
      return true;
    });
    if (!scanned) found(std::nullopt, std::nullopt, scanned.error().message);
    for (const TileHash& computed : completed_) {
      const auto row = kept.find({computed.level, computed.index});
      const bool same = row != kept.end() && row->second == computed.hash;
      if (row != kept.end()) kept.erase(row);
      if (same) continue;
      const std::string name = "the ledger's row of level " + std::to_string(computed.level) + ", index " + std::to_string(computed.index);
      const std::uint64_t first = computed.index << (8U * computed.level);
      const std::uint64_t end = (computed.index + 1) << (8U * computed.level);
      if (end <= check_.proved) found(std::nullopt, std::nullopt, name + " isn't the hash of its records, which are those that were signed");
      else if (computed.level == 1) locate(first, end, name + " isn't the hash of its records");
    }
    for (const auto& [place, hash] : kept)
      if ((place.second + 1) << (8U * place.first) <= check_.records)
        found(std::nullopt, std::nullopt, "the ledger has a row of level " + std::to_string(place.first) + ", index " + std::to_string(place.second) + " too many");
  }

  /// Names the record of a stretch that isn't in its place by the index of cases, else the stretch.
  void locate(std::uint64_t first, std::uint64_t end, const std::string& what) {
    for (std::uint64_t i = first; i < end; ++i) {
      const Result<StoredRecord> record = CaseLog(log_).read_record(check_.partition, Position(i));
      if (!record) return found(Position(i), Position(i), record.error().message);
      if (record->event.version.value() == 0) continue;
      const auto row = log_.get(Column::kCases, case_key(check_.partition, record->event.case_id, record->event.version));
      if (row && *row == position_value(Position(i))) continue;
      return found(Position(i), Position(i), "another record stood there: the index of cases puts this one elsewhere");
    }
    found(Position(first), Position(end - 1), what + ": a record was changed since, and its checksum with it");
  }

  void compare_end() {
    const Result<Frontier> stored = stored_frontier(log_, check_.partition);
    if (!stored) return found(std::nullopt, std::nullopt, stored.error().message);
    const std::uint64_t end = stored->size().value();
    if (end > check_.records)
      return found(Position(check_.records), Position(end - 1), "the ledger ends at " + counted(end) + ": what stood here is gone");
    if (end < check_.records)
      return found(Position(end), Position(check_.records - 1), "the ledger ends at " + counted(end) + ": what stands behind was put there past it");
    if (stored->root() == frontier_.root()) return;
    if (check_.proved == check_.records) return found(std::nullopt, std::nullopt, "the ledger's frontier isn't that of the records, which are those that were signed");
    if (!check_.findings.empty()) return;
    const std::uint64_t first = std::max(check_.proved, check_.records / kStretch * kStretch);
    if (first < check_.records) locate(first, check_.records, "the ledger's frontier isn't that of the records");
    else found(std::nullopt, std::nullopt, "the ledger's frontier isn't that of the records");
  }

  /// Anchors that don't agree, or that the log ends before. `broken`: reading stopped at a bad record.
  void judge_anchors(bool broken) {
    for (const Anchor& anchor : disagreeing_) {
      const std::uint64_t size = anchor.checkpoint.size.value();
      const bool known = std::any_of(check_.findings.begin(), check_.findings.end(),
                                     [size](const Finding& finding) { return finding.first && finding.first->value() < size; });
      const std::string what = anchor.place + " was signed over other records";
      if (known || size == 0) found(std::nullopt, std::nullopt, what);
      else found(Position(check_.proved), Position(size - 1), what + ": the log was written anew from somewhere here on, its ledger with it");
    }
    if (broken) return;
    for (; met_ < anchors_.size(); ++met_)
      found(Position(check_.records), Position(anchors_[met_].checkpoint.size.value() - 1),
            anchors_[met_].place + " was signed at " + counted(anchors_[met_].checkpoint.size.value()) + ": the log has lost its end");
  }

  static constexpr std::size_t kLedgerKeyBytes = 2 + 1 + 8;
  static std::pair<std::uint8_t, std::uint64_t> level_and_index(std::string_view key) {
    std::uint64_t index = 0;
    for (const char byte : key.substr(3)) index = index << 8 | static_cast<std::uint8_t>(byte);
    return {static_cast<std::uint8_t>(key[2]), index};
  }

  const LogPort& log_;
  std::vector<Anchor> anchors_;
  std::size_t met_ = 0;
  std::vector<Anchor> disagreeing_;
  Frontier frontier_;
  std::vector<TileHash> completed_;
  PartitionCheck check_;
};

}  // namespace

PartitionCheck check_partition_against(const LogPort& log, PartitionId partition, std::vector<Anchor> anchors, std::atomic<std::uint64_t>& records_done) {
  return Reading(log, partition, std::move(anchors)).run(records_done);
}

}  // namespace ritrovo
