#include "engine/vault/vault.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/types.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

#include "engine/digest/encoding.h"
#include "engine/vault/key_file.h"

namespace {

/// What the disk under a file holds: its own bytes, as of the last sync that brought them there. The program's calls of pwrite and fdatasync come
/// through here, so that a test can let a sync fail, or the process end before it.
struct DiskBelow {
  bool watching = false;
  int failing_syncs = 0;  ///< that many fail; what they should have written counts as written from then on, as on Linux
  int ending_syncs = 0;   ///< that many never happen: the process was killed before them. They report failure, and leave what they should have written
  int syncs = 0;
  std::string disk;
  struct Write {
    std::size_t offset;
    std::string bytes;
  };
  std::vector<Write> dirty;
};

DiskBelow& below() {
  static DiskBelow instance;
  return instance;
}

}  // namespace

extern "C" ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  static const auto next = reinterpret_cast<ssize_t (*)(int, const void*, size_t, off_t)>(::dlsym(RTLD_NEXT, "pwrite"));
  if (below().watching) below().dirty.push_back({static_cast<std::size_t>(offset), std::string(static_cast<const char*>(bytes), size)});
  return next(file, bytes, size, offset);
}

extern "C" int fdatasync(int file) {
  static const auto next = reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, "fdatasync"));
  DiskBelow& disk = below();
  if (!disk.watching) return next(file);
  ++disk.syncs;
  const auto fail = [] {
    errno = EIO;
    return -1;
  };
  if (disk.ending_syncs > 0 && disk.ending_syncs-- > 0) return fail();
  const std::vector<DiskBelow::Write> dirty = std::exchange(disk.dirty, {});
  if (disk.failing_syncs > 0 && disk.failing_syncs-- > 0) return fail();
  for (const DiskBelow::Write& write : dirty) {
    disk.disk.resize(std::max(disk.disk.size(), write.offset + write.bytes.size()));
    disk.disk.replace(write.offset, write.bytes.size(), write.bytes);
  }
  return 0;
}

namespace ritrovo {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, removed afterwards.
class VaultTest : public testing::Test {
 protected:
  VaultTest() {
    std::string pattern = (fs::temp_directory_path() / "ritrovo-vault-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    master_.bytes.fill(42);
  }
  ~VaultTest() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string file_bytes() const {
    std::ifstream in(folder_ / "keys", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write_file(const std::string& bytes) const { std::ofstream(folder_ / "keys", std::ios::binary | std::ios::trunc) << bytes; }
  static BoxPlace place(std::uint64_t owner) { return {CaseId(1), Version(1), PersonId(owner)}; }

  fs::path folder_;
  SecretKey master_;
};

TEST_F(VaultTest, OpensBoxesAfterBeingOpenedAgain) {
  std::string sealed;
  DigestKey digest_key;
  {
    auto vault = Vault::create(folder_, master_).value();
    ASSERT_TRUE(vault->ensure(PersonId(9)).has_value());
    sealed = vault->seal(place(9), "name").value();
    ASSERT_TRUE(vault->sync().has_value());
    digest_key = vault->digest_key().value();
  }
  auto vault = Vault::open(folder_, master_).value();
  EXPECT_EQ(std::get<std::string>(vault->open(place(9), sealed).value()), "name");
  EXPECT_EQ(vault->digest_key().value().bytes, digest_key.bytes);
  EXPECT_EQ(vault->size(), 2U);
}

TEST_F(VaultTest, TellsAnErasedKeyFromAMissingOne) {
  std::string sealed;
  {
    auto vault = Vault::create(folder_, master_).value();
    ASSERT_TRUE(vault->ensure(PersonId(9)).has_value());
    sealed = vault->seal(place(9), "name").value();
    ASSERT_TRUE(vault->erase(PersonId(9)).has_value());
    EXPECT_TRUE(std::holds_alternative<KeyErased>(vault->open(place(9), sealed).value()));
    EXPECT_EQ(vault->seal(place(9), "more").error().code, ErrorCode::kNotFound);
    EXPECT_EQ(vault->erase(PersonId(1)).error().code, ErrorCode::kNotFound);
    EXPECT_TRUE(vault->erase(PersonId(9)).has_value());
  }
  auto vault = Vault::open(folder_, master_).value();
  EXPECT_TRUE(std::holds_alternative<KeyErased>(vault->open(place(9), sealed).value()));
  EXPECT_TRUE(std::holds_alternative<KeyMissing>(vault->open(place(8), sealed).value()));
  EXPECT_EQ(vault->ensure(PersonId(9)).error().code, ErrorCode::kNotFound);
}

TEST_F(VaultTest, OverwritesAnErasedKeyInPlace) {
  auto vault = Vault::create(folder_, master_).value();
  ASSERT_TRUE(vault->ensure(PersonId(9)).has_value());
  ASSERT_TRUE(vault->sync().has_value());
  const std::string before = file_bytes();
  ASSERT_TRUE(vault->erase(PersonId(9)).has_value());
  const std::string after = file_bytes();
  ASSERT_EQ(after.size(), before.size());
  const std::string wrapped = before.substr(2 * kSlotBytes + 16, 72);
  EXPECT_EQ(after.find(wrapped.substr(24, 8)), std::string::npos);
  EXPECT_EQ(after.substr(2 * kSlotBytes + 16, 72), std::string(72, '\0'));
}

TEST_F(VaultTest, KeepsMoreKeysThanItCaches) {
  const std::size_t persons = Vault::kCachedKeys + 100;
  std::vector<std::string> sealed;
  auto vault = Vault::create(folder_, master_).value();
  for (std::size_t i = 1; i <= persons; ++i) {
    ASSERT_TRUE(vault->ensure(PersonId(i)).has_value());
    sealed.push_back(vault->seal(place(i), "person").value());
  }
  EXPECT_EQ(std::get<std::string>(vault->open(place(1), sealed[0]).value()), "person");
  ASSERT_TRUE(vault->sync().has_value());
  for (std::size_t i = 1; i <= persons; ++i) ASSERT_EQ(std::get<std::string>(vault->open(place(i), sealed[i - 1]).value()), "person") << i;
}

TEST_F(VaultTest, SealsAndOpensWhileAnotherThreadSyncs) {
  constexpr std::uint64_t kPersons = 2 * Vault::kCachedKeys;
  std::vector<std::string> sealed;
  {
    auto vault = Vault::create(folder_, master_).value();
    std::atomic<bool> done = false;
    std::thread syncs([&] {
      while (!done) EXPECT_TRUE(vault->sync().has_value());
    });
    for (std::uint64_t i = 1; i <= kPersons; ++i) {
      EXPECT_TRUE(vault->ensure(PersonId(i)).has_value());
      sealed.push_back(vault->seal(place(i), "name").value());
      // A key that left the cache is read where it stands by then: staged, being written, or on file.
      const std::uint64_t earlier = i > Vault::kCachedKeys ? i - Vault::kCachedKeys : i;
      EXPECT_EQ(std::get<std::string>(vault->open(place(earlier), sealed[earlier - 1]).value()), "name");
    }
    EXPECT_TRUE(vault->erase(PersonId(7)).has_value());
    done = true;
    syncs.join();
    ASSERT_TRUE(vault->sync().has_value());
    EXPECT_EQ(vault->mark().persons, kPersons + 1);
  }
  auto vault = Vault::open(folder_, master_, {}).value();
  for (std::uint64_t i = 1; i <= kPersons; ++i) {
    const OpenedBox box = vault->open(place(i), sealed[i - 1]).value();
    EXPECT_EQ(std::holds_alternative<KeyErased>(box), i == 7) << i;
  }
}

TEST_F(VaultTest, RefusesAnotherMasterKey) {
  ASSERT_TRUE(Vault::create(folder_, master_).has_value());
  EXPECT_EQ(Vault::create(folder_, master_).error().code, ErrorCode::kExists);
  SecretKey other;
  EXPECT_EQ(Vault::open(folder_, other).error().code, ErrorCode::kWrongFolder);
  EXPECT_EQ(Vault::open(folder_ / "elsewhere", master_).error().code, ErrorCode::kNotFound);
}

TEST_F(VaultTest, NamesTheSlotThatDoesntVerify) {
  {
    auto vault = Vault::create(folder_, master_).value();
    ASSERT_TRUE(vault->ensure(PersonId(9)).has_value());
    ASSERT_TRUE(vault->sync().has_value());
  }
  const std::string good = file_bytes();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    write_file(bad);
    const auto vault = Vault::open(folder_, master_);
    ASSERT_FALSE(vault.has_value()) << i;
    if (i < kSlotBytes) continue;
    EXPECT_NE(vault.error().message.find("slot " + std::to_string(i / kSlotBytes - 1)), std::string::npos) << vault.error().message;
  }
}

TEST_F(VaultTest, GoesOnAfterACrashWithinANewSlot) {
  {
    auto vault = Vault::create(folder_, master_).value();
    ASSERT_TRUE(vault->ensure(PersonId(9)).has_value());
    ASSERT_TRUE(vault->sync().has_value());
  }
  write_file(file_bytes() + std::string(kSlotBytes, '\0') + "torn");
  auto vault = Vault::open(folder_, master_).value();
  ASSERT_TRUE(vault->ensure(PersonId(10)).has_value());
  ASSERT_TRUE(vault->sync().has_value());
  vault.reset();
  EXPECT_EQ(Vault::open(folder_, master_).value()->size(), 3U);
}

/// A vault with one person, synced, on a disk that the test watches from then on.
class UnsyncedVaultTest : public VaultTest {
 protected:
  UnsyncedVaultTest() {
    auto vault = Vault::create(folder_, master_).value();
    EXPECT_TRUE(vault->ensure(PersonId(9)).has_value() && vault->sync().has_value());
    known_ = vault->mark();
    below() = {};
    below().watching = true;
    below().disk = file_bytes();
  }
  ~UnsyncedVaultTest() override { below() = {}; }
  void lose_power() {
    write_file(below().disk);
    below().dirty.clear();
  }
  [[nodiscard]] std::unique_ptr<Vault> open() { return Vault::open(folder_, master_, known_).value(); }

  VaultMark known_;
};

TEST_F(UnsyncedVaultTest, MakesAKeyDurableThatWasWrittenAndNotSyncedBeforeItIsTrusted) {
  for (int* fault : {&below().ending_syncs, &below().failing_syncs}) {
    const PersonId owner(fault == &below().ending_syncs ? 10 : 11);
    *fault = 1;
    {
      auto vault = open();
      ASSERT_TRUE(vault->ensure(owner).has_value());
      ASSERT_FALSE(vault->sync().has_value());
    }
    {
      auto vault = open();
      ASSERT_TRUE(vault->ensure(owner).has_value());
      ASSERT_TRUE(vault->sync().has_value());
      known_ = vault->mark();
    }
    lose_power();
    auto vault = open();
    EXPECT_EQ(vault->mark(), known_);
    EXPECT_TRUE(vault->seal(place(owner.value()), "name").has_value());
  }
}

TEST_F(UnsyncedVaultTest, MakesAnErasureDurableThatWasWrittenAndNotSyncedBeforeItIsReported) {
  const std::string before = file_bytes();
  for (int* fault : {&below().ending_syncs, &below().failing_syncs}) {
    write_file(below().disk = before);
    *fault = 1;
    ASSERT_FALSE(open()->erase(PersonId(9)).has_value());
    ASSERT_TRUE(open()->erase(PersonId(9)).has_value());
    lose_power();
    EXPECT_EQ(open()->ensure(PersonId(9)).error().code, ErrorCode::kNotFound);
  }
}

TEST_F(UnsyncedVaultTest, OpensWithoutASyncWhereAllIsKnownToBeDurable) {
  (void)open();
  EXPECT_EQ(below().syncs, 0);
}

TEST_F(UnsyncedVaultTest, DoesntOpenWhereWhatItHasCantBeMadeDurable) {
  known_.persons = 1;
  below().failing_syncs = 1;
  EXPECT_EQ(Vault::open(folder_, master_, known_).error().code, ErrorCode::kUnavailable);
}

TEST_F(VaultTest, IsTheSameFileForTheSameRandomBytes) {
  const auto counting = [] {
    return [next = std::uint8_t{0}](std::span<std::uint8_t> bytes) mutable {
      for (std::uint8_t& byte : bytes) byte = next++;
    };
  };
  fs::create_directory(folder_ / "other");
  ASSERT_TRUE(Vault::create(folder_, master_, counting()).value()->ensure(PersonId(1)).has_value());
  ASSERT_TRUE(Vault::create(folder_ / "other", master_, counting()).value()->ensure(PersonId(1)).has_value());
  std::ifstream other(folder_ / "other" / "keys", std::ios::binary);
  EXPECT_EQ(file_bytes(), std::string(std::istreambuf_iterator<char>(other), {}));
}

TEST_F(VaultTest, KeepsTheBytesOfItsFile) {
  const auto counting = [next = std::uint8_t{0}](std::span<std::uint8_t> bytes) mutable {
    for (std::uint8_t& byte : bytes) byte = next++;
  };
  auto vault = Vault::create(folder_, master_, counting).value();
  ASSERT_TRUE(vault->ensure(PersonId(9)).has_value());
  ASSERT_TRUE(vault->ensure(PersonId(10)).has_value());
  ASSERT_TRUE(vault->erase(PersonId(10)).has_value());
  std::ifstream in(fs::path(RITROVO_SOURCE_DIR) / "tests/golden/vault/keys_v1.hex");
  std::string hex;
  for (std::string line; std::getline(in, line);) hex += line;
  EXPECT_EQ(to_hex(file_bytes()), hex);
}

TEST_F(VaultTest, FindsAKeyAmongAHundredThousand) {
  std::string bytes;
  {
    auto vault = Vault::create(folder_, master_).value();
    for (std::uint64_t i = 1; i <= 100'000; ++i) ASSERT_TRUE(vault->ensure(PersonId(i * 0x9e3779b97f4a7c15ULL)).has_value());
    bytes = vault->seal(place(77'777 * 0x9e3779b97f4a7c15ULL), "found").value();
    ASSERT_TRUE(vault->sync().has_value());
  }
  const auto begin = std::chrono::steady_clock::now();
  auto vault = Vault::open(folder_, master_).value();
  RecordProperty("open_ms", static_cast<int>((std::chrono::steady_clock::now() - begin) / std::chrono::milliseconds(1)));
  EXPECT_EQ(std::get<std::string>(vault->open(place(77'777 * 0x9e3779b97f4a7c15ULL), bytes).value()), "found");
}

TEST_F(VaultTest, ReadsTheMasterKeyThatItMade) {
  const fs::path file = folder_ / "master.key";
  const SecretKey made = create_master_key(file).value();
  EXPECT_EQ(read_master_key(file).value().bytes, made.bytes);
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(create_master_key(file).error().code, ErrorCode::kExists);
  fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
  EXPECT_EQ(read_master_key(file).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(read_master_key(folder_ / "none").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace ritrovo
