#include "engine/runtime/folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "engine/ledger/frontier.h"

namespace {

/// Paths that were given to fsync while a test looks.
std::vector<std::string>& synced() {
  static std::vector<std::string> paths;
  return paths;
}

}  // namespace

extern "C" int fsync(int file) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  if (::readlink(link.c_str(), path.data(), path.size() - 1) > 0) synced().emplace_back(path.data());
  return static_cast<int>(::syscall(SYS_fsync, file));
}

namespace ritrovo {
namespace {

namespace fs = std::filesystem;

class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    std::string pattern = (fs::temp_directory_path() / "ritrovo-folder-XXXXXX").string();
    place_ = ::mkdtemp(pattern.data());
  }
  ~FolderTest() override { fs::remove_all(place_); }

  fs::path place_;
};

TEST_F(FolderTest, RefusesNamesThatNoCheckpointCanHold) {
  for (const std::string bad : {"a\tb", "a\x7f", "a\nb", "\x01"}) {
    FolderSettings tenant;
    tenant.tenant = bad;
    EXPECT_EQ(Folder::init(place_ / "data", tenant).error().code, ErrorCode::kMalformed);
    FolderSettings origin;
    origin.origin = bad;
    EXPECT_EQ(Folder::init(place_ / "data", origin).error().code, ErrorCode::kMalformed);
  }
  EXPECT_FALSE(fs::exists(place_ / "data"));
}

TEST_F(FolderTest, MakesTheNamesOfAllFoldersThatItMakesDurable) {
  synced().clear();
  ASSERT_TRUE(Folder::init(place_ / "city" / "data", {}).has_value());
  for (const fs::path& path : {place_, place_ / "city", place_ / "city" / "data"})
    EXPECT_NE(std::find(synced().begin(), synced().end(), path.string()), synced().end()) << path;
}

TEST_F(FolderTest, PutsNoFileInThePlaceOfADevice) {
  const fs::path pipe = place_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const Result<void> written = write_file_atomically(pipe, "text");
  EXPECT_TRUE(fs::is_fifo(pipe));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUnavailable);
}

TEST_F(FolderTest, WritesACheckpointOnlyWhereItSaysSomethingNew) {
  FolderSettings settings;
  settings.partitions = 4;
  ASSERT_TRUE(Folder::init(place_ / "data", settings).has_value());
  auto folder = Folder::open(place_ / "data").value();
  std::vector<Checkpoint> checkpoints;
  for (std::uint16_t i = 0; i < 4; ++i) checkpoints.push_back({folder->origin_of(PartitionId(i)), TreeSize(0), Frontier().root(), {}});
  ASSERT_TRUE(folder->write_checkpoints(checkpoints).has_value());
  synced().clear();
  ASSERT_TRUE(folder->write_checkpoints(checkpoints).has_value());
  EXPECT_TRUE(synced().empty());
  checkpoints[2].size = TreeSize(1);
  ASSERT_TRUE(folder->write_checkpoints(checkpoints).has_value());
  EXPECT_EQ(synced().size(), 2U) << "the file and its folder";
  EXPECT_EQ(folder->checkpoint(PartitionId(2)).value(), checkpoints[2]);
}

TEST_F(FolderTest, SaysWhichKeyIsMissing) {
  ASSERT_TRUE(Folder::init(place_ / "data", {}).has_value());
  fs::remove(place_ / "data" / "signing.key");
  const Result<void> written = Folder::open(place_ / "data").value()->write_checkpoints({});
  EXPECT_NE(written.error().message.find("the key that signs checkpoints: put it back"), std::string::npos) << written.error().message;
}

}  // namespace
}  // namespace ritrovo
