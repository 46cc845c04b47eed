// What becomes of a damaged log: it is refused by name, or it holds exactly what it held. Each opening runs in a child process, so that an
// abort inside RocksDB is seen as a failure; this process itself never opens a log, because RocksDB's threads don't survive a fork.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "engine/log/rocks_log.h"
#include "engine/log/wal_scanner.h"
#include "tests/unit/log/log_fixture.h"

namespace ritrovo {
namespace {

using log_tests::options_for;
using log_tests::sample_event;
using log_tests::stage;
using log_tests::TemporaryFolder;

constexpr std::uint64_t kBatches = 120;
constexpr int kFlips = 300;

/// What a child came to: its exit code (−1 for a signal) and what it printed.
struct Outcome {
  int code = -1;
  std::string text;
};

Outcome in_child(const std::function<std::string(int& code)>& work) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    int code = 0;
    const std::string text = work(code);
    const ssize_t written = ::write(ends[1], text.data(), text.size());
    ::_exit(written == static_cast<ssize_t>(text.size()) ? code : 99);
  }
  ::close(ends[1]);
  Outcome outcome;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) outcome.text.append(buffer, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

constexpr int kRefused = 3;

/// Every row of every column, summed up; or the refusal.
std::string contents(const std::filesystem::path& path, int& code) {
  RocksLogOptions options = options_for(path);
  options.create_if_missing = false;
  const auto refused = [&](const Error& error) {
    code = kRefused;
    return error.message;
  };
  const Result<std::unique_ptr<RocksLog>> log = RocksLog::open(options);
  if (!log) return refused(log.error());
  std::uint64_t rows = 0;
  std::uint32_t crc = 0;
  for (std::size_t column = 0; column < kColumns; ++column) {
    const Result<void> scanned = (*log)->scan(static_cast<Column>(column), "", "", [&](std::string_view key, std::string_view value) {
      ++rows;
      crc = crc32c(value, crc32c(key, crc));
      return true;
    });
    if (!scanned) return refused(scanned.error());
  }
  std::string text = "rows " + std::to_string(rows) + " crc " + std::to_string(crc);
  if ((*log)->opening().dropped) text += " dropped";
  return text;
}

Outcome read_in_child(const std::filesystem::path& path) {
  return in_child([&](int& code) { return contents(path, code); });
}

/// Writes the log of these tests: tables from two flushes, and a write-ahead log behind them.
void make_log(const std::filesystem::path& path, bool clean_close) {
  const Outcome made = in_child([&](int& code) -> std::string {
    Result<std::unique_ptr<RocksLog>> log = RocksLog::open(options_for(path));
    code = 1;
    if (!log) return log.error().message;
    for (std::uint64_t i = 0; i < kBatches; ++i) {
      Batch batch;
      stage(batch, PartitionId(static_cast<std::uint16_t>(i % 3)), Position(i / 3), sample_event(CaseId(i % 7), Version(static_cast<std::uint32_t>(i / 7 + 1)), 200));
      put_answer(batch, PartitionId(0), CaseId(i % 7), KeyHash{static_cast<std::uint8_t>(i)}, Position(i / 3));
      if (!(*log)->write(batch)) return "write";
      if ((i == 40 || i == 80) && !(*log)->flush()) return "flush";
    }
    if (clean_close && !(*log)->close()) return "close";
    // Otherwise as kill -9 leaves it: no destructor runs.
    code = 0;
    (void)log->release();
    return {};
  });
  ASSERT_EQ(made.code, 0) << made.text;
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.is_regular_file() && entry.file_size() > 0) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void flip_bit(const std::filesystem::path& file, std::uint64_t bit) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(bit / 8));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(bit / 8));
  stream.put(static_cast<char>(byte ^ (1 << bit % 8)));
}

/// Half of the flips go to files evenly, so that the small ones (CURRENT, MANIFEST) get theirs; half to bytes evenly.
std::pair<std::filesystem::path, std::uint64_t> random_bit(const std::vector<std::filesystem::path>& files, std::mt19937_64& random) {
  if (random() % 2 == 0) {
    const std::filesystem::path& file = files[random() % files.size()];
    return {file, random() % (std::filesystem::file_size(file) * 8)};
  }
  std::uint64_t total = 0;
  for (const auto& file : files) total += std::filesystem::file_size(file);
  std::uint64_t byte = random() % total;
  for (const auto& file : files) {
    const std::uint64_t bytes = std::filesystem::file_size(file);
    if (byte < bytes) return {file, byte * 8 + random() % 8};
    byte -= bytes;
  }
  return {files.front(), 0};
}

std::uint64_t seed_of_run() {
  const char* text = std::getenv("RITROVO_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
}

void flip_many(bool clean_close) {
  const TemporaryFolder folder;
  const std::filesystem::path original = folder.path() / "original";
  make_log(original, clean_close);
  // Reading changes a log (RocksDB writes a new MANIFEST), so that even the calm reading is of a copy.
  std::filesystem::copy(original, folder.path() / "calm");
  const Outcome calm = read_in_child(folder.path() / "calm");
  ASSERT_EQ(calm.code, 0) << calm.text;
  const std::vector<std::filesystem::path> files = files_of(original);
  std::mt19937_64 random(seed_of_run());
  int refused = 0;
  for (int flip = 0; flip < kFlips; ++flip) {
    const auto [file, bit] = random_bit(files, random);
    const std::filesystem::path copy = folder.path() / "copy";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(original, copy);
    flip_bit(copy / file.filename(), bit);
    const Outcome outcome = read_in_child(copy);
    const std::string where = "flip " + std::to_string(flip) + ": " + file.filename().string() + ", byte " + std::to_string(bit / 8) + ", bit " +
                              std::to_string(bit % 8) + " of " + std::to_string(std::filesystem::file_size(file)) + " bytes: " + outcome.text;
    ASSERT_TRUE(outcome.code == 0 || outcome.code == kRefused) << "crashed, " << where;
    if (outcome.code == 0) {
      EXPECT_EQ(outcome.text, calm.text) << "silently taken, " << where;
    } else {
      ++refused;
      EXPECT_NE(outcome.text.find(file.filename().string()), std::string::npos) << "doesn't name the file, " << where;
    }
  }
  EXPECT_GT(refused, kFlips / 4);
}

TEST(LogDamage, NoFlippedBitOfAClosedLogCrashesOrIsSilentlyTaken) { flip_many(true); }

TEST(LogDamage, NoFlippedBitOfAKilledLogCrashesOrIsSilentlyTaken) { flip_many(false); }

/// The youngest write-ahead log of a folder.
std::filesystem::path youngest_wal(const std::filesystem::path& path) {
  std::filesystem::path youngest;
  for (const auto& file : files_of(path)) {
    if (file.extension() == ".log") youngest = file;
  }
  return youngest;
}

/// Where the last record of a write-ahead log begins.
std::uint64_t last_record_start(const std::filesystem::path& wal) {
  std::ifstream stream(wal, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  return scan_wal(std::string_view(bytes).substr(0, bytes.size() - 1)).whole_bytes;
}

TEST(LogDamage, ATornTailIsCutOffAndTheLogStartsAlone) {
  const TemporaryFolder folder;
  const std::filesystem::path original = folder.path() / "original";
  make_log(original, false);
  const std::filesystem::path wal = youngest_wal(original);
  const std::uint64_t size = std::filesystem::file_size(wal);
  const std::uint64_t start = last_record_start(wal);
  ASSERT_LT(start, size);
  std::filesystem::copy(original, folder.path() / "shorter");
  std::filesystem::resize_file(folder.path() / "shorter" / wal.filename(), start);
  const Outcome without_last = read_in_child(folder.path() / "shorter");
  ASSERT_EQ(without_last.code, 0) << without_last.text;

  for (std::uint64_t cut = start + 1; cut < size; cut += cut < start + 8 ? 1 : 29) {
    for (const bool zeros : {false, true}) {
      const std::filesystem::path copy = folder.path() / "copy";
      std::filesystem::remove_all(copy);
      std::filesystem::copy(original, copy);
      std::filesystem::resize_file(copy / wal.filename(), cut);
      if (zeros) std::filesystem::resize_file(copy / wal.filename(), size + 4096);
      const Outcome outcome = read_in_child(copy);
      EXPECT_EQ(outcome.code, 0) << cut << ' ' << outcome.text;
      EXPECT_EQ(outcome.text, without_last.text + " dropped") << cut;
      const Outcome again = read_in_child(copy);
      EXPECT_EQ(again.text, without_last.text) << "the second start finds nothing torn";
    }
  }
}

TEST(LogDamage, ATornRecordWithAWholeOneBehindItIsRefusedAndLeftAlone) {
  const TemporaryFolder folder;
  const std::filesystem::path original = folder.path() / "original";
  make_log(original, false);
  const std::filesystem::path wal = youngest_wal(original);
  const std::uint64_t size = std::filesystem::file_size(wal);
  std::fstream stream(wal, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(size / 2));
  stream.write(std::string(64, '\0').data(), 64);
  stream.close();
  const Outcome outcome = read_in_child(original);
  EXPECT_EQ(outcome.code, kRefused) << outcome.text;
  EXPECT_NE(outcome.text.find(wal.filename().string() + " is damaged at offset"), std::string::npos) << outcome.text;
  EXPECT_NE(outcome.text.find("restore the folder from a backup"), std::string::npos) << outcome.text;
  EXPECT_EQ(std::filesystem::file_size(wal), size);
}

TEST(LogDamage, AMissingFileIsRefusedByName) {
  const TemporaryFolder folder;
  const std::filesystem::path original = folder.path() / "original";
  make_log(original, true);
  for (const std::filesystem::path& file : files_of(original)) {
    const std::string name = file.filename().string();
    const bool needed = file.extension() == ".sst" || name == "CURRENT" || name.starts_with("MANIFEST");
    if (!needed) continue;
    const std::filesystem::path copy = folder.path() / "copy";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(original, copy);
    std::filesystem::remove(copy / name);
    const Outcome outcome = read_in_child(copy);
    EXPECT_EQ(outcome.code, kRefused) << name << ' ' << outcome.text;
    EXPECT_NE(outcome.text.find(name), std::string::npos) << outcome.text;
  }
}

}  // namespace
}  // namespace ritrovo
