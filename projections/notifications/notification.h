#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "projections/case_fold.h"

/// What is to be told to whom, as the events of cases ask for it.
namespace ritrovo::projections {

/// What a message is about: a `notify` step, a deadline that draws near, one that was missed.
enum class MessageAbout : std::uint8_t { kStep = 0, kWarning = 1, kOverdue = 2 };
/// "step", "warning", "overdue".
[[nodiscard]] std::string_view name_of(MessageAbout about);

/// Who reads what is for no actor role.
inline constexpr std::string_view kFamily = "family";

/// A message that an event asks for. Holds nothing sealed: names and addresses are looked up when it is sent. Case and version name it, for ever.
struct Notification {
  CaseId case_id;
  Version version;        ///< of the event that asks for it
  Timestamp recorded;
  Day effective;
  MessageAbout about = MessageAbout::kStep;
  std::string to;         ///< "family", or an actor role of the pathway
  std::string pathway;    ///< name
  Hash256 identity;       ///< of the pathway's version that the case is pinned to
  std::string step;       ///< name, as in the definition
  std::string person;     ///< alias of the branch's person; empty for the case's own
  std::string wording;    ///< the template that the step names; empty if none
  std::string language;   ///< BCP 47 tag that the step asks for; empty if none
  std::string term;       ///< kWarning, kOverdue: as in the definition
  std::optional<Day> due; ///< kWarning
  /// "fam-….17": its name for people and for Message-IDs.
  [[nodiscard]] std::string name() const;
  bool operator==(const Notification&) const = default;
};

/// The message that an event asks for, if it asks for one: notification_requested, and deadline_warned. A warning goes to the family where its step
/// waits on the party "family", else to the role that works on the step, else to the first role that manages the pathway's cases.
[[nodiscard]] std::optional<Notification> notification_of(const CaseEvent& event);
/// The same of an event that no fold brought: `pathway` is the one that its case is pinned to, `alias` names the case's persons.
[[nodiscard]] std::optional<Notification> notification_of(const Event& event, const pathway::Body& body, const definition::Pathway& pathway,
                                                          const std::function<std::string(pathway::PersonIndex)>& alias);

/// {"message", "case", "version", "about", "to", "pathway", "step", "person", "template", "language", "term", "due", "effective_on", "recorded"}, without
/// what is empty: the same object for webhooks and topics.
[[nodiscard]] boost::json::object json_of(const Notification& notification);

}  // namespace ritrovo::projections
