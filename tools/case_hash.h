#pragma once

#include <cstdint>

#include "engine/digest/hash256.h"
#include "tools/case_folder.h"

namespace ritrovo::tools {

/// Hashes over cases.
struct FolderHash {
  std::uint64_t cases = 0;
  Hash256 exact;    ///< every byte of the states: processing and replay must agree
  Hash256 outcome;  ///< what the cases came to: a calm run and a killed one must agree
};

/// Of one case: its own hashes. `replay`: from the first event on, without a snapshot.
[[nodiscard]] FolderHash hash_one(const CaseFolder& folder, CaseId case_id, bool replay);
/// Of all: SHA-256 over the cases' hashes in order of case id, each exact one after its id; the outcomes in order of their own bytes, since
/// ids are generated.
[[nodiscard]] FolderHash hash_all(const CaseFolder& folder, bool replay);

struct RecordsHash {
  std::uint64_t records = 0;
  Hash256 hash;
};
/// SHA-256 over every stored record: partition (u16), position (u64), length (u32), all big-endian, and the bytes.
[[nodiscard]] RecordsHash hash_records(const CaseFolder& folder);

}  // namespace ritrovo::tools
