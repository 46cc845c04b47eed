#include "workflows/reasons/seen.h"

#include <algorithm>
#include <string>
#include <utility>

#include "workflows/expression/working.h"
#include "workflows/pathway/guard_context.h"
#include "workflows/pathway/instance_names.h"
#include "workflows/pathway/sealed_values.h"

namespace ritrovo::reasons {
namespace {

using definition::Variable;

/// Notes what is asked of the almanac.
class Looking final : public expression::Host {
 public:
  struct Found {
    std::string name;
    Day day;
    expression::Value value;
  };
  explicit Looking(const calendar::Almanac* almanac) : host_(almanac) {}
  [[nodiscard]] expression::Value parameter(std::string_view name, Day day) const override {
    expression::Value value = host_.parameter(name, day);
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const Found& found) { return found.name == name && found.day == day; });
    if (!known) found_.push_back({std::string(name), day, value});
    return value;
  }
  [[nodiscard]] expression::Value add_working_days(Day day, std::int64_t count) const override { return host_.add_working_days(day, count); }
  [[nodiscard]] expression::Value working_days_between(Day from, Day to) const override { return host_.working_days_between(from, to); }
  [[nodiscard]] expression::Value is_working_day(Day day) const override { return host_.is_working_day(day); }
  [[nodiscard]] const std::vector<Found>& found() const { return found_; }

 private:
  pathway::AlmanacHost host_;
  mutable std::vector<Found> found_;
};

/// The field that the variable stands for, or nullptr.
const definition::Field* field_of(const definition::Pathway& pathway, const Variable& variable) {
  if (variable.kind == Variable::Kind::kFactField) return &pathway.facts[variable.subject].fields[variable.field];
  if (variable.kind == Variable::Kind::kPersonField) return &pathway.persons[variable.subject].fields[variable.field];
  return nullptr;
}

bool is_sealed(const definition::Pathway& pathway, const Variable& variable) {
  if (const definition::Field* field = field_of(pathway, variable)) return field->privacy == definition::Privacy::kSealed;
  return variable.kind == Variable::Kind::kStepValue && pathway.steps[variable.subject].value_privacy == definition::Privacy::kSealed;
}

/// Persons of a group, each with the fields that the guard names.
std::string group_text(const CaseStory& story, const Asking& asking, const Variable& variable, std::string_view source, const expression::Value& group) {
  const definition::PersonRole& role = story.pathway().persons[variable.subject];
  std::string text;
  std::size_t member = 0;
  for (std::size_t i = 0; i < asking.state.core.persons.size(); ++i) {
    const pathway::Person& person = asking.state.core.persons[i];
    if (person.role != variable.subject || person.left || member >= group.items().size()) continue;
    const expression::Value& values = group.items()[member++];
    std::string told;
    for (const definition::Field& field : role.fields) {
      if (source.find("." + field.name) == std::string_view::npos) continue;
      const expression::Value* value = values.entry(std::string_view(field.name));
      const Result<ritrovo::Value> recorded = value == nullptr ? Result<ritrovo::Value>(ritrovo::Value()) : expression::to_record(*value);
      const bool hidden = field.privacy == definition::Privacy::kSealed && !story.knowledge().shows_personal;
      std::string said = value == nullptr ? story.withheld(BoxState::kErased) : hidden ? story.withheld(BoxState::kOpen) : recorded ? story.shown(*recorded, &field) : std::string("?");
      told += (told.empty() ? "" : ", ") + reading::lowered(story.words().title(field)) + " " + std::move(said);
    }
    text += (text.empty() ? "" : "; ") + story.person(static_cast<pathway::PersonIndex>(i)) + (told.empty() ? "" : ": " + told);
  }
  return text.empty() ? story.say("nessuno", "nobody") : text;
}

std::string value_text(const CaseStory& story, const Asking& asking, std::uint32_t index, std::string_view source, const expression::Value& value) {
  const Variable& variable = story.pathway().variables[index];
  if (value.is_unknown()) return story.say("non ancora comunicato", "not yet reported");
  if (value.is_error()) return value.failure_kind() == expression::FailureKind::kErased ? story.withheld(BoxState::kErased) : value.failure_message();
  if (variable.kind == Variable::Kind::kGroup) return group_text(story, asking, variable, source, value);
  if (is_sealed(story.pathway(), variable) && !story.knowledge().shows_personal) return story.withheld(BoxState::kOpen);
  if (variable.kind == Variable::Kind::kStepOutcome) {
    for (const definition::Outcome& outcome : story.pathway().steps[variable.subject].outcomes)
      if (value.kind() == expression::Kind::kString && outcome.name == value.as_text()) return story.words().quoted(story.words().title(outcome));
  }
  const Result<ritrovo::Value> recorded = expression::to_record(value);
  return recorded ? story.shown(*recorded, field_of(story.pathway(), variable)) : value.printed();
}

/// Whether every personal value that the guard reads may be shown.
bool all_shown(const CaseStory& story, definition::GuardIndex guard) {
  if (story.knowledge().shows_personal) return true;
  for (const std::uint32_t index : story.pathway().guards[guard].program.reads()) {
    const Variable& variable = story.pathway().variables[index];
    if (is_sealed(story.pathway(), variable) || variable.kind == Variable::Kind::kGroup) return false;
  }
  return true;
}

Line parameter_line(const CaseStory& story, const Asking& asking, const Looking::Found& found) {
  const calendar::Parameter* parameter = asking.library.almanac == nullptr ? nullptr : asking.library.almanac->parameter(found.name);
  Line line{"parameter", story.say("{} al {}: {}", "{} on {}: {}", story.words().quoted(story.words().parameter(found.name)), to_string(found.day), story.words().number(found.value.printed())), {}, {}};
  set(line.data, "parameter", found.name);
  set(line.data, "day", found.day);
  if (Result<ritrovo::Value> value = expression::to_record(found.value)) set(line.data, "value", std::move(*value));
  if (parameter == nullptr) return line;
  set(line.data, "version", std::int64_t{parameter->version});
  const Result<const calendar::DatedValue*> dated = calendar::value_on(*parameter, found.day);
  const calendar::Source& source = dated && !(*dated)->source.law.empty() ? (*dated)->source : parameter->source;
  line.text += story.say(" (parametro, versione {}", " (parameter, version {}", parameter->version);
  if (!source.law.empty()) line.text += "; " + source.law;
  if (!source.verified) line.text += fmt::format("; {}", story.words().unverified());
  line.text += ")";
  return line;
}

/// A working with its truth values, and what isn't given, in words; what stands in quotes stays.
std::string in_words(const CaseStory& story, std::string_view working) {
  std::string said;
  bool quoted = false;
  for (std::size_t at = 0; at < working.size();) {
    std::size_t end = at;
    while (end < working.size() && working[end] >= 'a' && working[end] <= 'z') ++end;
    const std::string_view word = quoted ? std::string_view() : working.substr(at, end - at);
    if (word == "null") said += story.shown({});
    else if (word == "true" || word == "false") said += story.shown(ritrovo::Value(word == "true"));
    else said += working.substr(at, end == at ? (++end, 1) : end - at);
    if (working[at] == '"' && (at == 0 || working[at - 1] != '\\')) quoted = !quoted;
    at = end;
  }
  return said;
}

}  // namespace

std::string variable_title(const CaseStory& story, std::uint32_t index) {
  const Variable& variable = story.pathway().variables[index];
  const reading::Wording& words = story.words();
  switch (variable.kind) {
    case Variable::Kind::kToday: return story.say("il giorno in cui si decide", "the day of deciding");
    case Variable::Kind::kOpenedOn: return story.say("il giorno di apertura del caso", "the day on which the case was opened");
    case Variable::Kind::kFactField: return fmt::format("{} ({})", words.quoted(words.title(*field_of(story.pathway(), variable))), words.quoted(words.title(story.pathway().facts[variable.subject])));
    case Variable::Kind::kPersonField: return fmt::format("{} ({})", words.quoted(words.title(*field_of(story.pathway(), variable))), words.person(variable.subject));
    case Variable::Kind::kGroup: return story.say("le persone del caso come {}", "persons in the case as {}", words.person(variable.subject));
    case Variable::Kind::kStepValue: return story.say("il valore di {}", "the value of {}", words.quoted(words.title(story.pathway().steps[variable.subject])));
    case Variable::Kind::kStepOutcome: return story.say("l'esito di {}", "the outcome of {}", words.quoted(words.title(story.pathway().steps[variable.subject])));
  }
  return {};
}

std::vector<Line> values_seen(const CaseStory& story, const Asking& asking, definition::GuardIndex guard) {
  std::vector<Line> lines;
  const std::vector<Draft> none;
  const pathway::SealedValues sealed(story.knowledge().opened, none, asking.state.core.version);
  const pathway::GuardContext context(story.pathway(), asking.state.core, sealed, scope_of(asking.ref), asking.today);
  const definition::Guard& declared = story.pathway().guards[guard];
  for (const std::uint32_t index : declared.program.reads()) {
    const expression::Value value = context.lookup(index);
    const pathway::Read read = context.read_of(index);
    const std::string said = value_text(story, asking, index, declared.source, value);
    Line line{value.is_unknown() ? "unknown" : "value", fmt::format("{}: {}", variable_title(story, index), said), {}, {}};
    if (read.version != Version() && !value.is_unknown()) line.text += story.say("  [evento {}]", "  [event {}]", read.version.value());
    set(line.data, "variable", pathway::variable_name(story.pathway(), index));
    set(line.data, "shown", said);
    if (read.value) set(line.data, "value", *read.value);
    if (read.version != Version()) set(line.data, "event", std::int64_t{read.version.value()});
    lines.push_back(std::move(line));
  }
  return lines;
}

expression::Value result_of(const CaseStory& story, const Asking& asking, definition::GuardIndex guard) {
  const std::vector<Draft> none;
  const pathway::SealedValues sealed(story.knowledge().opened, none, asking.state.core.version);
  const pathway::GuardContext context(story.pathway(), asking.state.core, sealed, scope_of(asking.ref), asking.today);
  return story.pathway().guards[guard].program.evaluate(context, pathway::AlmanacHost(asking.library.almanac.get()));
}

std::vector<Line> worked_out(const CaseStory& story, const Asking& asking, definition::GuardIndex guard) {
  std::vector<Line> lines;
  const std::vector<Draft> none;
  const pathway::SealedValues sealed(story.knowledge().opened, none, asking.state.core.version);
  const pathway::GuardContext context(story.pathway(), asking.state.core, sealed, scope_of(asking.ref), asking.today);
  const Looking host(asking.library.almanac.get());
  const std::vector<expression::Worked> workings = expression::workings(story.pathway().guards[guard].program, context, host);
  for (const Looking::Found& found : host.found()) lines.push_back(parameter_line(story, asking, found));
  if (!all_shown(story, guard)) return lines;
  for (const expression::Worked& worked : workings) {
    const bool condition = worked.result.kind() == expression::Kind::kBool;
    std::string result = condition ? std::string(worked.result.is_true() ? story.words().pick("vero", "true") : story.words().pick("falso", "false")) : worked.result.printed();
    if (worked.result.is_unknown()) result = story.say("non ancora noto", "not yet known");
    Line line{"working", fmt::format("{}{}{}", in_words(story, worked.text), condition || worked.result.is_unknown() ? ": " : " = ", result), {}, {}};
    set(line.data, "working", worked.text);
    if (Result<ritrovo::Value> value = expression::to_record(worked.result)) set(line.data, "result", std::move(*value));
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace ritrovo::reasons
