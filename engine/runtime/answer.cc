#include "engine/runtime/answer.h"

#include <utility>

#include "engine/base/assert.h"
#include "engine/record/engine_bodies.h"

namespace ritrovo {

std::string_view name_of(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kAccepted: return "accepted";
    case AnswerKind::kRejected: return "rejected";
    case AnswerKind::kBusy: return "busy";
    case AnswerKind::kParked: return "parked";
    case AnswerKind::kFailed: return "failed";
    case AnswerKind::kStopped: return "stopped";
  }
  return "?";
}

Result<Answer> answer_from(Receipt receipt, std::vector<Event> records) {
  if (records.empty() || !records.front().provenance)
    return failure(ErrorCode::kCorrupt, "partition " + std::to_string(receipt.partition.value()) + ", position " +
                                            std::to_string(receipt.position.value()) + ": a command's first record lacks its provenance");
  Answer answer;
  answer.key = records.front().provenance->key;
  answer.case_id = records.front().case_id;
  answer.receipt = std::move(receipt);
  if (records.front().tag == RecordTag::kRejection) {
    Result<RejectionBody> body = decode_rejection(records.front().body);
    if (!body) return tl::unexpected(body.error());
    answer.kind = AnswerKind::kRejected;
    answer.rejection = Rejection{std::move(body->code), std::move(body->reason)};
    return answer;
  }
  if (records.front().tag == RecordTag::kCommandParked) {
    answer.kind = AnswerKind::kParked;
    answer.message = "the case is in quarantine; the command is kept and runs when the case is released";
    return answer;
  }
  answer.kind = AnswerKind::kAccepted;
  answer.first = records.front().version;
  answer.last = records.back().version;
  answer.events = std::move(records);
  return answer;
}

Answer refused(const std::string& key, CaseId case_id, std::string code, std::string reason) {
  Answer answer;
  answer.kind = AnswerKind::kRejected;
  answer.key = key;
  answer.case_id = case_id;
  answer.rejection = Rejection{std::move(code), std::move(reason)};
  return answer;
}

Answer busy(const std::string& key, CaseId case_id, std::string message) {
  // Long enough for the commits that are under way, short enough that a retry finds the disk idle at most once.
  constexpr std::uint32_t kRetryAfterMs = 50;
  Answer answer;
  answer.kind = AnswerKind::kBusy;
  answer.key = key;
  answer.case_id = case_id;
  answer.message = std::move(message);
  answer.retry_after_ms = kRetryAfterMs;
  return answer;
}

Answer stopped(const std::string& key, CaseId case_id, std::string message) {
  Answer answer;
  answer.kind = AnswerKind::kStopped;
  answer.key = key;
  answer.case_id = case_id;
  answer.message = std::move(message);
  return answer;
}

Answer failed(const std::string& key, CaseId case_id, std::string_view why) {
  Answer answer;
  answer.kind = AnswerKind::kFailed;
  answer.key = key;
  answer.case_id = case_id;
  answer.message = "outcome unknown; send it again with the same key (" + std::string(why) + ")";
  return answer;
}

}  // namespace ritrovo
