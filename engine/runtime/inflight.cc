#include "engine/runtime/inflight.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

namespace ritrovo {
namespace {

bool same(const InflightSlot::Taken& a, const InflightSlot::Taken& b) { return a.case_number == b.case_number && a.hash == b.hash; }

/// Fills `place` so that a process that dies in between leaves an empty one: `attempts` is cleared first and written last.
void write(InflightSlot::Taken& place, const InflightSlot::Taken& taken) {
  place.attempts = 0;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  place.case_number = taken.case_number;
  place.hash = taken.hash;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  place.attempts = taken.attempts;
}

}  // namespace

Inflight::Inflight(std::span<InflightSlot> slots) : slots_(slots) {
  for (InflightSlot& slot : slots_) {
    if (slot.current.attempts == 0) continue;
    write(slot.suspect, slot.current);
    slot.current.attempts = 0;
  }
}

std::uint32_t Inflight::begin(PartitionId partition, CaseId case_id, const KeyHash& hash) {
  InflightSlot& slot = slots_[partition.value()];
  InflightSlot::Taken taken{case_id.value(), hash, 1, 0};
  const std::uint32_t before = slot.suspect.attempts > 0 && same(slot.suspect, taken) ? slot.suspect.attempts : 0;
  taken.attempts = before + 1;
  write(slot.current, taken);
  return before;
}

void Inflight::end(PartitionId partition) {
  InflightSlot& slot = slots_[partition.value()];
  if (slot.current.attempts == 0) return;
  if (slot.suspect.attempts > 0 && same(slot.suspect, slot.current)) slot.suspect.attempts = 0;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  slot.current.attempts = 0;
}

Result<std::unique_ptr<InflightFile>> InflightFile::open(const std::filesystem::path& path, std::uint16_t partitions) {
  const auto unavailable = [&path](const char* what) {
    return failure(ErrorCode::kUnavailable, path.string() + ": " + what + ": " + std::strerror(errno));
  };
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return unavailable("can't open");
  const std::size_t bytes = sizeof(InflightSlot) * partitions;
  // With its blocks on the disk from now on: filling a hole by a write to memory would end the process where the disk is full.
  errno = ::ftruncate(file, static_cast<off_t>(bytes)) == 0 ? ::posix_fallocate(file, 0, static_cast<off_t>(bytes)) : errno;
  if (errno != 0) {
    auto error = unavailable("can't set its size");
    ::close(file);
    return error;
  }
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (memory == MAP_FAILED) return unavailable("can't map");
  return std::unique_ptr<InflightFile>(new InflightFile(std::span(static_cast<InflightSlot*>(memory), partitions)));
}

InflightFile::~InflightFile() { ::munmap(slots_.data(), slots_.size_bytes()); }

}  // namespace ritrovo
