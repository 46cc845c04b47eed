#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/digest/sha256.h"
#include "engine/record/event.h"
#include "engine/runtime/machine.h"

namespace ritrovo {

/// What became of a request.
enum class AnswerKind : std::uint8_t {
  kAccepted,  ///< recorded: `events` follow from it
  kRejected,  ///< the domain's or the runtime's no; recorded if there is a receipt
  kBusy,      ///< not taken; send it again after `retry_after_ms`. Never stored as an answer
  kParked,    ///< recorded, and kept until its case leaves quarantine
  kFailed,    ///< outcome unknown; send it again with the same key
  kStopped,   ///< not taken, nor will anything be until somebody has acted on `message` and opened the folder again: no use in a retry
};

/// The stable name of a kind, as printed in JSON ("accepted", "rejected", …).
[[nodiscard]] std::string_view name_of(AnswerKind kind);

/// Where the first record of a command stands, and what proves it: to be held against a checkpoint of that partition.
struct Receipt {
  std::string log_id;
  PartitionId partition;
  Position position;
  Hash256 leaf{};
  bool operator==(const Receipt&) const = default;
};

/// The answer to one command, given after its commit. The same key again gets an equal answer, rebuilt from the records; only `again`
/// tells the two apart.
struct Answer {
  AnswerKind kind = AnswerKind::kFailed;
  std::string key;
  CaseId case_id;
  Version first;                         ///< of the events that followed; 0 where none did
  Version last;
  std::vector<Event> events;             ///< as recorded, boxes sealed
  std::optional<Receipt> receipt;        ///< only where something was recorded
  std::optional<Rejection> rejection;    ///< kRejected
  std::string message;                   ///< kBusy, kParked, kFailed, kStopped: a sentence for the person who has to act
  std::uint32_t retry_after_ms = 0;      ///< kBusy
  bool again = false;                    ///< the key had been answered before
};

/// Called once, after the commit that the answer rests on; never while the partition holds a lock.
using AnswerCallback = std::function<void(const Answer&)>;
using SharedAnswer = std::shared_ptr<const Answer>;

/// The answer that the records of one command mean: `records` stand one after another from `receipt.position`, the first one with its
/// provenance. Returns kAccepted, kRejected (tag kRejection) or kParked (tag kCommandParked); kCorrupt where the first has no provenance.
[[nodiscard]] Result<Answer> answer_from(Receipt receipt, std::vector<Event> records);

/// A rejection that isn't recorded, for a command that never reached its case.
[[nodiscard]] Answer refused(const std::string& key, CaseId case_id, std::string code, std::string reason);
/// kBusy: the inbox is full, or the folder is being opened again. Both pass by themselves: whoever sent it waits and sends it once more, for as
/// long as it can hold it back, and then tells whoever gave it the command.
[[nodiscard]] Answer busy(const std::string& key, CaseId case_id, std::string message);
/// kStopped: the folder takes nothing more.
[[nodiscard]] Answer stopped(const std::string& key, CaseId case_id, std::string message);
/// kFailed: the outcome is unknown.
[[nodiscard]] Answer failed(const std::string& key, CaseId case_id, std::string_view why);

}  // namespace ritrovo
