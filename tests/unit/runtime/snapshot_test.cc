#include "engine/runtime/snapshot.h"

#include <gtest/gtest.h>

#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using simulation::House;
using simulation::HouseSettings;
using simulation::open_account;
using simulation::report;
using simulation::World;

constexpr CaseId kCase{0x7f0000013f54dcc1};

TEST(Snapshot, SaysWhereAndOfWhatItIsInTheseBytes) {
  const std::string bytes = encode_snapshot(kCase, {Version(7), Position(258), "state"});
  EXPECT_EQ(bytes.substr(0, 13), std::string("\x02\0\0\0\x07\0\0\0\0\0\0\x01\x02", 13));
  EXPECT_EQ(bytes.substr(13), "\x63\x9c\x18\xf8" "state") << "the checksum of docs/formats.md";
  EXPECT_EQ(decode_snapshot(kCase, bytes)->state, "state");
}

TEST(Snapshot, OfTheFirstFormatIsStillRead) {
  const std::string bytes("\x01\0\0\0\x07\0\0\0\0\0\0\x01\x02\xff\x92\x81\xcd" "state", 22);
  ASSERT_TRUE(decode_snapshot(kCase, bytes));
  EXPECT_EQ(decode_snapshot(kCase, bytes)->state, "state");
}

TEST(Snapshot, OfAnotherCaseIsRefused) {
  const std::string bytes = encode_snapshot(kCase, {Version(7), Position(258), "state"});
  EXPECT_FALSE(decode_snapshot(CaseId(kCase.value() + 1), bytes));
}

TEST(Snapshot, IsRefusedAfterAnyByteFlip) {
  const std::string bytes = encode_snapshot(kCase, {Version(7), Position(258), "state"});
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    EXPECT_FALSE(decode_snapshot(kCase, flipped)) << i;
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decode_snapshot(kCase, bytes.substr(0, size)));
}

/// A case with `count` deposits under the policy, and what stands behind it.
struct Played {
  World world{1};
  CaseId id;
  std::unique_ptr<House> house;
  Played(SnapshotPolicy::When when, int count) {
    HouseSettings settings;
    settings.snapshots.when = when;
    house = std::make_unique<House>(world, settings);
    EXPECT_TRUE(house->open());
    id = house->ask(open_account("k1", at("2025-03-01"))).case_id;
    for (int i = 0; i < count; ++i)
      (void)house->ask(report("d" + std::to_string(i), id, "deposit", at("2025-03-01"), {{"amount", Value(std::int64_t{i})}, {"name", Value("Ada")}}));
  }
  std::optional<std::string> stored() const { return *CaseLog(house->log()).snapshot(PartitionId(0), id); }
};

TEST(Snapshots, GiveTheSameStateAsAllEvents) {
  for (const auto when : {SnapshotPolicy::When::kEveryEvent, SnapshotPolicy::When::kAuto, SnapshotPolicy::When::kNever}) {
    Played played(when, 200);
    EXPECT_EQ(toy::Machine::encode(*played.house->state(played.id, true)), toy::Machine::encode(*played.house->state(played.id, false)));
    EXPECT_EQ(played.stored().has_value(), when != SnapshotPolicy::When::kNever);
  }
}

TEST(Snapshots, KeepColdLoadingFlatInHistory) {
  for (const int count : {100, 1000}) {
    Played played(SnapshotPolicy::When::kAuto, count);
    const auto loaded = load_case<toy::Machine>(CaseLog(played.house->log()), PartitionId(0), played.id, true);
    EXPECT_LT(loaded->counter.events, 40U) << count;
  }
}

TEST(Snapshots, OfASmallStateFollowItSooner) {
  const SnapshotPolicy policy;
  SnapshotCounter counter{32, 4000, 0};
  EXPECT_TRUE(counter.worth(policy, 100)) << "32 events, and more bytes than the state's";
  counter = {8, 800, counter.state_bytes};
  EXPECT_TRUE(counter.due(policy)) << "eight times the state's bytes";
  counter = {31, 799, counter.state_bytes};
  EXPECT_FALSE(counter.due(policy));
  counter = {31, 100'000, 0};
  EXPECT_FALSE(counter.due(policy)) << "of a state that was never encoded nobody knows whether it is small";
}

TEST(Snapshots, ThatCantBeReadAreIgnoredAndTheEventsReadInstead) {
  Played played(SnapshotPolicy::When::kEveryEvent, 5);
  Batch damage;
  std::string bytes = *played.stored();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  damage.put(Column::kSnapshots, snapshot_key(PartitionId(0), played.id), bytes);
  ASSERT_TRUE(played.world.disk.write(damage));
  EXPECT_EQ(toy::Machine::encode(*played.house->state(played.id, true)), toy::Machine::encode(*played.house->state(played.id, false)));
}

TEST(Snapshots, OfAnotherHistoryAreIgnored) {
  Played played(SnapshotPolicy::When::kEveryEvent, 5);
  Snapshot foreign = *decode_snapshot(played.id, *played.stored());
  foreign.position = foreign.position.next();
  foreign.state = toy::Machine::encode({});
  Batch damage;
  damage.put(Column::kSnapshots, snapshot_key(PartitionId(0), played.id), encode_snapshot(played.id, foreign));
  ASSERT_TRUE(played.world.disk.write(damage));
  EXPECT_EQ(toy::Machine::encode(*played.house->state(played.id, true)), toy::Machine::encode(*played.house->state(played.id, false)));
}

TEST(Snapshots, ThatSayWhatTheEventsDoNotAreFound) {
  Played played(SnapshotPolicy::When::kEveryEvent, 5);
  const auto wrong = [&played] { return *wrong_snapshot<toy::Machine>(CaseLog(played.house->log()), PartitionId(0), played.id); };
  EXPECT_EQ(wrong(), std::nullopt);
  Snapshot other = *decode_snapshot(played.id, *played.stored());
  other.state = toy::Machine::encode({});
  const auto put = [&played](const std::string& bytes) {
    Batch damage;
    damage.put(Column::kSnapshots, snapshot_key(PartitionId(0), played.id), bytes);
    ASSERT_TRUE(played.world.disk.write(damage));
  };
  put(encode_snapshot(played.id, other));
  EXPECT_EQ(wrong(), "its snapshot isn't what its events lead to");
  other.version = Version(99);
  put(encode_snapshot(played.id, other));
  EXPECT_EQ(wrong(), "its snapshot is of another history");
  put(encode_snapshot(kCase, other));
  EXPECT_EQ(wrong(), "its snapshot's checksum isn't that of this case and these bytes");
}

}  // namespace
}  // namespace ritrovo
