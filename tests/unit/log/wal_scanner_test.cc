#include "engine/log/wal_scanner.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/record/record_codec.h"

namespace ritrovo {
namespace {

using End = LogFileScan::End;
constexpr std::size_t kBlock = 32768;

void put_little(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

void put_fragment(std::string& file, unsigned type, std::string_view payload) {
  const std::string covered = std::string(1, static_cast<char>(type)) + std::string(payload);
  const std::uint32_t crc = crc32c(covered);
  put_little(file, static_cast<std::uint32_t>(((crc >> 15) | (crc << 17)) + 0xA282EAD8U), 4);
  put_little(file, payload.size(), 2);
  file += covered;
}

/// As RocksDB's log::Writer (db/log_writer.cc) writes a record.
void put_log_record(std::string& file, std::string_view record) {
  bool first = true;
  do {
    std::size_t left = kBlock - file.size() % kBlock;
    if (left < 7) {
      file.append(left, '\0');
      left = kBlock;
    }
    const std::size_t length = std::min(record.size(), left - 7);
    const bool last = length == record.size();
    put_fragment(file, first ? (last ? 1 : 2) : (last ? 4 : 3), record.substr(0, length));
    record.remove_prefix(length);
    first = false;
    if (last) return;
  } while (true);
}

std::string batch(std::uint64_t sequence, std::size_t bytes) {
  std::string record;
  put_little(record, sequence, 8);
  put_little(record, 1, 4);
  for (std::size_t i = 0; i < bytes; ++i) record.push_back(static_cast<char>((sequence * 31 + i * 7) % 251));
  return record + std::string(kBatchEnd);
}

/// A file of batches of those sizes, and where each begins.
struct Sample {
  std::string file;
  std::vector<std::size_t> starts;
};

Sample sample(const std::vector<std::size_t>& sizes) {
  Sample made;
  std::uint64_t sequence = 1;
  for (const std::size_t bytes : sizes) {
    made.starts.push_back(made.file.size());
    put_log_record(made.file, batch(sequence++, bytes));
  }
  return made;
}

TEST(WalScanner, TakesAWholeFile) {
  for (const std::vector<std::size_t>& sizes : std::vector<std::vector<std::size_t>>{{}, {0}, {10, 100, 1000}, {40000, 100000, 3}, {kBlock - 7 - 13, 5}, {kBlock - 14 - 13, 5}}) {
    const LogFileScan scan = scan_wal(sample(sizes).file);
    EXPECT_EQ(scan.end, End::kWhole) << scan.why;
    EXPECT_EQ(scan.records, sizes.size());
  }
}

TEST(WalScanner, ACutAnywhereInTheLastRecordIsATornTail) {
  for (const std::size_t last : {std::size_t{0}, std::size_t{300}, std::size_t{70000}}) {
    const Sample made = sample({100, 20000, last});
    for (std::size_t cut = made.starts.back(); cut < made.file.size(); cut += last > 1000 ? 97 : 1) {
      const LogFileScan scan = scan_wal(std::string_view(made.file).substr(0, cut));
      EXPECT_EQ(scan.end, cut == made.starts.back() ? End::kWhole : End::kTorn) << cut << ' ' << scan.why;
      EXPECT_EQ(scan.whole_bytes, made.starts.back());
      EXPECT_EQ(scan.records, 2U);
    }
  }
}

TEST(WalScanner, ZerosFromAnywhereInTheLastRecordAreATornTail) {
  const Sample made = sample({100, 20000, 13000});
  for (std::size_t from = made.starts.back(); from < made.file.size(); from += 7) {
    for (const std::size_t more : {std::size_t{0}, std::size_t{5}, std::size_t{100000}}) {
      std::string file = made.file.substr(0, from);
      file.resize(made.file.size() + more, '\0');
      const LogFileScan scan = scan_wal(file);
      // Only then is nothing missing: the batch's last byte isn't zero.
      EXPECT_EQ(scan.end, End::kTorn) << from << ' ' << more << ' ' << scan.why;
      EXPECT_EQ(scan.whole_bytes, made.starts.back());
    }
  }
}

TEST(WalScanner, AnyFlippedBitIsRotAlsoInTheLastRecord) {
  const Sample made = sample({100, 500, 300});
  for (std::size_t bit = 0; bit < made.file.size() * 8; ++bit) {
    std::string file = made.file;
    file[bit / 8] = static_cast<char>(file[bit / 8] ^ (1 << bit % 8));
    const LogFileScan scan = scan_wal(file);
    ASSERT_EQ(scan.end, End::kRot) << bit;
    EXPECT_TRUE(std::find(made.starts.begin(), made.starts.end(), scan.bad_offset) != made.starts.end()) << bit;
  }
}

RC_GTEST_PROP(WalScanner, AnyFlippedBitOfARecordOverSeveralBlocksIsRotOrChangesNothing, (std::uint32_t seed)) {
  const Sample made = sample({100, 70000, 40000});
  std::string file = made.file;
  const std::size_t bit = seed % (file.size() * 8);
  file[bit / 8] = static_cast<char>(file[bit / 8] ^ (1 << bit % 8));
  RC_ASSERT(scan_wal(file).end == End::kRot);
}

TEST(WalScanner, ZerosInTheMiddleAreRot) {
  const Sample made = sample({100, 40000, 300, 40000, 300});
  for (const std::size_t length : {std::size_t{1}, std::size_t{512}, std::size_t{4096}, kBlock}) {
    for (std::size_t at = 0; at + length < made.starts.back(); at += 1009) {
      std::string file = made.file;
      std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(at), length, '\0');
      if (file == made.file) continue;
      EXPECT_EQ(scan_wal(file).end, End::kRot) << at << ' ' << length;
    }
  }
}

TEST(WalScanner, AMissingPageOfTheLastRecordIsAGapAndOfAnyOtherRot) {
  constexpr std::size_t kPage = 4096;
  for (const std::size_t bytes : {9'000U, 100'000U}) {
    const Sample last = sample({3'000, 3'000, bytes});
    const Sample followed = sample({3'000, 3'000, bytes, 100});
    for (std::size_t page = last.starts[2] / kPage * kPage; page + kPage < last.file.size(); page += kPage) {
      const std::size_t from = std::max(page, last.starts[2]);
      std::string file = last.file;
      std::fill(file.begin() + static_cast<std::ptrdiff_t>(from), file.begin() + static_cast<std::ptrdiff_t>(page + kPage), '\0');
      const LogFileScan scan = scan_wal(file);
      EXPECT_EQ(scan.end, End::kGap) << bytes << " bytes, page at " << page << ": " << scan.why;
      EXPECT_EQ(scan.whole_bytes, last.starts[2]);
      file = followed.file;
      std::fill(file.begin() + static_cast<std::ptrdiff_t>(from), file.begin() + static_cast<std::ptrdiff_t>(page + kPage), '\0');
      EXPECT_EQ(scan_wal(file).end, End::kRot) << bytes << " bytes, page at " << page;
    }
  }
}

TEST(WalScanner, AMissingPageOfRecordsThatOneSyncCoversIsAGapAndBeforeThemRot) {
  constexpr std::size_t kPage = 4096;
  constexpr std::size_t kTogether = 9;
  const auto any = [](std::string_view) { return std::string(); };
  for (std::size_t behind = 0; behind < 12; ++behind) {
    const Sample before = sample({3'000});
    const Sample hit = sample({3'000, 3'000});
    std::vector<std::size_t> sizes{3'000, 3'000};
    sizes.insert(sizes.end(), behind, 200);
    std::string file = sample(sizes).file;
    ASSERT_GT(hit.file.size(), kPage);
    std::fill(file.begin() + static_cast<std::ptrdiff_t>(before.file.size()), file.begin() + kPage, '\0');
    const LogFileScan scan = scan_log_format(file, any, kTogether);
    EXPECT_EQ(scan.end, behind < kTogether ? End::kGap : End::kRot) << behind;
    EXPECT_EQ(scan.whole_bytes, before.file.size());
    EXPECT_EQ(scan_wal(file).end, behind == 0 ? End::kGap : End::kRot) << "a batch is synced alone";
  }
}

TEST(WalScanner, AMissingRecordInTheMiddleIsRot) {
  std::string file;
  put_log_record(file, batch(1, 10));
  put_log_record(file, batch(3, 10));
  const LogFileScan scan = scan_wal(file);
  EXPECT_EQ(scan.end, End::kRot);
  EXPECT_EQ(scan.why, "sequence 3 stands where 2 must follow");
}

TEST(WalScanner, AFragmentOutOfPlaceIsRot) {
  std::string file;
  put_fragment(file, 3, "middle");
  EXPECT_EQ(scan_wal(file).end, End::kRot);
  file.clear();
  put_fragment(file, 2, "first");
  put_fragment(file, 1, batch(1, 10));
  EXPECT_EQ(scan_wal(file).end, End::kRot);
}

RC_GTEST_PROP(WalScanner, NeverFailsOnAnyBytes, (const std::string& bytes)) {
  const LogFileScan scan = scan_wal(bytes);
  RC_ASSERT(scan.whole_bytes <= bytes.size());
}

}  // namespace
}  // namespace ritrovo
