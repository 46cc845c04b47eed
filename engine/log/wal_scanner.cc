#include "engine/log/wal_scanner.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "engine/log/log_port.h"
#include "engine/record/record_codec.h"

namespace ritrovo {
namespace {

constexpr std::uint64_t kBlockBytes = 32768;
constexpr std::uint64_t kHeaderBytes = 7;
constexpr std::size_t kBatchHeaderBytes = 12;
constexpr std::uint64_t kPageBytes = 4096;

enum FragmentType : unsigned { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

unsigned byte_at(std::string_view bytes, std::uint64_t offset) { return static_cast<unsigned char>(bytes[offset]); }

std::uint64_t little_endian(std::string_view bytes, std::uint64_t offset, int width) {
  std::uint64_t value = 0;
  for (int i = width; i-- > 0;) value = value << 8 | byte_at(bytes, offset + static_cast<std::uint64_t>(i));
  return value;
}

/// CRC-32C as RocksDB stores it: rotated and shifted, because a checksum over bytes that hold checksums is weak.
std::uint32_t masked_crc(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U;
}

struct Fragment {
  std::uint64_t start = 0;
  std::uint32_t crc = 0;
  std::uint64_t length = 0;
  unsigned type = 0;
  [[nodiscard]] std::uint64_t end() const { return start + kHeaderBytes + length; }
};

std::uint64_t block_end(std::uint64_t offset) { return offset - offset % kBlockBytes + kBlockBytes; }

/// Requires: a whole header at `start`.
Fragment fragment_at(std::string_view file, std::uint64_t start) {
  return {start, static_cast<std::uint32_t>(little_endian(file, start, 4)), little_endian(file, start + 4, 2), byte_at(file, start + 6)};
}

bool matches(std::string_view file, const Fragment& fragment, std::uint64_t end) {
  return masked_crc(file.substr(fragment.start + 6, end - fragment.start - 6)) == fragment.crc;
}

bool plausible(std::string_view file, const Fragment& fragment) {
  return fragment.type >= kFull && fragment.type <= kLast && fragment.end() <= block_end(fragment.start) && fragment.end() <= file.size();
}

/// The first valid fragment that begins at `from` or behind it, at any offset.
std::optional<Fragment> find_valid(std::string_view file, std::uint64_t from) {
  for (std::uint64_t at = from; at + kHeaderBytes <= file.size(); ++at) {
    if (block_end(at) - at < kHeaderBytes) continue;
    const Fragment fragment = fragment_at(file, at);
    if (plausible(file, fragment) && matches(file, fragment, fragment.end())) return fragment;
  }
  return std::nullopt;
}

/// How many records begin at `from` or behind it. Fragments that only go on with one say nothing: they may be the last record's own.
std::size_t records_behind(std::string_view file, std::uint64_t from) {
  std::size_t records = 0;
  for (std::optional<Fragment> found = find_valid(file, from); found; found = find_valid(file, found->end()))
    if (found->type == kFull || found->type == kFirst) ++records;
  return records;
}

/// Whether the bad spot at `at` shows zeros from there, or from a page's beginning on, to a page's end, with something else behind. A page that
/// was never written shows what it held before, which is zeros behind the last record.
bool lacks_a_page(std::string_view file, std::uint64_t at) {
  const auto zeros = [&file](std::uint64_t from, std::uint64_t to) { return file.find_first_not_of('\0', from) >= to; };
  const Fragment fragment = fragment_at(file, at);
  const std::uint64_t end = std::min(block_end(at), std::max(fragment.type == 0 ? 0 : fragment.end(), at + kHeaderBytes));
  for (std::uint64_t page = at - at % kPageBytes; page < end && page + kPageBytes < file.size(); page += kPageBytes)
    if (zeros(std::max(page, at), page + kPageBytes)) return file.find_first_not_of('\0', page + kPageBytes) != std::string_view::npos;
  return false;
}

LogFileScan& bad(LogFileScan& scan, LogFileScan::End end, std::uint64_t offset, std::string why) {
  scan.end = end;
  scan.bad_offset = offset;
  scan.why = std::move(why);
  return scan;
}

/// Whether a fragment that is all there matches its checksum once some single bit is turned: then the bit is rot, whatever follows.
/// For small fragments only, since it tries every bit.
bool is_one_bit_off(std::string_view file, const Fragment& fragment) {
  constexpr std::uint64_t kTriedBytesMax = 4096;
  if (fragment.length > kTriedBytesMax || !plausible(file, fragment)) return false;
  std::string covered(file.substr(fragment.start + 6, fragment.length + 1));
  if (std::popcount(masked_crc(covered) ^ fragment.crc) == 1) return true;  // In the checksum itself.
  for (std::size_t bit = 0; bit < covered.size() * 8; ++bit) {
    const char turned = static_cast<char>(1 << bit % 8);
    covered[bit / 8] = static_cast<char>(covered[bit / 8] ^ turned);
    if (masked_crc(covered) == fragment.crc) return true;
    covered[bit / 8] = static_cast<char>(covered[bit / 8] ^ turned);
  }
  return false;
}

/// Decides what the bad spot at `at` is: the rules of the header's second paragraph.
LogFileScan& judge(LogFileScan& scan, std::string_view file, std::uint64_t at, std::size_t together) {
  using End = LogFileScan::End;
  const std::optional<Fragment> valid = find_valid(file, at + 1);
  if (file.size() - at >= kHeaderBytes && lacks_a_page(file, at) && records_behind(file, at + 1) < together)
    return bad(scan, End::kGap, at, "whole pages of what was written last are zeros");
  if (valid) {
    return bad(scan, End::kRot, at, fmt::format("what stands there doesn't match its checksum, and a valid record follows at offset {}", valid->start));
  }
  std::uint64_t zeros = file.size();  // Where the zeros at the file's end begin.
  while (zeros > at && file[zeros - 1] == '\0') --zeros;
  if (zeros <= at) return bad(scan, End::kTorn, at, "zeros up to the end of the file");
  if (file.size() - at < kHeaderBytes || zeros < at + kHeaderBytes) return bad(scan, End::kTorn, at, "the file ends inside a header");
  const Fragment fragment = fragment_at(file, at);
  if (fragment.type < kFull || fragment.type > kLast) return bad(scan, End::kRot, at, "a header of no known type");
  if (fragment.end() > block_end(at)) return bad(scan, End::kRot, at, "a length that runs over its block");
  if (fragment.end() <= zeros) return bad(scan, End::kRot, at, "a record that is all there doesn't match its checksum");
  // It seems to reach beyond what was written. If it is whole up to a natural end, then only its length is damaged.
  for (const std::uint64_t end : {zeros, static_cast<std::uint64_t>(file.size()), std::min<std::uint64_t>(block_end(at), file.size())}) {
    if (end != fragment.end() && matches(file, fragment, end)) return bad(scan, End::kRot, at, "a damaged length of a record that is all there");
  }
  // A MANIFEST's record may end in zeros of its own. Where a lost sector began just before a record's last bit, this refuses too: the
  // two can't be told apart then, and refusing loses nothing.
  if (is_one_bit_off(file, fragment)) return bad(scan, End::kRot, at, "a record that is all there doesn't match its checksum");
  return bad(scan, End::kTorn, at, "the file ends inside a record");
}

/// Puts fragments together. Returns what is wrong with the place of this one, or an empty string.
class Assembly {
 public:
  std::string add(std::string_view file, const Fragment& fragment, bool& whole) {
    const bool begins = fragment.type == kFull || fragment.type == kFirst;
    if (begins == open_) return begins ? "a record begins inside another one" : "the middle of a record without its beginning";
    const std::string_view payload = file.substr(fragment.start + kHeaderBytes, fragment.length);
    whole = fragment.type == kFull || fragment.type == kLast;
    open_ = !whole;
    if (fragment.type == kFull) {
      record_ = payload;
    } else {
      if (begins) parts_.clear();
      parts_ += payload;
      record_ = parts_;
    }
    return {};
  }
  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] std::string_view record() const { return record_; }

 private:
  bool open_ = false;
  std::string parts_;
  std::string_view record_;
};

Result<std::string> read_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failure(ErrorCode::kUnavailable, fmt::format("{} can't be read: {}", path.string(), std::strerror(errno)));
  struct stat facts {};
  std::string bytes;
  if (::fstat(file, &facts) == 0) bytes.resize(static_cast<std::size_t>(facts.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::pread(file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  const int error = errno;
  ::close(file);
  if (done < bytes.size()) return failure(ErrorCode::kUnavailable, fmt::format("{} can't be read: {}", path.string(), std::strerror(error)));
  return bytes;
}

tl::unexpected<Error> rot(const std::filesystem::path& file, std::uint64_t offset, std::string_view why) {
  return failure(ErrorCode::kCorrupt, fmt::format("{} is damaged at offset {}: {}. This isn't what a crash leaves, so nothing was dropped and "
                                                  "nothing changed: restore the folder from a backup",
                                                  file.string(), offset, why));
}

/// "<digits><suffix>" → the number.
std::optional<std::uint64_t> numbered(std::string_view name, std::string_view prefix, std::string_view suffix) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix) || name.size() <= prefix.size() + suffix.size()) return std::nullopt;
  const std::string_view digits = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  if (digits.size() > 18 || !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::uint64_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  return number;
}

tl::unexpected<Error> gap(const std::filesystem::path& file, const LogFileScan& scan) {
  return failure(ErrorCode::kCorrupt, fmt::format("{} is damaged at offset {}: {}. A power failure while that record was written leaves this, and then nobody "
                                                  "was answered for it; a disk that lost the pages does, too. Nothing was changed: open it once with "
                                                  "--drop-unfinished-record if the power failed; otherwise restore the folder from a backup",
                                                  file.string(), scan.bad_offset, scan.why));
}

Result<void> check_manifest(const std::filesystem::path& folder, bool drop_gap, LogFolderScan& found) {
  const std::filesystem::path current_path = folder / "CURRENT";
  const Result<std::string> current = read_file(current_path);
  if (!current) return tl::unexpected(current.error());
  const std::string_view line = *current;
  if (line.empty() || line.back() != '\n' || !numbered(line.substr(0, line.size() - 1), "MANIFEST-", "")) {
    return rot(current_path, 0, "it doesn't hold the name of a MANIFEST file");
  }
  const std::filesystem::path manifest_path = folder / line.substr(0, line.size() - 1);
  std::error_code ignored;
  if (!std::filesystem::exists(manifest_path, ignored)) return rot(current_path, 0, fmt::format("it names {}, which isn't there", manifest_path.string()));
  const Result<std::string> manifest = read_file(manifest_path);
  if (!manifest) return tl::unexpected(manifest.error());
  const LogFileScan scan = scan_log_format(*manifest, [](std::string_view) { return std::string(); }, kColumns);
  if (scan.end == LogFileScan::End::kGap && !drop_gap) return gap(manifest_path, scan);
  if (scan.end == LogFileScan::End::kRot) return rot(manifest_path, scan.bad_offset, scan.why);
  if (scan.records == 0) return rot(manifest_path, scan.bad_offset, "it holds no whole record");
  // An edit that never took effect. RocksDB leaves it out if the file just ends, but refuses it with zeros at the end.
  if (scan.end != LogFileScan::End::kWhole) {
    found.torn_manifest = LogFolderScan::Torn{manifest_path, scan.whole_bytes, manifest->size() - scan.whole_bytes};
  }
  return {};
}

Result<void> check_wals(const std::vector<std::pair<std::uint64_t, std::filesystem::path>>& files, bool drop_gap, LogFolderScan& folder) {
  for (const auto& [number, path] : files) {
    const Result<std::string> bytes = read_file(path);
    if (!bytes) return tl::unexpected(bytes.error());
    LogFileScan scan = scan_wal(*bytes);
    ++folder.wal_files;
    folder.wal_bytes += bytes->size();
    folder.wal_batches += scan.records;
    if (scan.end == LogFileScan::End::kRot) return rot(path, scan.bad_offset, scan.why);
    if (folder.torn && (scan.records > 0 || find_valid(*bytes, 0))) {
      return rot(folder.torn->file, folder.torn->offset, fmt::format("a record isn't whole, and valid records follow in {}", path.string()));
    }
    if (scan.end == LogFileScan::End::kGap && !drop_gap) return gap(path, scan);
    if (scan.end == LogFileScan::End::kGap) scan.end = LogFileScan::End::kTorn;
    if (scan.end == LogFileScan::End::kTorn) {
      // Two torn files in a row: the first one is reported, the second holds nothing.
      if (!folder.torn) folder.torn = LogFolderScan::Torn{path, scan.whole_bytes, bytes->size() - scan.whole_bytes};
      else return rot(path, scan.bad_offset, "two write-ahead logs end inside a record");
    }
  }
  return {};
}

}  // namespace

LogFileScan scan_log_format(std::string_view file, const CheckRecord& check, std::size_t together) {
  LogFileScan scan;
  Assembly assembly;
  std::uint64_t at = 0;
  while (at < file.size()) {
    if (block_end(at) - at < kHeaderBytes) {
      at = block_end(at);  // Filler, which nobody reads.
      continue;
    }
    if (file.size() - at < kHeaderBytes) return judge(scan, file, at, together);
    const Fragment fragment = fragment_at(file, at);
    if (!plausible(file, fragment) || !matches(file, fragment, fragment.end())) return judge(scan, file, at, together);
    bool whole = false;
    std::string why = assembly.add(file, fragment, whole);
    if (why.empty() && whole) why = check(assembly.record());
    if (!why.empty()) return bad(scan, LogFileScan::End::kRot, at, std::move(why));
    at = fragment.end();
    if (whole) {
      ++scan.records;
      scan.whole_bytes = at;
    }
  }
  if (assembly.open()) return bad(scan, LogFileScan::End::kTorn, scan.whole_bytes, "the file ends inside a record");
  return scan;
}

LogFileScan scan_wal(std::string_view file) {
  std::optional<std::uint64_t> expected;
  return scan_log_format(file, [&](std::string_view batch) -> std::string {
    if (batch.size() < kBatchHeaderBytes) return "a record too short for a batch";
    const std::uint64_t sequence = little_endian(batch, 0, 8);
    if (expected && sequence != *expected) return fmt::format("sequence {} stands where {} must follow", sequence, *expected);
    expected = sequence + little_endian(batch, 8, 4);
    return {};
  });
}

Result<LogFolderScan> scan_log_folder(const std::filesystem::path& folder, bool drop_gap) {
  LogFolderScan scan;
  std::vector<std::pair<std::uint64_t, std::filesystem::path>> wals;
  std::filesystem::path table;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name == "CURRENT") scan.exists = true;
    if (name.ends_with(".sst")) table = at->path();
    if (const auto number = numbered(name, "", ".log")) wals.emplace_back(*number, at->path());
  }
  if (error) return failure(ErrorCode::kUnavailable, fmt::format("{} can't be read: {}", folder.string(), error.message()));
  std::sort(wals.begin(), wals.end());
  if (!scan.exists) {
    if (table.empty() && wals.empty()) return scan;
    return failure(ErrorCode::kCorrupt, fmt::format("{} is missing, although {} is there: restore the folder from a backup",
                                                    (folder / "CURRENT").string(), (table.empty() ? wals.front().second : table).string()));
  }
  if (const Result<void> manifest = check_manifest(folder, drop_gap, scan); !manifest) return tl::unexpected(manifest.error());
  if (const Result<void> read = check_wals(wals, drop_gap, scan); !read) return tl::unexpected(read.error());
  return scan;
}

Result<void> cut_torn_tail(const LogFolderScan::Torn& torn) {
  const int file = ::open(torn.file.c_str(), O_WRONLY | O_CLOEXEC);
  const bool done = file >= 0 && ::ftruncate(file, static_cast<off_t>(torn.offset)) == 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (!done) {
    return failure(ErrorCode::kUnavailable, fmt::format("the torn tail of {} can't be cut off at offset {}: {}", torn.file.string(), torn.offset,
                                                        std::strerror(error)));
  }
  return {};
}

}  // namespace ritrovo
