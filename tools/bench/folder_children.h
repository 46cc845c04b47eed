#pragma once

#include <cstdint>
#include <filesystem>

namespace ritrovo::bench {

/// What a fresh process found when it opened a folder.
struct FolderOpened {
  double seconds = 0;
  std::uint64_t resident = 0;  ///< bytes, at rest
  std::uint64_t records = 0;
  std::uint64_t wal_bytes = 0;  ///< that it had to read
};

/// Opens a folder in a process of its own, and closes it cleanly. Throws tools::Failure if that process fails.
[[nodiscard]] FolderOpened open_in_child(const std::filesystem::path& folder);
/// Has a process open cases, numbered from `first` on, until its write-ahead logs have so many bytes, and kills it with SIGKILL.
/// Returns how many of them it had been answered at least.
[[nodiscard]] std::uint64_t kill_a_writer(const std::filesystem::path& folder, std::uint64_t wal_bytes, std::uint64_t first);

/// The children's own part: `open_in_child` and `kill_a_writer` start this program with these subcommands.
void child_opens(const std::filesystem::path& folder);
void child_writes(const std::filesystem::path& folder, std::uint64_t wal_bytes, std::uint64_t first);

}  // namespace ritrovo::bench
