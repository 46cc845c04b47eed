#include "engine/runtime/parked.h"

#include <algorithm>

namespace ritrovo {

void ParkedCommands::note(const StoredRecord& record) {
  const Event& event = record.event;
  const std::string key = event.provenance ? event.provenance->key : std::string();
  if (event.tag == RecordTag::kCommandParked) {
    waiting_[event.case_id].push_back({record.position, key});
    return;
  }
  const auto found = waiting_.find(event.case_id);
  if (found == waiting_.end()) return;
  std::vector<Waiting>& waiting = found->second;
  if (event.tag == RecordTag::kQuarantineReleased) {
    waiting.clear();
  } else if (!key.empty()) {
    const auto ran = std::find_if(waiting.begin(), waiting.end(), [&key](const Waiting& one) { return one.key == key; });
    if (ran != waiting.end()) waiting.erase(waiting.begin(), ran + 1);
  }
  if (waiting.empty()) waiting_.erase(found);
}

}  // namespace ritrovo
