#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/log/case_log.h"
#include "projections/follower.h"
#include "projections/row_store.h"
#include "projections/view_cursor.h"

namespace ritrovo::projections {

/// How a view stands.
enum class ViewLife : std::uint8_t {
  kFollowing,  ///< its rows are there; `lag` says what they don't know yet
  kRemade,     ///< rows of its present version are being made and not whole yet
  kStuck,      ///< it fails on an event: `stuck` says where
  kForked,     ///< its rows come from another history
};
/// "following", "being made anew", "stuck", "forked".
[[nodiscard]] std::string_view name_of(ViewLife life);

/// One view, for operators.
struct ViewStatus {
  std::string name;
  std::string title;
  std::uint32_t version = 0;  ///< of this program
  ViewLife life = ViewLife::kFollowing;
  std::uint64_t records = 0;  ///< taken
  std::uint64_t lag = 0;      ///< records of the log that it hasn't taken
  std::vector<PartitionCursor> cursors;
  std::optional<StuckAt> stuck;
  std::string problem;        ///< a sentence, where it is stuck or forked
};

/// A view as it is kept, in memory, to be asked. Its answers are those of `cursors`.
template <class V>
struct Loaded {
  std::unique_ptr<CaseFold> fold;  ///< knows the pathways that the view points to
  std::unique_ptr<V> view;
  std::vector<PartitionCursor> cursors;
};

/// Keeps views: follows the log for each of them with a cursor of its own, so that none waits for another, and gives their rows to be read.
///
/// Whoever commits to the log calls `poll` when something was committed; whoever reads calls `catch_up` first, and then sees at least what was
/// committed when it was called. A view whose version changed is made anew beside its old rows and takes their place once it is whole.
/// Nothing here slows the engine: it only reads the log. Runs on: one thread, which may be the caller's or one of its own; several runners may
/// share a store that several threads may use (SharedViews). No call throws but for a lack of memory. Requires: the store outlives it.
class ViewRunner {
 public:
  /// `batch_records`: how many records are taken before rows and cursor are written.
  ViewRunner(RowStore& store, LogIdentity log, LibrarySource library, std::vector<ViewKind> kinds, std::size_t batch_records = kBatchRecords);

  /// Takes all that the log holds by now. kWrongFolder: forked log. kCorrupt: it is stuck at an event, or its rows are damaged. kNotFound: no such
  /// view.
  [[nodiscard]] Result<void> catch_up(std::string_view name, const CaseLog& log);
  /// The same, but no more than `records` of it at a time: true where there is more, so that whoever shares the runner isn't kept waiting.
  [[nodiscard]] Result<bool> follow_some(std::string_view name, const CaseLog& log, std::size_t records = kBatchRecords);
  /// The same as catch_up for every view, one after the other, whatever becomes of the others; each view's own trouble.
  [[nodiscard]] std::map<std::string, Error> poll(const CaseLog& log);
  /// Makes it anew from the log's beginning, beside its rows, which it replaces at the end. Errors: as catch_up; the old rows stay.
  [[nodiscard]] Result<void> rebuild(std::string_view name, const CaseLog& log);
  /// How each view stands. Writes nothing.
  [[nodiscard]] Result<std::vector<ViewStatus>> status(const CaseLog& log) const;

  /// The view as it is kept; call catch_up first. kUnavailable while it is being made anew.
  template <class V>
  [[nodiscard]] Result<Loaded<V>> load() const {
    Result<Loaded<StoredView>> loaded = load(V::kind().name);
    if (!loaded) return tl::unexpected(loaded.error());
    return Loaded<V>{std::move(loaded->fold), std::unique_ptr<V>(static_cast<V*>(loaded->view.release())), std::move(loaded->cursors)};
  }
  [[nodiscard]] Result<Loaded<StoredView>> load(std::string_view name) const;
  /// Every row of a view that is kept, as bytes, by case.
  [[nodiscard]] Result<std::map<CaseId, std::string>> rows(std::string_view name) const;
  [[nodiscard]] const std::vector<ViewKind>& kinds() const { return kinds_; }
  /// kNotFound, naming those that there are.
  [[nodiscard]] Result<const ViewKind*> kind_of(std::string_view name) const;
  /// The record that it is at, or was at last. Runs on: any thread.
  [[nodiscard]] FollowedTo followed_to() const {
    return {PartitionId(going_.partition.load(std::memory_order_relaxed)), Position(going_.position.load(std::memory_order_relaxed)), going_.taken.load(std::memory_order_relaxed)};
  }

 private:
  [[nodiscard]] Result<ViewEntry> entry_of(std::string_view name) const;
  [[nodiscard]] Result<Generation> serving(const ViewKind& kind) const;
  [[nodiscard]] Result<Generation> begin(const ViewKind& kind, ViewEntry entry);
  [[nodiscard]] Result<Follower*> follower_of(const ViewKind& kind, const CaseLog& log);
  [[nodiscard]] Result<Follower*> follow(const ViewKind& kind, const Generation& generation, const CaseLog& log);
  /// How far to follow, and whether that is all there is.
  struct Reach {
    Ends ends;
    bool whole = true;
  };
  [[nodiscard]] Result<void> run(const ViewKind& kind, Follower& follower, const CaseLog& log, Reach reach);
  [[nodiscard]] Result<void> run(const ViewKind& kind, Follower& follower, const CaseLog& log);
  [[nodiscard]] Result<void> take_over(const ViewKind& kind, const Generation& generation);
  [[nodiscard]] Result<void> drop_old();
  [[nodiscard]] Result<ViewStatus> status_of(const ViewKind& kind, const Ends& ends, const CaseLog& log) const;

  RowStore& store_;
  LogIdentity log_;
  LibrarySource library_;
  std::vector<ViewKind> kinds_;
  std::size_t batch_records_;
  std::map<std::string, std::unique_ptr<Follower>> followers_;
  Going going_;
};

/// Where a log ends now.
[[nodiscard]] Result<Ends> ends_of(const CaseLog& log, std::uint16_t partitions);
/// One hash for where a view stands in all partitions: SHA-256 over size (8 bytes, big-endian) and ledger root of each, in order.
[[nodiscard]] Hash256 seal_of(const std::vector<PartitionCursor>& cursors);
/// The views that are kept in every folder.
[[nodiscard]] std::vector<ViewKind> all_views();

}  // namespace ritrovo::projections
