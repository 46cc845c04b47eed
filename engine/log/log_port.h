#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.h"

namespace ritrovo {

/// The tables of a log. `events` is the truth; all others can be derived from it. Keys are big-endian, so that bytewise order is theirs;
/// layouts stand in engine/log/keys.h and docs/formats.md. Numbers are on disk as column family names only.
enum class Column : std::uint8_t { kMeta, kEvents, kCases, kSnapshots, kTimers, kAnswers, kLedger, kSources, kParked };
inline constexpr std::size_t kColumns = 9;

/// Writes that take effect together or not at all. Rows stand one behind the other in one piece of memory: whoever commits what others
/// staged copies it as a whole, and frees nothing row by row.
class Batch {
 public:
  /// One row; its views are valid until the batch changes.
  struct Write {
    Column column;
    bool erase;
    std::string_view key;
    std::string_view value;  ///< empty where the row is erased
  };
  void put(Column column, std::string_view key, std::string_view value) { add(column, false, key, value); }
  void erase(Column column, std::string_view key) { add(column, true, key, {}); }
  /// Calls `visit(const Write&)` for each row, in the order in which they were added.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (std::size_t at = 0; at < rows_.size();) {
      Head head;
      std::memcpy(&head, rows_.data() + at, sizeof(head));
      at += sizeof(head);
      const std::string_view row(rows_.data() + at, std::size_t{head.key_bytes} + head.value_bytes);
      visit(Write{head.column, head.erase, row.substr(0, head.key_bytes), row.substr(head.key_bytes)});
      at += row.size();
    }
  }
  /// Bytes of all keys and values, and of what says where they are: a few more than RocksDB's own batch takes.
  [[nodiscard]] std::size_t bytes() const { return rows_.size(); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  void clear() { rows_.clear(); }
  void reserve(std::size_t bytes) { rows_.reserve(bytes); }
  /// Adds all of `other` behind what is here.
  void append(const Batch& other) { rows_ += other.rows_; }

 private:
  struct Head {
    std::uint32_t key_bytes;
    std::uint32_t value_bytes;
    Column column;
    bool erase;
  };
  void add(Column column, bool erase, std::string_view key, std::string_view value) {
    const Head head{static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size()), column, erase};
    rows_.append(reinterpret_cast<const char*>(&head), sizeof(head)).append(key).append(value);
  }

  std::string rows_;
};

/// The log as the engine sees it: an ordered, durable map of tables. Two implementations: RocksLog (engine/log/rocks_log.h) and the
/// simulator's disk (tests/simulation/).
/// Concurrency: `write` from one thread at a time; reads from any thread, also during a write, and they see only what was written whole.
class LogPort {
 public:
  virtual ~LogPort() = default;
  /// The value, or nothing where there is none. kCorrupt names column and key; kUnavailable after a failed write.
  [[nodiscard]] virtual Result<std::optional<std::string>> get(Column column, std::string_view key) const = 0;
  /// Visits rows with from ≤ key < to in order, over one consistent view, until `visit` returns false. The views are valid during the call only.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  [[nodiscard]] virtual Result<void> scan(Column column, std::string_view from, std::string_view to, const Visit& visit) const = 0;
  /// The last row with from ≤ key < to: its key and value.
  [[nodiscard]] virtual Result<std::optional<std::pair<std::string, std::string>>> last(Column column, std::string_view from,
                                                                                       std::string_view to) const = 0;
  /// Writes all of `batch`, durably (synced) before it returns. After a failure the fate of the batch is unknown: every later write fails
  /// with kUnavailable until the log is closed and opened again; nothing is ever retried.
  [[nodiscard]] virtual Result<void> write(const Batch& batch) = 0;
};

}  // namespace ritrovo
