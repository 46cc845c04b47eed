#include "projections/notifications/notification.h"

#include <variant>

namespace ritrovo::projections {
namespace {

/// Who is warned of a step's deadline.
std::string warned(const definition::Pathway& pathway, const definition::Step& step) {
  if (step.waits_on == kFamily) return std::string(kFamily);
  if (!step.task_role.empty()) return step.task_role;
  return pathway.managed_by.empty() ? std::string() : pathway.managed_by.front();
}

}  // namespace

std::string_view name_of(MessageAbout about) {
  switch (about) {
    case MessageAbout::kStep: return "step";
    case MessageAbout::kWarning: return "warning";
    case MessageAbout::kOverdue: return "overdue";
  }
  return "";
}

std::string Notification::name() const { return case_id.printed() + "." + std::to_string(version.value()); }

std::optional<Notification> notification_of(const CaseEvent& event) {
  return notification_of(event.record, event.body, *event.frame.pathway, [&event](pathway::PersonIndex person) { return std::string(event.frame.alias(person)); });
}

std::optional<Notification> notification_of(const Event& event, const pathway::Body& body, const definition::Pathway& pathway, const std::function<std::string(pathway::PersonIndex)>& alias) {
  const auto* asked = std::get_if<pathway::NotificationRequested>(&body);
  const auto* warning = std::get_if<pathway::DeadlineWarned>(&body);
  if (asked == nullptr && warning == nullptr) return std::nullopt;
  const pathway::StepRef& ref = asked != nullptr ? asked->step : warning->deadline.step;
  const definition::Step& step = pathway.steps[ref.step];
  Notification message;
  message.case_id = event.case_id;
  message.version = event.version;
  message.recorded = event.recorded;
  message.effective = event.effective;
  message.pathway = pathway.name;
  message.identity = pathway.identity;
  message.step = step.name;
  message.person = alias(ref.person);
  if (asked != nullptr && asked->deadline == 0xFF) {
    message.to = step.notify_to;
    message.wording = step.message_template;
    message.language = asked->language;
  } else if (asked != nullptr) {
    message.about = MessageAbout::kOverdue;
    message.to = step.deadlines[asked->deadline].overdue_notify;
    message.term = step.deadlines[asked->deadline].term;
  } else {
    message.about = MessageAbout::kWarning;
    message.to = warned(pathway, step);
    message.term = step.deadlines[warning->deadline.deadline].term;
    message.due = warning->due;
  }
  if (message.to.empty()) return std::nullopt;
  return message;
}

boost::json::object json_of(const Notification& notification) {
  boost::json::object object{{"message", notification.name()},
                             {"case", notification.case_id.printed()},
                             {"version", notification.version.value()},
                             {"about", name_of(notification.about)},
                             {"to", notification.to},
                             {"pathway", notification.pathway},
                             {"step", notification.step}};
  const auto put = [&object](std::string_view name, const std::string& text) {
    if (!text.empty()) object[name] = text;
  };
  put("person", notification.person);
  put("template", notification.wording);
  put("language", notification.language);
  put("term", notification.term);
  if (notification.due) object["due"] = to_string(*notification.due);
  object["effective_on"] = to_string(notification.effective);
  object["recorded"] = to_string(notification.recorded);
  return object;
}

}  // namespace ritrovo::projections
