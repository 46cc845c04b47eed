#include "tools/scenario/line.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "engine/record/value_json.h"

namespace ritrovo::scenario {
namespace {

tl::unexpected<Error> malformed(std::string message) { return failure(ErrorCode::kMalformed, std::move(message)); }

/// Splits at the separator, outside of quotes and braces.
Result<std::vector<std::string>> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  int braces = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\' && i + 1 < text.size()) {
      parts.back() += c;
      parts.back() += text[++i];
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '{') ++braces;
    if (!quoted && c == '}') --braces;
    if (c == separator && !quoted && braces == 0) parts.emplace_back();
    else parts.back() += c;
  }
  if (quoted) return malformed("a quote isn't closed");
  if (braces != 0) return malformed("a brace isn't closed");
  std::erase(parts, "");
  return parts;
}

bool is_whole(std::string_view text) {
  return !text.empty() && text.size() < 10 && (text.size() == 1 || text.front() != '0') && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Value value_of(std::string_view text) {
  if (text == "true" || text == "false") return text == "true";
  if (is_whole(text)) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  }
  if (text.empty() || text.front() != '"') return std::string(text);
  std::string plain;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    plain += text[i];
  }
  return plain;
}

std::string written(const Value& value) {
  const auto* text = value.get<std::string>();
  if (text == nullptr) {
    std::string json = to_json(value);
    std::erase(json, '"');
    return json;
  }
  const bool plain = !text->empty() && value_of(*text).get<std::string>() != nullptr && text->find_first_of(" \t\"\\{},=@") == std::string::npos;
  if (plain) return *text;
  std::string quoted = "\"";
  for (const char c : *text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

/// "role:alias{a=b,c=d}"
Result<NewPerson> person_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::size_t brace = std::min(text.find('{'), text.size());
  if (colon > brace) return malformed("a person is written ROLE:ALIAS{FIELD=VALUE,…}, not " + std::string(text));
  NewPerson person;
  person.role = text.substr(0, colon);
  person.alias = text.substr(colon + 1, brace - colon - 1);
  if (brace == text.size()) return person;
  const Result<std::vector<std::string>> fields = split(text.substr(brace + 1, text.size() - brace - 2), ',');
  if (!fields) return tl::unexpected(fields.error());
  for (const std::string& field : *fields) {
    const std::size_t equals = field.find('=');
    if (equals == std::string::npos) return malformed("a field is written FIELD=VALUE, not " + field);
    set(person.data, field.substr(0, equals), value_of(std::string_view(field).substr(equals + 1)));
  }
  return person;
}

Result<Version> version_of(std::string_view text) {
  if (!is_whole(text)) return malformed("an event is named by its number, not by " + std::string(text));
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return Version(number);
}

/// One word after the verb and what it is about.
Result<void> take_word(const std::string& word, Command& command) {
  const std::size_t equals = word.find('=');
  const std::string key = word.substr(0, equals);
  const std::string_view after = equals == std::string::npos ? std::string_view() : std::string_view(word).substr(equals + 1);
  if (word.front() == '@') {
    command.person = word.substr(1);
  } else if (key == "on") {
    const Result<Day> day = parse_day(after);
    if (!day) return tl::unexpected(day.error());
    command.effective_on = *day;
  } else if (key == "reason" && (command.verb == "correct" || command.verb == "withdraw")) {
    const ritrovo::Value reason = value_of(after);
    command.reason = reason.get<std::string>() == nullptr ? std::string(after) : *reason.get<std::string>();
  } else if (key == "step" && equals != std::string::npos) {
    command.step = after;
  } else if (key == "occurrence" || key == "of") {
    const Result<Version> version = version_of(after);
    if (!version) return tl::unexpected(version.error());
    (key == "of" ? command.of : command.occurrence) = *version;
  } else if (key == "as" && equals != std::string::npos) {
    // ROLE:ACTOR, or ROLE:ACTOR:ORGANISATION
    const std::size_t colon = std::min(after.find(':'), after.size());
    const std::string_view who = after.substr(std::min(colon + 1, after.size()));
    const std::size_t of = std::min(who.find(':'), who.size());
    command.actor = {std::string(who.substr(0, of)), std::string(who.substr(std::min(of + 1, who.size()))), {std::string(after.substr(0, colon))}};
  } else if (word.find(':') < equals) {
    Result<NewPerson> person = person_of(word);
    if (!person) return tl::unexpected(person.error());
    command.persons.push_back(std::move(*person));
  } else if (equals != std::string::npos) {
    set(command.data, key, value_of(after));
  } else {
    return malformed("'" + word + "' isn't understood: after the verb come @PERSON, FIELD=VALUE and ROLE:ALIAS{FIELD=VALUE,…}");
  }
  return {};
}

/// What a verb is about stands without a name behind it.
std::vector<std::string*> about(Command& command) {
  if (command.verb == "task") return {&command.action, &command.step};
  if (command.verb == "report") return {&command.fact};
  if (command.verb == "open") return {&command.pathway};
  if (command.verb == "message") return {&command.action};
  return {};
}

}  // namespace

Result<std::vector<std::string>> words_of(std::string_view line) { return split(line, ' '); }

Result<DatedCommand> read_command(std::string_view line) {
  const Result<std::vector<std::string>> words = words_of(line);
  if (!words) return tl::unexpected(words.error());
  if (words->size() < 2) return malformed("a line begins with the day and a verb");
  const Result<Day> today = parse_day(words->front());
  if (!today) return tl::unexpected(today.error());
  DatedCommand dated{*today, {}};
  Command& command = dated.command;
  command.case_id = CaseId(7);
  command.verb = (*words)[1];
  command.actor = {"u1", "", {"clerk"}};
  std::size_t next = 2;
  for (std::string* name : about(command)) {
    const bool given = next < words->size() && (*words)[next].front() != '@' && (*words)[next].find('=') == std::string::npos;
    if (!given) return malformed("'" + command.verb + "' needs to know what: " + (command.verb == "task" ? "task ACTION STEP" : command.verb + " NAME"));
    *name = (*words)[next++];
  }
  for (; next < words->size(); ++next)
    if (const Result<void> taken = take_word((*words)[next], command); !taken) return tl::unexpected(taken.error());
  return dated;
}

std::string line_of(const DatedCommand& dated) {
  Command command = dated.command;
  std::string line = to_string(dated.today) + " " + command.verb;
  const bool named_step = command.verb != "task" && !command.step.empty();
  for (const std::string* name : about(command)) line += " " + *name;
  if (named_step) line += " step=" + command.step;
  for (const NewPerson& person : command.persons) {
    line += " " + person.role + ":" + person.alias + "{";
    for (std::size_t i = 0; i < person.data.size(); ++i) line += (i == 0 ? "" : ",") + person.data[i].first + "=" + written(person.data[i].second);
    line += "}";
  }
  if (command.person) line += " @" + *command.person;
  for (const auto& [name, value] : command.data) line += " " + name + "=" + written(value);
  if (command.effective_on) line += " on=" + to_string(*command.effective_on);
  if (command.occurrence) line += " occurrence=" + std::to_string(command.occurrence->value());
  if (command.of) line += " of=" + std::to_string(command.of->value());
  if (!command.reason.empty()) line += " reason=" + written(command.reason);
  return line + " as=" + (command.actor.roles.empty() ? std::string() : command.actor.roles.front()) + ":" + command.actor.id +
         (command.actor.organisation.empty() ? "" : ":" + command.actor.organisation);
}

}  // namespace ritrovo::scenario
