#include "engine/record/command_json.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <initializer_list>
#include <limits>
#include <span>

#include "engine/base/limits.h"
#include "engine/base/nearest_name.h"
#include "engine/base/printable.h"
#include "engine/record/case_ids.h"
#include "engine/record/command_bounds.h"
#include "engine/record/json_bridge.h"

namespace ritrovo {

namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 10> kCommonMembers = {"key",   "case", "opened_by",   "command",    "effective_on", "expect_version",
                                                             "actor", "at",   "correlation", "traceparent"};
constexpr std::array<std::string_view, 11> kVerbMembers = {"pathway",    "persons",  "fact",      "step",  "action", "person",
                                                           "occurrence", "corrects", "withdraws", "data", "reason"};

/// What belongs to a verb: members it needs, and members it may have besides.
struct Verb {
  std::string_view name;
  std::initializer_list<std::string_view> needed;
  std::initializer_list<std::string_view> allowed;
};

const std::array<Verb, 15>& verbs() {
  static const std::array<Verb, 15> kVerbs = {{
      {"open", {"pathway", "persons"}, {"data"}},
      {"report", {"fact"}, {"person", "occurrence", "data"}},
      {"add_person", {"persons"}, {"data"}},
      {"remove_person", {"person"}, {"data"}},
      {"task", {"step", "action"}, {"person", "occurrence", "data"}},
      {"suspend", {}, {"person", "data"}},
      {"resume", {}, {"person", "step", "occurrence", "data"}},
      {"close", {}, {"data"}},
      {"recount", {}, {}},
      {"split", {"data"}, {}},
      {"merge", {"data"}, {}},
      {"join", {"data"}, {"persons"}},
      {"message", {"action"}, {"person", "data"}},
      {"correct", {"corrects"}, {"data", "reason"}},
      {"withdraw", {"withdraws"}, {"reason"}},
  }};
  return kVerbs;
}

bool contains(const auto& names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

std::string hint(std::string_view typed, Names known) {
  const std::string near = nearest_name(typed, known);
  return near.empty() ? "" : "; did you mean \"" + near + "\"?";
}

std::vector<std::string_view> all_members() {
  std::vector<std::string_view> names(kCommonMembers.begin(), kCommonMembers.end());
  names.insert(names.end(), kVerbMembers.begin(), kVerbMembers.end());
  return names;
}

/// What a name can't hold, as a sentence; empty if it holds none of it.
std::string hidden_in(std::string_view name) {
  const std::size_t line_end = name.find('\n');
  const std::optional<HiddenCharacter> hidden = line_end == std::string_view::npos ? hidden_character(name) : HiddenCharacter{line_end, '\n'};
  return hidden ? "it holds a control character or one that nobody sees (" + code_point_name(hidden->code) + ")" : "";
}

/// All that is wrong, one problem a place: the first says it.
class Problems {
 public:
  explicit Problems(std::vector<Problem> found) : found_(std::move(found)) {}
  void add(std::string pointer, std::string message) {
    const auto here = [&pointer](const Problem& problem) { return problem.pointer == pointer; };
    if (std::none_of(found_.begin(), found_.end(), here)) found_.push_back({std::move(pointer), std::move(message)});
  }
  [[nodiscard]] bool empty() const { return found_.empty(); }
  [[nodiscard]] std::vector<Problem> take() { return std::move(found_); }

 private:
  std::vector<Problem> found_;
};

/// Reads the members of one JSON object; null counts as absent.
class Members {
 public:
  Members(const Values& values, std::string pointer, Problems& problems)
      : values_(values), pointer_(std::move(pointer)), problems_(problems) {}

  [[nodiscard]] std::string pointer(std::string_view name) const { return pointer_to(pointer_, name); }
  void problem(std::string_view name, std::string message) { problems_.add(pointer(name), std::move(message)); }
  [[nodiscard]] const Value* present(std::string_view name) const {
    const Value* value = find(values_, name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  [[nodiscard]] const Values& values() const { return values_; }
  [[nodiscard]] Problems& problems() { return problems_; }

  /// A text of 1 … `bytes_max` bytes, all of it to be seen.
  std::optional<std::string> name(std::string_view member, std::size_t bytes_max = limits::kNameBytesMax) {
    const Value* value = present(member);
    if (value == nullptr) return std::nullopt;
    const auto* text = value->get<std::string>();
    if (text == nullptr) return wrong<std::string>(member, "expected a string");
    if (text->empty()) return wrong<std::string>(member, "it is empty");
    if (text->size() > bytes_max) {
      const char* limit = member == "key" || member == "opened_by" ? "kKeyBytesMax" : member == "reason" ? "kTextBytesMax" : "kNameBytesMax";
      return wrong<std::string>(member, "over the limit of " + std::to_string(bytes_max) + " bytes (" + limit + ")");
    }
    if (std::string hidden = hidden_in(*text); !hidden.empty()) return wrong<std::string>(member, std::move(hidden));
    return *text;
  }
  std::string needed_name(std::string_view member, std::size_t bytes_max = limits::kNameBytesMax) {
    if (present(member) == nullptr) problem(member, "this member is missing");
    return name(member, bytes_max).value_or("");
  }
  /// A text that `parse` reads: a day, an instant, an id.
  template <class T>
  std::optional<T> parsed(std::string_view member, Result<T> (*parse)(std::string_view)) {
    const std::optional<std::string> text = name(member);
    if (!text) return std::nullopt;
    Result<T> value = parse(*text);
    if (!value) return wrong<T>(member, value.error().message);
    return *value;
  }
  std::optional<Version> version(std::string_view member, std::int64_t least) {
    const Value* value = present(member);
    if (value == nullptr) return std::nullopt;
    const auto* number = value->get<std::int64_t>();
    if (number == nullptr || *number < least || *number > std::numeric_limits<std::uint32_t>::max())
      return wrong<Version>(member, "expected a whole number from " + std::to_string(least));
    return Version(static_cast<std::uint32_t>(*number));
  }
  const Values* map(std::string_view member) {
    const Value* value = present(member);
    if (value == nullptr) return nullptr;
    if (value->get<Values>() == nullptr) problem(member, "expected an object");
    return value->get<Values>();
  }
  const ValueList* list(std::string_view member) {
    const Value* value = present(member);
    if (value == nullptr) return nullptr;
    if (value->get<ValueList>() == nullptr) problem(member, "expected a list");
    return value->get<ValueList>();
  }
  void refuse_unknown(Names known) {
    for (const auto& [name, value] : values_)
      if (!contains(known, name)) problem(name, "unknown member" + hint(name, known));
  }

 private:
  template <class T>
  std::optional<T> wrong(std::string_view member, std::string message) {
    problem(member, std::move(message));
    return std::nullopt;
  }
  const Values& values_;
  std::string pointer_;
  Problems& problems_;
};

/// W3C Trace Context, 3.2.2: version-traceid-parentid-flags in small hex digits. Of later versions only the beginning is known.
bool is_traceparent(std::string_view text) {
  constexpr std::string_view kShape = "xx-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-xx";
  if (text.size() < kShape.size() || text.starts_with("ff")) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (kShape[i] == 'x' ? !digit : text[i] != '-') return false;
  }
  const bool whole = text.size() == kShape.size() || (!text.starts_with("00") && text[kShape.size()] == '-');
  const auto zeros = [text](std::size_t from, std::size_t digits) { return text.substr(from, digits).find_first_not_of('0') == std::string_view::npos; };
  return whole && !zeros(3, 32) && !zeros(36, 16);
}

std::size_t nesting_of(const Value& value) {  // NOLINT(misc-no-recursion): reading has bounded the nesting
  std::size_t deepest = 0;
  if (const auto* list = value.get<ValueList>()) {
    for (const Value& item : *list) deepest = std::max(deepest, nesting_of(item));
    return deepest + 1;
  }
  if (const auto* map = value.get<Values>()) {
    for (const auto& [name, item] : *map) deepest = std::max(deepest, nesting_of(item));
    return deepest + 1;
  }
  return 0;
}

Values read_data(Members& members) {
  const Values* data = members.map("data");
  if (data == nullptr) return {};
  for (const auto& [name, value] : *data)
    if (nesting_of(value) > limits::kValueNestingMax)
      members.problems().add(pointer_to(members.pointer("data"), name),
                             "nested over the limit of " + std::to_string(limits::kValueNestingMax) + " levels (kValueNestingMax)");
  return *data;
}

Actor read_actor(Members& command) {
  const Values* values = command.map("actor");
  if (values == nullptr) {
    if (command.present("actor") == nullptr) command.problem("actor", "this member is missing");
    return {};
  }
  constexpr std::array<std::string_view, 3> kMembers = {"id", "organisation", "roles"};
  Members members(*values, command.pointer("actor"), command.problems());
  members.refuse_unknown(kMembers);
  Actor actor{members.needed_name("id"), members.name("organisation").value_or(""), {}};
  const ValueList* roles = members.list("roles");
  if (roles == nullptr) return actor;
  if (roles->size() > limits::kActorRolesMax)
    members.problem("roles", "over the limit of " + std::to_string(limits::kActorRolesMax) + " roles (kActorRolesMax)");
  for (std::size_t i = 0; i < roles->size(); ++i) {
    const auto* role = (*roles)[i].get<std::string>();
    if (role == nullptr || role->empty() || role->size() > limits::kNameBytesMax || !hidden_in(*role).empty()) {
      command.problems().add(pointer_to(members.pointer("roles"), std::to_string(i)), "expected a role's name");
    } else {
      actor.roles.push_back(*role);
    }
  }
  std::sort(actor.roles.begin(), actor.roles.end());
  actor.roles.erase(std::unique(actor.roles.begin(), actor.roles.end()), actor.roles.end());
  return actor;
}

std::vector<NewPerson> read_persons(Members& command) {
  constexpr std::array<std::string_view, 4> kMembers = {"alias", "role", "id", "data"};
  std::vector<NewPerson> persons;
  const ValueList* list = command.list("persons");
  if (list == nullptr) return persons;
  if (list->empty()) command.problem("persons", "it is empty");
  if (list->size() > limits::kPersonsMax)
    command.problem("persons", "over the limit of " + std::to_string(limits::kPersonsMax) + " persons (kPersonsMax)");
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string pointer = pointer_to(command.pointer("persons"), std::to_string(i));
    const auto* values = (*list)[i].get<Values>();
    if (values == nullptr) {
      command.problems().add(pointer, "expected an object");
      continue;
    }
    Members members(*values, pointer, command.problems());
    members.refuse_unknown(kMembers);
    NewPerson person{members.needed_name("alias"), members.needed_name("role"), members.parsed<PersonId>("id", PersonId::parse),
                     read_data(members)};
    const auto same = [&person](const NewPerson& other) { return other.alias == person.alias; };
    if (!person.alias.empty() && std::any_of(persons.begin(), persons.end(), same))
      members.problem("alias", "another person of this command has it");
    if (!person.alias.empty() && !is_alias(person.alias))
      members.problem("alias", "expected a small letter, then small letters, digits or hyphens, at most " + std::to_string(limits::kAliasBytesMax) +
                                   " in all ([a-z][a-z0-9-]{0,31}), such as rel-1: an alias is recorded in clear and names nobody");
    if (person.id && *person.id == folder_owner()) members.problem("id", "this id is reserved");
    persons.push_back(std::move(person));
  }
  return persons;
}

/// The verb's table entry; a problem and nothing where it is missing or unknown.
const Verb* read_verb(Members& members, const std::string& typed) {
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs()) {
    if (verb.name == typed) return &verb;
    names.push_back(verb.name);
  }
  if (typed.empty()) return nullptr;
  std::string meant = hint(typed, names);
  if (meant.empty()) {
    for (const std::string_view name : names) meant += (meant.empty() ? "; there are: " : ", ") + std::string(name);
  }
  members.problem("command", "unknown command" + meant);
  return nullptr;
}

void check_members(Members& members, const Verb* verb) {
  const std::vector<std::string_view> known = all_members();
  for (const auto& [name, value] : members.values()) {
    if (!contains(known, name)) {
      members.problem(name, name == "outcome" ? "unknown member; a task's outcome is given in \"data\": {\"outcome\": \"…\"}" : "unknown member" + hint(name, known));
    } else if (verb != nullptr && !value.is_null() && contains(kVerbMembers, name) && !contains(verb->needed, name) &&
               !contains(verb->allowed, name)) {
      members.problem(name, "\"" + std::string(verb->name) + "\" takes no such member");
    }
  }
  if (verb == nullptr) return;
  for (const std::string_view needed : verb->needed)
    if (members.present(needed) == nullptr) members.problem(needed, "this member is missing: \"" + std::string(verb->name) + "\" needs it");
}

CaseId read_case(Members& members, const Command& command, const ParseContext& context) {
  const std::optional<CaseId> named = members.parsed<CaseId>("case", CaseId::parse);
  if (named && named->value() == 0) members.problem("case", "this id is reserved");
  const std::optional<std::string> opener = members.name("opened_by", limits::kKeyBytesMax);
  if (command.verb == "open") {
    const CaseId derived = case_id_for(context.tenant, command.key);
    if (members.present("opened_by") != nullptr) members.problem("opened_by", "\"open\" takes no such member");
    if (named && *named != derived && !command.key.empty())
      members.problem("case", "a case that is opened gets its id from the key, and this isn't it; leave it out");
    return derived;
  }
  if (members.present("case") != nullptr && members.present("opened_by") != nullptr)
    members.problem("opened_by", "give \"case\" or \"opened_by\", not both");
  if (members.present("case") == nullptr && members.present("opened_by") == nullptr)
    members.problem("case", "this member is missing: give \"case\" or \"opened_by\"");
  if (named) return *named;
  return opener ? case_id_for(context.tenant, *opener) : CaseId();
}

Command read_command(Members& members, const ParseContext& context) {
  Command command;
  command.key = members.needed_name("key", limits::kKeyBytesMax);
  command.verb = members.needed_name("command");
  const Verb* verb = read_verb(members, command.verb);
  check_members(members, verb);
  command.case_id = read_case(members, command, context);
  command.pathway = members.name("pathway").value_or("");
  command.persons = read_persons(members);
  if (command.verb == "add_person" && command.persons.size() > 1) members.problem("persons", "\"add_person\" takes one person at a time");
  command.fact = members.name("fact").value_or("");
  command.step = members.name("step").value_or("");
  command.action = members.name("action").value_or("");
  command.person = members.name("person");
  command.occurrence = members.version("occurrence", 1);
  command.of = members.version(command.verb == "withdraw" ? "withdraws" : "corrects", 1);
  command.reason = members.name("reason", limits::kTextBytesMax).value_or("");
  command.data = read_data(members);
  command.effective_on = members.parsed<Day>("effective_on", parse_day);
  command.expect_version = members.version("expect_version", 0);
  if (context.actor_in_body) {
    command.actor = read_actor(members);
  } else if (members.present("actor") != nullptr) {
    members.problem("actor", "who speaks is known from the connection; leave it out");
  }
  command.at = members.parsed<Timestamp>("at", parse_timestamp);
  command.correlation = members.name("correlation").value_or("");
  command.traceparent = members.name("traceparent").value_or("");
  if (!command.traceparent.empty() && !is_traceparent(command.traceparent))
    members.problem("traceparent", "expected W3C Trace Context's form: 00-, 32 hex digits, -, 16 hex digits, -, 2 hex digits; neither id all zeros");
  return command;
}

}  // namespace

tl::expected<Command, std::vector<Problem>> parse_command(std::string_view json, const ParseContext& context) {
  JsonRead read = read_json(json, {limits::kCommandBytesMax, limits::kCommandNestingMax});
  if (read.syntax_error) return tl::unexpected(std::move(read.problems));
  Problems problems(std::move(read.problems));
  const auto* values = read.value.get<Values>();
  if (values == nullptr) {
    problems.add("", "a command is a JSON object");
    return tl::unexpected(problems.take());
  }
  Members members(*values, "", problems);
  Command command = read_command(members, context);
  if (!problems.empty()) return tl::unexpected(problems.take());
  return command;
}

namespace {

void put_text(boost::json::object& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}
void put_version(boost::json::object& object, std::string_view name, const std::optional<Version>& version) {
  if (version) object[name] = version->value();
}

boost::json::array json_of(const std::vector<NewPerson>& persons) {
  boost::json::array array;
  for (const NewPerson& person : persons) {
    boost::json::object object{{"alias", person.alias}, {"role", person.role}};
    if (person.id) object["id"] = person.id->printed();
    if (!person.data.empty()) object["data"] = to_boost(person.data);
    array.push_back(std::move(object));
  }
  return array;
}

boost::json::object json_of(const Actor& actor) {
  boost::json::object object{{"id", actor.id}};
  put_text(object, "organisation", actor.organisation);
  boost::json::array roles;
  for (const std::string& role : actor.roles) roles.push_back(boost::json::string(role));
  object["roles"] = std::move(roles);
  return object;
}

}  // namespace

std::string command_json(const Command& command) {
  boost::json::object object;
  object["key"] = command.key;
  if (command.verb != "open") object["case"] = command.case_id.printed();
  object["command"] = command.verb;
  put_text(object, "pathway", command.pathway);
  if (!command.persons.empty()) object["persons"] = json_of(command.persons);
  put_text(object, "fact", command.fact);
  put_text(object, "step", command.step);
  put_text(object, "action", command.action);
  if (command.person) object["person"] = *command.person;
  put_version(object, "occurrence", command.occurrence);
  put_version(object, command.verb == "withdraw" ? "withdraws" : "corrects", command.of);
  if (!command.data.empty()) object["data"] = to_boost(command.data);
  put_text(object, "reason", command.reason);
  if (command.effective_on) object["effective_on"] = to_string(*command.effective_on);
  put_version(object, "expect_version", command.expect_version);
  if (!command.actor.id.empty()) object["actor"] = json_of(command.actor);
  if (command.at) object["at"] = to_string(*command.at);
  put_text(object, "correlation", command.correlation);
  put_text(object, "traceparent", command.traceparent);
  return boost::json::serialize(object);
}

std::string to_string(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems)
    text += (text.empty() ? "" : "\n") + (problem.pointer.empty() ? "" : problem.pointer + ": ") + problem.message;
  return text;
}

}  // namespace ritrovo
