#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/log/case_log.h"
#include "engine/runtime/answer.h"
#include "engine/runtime/time_zone.h"

namespace ritrovo::simulation {

/// A promise of the engine was broken.
struct Violation {
  std::string what;
};

/// Whether two answers to one key say the same.
[[nodiscard]] bool same_answer(const Answer& a, const Answer& b);

/// Reads whole partitions from their bytes, and judges them with a model of its own. Each check throws Violation.
class Audit {
 public:
  Audit(const CaseLog& log, const TimeZone& zone, std::uint16_t partitions) : log_(log), zone_(zone), partitions_(partitions) {}
  /// Reads a partition: index, ledger, keys recorded once, timers neither early nor late.
  void read(PartitionId partition);
  /// The answer's receipt is in the log.
  void promised(const Answer& answer, std::uint16_t partitions) const;
  /// Nothing waits: no timer, no parked command, every publication everywhere.
  void at_rest(std::size_t publications) const;
  [[nodiscard]] std::uint64_t wakes() const { return wakes_; }

 private:
  struct Seen {
    std::map<CaseId, Day> planned;       ///< timers that haven't fired
    std::set<CaseId> quarantined;
    std::set<std::pair<CaseId, std::string>> keys;
    std::set<std::pair<CaseId, std::string>> parked;
    Timestamp last;
    std::size_t publications = 0;
  };
  void judge(Seen& seen, const Event& event);
  void judge_command(Seen& seen, const Event& event) const;

  const CaseLog& log_;
  const TimeZone& zone_;
  std::uint16_t partitions_;
  std::map<PartitionId, Seen> seen_;
  std::uint64_t wakes_ = 0;
};

}  // namespace ritrovo::simulation
