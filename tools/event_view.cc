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
  if (const Value* due = find(view.body, "due"); due != nullptr && due->get<Day>() != nullptr) subject += " by " + to_string(*due->get<Day>());
  return subject;
}

}  // namespace ritrovo::tools
