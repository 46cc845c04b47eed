#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/log/log_port.h"

namespace ritrovo::simulation {

/// The process ended here. Thrown through the engine, which catches it nowhere.
struct Crash {};

/// A disk on which a log keeps its tables as a sequence of batches: written, then synced. It outlives the engine that uses it.
/// `crash` leaves what a machine that stops leaves: all that was synced, and of the rest nothing, a whole batch, or a torn one, which
/// recovery takes off.
class Disk {
 public:
  using Table = std::map<std::string, std::string, std::less<>>;
  using Tables = std::array<Table, kColumns>;

  /// What the next write does besides, by chance of the seed.
  struct Faults {
    double crash_before = 0;     ///< ends the process before anything is written
    double crash_unsynced = 0;   ///< … after the write, before the sync
    double crash_synced = 0;     ///< … after the sync, before anybody knows
    double failed_sync = 0;      ///< the sync fails; the fate of the batch is unknown
    bool skip_sync = false;      ///< a planted bug: says it synced, and didn't
  };

  explicit Disk(std::uint64_t seed) : random_(seed) {}
  Faults faults;

  /// Adds a batch, unsynced, and syncs it; see Faults.
  [[nodiscard]] Result<void> write(const Batch& batch);
  /// Ends all use: what isn't synced survives or not, by chance. The log can be opened again.
  void crash();
  /// As seen by readers: everything written.
  [[nodiscard]] const Tables& seen() const { return seen_; }
  [[nodiscard]] bool poisoned() const { return poisoned_; }
  [[nodiscard]] std::uint64_t writes() const { return writes_; }

 private:
  [[nodiscard]] bool chance(double probability);
  static void apply(Tables& tables, const Batch& batch);

  std::mt19937_64 random_;
  Tables synced_;
  Tables seen_;
  std::vector<Batch> unsynced_;
  bool poisoned_ = false;
  std::uint64_t writes_ = 0;
};

/// The LogPort over a Disk.
class DiskLog final : public LogPort {
 public:
  explicit DiskLog(Disk& disk) : disk_(disk) {}
  [[nodiscard]] Result<std::optional<std::string>> get(Column column, std::string_view key) const override;
  [[nodiscard]] Result<void> scan(Column column, std::string_view from, std::string_view to, const Visit& visit) const override;
  [[nodiscard]] Result<std::optional<std::pair<std::string, std::string>>> last(Column column, std::string_view from,
                                                                               std::string_view to) const override;
  [[nodiscard]] Result<void> write(const Batch& batch) override;

 private:
  [[nodiscard]] const Disk::Table& table(Column column) const { return disk_.seen()[static_cast<std::size_t>(column)]; }
  Disk& disk_;
};

}  // namespace ritrovo::simulation
