#include "tools/event_view.h"

#include "workflows/pathway/event_body.h"
#include "workflows/pathway/event_view.h"

namespace ritrovo::tools {

BodyView view_of(const Event& event, const pathway::CaseNames& names, const definition::Pathway* pathway) {
  if (event.tag < RecordTag::kFirstOfWorkflow) return engine_body_view(event);
  const Result<pathway::Body> body = pathway::decode_body(event.tag, event.body);
  if (!body) return {"undecodable", {}};
  return pathway::view_of(*body, names, pathway);
}

std::string subject_of(const BodyView& view) {
  const auto text = [&view](const char* name) {
    const Value* value = find(view.body, name);
    const std::string* held = value != nullptr ? value->get<std::string>() : nullptr;
    return held != nullptr ? *held : std::string();
  };
  std::string subject = text("step");
  for (const char* name : {"fact", "alias", "pathway"}) {
    if (subject.empty()) subject = text(name);
  }
  if (const std::string outcome = text("outcome"); !outcome.empty()) subject += "/" + outcome;
  if (const std::string person = text("person"); !person.empty()) subject += " · " + person;
  // What a correction does to a step: withdrawn, reopened, redated.
  if (view.name == "step_revised") subject += ", " + text("to");
  if (const Value* due = find(view.body, "due"); due != nullptr && due->get<Day>() != nullptr) subject += " by " + to_string(*due->get<Day>());
  return subject;
}

std::string causes_of(const BodyView& view) {
  const Value* because = find(view.body, "because");
  const Values* why = because == nullptr ? nullptr : because->get<Values>();
  const Value* causes = why == nullptr ? nullptr : find(*why, "causes");
  const ValueList* versions = causes == nullptr ? nullptr : causes->get<ValueList>();
  std::string text;
  if (versions == nullptr) return text;
  for (const Value& version : *versions)
    if (const auto* number = version.get<std::int64_t>()) text += (text.empty() ? "" : ", ") + std::to_string(*number);
  return text;
}

}  // namespace ritrovo::tools
