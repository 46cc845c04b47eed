#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/runtime/committer.h"
#include "engine/runtime/inflight.h"
#include "engine/runtime/partition.h"
#include "engine/runtime/remembered.h"
#include "engine/vault/memory_vault.h"
#include "tests/simulation/simulated_disk.h"
#include "tests/simulation/toy_machine.h"

namespace ritrovo::simulation {

/// A clock that a test sets.
class FakeClock final : public ClockPort {
 public:
  mutable Timestamp wall{0};
  mutable std::int64_t steady = 0;
  std::int64_t ms_each_reading = 0;  ///< that go by after each reading of the wall clock
  [[nodiscard]] Timestamp now() const override {
    const Timestamp read = wall;
    wall = Timestamp(wall.value() + ms_each_reading);
    steady += ms_each_reading;
    return read;
  }
  [[nodiscard]] std::int64_t steady_ms() const override { return steady; }
  void forward(std::int64_t ms) {
    wall = Timestamp(wall.value() + ms);
    steady += ms;
  }
};

/// What outlives a crash of the process: disk, keys, and the memory of what was in decide.
struct World {
  explicit World(std::uint64_t seed, std::uint16_t partitions = 1);
  std::uint16_t partitions;
  Disk disk;
  MemoryVault vault;
  std::vector<InflightSlot> slots;
  FakeClock clock;
};

struct HouseSettings {
  ClockKind clock = ClockKind::kSimulated;
  SnapshotPolicy snapshots;
  CacheLimits cache;
  bool trusts_unsynced_keys = false;  ///< a planted bug: an opened vault takes what it sees for durable
};

/// The engine's parts in one thread, moved step by step: partitions, committer, and what they post to each other.
class House {
 public:
  using Part = Partition<toy::Machine>;
  House(World& world, HouseSettings settings);
  /// Opens every partition.
  [[nodiscard]] Result<void> open();

  [[nodiscard]] Part& part(std::uint16_t number) { return *parts_[number]; }
  [[nodiscard]] Part& part_of(CaseId case_id) { return part(partition_of(case_id, world_.partitions).value()); }
  [[nodiscard]] Committer& committer() { return *committer_; }
  [[nodiscard]] const DiskLog& log() const { return log_; }
  /// Replaces where partitions hand over: for planted bugs.
  void hand_over_to(std::function<void(StagedRun)> port);
  /// Makes the partitions afresh over another vault, which outlives the house.
  void use(VaultPort& vault);

  /// One thing that can happen now: a run of a partition, a commit, the delivery of what was posted. False if nothing can.
  bool run(std::uint16_t partition);
  bool commit();
  bool deliver();
  /// All of it until nothing can happen.
  void settle();

  /// Gives an item to its partition, settles, and returns the answer.
  Answer ask(Command command);
  Answer release(CaseId case_id, std::optional<Timestamp> at = std::nullopt);
  Answer advance(Timestamp to, std::uint16_t partition = 0);
  Answer publish(std::string body, std::optional<Timestamp> at, std::uint16_t partition = 0);
  void tick();

  /// The committed state of a case, from its snapshot or from its first event; nothing for a case without events.
  [[nodiscard]] std::optional<toy::Machine::State> state(CaseId case_id, bool from_snapshot) const;

 private:
  struct Port final : CommitPort {
    std::function<void(StagedRun)> take;
    Committer* committer = nullptr;
    void hand_over(StagedRun run) override { take(std::move(run)); }
    void give_up(const Error& why) override { committer->give_up(why); }
  };
  AnswerCallback into(std::optional<Answer>& answer);
  void make_partitions(VaultPort& vault);

  World& world_;
  HouseSettings settings_;
  DiskLog log_;
  Inflight inflight_;
  std::unique_ptr<Committer> committer_;
  Port port_;
  std::deque<std::function<void()>> posted_;
  std::vector<std::unique_ptr<Part>> parts_;
};

/// The instant of a UTC day and hour: "2025-03-01", 9.
[[nodiscard]] Timestamp at(const char* day, int hour = 9);
/// A command for the toy machine; `at` left out for a real folder.
[[nodiscard]] Command open_account(const std::string& key, std::optional<Timestamp> at);
[[nodiscard]] Command report(const std::string& key, CaseId case_id, const std::string& fact, std::optional<Timestamp> at, Values data = {});

}  // namespace ritrovo::simulation
