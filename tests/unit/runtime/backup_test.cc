#include "engine/runtime/backup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "engine/runtime/engine.h"
#include "tests/simulation/house.h"

namespace ritrovo {
namespace {

using simulation::at;
using ToyEngine = Engine<toy::Machine>;
namespace fs = std::filesystem;

class BackupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    toy::control() = {};
    std::string name = (fs::temp_directory_path() / "ritrovo-backup-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    place_ = name;
    FolderSettings settings;
    settings.clock = ClockKind::kSimulated;
    settings.partitions = 2;
    ASSERT_TRUE(Folder::init(place_ / "data", settings));
  }
  void TearDown() override { fs::remove_all(place_); }
  static void write(const fs::path& file, std::string_view text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  /// A copy of a vault, as one made then would lie there.
  fs::path vault_copy(const char* day) const {
    const fs::path copy = *new_vault_copy(place_ / "vaults", at(day));
    write(copy / "keys", "secret");
    write(copy / "signing.key", "secret");
    return copy;
  }

  fs::path place_;
};

TEST_F(BackupTest, ExpiringCopiesOfTheVaultLeavesWhateverElseIsThere) {
  const fs::path old = vault_copy("2025-01-01");
  const fs::path young = vault_copy("2025-03-01");
  // All of these sort before the day up to which copies go.
  for (const char* other : {".ssh/id", "0-notes/keys", "2019-photos/keys", "2019-01-01/keys", "2019-01-01T00:00:00.000Z/keys"}) write(place_ / "vaults" / other, "dear");
  fs::create_directory_symlink(place_ / "data" / "vault", place_ / "vaults" / "2019-01-01T00-00-00.000Z");
  const std::string live = *read_file(place_ / "data" / "vault" / "keys");
  ASSERT_TRUE(expire_vault_copies(place_ / "vaults", at("2025-02-01")));
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(young / "keys"));
  for (const char* other : {".ssh/id", "0-notes/keys", "2019-photos/keys", "2019-01-01/keys", "2019-01-01T00:00:00.000Z/keys"})
    EXPECT_EQ(read_file(place_ / "vaults" / other).value_or("gone"), "dear") << other;
  EXPECT_EQ(read_file(place_ / "data" / "vault" / "keys").value_or("gone"), live);
}

TEST_F(BackupTest, AnExpiredCopyThatHoldsSomethingElseLosesItsKeysOnly) {
  const fs::path old = vault_copy("2025-01-01");
  write(old / "note", "dear");
  ASSERT_TRUE(expire_vault_copies(place_ / "vaults", at("2025-02-01")));
  EXPECT_FALSE(fs::exists(old / "keys"));
  EXPECT_FALSE(fs::exists(old / "signing.key"));
  EXPECT_EQ(read_file(old / "note").value_or("gone"), "dear");
}

TEST_F(BackupTest, ACopyOfTheVaultThatCantBeSeenStaysOnTheListUntilItsTimeIsOver) {
  const auto folder = *Folder::open(place_ / "data");
  const fs::path copy = vault_copy("2025-01-01");
  ASSERT_TRUE(note_vault_copy(*folder, {copy, at("2025-01-01"), at("2025-01-31")}));
  fs::rename(place_ / "vaults", place_ / "unplugged");
  ASSERT_TRUE(note_vault_copy(*folder, {place_ / "elsewhere" / "b", at("2025-01-02"), at("2025-02-01")}));
  EXPECT_EQ(vault_copies(*folder, at("2025-01-20"))->size(), 2U);
  EXPECT_EQ(vault_copies(*folder, at("2025-02-10"))->size(), 2U) << "past its time, and nobody knows that it is gone";
  fs::create_directories(place_ / "vaults");
  ASSERT_EQ(vault_copies(*folder, at("2025-02-10"))->size(), 1U) << "its place is there, and it isn't";
  EXPECT_EQ(vault_copies(*folder, at("2025-02-10"))->front().place, place_ / "elsewhere" / "b");
}

TEST_F(BackupTest, APlaceThatCantBeNotedIsRefused) {
  const auto refused = new_vault_copy(place_ / "two\nlines", at("2025-01-01"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMalformed);
}

TEST_F(BackupTest, KeepingTheNewestTakesAwayWhatWentWithTheOthers) {
  EngineOptions options;
  options.path = place_ / "data";
  const auto engine = *ToyEngine::open(std::move(options), toy::Machine());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(engine->back_up(place_ / "backup", std::nullopt));
  write(place_ / "backup" / "folder-mine" / "note", "dear");
  ASSERT_TRUE(keep_newest(place_ / "backup", 1));
  EXPECT_EQ(backups_in(place_ / "backup" / "log")->size(), 1U);
  EXPECT_FALSE(fs::exists(place_ / "backup" / "folder-000001"));
  EXPECT_FALSE(fs::exists(place_ / "backup" / "folder-000002"));
  EXPECT_TRUE(fs::exists(place_ / "backup" / "folder-000003" / "ritrovo.folder"));
  EXPECT_TRUE(fs::exists(place_ / "backup" / "folder-mine" / "note"));
}

TEST_F(BackupTest, APrivateFileIsItsOwnersAloneWhateverLayThere) {
  const auto mode = [](const fs::path& file) {
    struct stat facts {};
    return ::stat(file.c_str(), &facts) == 0 ? facts.st_mode & 0777U : 0U;
  };
  write(place_ / "secret.new", "left by an interrupted writer");
  fs::permissions(place_ / "secret.new", fs::perms::all);
  ASSERT_TRUE(write_private_file_atomically(place_ / "secret", "key"));
  EXPECT_EQ(mode(place_ / "secret"), 0600U);
  // Somebody who may write there sets a trap: the file that it leads to is theirs to read.
  write(place_ / "trap", "");
  fs::create_symlink(place_ / "trap", place_ / "other.new");
  EXPECT_FALSE(write_private_file_atomically(place_ / "other", "key"));
  EXPECT_EQ(*read_file(place_ / "trap"), "");
}

}  // namespace
}  // namespace ritrovo
