#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/log/case_log.h"
#include "projections/row_store.h"
#include "projections/view_cursor.h"

namespace ritrovo::projections {

/// Gives the pathways that cases are pinned to: all that is published by now.
using LibrarySource = std::function<std::shared_ptr<const definition::Library>()>;

/// Records that are taken before rows and cursor are written: a case's row is written once for all of them.
inline constexpr std::size_t kBatchRecords = 32'768;

/// As many records ahead, and a follower hashes each as it takes it; a longer way it takes its root from the ledger that the log keeps, which
/// reads at most 255 records of a partition for it.
inline constexpr std::uint64_t kHashedMax = 1'024;

/// The record that a view is at, or was at last.
struct FollowedTo {
  PartitionId partition{0};
  Position position{0};
  std::uint64_t taken = 0;  ///< how often it went on
  bool operator==(const FollowedTo&) const = default;
};

/// The same while it goes on, for other threads to look at.
struct Going {
  std::atomic<std::uint16_t> partition{0};
  std::atomic<std::uint64_t> position{0};
  std::atomic<std::uint64_t> taken{0};
};

/// How a follower follows.
struct Following {
  LibrarySource library;
  std::size_t batch_records = kBatchRecords;
  Going* going = nullptr;  ///< may be nullptr
};

/// For each partition, the first position that isn't taken.
using Ends = std::vector<Position>;

/// Where a view stands that took all of the partition before `end`: the root as the log's ledger has it. Errors: as for `frontier_at`.
[[nodiscard]] Result<PartitionCursor> cursor_at(const CaseLog& log, PartitionId partition, Position end);

/// Makes the rows of one generation of one view from a log. Rows and cursor are written in one batch, so that each record counts exactly once,
/// whenever the process ends. Runs on: one thread. Requires: store and kind outlive it.
class Follower {
 public:
  /// Reads where it stands. kWrongFolder, "forked log": what it took stands otherwise in this log. kCorrupt: its cursor doesn't read.
  [[nodiscard]] static Result<std::unique_ptr<Follower>> open(RowStore& store, const ViewKind& kind, Generation generation, Following following,
                                                             const CaseLog& log);

  /// Takes what it hasn't taken up to `ends`. Where the view fails on an event, the rest of that partition waits, and the place is kept and
  /// returned; the next call tries again. Errors: as the log's and the store's; what was written stays.
  [[nodiscard]] Result<std::optional<StuckAt>> catch_up(const CaseLog& log, Ends ends);

  [[nodiscard]] const Generation& generation() const { return generation_; }
  [[nodiscard]] const std::vector<PartitionCursor>& cursors() const { return cursors_; }

 private:
  Follower(RowStore& store, const ViewKind& kind, Generation generation, Following following)
      : store_(store), kind_(kind), generation_(std::move(generation)), following_(std::move(following)) {}
  void forget();
  [[nodiscard]] Result<void> read_cursors();
  [[nodiscard]] Result<void> check_against(const CaseLog& log) const;
  [[nodiscard]] Result<std::optional<StuckAt>> follow(const CaseLog& log, const Ends& ends);
  [[nodiscard]] Result<std::optional<StuckAt>> follow_partition(const CaseLog& log, std::size_t partition, Position end);
  [[nodiscard]] Result<void> remember(const Event& event);
  [[nodiscard]] Result<void> commit(const CaseLog& log);
  void add_tables(RowBatch& batch) const;

  RowStore& store_;
  const ViewKind& kind_;
  Generation generation_;
  Following following_;
  std::unique_ptr<StoredView> view_;
  std::unique_ptr<CaseFold> fold_;
  std::vector<PartitionCursor> cursors_;
  std::set<std::size_t> moved_;           ///< partitions whose cursor isn't written yet
  std::unordered_set<CaseId> changed_;    ///< cases whose row isn't written yet
  bool begun_ = false;                    ///< something was written
  std::size_t records_ = 0;               ///< taken since the last batch
};

/// Keys of a generation's rows.
namespace view_keys {
[[nodiscard]] std::string entry(std::string_view view);
[[nodiscard]] std::string entries();
[[nodiscard]] std::string row(std::uint64_t generation, CaseId case_id);
[[nodiscard]] std::string rows(std::uint64_t generation);
[[nodiscard]] std::string cursor(std::uint64_t generation, PartitionId partition);
[[nodiscard]] std::string cursors(std::uint64_t generation);
[[nodiscard]] std::string stuck(std::uint64_t generation);
/// A generation that nobody reads any more: its rows are to go.
[[nodiscard]] std::string dropped(std::uint64_t generation);
[[nodiscard]] std::string all_dropped();
/// Where the number of the next generation stands.
[[nodiscard]] std::string next_generation();
/// The case of a row's key; the generation of a `dropped` one.
[[nodiscard]] CaseId case_of(std::string_view key);
[[nodiscard]] std::uint64_t generation_of(std::string_view key);
}  // namespace view_keys

}  // namespace ritrovo::projections
