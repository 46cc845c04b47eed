#include <algorithm>

#include "workflows/pathway/commands.h"
#include "workflows/pathway/field_data.h"
#include "workflows/pathway/instance_names.h"
#include "workflows/pathway/rejection_codes.h"

// What became of a message, and who wants any.
namespace ritrovo::pathway {

namespace {

constexpr std::size_t kWordBytesMax = 32;

/// A word of `data` that a program chose: small letters and underscores, so that nothing personal slips in.
std::string word_in(const Values& data, std::string_view name, std::vector<std::string>& problems) {
  const ritrovo::Value* value = find(data, name);
  if (value == nullptr) return {};
  const auto* text = value->get<std::string>();
  const bool fits = text != nullptr && !text->empty() && text->size() <= kWordBytesMax && std::all_of(text->begin(), text->end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  if (fits) return *text;
  problems.push_back("data." + std::string(name) + " is one word of small letters");
  return {};
}

/// The fate that an action tells of, or nothing.
std::optional<MessageFate> fate_named(std::string_view action) {
  for (const MessageFate fate : {MessageFate::kDelivered, MessageFate::kFailed, MessageFate::kWithheld, MessageFate::kQueued})
    if (name_of(fate) == action) return fate;
  return std::nullopt;
}

Refusal choose(Interpreter& work, const Command& command, Day effective) {
  const CaseCore& core = work.core();
  const bool permitted = holds_role(command.actor, work.pathway().managed_by) || holds_role(command.actor, {std::string(kOperatorRole)});
  if (!permitted) return refuse(code::kNotPermitted, "Who wants messages is told by " + listed_roles(work.pathway().managed_by) + " or the role operator.");
  const std::optional<PersonIndex> person = command.person ? core.person_named(*command.person) : std::nullopt;
  if (!person) return refuse(code::kUnknownPerson, "This case has no such person: name them in `person` by alias or id.");
  if (!command.data.empty()) return refuse(code::kInvalidData, "\"stop\" and \"start\" take no data.");
  // From here it must succeed.
  work.emit(effective, MessagesChosen{*person, command.action == "start"});
  return std::nullopt;
}

}  // namespace

Refusal report_message(Interpreter& work, const Command& command, Day effective) {
  if (command.action == "stop" || command.action == "start") return choose(work, command, effective);
  const std::optional<MessageFate> fate = fate_named(command.action);
  if (!fate) return refuse(code::kUnknownCommand, "There is no action " + in_quotes(command.action) + " of messages; there are: delivered, failed, withheld, queued, stop, start.");
  if (!holds_role(command.actor, {std::string(kOperatorRole)})) return refuse(code::kNotPermitted, "What became of a message is told by the role operator, which sends them.");
  std::vector<std::string> problems;
  if (command.person) problems.emplace_back("`person` isn't named: the message is for whom it is for");
  for (const auto& [name, value] : command.data)
    if (name != "event" && name != "channel" && name != "reason") problems.push_back("data." + in_quotes(name) + " isn't known; there are event, channel, reason");
  MessageReported report{Version(), *fate, word_in(command.data, "channel", problems), word_in(command.data, "reason", problems)};
  const ritrovo::Value* of = find(command.data, "event");
  const auto* number = of == nullptr ? nullptr : of->get<std::int64_t>();
  const bool known = number != nullptr && *number > 0 && *number <= std::int64_t{work.core().version.value()};
  if (!known) problems.emplace_back("data.event is the version of the event that asked for the message");
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  // From here it must succeed.
  report.of = Version(static_cast<std::uint32_t>(*number));
  work.emit(effective, std::move(report));
  return std::nullopt;
}

}  // namespace ritrovo::pathway
