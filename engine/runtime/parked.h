#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/log/case_log.h"

namespace ritrovo {

/// Which parked commands of a partition still wait, as its records alone tell it. A release takes them in their order, as many at a time as a run may;
/// cut short, it leaves the rest waiting and no record of its own: that one ran shows by a later record under its key, and those before it ran too.
/// Of a timer's command, which has no key, it doesn't show until then; running it twice finds nothing to do.
/// Runs on: one thread.
class ParkedCommands {
 public:
  struct Waiting {
    Position position;
    std::string key;  ///< empty for a timer's
  };
  /// Takes the next record of the partition.
  void note(const StoredRecord& record);
  /// By case, in their order; no case without any.
  [[nodiscard]] const std::map<CaseId, std::vector<Waiting>>& waiting() const { return waiting_; }

 private:
  std::map<CaseId, std::vector<Waiting>> waiting_;
};

}  // namespace ritrovo
