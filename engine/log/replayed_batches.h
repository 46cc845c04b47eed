#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace ritrovo {

/// Applies batches that RocksLogOptions::capture saw, with the same options and the same syncs, to a fresh log: what the disk and RocksDB
/// alone can do, which is the limit that a benchmark of commits compares with.
/// Runs on: one thread.
class ReplayedBatches {
 public:
  /// Makes a log in `path`, which must not hold one yet (kExists).
  [[nodiscard]] static Result<ReplayedBatches> create(const std::filesystem::path& path);
  ~ReplayedBatches();
  ReplayedBatches(ReplayedBatches&&) noexcept;
  ReplayedBatches& operator=(ReplayedBatches&&) noexcept;

  /// Writes and syncs one captured batch. kMalformed if it is cut short. Requires: otherwise exactly what the capture was given.
  [[nodiscard]] Result<void> apply(std::string_view batch);

 private:
  struct Database;
  explicit ReplayedBatches(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace ritrovo
