#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/record/command.h"
#include "engine/runtime/engine.h"
#include "tools/bench/report.h"
#include "workflows/pathway/machine.h"

namespace ritrovo {
extern template class Engine<pathway::PathwayMachine>;
}  // namespace ritrovo

namespace ritrovo::bench {

using TrialEngine = Engine<pathway::PathwayMachine>;

/// What the caller of a bench asked for.
struct Wish {
  bool json = false;
  bool quick = false;
  std::filesystem::path dir;       ///< where folders are made; empty: among the temporary files
  bool keep = false;               ///< leave the folders, to look at them
  std::uint64_t commands = 0;      ///< 0: the bench's own number
  std::uint64_t seed = 1;
  std::string brokers;             ///< a Kafka to publish to; empty: none
  /// The number asked for, or one of these two.
  [[nodiscard]] std::uint64_t commands_or(std::uint64_t full, std::uint64_t when_quick) const {
    return commands > 0 ? commands : quick ? when_quick : full;
  }
};

/// A place of its own for one run, removed at the end unless it is to be kept.
class Place {
 public:
  explicit Place(const Wish& wish);
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
  bool keeps_;
};

/// The tenant of every folder made here: case ids derive from it.
[[nodiscard]] const std::string& trial_tenant();
/// Makes a folder with a simulated clock.
void make_folder(const std::filesystem::path& path);
/// Opens a folder. Throws tools::Failure.
[[nodiscard]] std::unique_ptr<TrialEngine> open_folder(EngineOptions options);
/// Makes a folder, opens it and publishes the shipped catalogue with, if it isn't empty, one more pathway.
[[nodiscard]] std::unique_ptr<TrialEngine> new_folder(EngineOptions options, const std::string& pathway_yaml = {});
/// Bytes of all files of a folder that end so ("" for all).
[[nodiscard]] std::uint64_t bytes_of(const std::filesystem::path& folder, const std::string& extension);
/// Records in all partitions of an engine at rest.
[[nodiscard]] std::uint64_t records_of(const TrialEngine& engine);

/// What became of commands.
struct Tally {
  std::uint64_t accepted = 0;
  std::uint64_t other = 0;   ///< rejected, busy, parked, failed
  std::uint64_t events = 0;  ///< that the accepted ones led to
};

/// Sends commands, many under way at once, in order for each case. Runs on: one thread.
class Sender {
 public:
  explicit Sender(TrialEngine& engine) : engine_(engine), of_partition_(engine.folder().settings().partitions) {}
  /// Waits for the answers of what is under way.
  ~Sender() { drain(); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  /// Hands over a command; waits while too many are under way.
  void send(Command command);
  /// Waits until everything is answered.
  void drain();
  [[nodiscard]] Tally tally() const { return {accepted_, other_, events_}; }
  /// What the first command that wasn't accepted was told.
  [[nodiscard]] std::string first_problem() const;
  /// Says in the report if any command wasn't accepted.
  void check(Report& report) const;

 private:
  /// Enough that partitions have something to decide while a batch is being written; and never more for one partition than its inbox holds,
  /// so that none is ever busy.
  static constexpr std::size_t kWindow = 4 * limits::kInboxCommandsMax;
  static constexpr std::size_t kPartitionWindow = limits::kInboxCommandsMax;
  /// What one waits for: so few under way in all, and so few of that partition.
  struct Room {
    std::size_t total = 0;
    std::size_t partition = 0;
    std::size_t in_partition = 0;
  };
  void take(const Answer& answer, std::size_t partition);
  void wait_for(Room room);
  [[nodiscard]] std::size_t under_way() const { return under_way_ & ~kWaits; }
  [[nodiscard]] bool has(const Room& room) const { return under_way() <= room.total && of_partition_[room.partition] <= room.in_partition; }

  TrialEngine& engine_;
  std::vector<std::atomic<std::size_t>> of_partition_;  ///< under way, of each
  /// A count, and whether somebody waits for it: one word, so that whoever counts down knows which of the two comes first.
  std::atomic<std::size_t> under_way_ = 0;
  static constexpr std::size_t kWaits = std::size_t{1} << 63;
  std::atomic<std::uint64_t> accepted_ = 0;
  std::atomic<std::uint64_t> other_ = 0;
  std::atomic<std::uint64_t> events_ = 0;
  mutable std::mutex mutex_;
  Room wanted_;  ///< guarded by mutex_
  std::condition_variable answered_;
  std::string problem_;
};

}  // namespace ritrovo::bench
