#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/digest/hash256.h"
#include "engine/ledger/frontier.h"

namespace ritrovo {

/// A case that somebody read, and how: "show", "explain nulla_osta".
struct AccessRead {
  CaseId case_id;
  std::string what;
  bool personal = false;  ///< personal values were opened for it
  bool operator==(const AccessRead&) const = default;
};

/// What one person read at one time: one line of the log, one leaf of its tree.
struct AccessBatch {
  Timestamp at;
  std::string who;      ///< pseudonymous id
  std::string purpose;  ///< in their words; may be empty
  std::vector<AccessRead> reads;
  bool operator==(const AccessBatch&) const = default;
};

/// Where the log of accesses ends: the month that is written, and its tree.
struct AccessHead {
  std::string month;  ///< "2026-11"
  TreeSize size;      ///< lines of that month, its first one included
  Hash256 root;
  bool operator==(const AccessHead&) const = default;
};

/// Who read which case, when and for what: a log of its own beside the case log, in `access/`, a file of lines for each month ("2026-11.log").
///
/// The lines of a month are the leaves of a tree (RFC 6962): each line says the size and root of the tree before it, and the first of a month
/// says those of the month before, so that a line that was changed, put in or taken out is found by whoever reads the log. The loss of
/// the latest lines is seen by whoever holds an earlier head (runtime/access_checkpoint.h). Months older than kMonthsKept are deleted when one
/// is begun.
///
/// Runs on: any thread; one object a folder at a time appends.
class AccessLog {
 public:
  /// Months that are kept besides the running one. Reads are personal data of who read: they are kept for as long as an answer is owed for them.
  static constexpr std::int32_t kMonthsKept = 24;

  explicit AccessLog(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Adds a batch, durably before it returns. kUnavailable where it can't be written (a full disk); kCorrupt where the month's file doesn't
  /// verify, which isn't written to any more; it is read whole once, and goes on from there while nobody else makes it longer or shorter. kMalformed: who, what or what for isn't UTF-8, or over kTextBytesMax. Requires: `batch.reads` isn't empty.
  [[nodiscard]] Result<void> append(const AccessBatch& batch);

  /// Every batch that is kept, the oldest first, each checked against the tree. kCorrupt names the first line that doesn't verify, after the
  /// good ones before it were visited. A last line that was cut off by a crash was never answered for, and is passed over.
  [[nodiscard]] Result<void> read(const std::function<void(const AccessBatch&)>& visit) const;

  /// Where it ends; nothing where nobody read anything. kCorrupt where its last month doesn't verify.
  [[nodiscard]] Result<std::optional<AccessHead>> head() const;
  /// Whether the lines that `earlier` speaks of are still there, unchanged. kCorrupt says what isn't; months that were deleted for their age are no
  /// loss.
  [[nodiscard]] Result<void> check_extends(const AccessHead& earlier) const;
  /// The first month in which a reading at that instant is no longer kept, "2028-12": when somebody reads a case in it, the reading goes.
  [[nodiscard]] static std::string month_without(Timestamp at);

 private:
  /// A tree so far.
  struct Head {
    std::string month;
    Frontier tree;
    std::size_t bytes = 0;  ///< of the month's file, up to the end of its last whole line
  };
  [[nodiscard]] Result<std::vector<std::string>> months() const;
  [[nodiscard]] Result<std::string> text_of(const std::string& month) const;
  [[nodiscard]] Result<Head> read_month(const std::string& month, const Head& before, bool first, const std::function<void(const AccessBatch&)>& visit) const;
  [[nodiscard]] Result<Head> end_of(const std::string& month) const;
  [[nodiscard]] Result<Head> end_to_append_to(const std::string& month);
  [[nodiscard]] Result<void> begin_month(const std::string& month);
  [[nodiscard]] Result<void> forget_old(const std::string& month) const;
  [[nodiscard]] std::filesystem::path file_of(const std::string& month) const { return folder_ / (month + ".log"); }

  std::filesystem::path folder_;
  std::mutex appending_;
  std::optional<Head> end_;  ///< of the month that was appended to last
};

}  // namespace ritrovo
