#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace ritrovo {

/// The tables of a log. `events` is the truth; all others can be derived from it. Keys are big-endian, so that bytewise order is theirs;
/// layouts stand in engine/log/keys.h and docs/formats.md. Numbers are on disk as column family names only.
enum class Column : std::uint8_t { kMeta, kEvents, kCases, kSnapshots, kTimers, kAnswers, kLedger, kSources, kParked };
inline constexpr std::size_t kColumns = 9;

/// Writes that take effect together or not at all.
class Batch {
 public:
  struct Write {
    Column column;
    bool erase;
    std::string key;
    std::string value;
  };
  void put(Column column, std::string key, std::string value) {
    bytes_ += key.size() + value.size();
    writes_.push_back({column, false, std::move(key), std::move(value)});
  }
  void erase(Column column, std::string key) {
    bytes_ += key.size();
    writes_.push_back({column, true, std::move(key), {}});
  }
  [[nodiscard]] const std::vector<Write>& writes() const { return writes_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return writes_.empty(); }
  void clear() {
    writes_.clear();
    bytes_ = 0;
  }
  /// Moves all of `other` behind what is here.
  void append(Batch&& other) {
    for (Write& write : other.writes_) writes_.push_back(std::move(write));
    bytes_ += other.bytes_;
    other.clear();
  }

 private:
  std::vector<Write> writes_;
  std::size_t bytes_ = 0;
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
