#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "engine/log/case_log.h"
#include "engine/log/rocks_log.h"
#include "engine/record/record_codec.h"

namespace ritrovo::log_tests {

/// A folder of its own for one test, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ritrovo-log-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline RocksLogOptions options_for(const std::filesystem::path& path) {
  RocksLogOptions options;
  options.path = path;
  options.create_if_missing = true;
  return options;
}

/// An event whose body is `bytes` long and differs from event to event.
inline Event sample_event(CaseId case_id, Version version, std::size_t bytes = 80) {
  Event event;
  event.case_id = case_id;
  event.version = version;
  event.cause = version;
  event.recorded = Timestamp(1'700'000'000'000 + version.value());
  event.effective = Day(20'000);
  std::uint64_t state = case_id.value() * 0x9E3779B97F4A7C15U + version.value();
  for (std::size_t i = 0; i < bytes; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    event.body.push_back(static_cast<char>(state >> 56));
  }
  return event;
}

/// Stages one event with all rows that belong to it.
inline void stage(Batch& batch, PartitionId partition, Position position, const Event& event) {
  put_record(batch, partition, position, event, encode_record(event));
}

}  // namespace ritrovo::log_tests
