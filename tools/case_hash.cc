#include "tools/case_hash.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/digest/sha256.h"

namespace ritrovo::tools {

FolderHash hash_one(const CaseFolder& folder, CaseId case_id, bool replay) {
  const CaseStateView view = replay ? folder.replay(case_id) : folder.state(case_id);
  return {1, CaseFolder::exact_hash(view.state), sha256(pathway::outcome_bytes(view.state))};
}

FolderHash hash_all(const CaseFolder& folder, bool replay) {
  std::vector<std::pair<CaseId, Hash256>> exact;
  std::vector<Hash256> outcomes;
  folder.for_each_case(!replay, [&](const CaseStateView& view) {
    exact.emplace_back(view.case_id, CaseFolder::exact_hash(view.state));
    outcomes.push_back(sha256(pathway::outcome_bytes(view.state)));
  });
  std::sort(exact.begin(), exact.end());
  std::sort(outcomes.begin(), outcomes.end());
  Sha256 all_exact;
  for (const auto& [case_id, hash] : exact) {
    std::string id;
    put_be(id, case_id.value());
    all_exact.add(id);
    all_exact.add(hash.view());
  }
  Sha256 all_outcomes;
  for (const Hash256& hash : outcomes) all_outcomes.add(hash.view());
  return {exact.size(), all_exact.finish(), all_outcomes.finish()};
}

RecordsHash hash_records(const CaseFolder& folder) {
  RecordsHash result;
  Sha256 all;
  const std::uint16_t partitions = folder.settings().partitions;
  for (std::uint16_t partition = 0; partition < partitions; ++partition) {
    folder.with_log([&](const CaseLog& log) {
      return log.scan_bytes(PartitionId(partition), Position(0), [&](Position position, std::string_view bytes) {
        std::string place;
        put_be(place, partition);
        put_be(place, position.value());
        put_be(place, static_cast<std::uint32_t>(bytes.size()));
        all.add(place);
        all.add(bytes);
        ++result.records;
        return true;
      });
    });
  }
  result.hash = all.finish();
  return result;
}

}  // namespace ritrovo::tools
