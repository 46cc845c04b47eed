#include <array>
#include <type_traits>
#include <utility>

#include "engine/record/compact_archive.h"
#include "engine/record/value_codec.h"
#include "workflows/pathway/body_archive.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::pathway {
namespace {

constexpr compact::TypeVersion kBodyVersion(1);

template <std::size_t I>
Result<Body> decode_as(std::string_view bytes) {
  using Kind = std::variant_alternative_t<I, Body>;
  Result<Kind> kind = compact::decode_versioned<Kind>(bytes, kBodyVersion);
  if (!kind) return failure(ErrorCode::kCorrupt, "an event's body: " + kind.error().message);
  return Body(std::in_place_index<I>, std::move(*kind));
}

using Decode = Result<Body> (*)(std::string_view);
struct Row {
  RecordTag tag;
  Decode decode;
};
template <std::size_t... I>
constexpr std::array<Row, sizeof...(I)> rows(std::index_sequence<I...> /*kinds*/) {
  return {Row{std::variant_alternative_t<I, Body>::kTag, &decode_as<I>}...};
}
constexpr auto kRows = rows(std::make_index_sequence<std::variant_size_v<Body>>());

template <class Kind>
constexpr bool kHasStep = requires(const Kind& kind) { kind.step.person; };
template <class Kind>
constexpr bool kHasDeadline = requires(const Kind& kind) { kind.deadline.step; };
template <class Kind>
constexpr bool kHasBecause = requires(const Kind& kind) { kind.because; };

constexpr std::array<std::string_view, std::variant_size_v<Body>> kNames = {
    "case_opened",      "person_added",       "person_left",          "fact_reported",     "case_suspended",  "case_resumed",
    "case_closed",      "pathway_completed",  "step_enabled",         "step_opened",       "step_completed",  "step_terminated",
    "value_computed",   "notification_requested", "task_claimed",     "task_released",     "task_delegated",  "task_completed",
    "task_started",     "deadline_set",       "deadline_moved",       "deadline_suspended", "deadline_interrupted", "deadline_warned",
    "deadline_met",     "deadline_missed",    "deadline_voided",      "incident_opened",   "incident_resolved", "alarm_set",
    "person_suspended", "person_resumed",     "case_linked",          "step_reopened",     "task_escalated",  "task_assigned",
    "terms_recounted",
    "fact_corrected",   "fact_withdrawn",     "person_corrected",     "step_revised",      "deadline_withdrawn", "work_questioned", "case_reopened",
    "message_reported", "messages_chosen"};

}  // namespace

RecordTag tag_of(const Body& body) {
  return std::visit([](const auto& kind) { return std::remove_cvref_t<decltype(kind)>::kTag; }, body);
}

std::string_view name_of(const Body& body) { return kNames[body.index()]; }

std::string encode_body(const Body& body) {
  return std::visit([](const auto& kind) { return compact::encode_versioned(kBodyVersion, kind); }, body);
}

Result<Body> decode_body(RecordTag tag, std::string_view bytes) {
  for (const Row& row : kRows)
    if (row.tag == tag) return row.decode(bytes);
  return failure(ErrorCode::kCorrupt, "an event of the unknown kind " + std::to_string(static_cast<unsigned>(tag)));
}

const StepRef* step_of(const Body& body) {
  return std::visit(
      [](const auto& kind) -> const StepRef* {
        using Kind = std::remove_cvref_t<decltype(kind)>;
        if constexpr (kHasStep<Kind>) {
          return &kind.step;
        } else if constexpr (kHasDeadline<Kind>) {
          return &kind.deadline.step;
        } else {
          return nullptr;
        }
      },
      body);
}

const Because* because_of(const Body& body) {
  return std::visit(
      [](const auto& kind) -> const Because* {
        if constexpr (kHasBecause<std::remove_cvref_t<decltype(kind)>>) {
          return &kind.because;
        } else {
          return nullptr;
        }
      },
      body);
}

bool is_command_event(const Body& body) {
  const unsigned tag = static_cast<unsigned>(tag_of(body));
  if (const auto* reopened = std::get_if<StepReopened>(&body)) return !reopened->by.empty();
  const bool of_persons = std::holds_alternative<PersonSuspended>(body) || std::holds_alternative<PersonResumed>(body) || std::holds_alternative<CaseLinked>(body);
  if (std::holds_alternative<TermsRecounted>(body) || std::holds_alternative<MessageReported>(body) || std::holds_alternative<MessagesChosen>(body)) return true;
  const bool corrects = std::holds_alternative<FactCorrected>(body) || std::holds_alternative<FactWithdrawn>(body) || std::holds_alternative<PersonCorrected>(body);
  return of_persons || corrects || tag <= static_cast<unsigned>(CaseClosed::kTag) || (tag >= static_cast<unsigned>(TaskClaimed::kTag) && tag <= static_cast<unsigned>(TaskStarted::kTag));
}

}  // namespace ritrovo::pathway
