#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/log/keys.h"

namespace ritrovo {

/// What one partition had in hand, kept in memory that outlives the process: 64 bytes, written without a sync, since it has to
/// survive a crash of the process only. After a loss of power it may hold anything; then at worst a crash is counted that wasn't one.
struct InflightSlot {
  struct Taken {
    std::uint64_t case_number = 0;
    KeyHash hash{};                ///< of the command's key; zeros for a timer's, kSnapshot for a snapshot
    std::uint32_t attempts = 0;    ///< 0: nothing here
    std::uint32_t unused = 0;
  };
  Taken current;  ///< between load and stage now
  Taken suspect;  ///< was there when the process ended
};
static_assert(sizeof(InflightSlot) == 64, "a slot is one cache line, as docs/formats.md says");

/// Tells a command that crashes the process from one that a crash merely met: what was taken twice and both times didn't come back, from the
/// loading of its case to the staging of its events, puts its case into quarantine instead of being taken a third time.
/// Runs on: each slot on its partition's strand.
class Inflight {
 public:
  /// Times that a command may end the process before its case goes to quarantine. A kill from outside that meets the same command
  /// twice is the price; one crash alone proves nothing.
  static constexpr std::uint32_t kCrashesMax = 2;
  /// In place of a key's hash: the encoding of a case's snapshot. A case whose snapshot ends the process gets none.
  static constexpr KeyHash kSnapshot = [] {
    KeyHash hash{};
    hash.fill(0xff);
    return hash;
  }();

  /// Uses `slots`, one a partition, which outlive this; what stands there as current becomes suspect.
  explicit Inflight(std::span<InflightSlot> slots);
  /// Notes that the command is taken; returns how often it entered before without coming back.
  std::uint32_t begin(PartitionId partition, CaseId case_id, const KeyHash& hash);
  /// Notes that the partition's command came back, whatever became of it; nothing where none is taken.
  void end(PartitionId partition);

 private:
  std::span<InflightSlot> slots_;
};

/// Slots in a file of the folder, mapped into memory.
class InflightFile {
 public:
  /// Maps `path`, made and sized if need be for `partitions`. kUnavailable names the file.
  [[nodiscard]] static Result<std::unique_ptr<InflightFile>> open(const std::filesystem::path& path, std::uint16_t partitions);
  ~InflightFile();
  InflightFile(const InflightFile&) = delete;
  InflightFile& operator=(const InflightFile&) = delete;
  [[nodiscard]] std::span<InflightSlot> slots() { return slots_; }

 private:
  explicit InflightFile(std::span<InflightSlot> slots) : slots_(slots) {}
  std::span<InflightSlot> slots_;
};

}  // namespace ritrovo
