#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "workflows/definition/checker.h"

/// What a guard's program alone doesn't show: the dated parameters that it names, the words that it compares with, and whether a timer
/// that it needs would tell personal data.
namespace ritrovo::definition {
namespace {

bool part_of_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

std::size_t skip_blanks(std::string_view source, std::size_t at) {
  while (at < source.size() && (source[at] == ' ' || source[at] == '\n' || source[at] == '\t' || source[at] == '\r')) ++at;
  return at;
}

/// A text in quotes without escapes at `at`, which is moved behind it.
std::optional<std::string> plain_literal(std::string_view source, std::size_t& at) {
  if (at >= source.size() || (source[at] != '"' && source[at] != '\'')) return std::nullopt;
  const std::size_t end = source.find(source[at], at + 1);
  if (end == std::string_view::npos) return std::nullopt;
  std::string text(source.substr(at + 1, end - at - 1));
  at = end + 1;
  if (text.empty() || text.find('\\') != std::string::npos) return std::nullopt;
  return text;
}

/// A dotted name in a guard's source and the offset behind it; names inside quotes aren't names.
struct NameAt {
  std::string name;
  std::size_t end = 0;
};
std::vector<NameAt> names_in(std::string_view source) {
  std::vector<NameAt> names;
  for (std::size_t at = 0; at < source.size();) {
    if (source[at] == '"' || source[at] == '\'') {
      const std::size_t end = source.find(source[at], at + 1);
      at = end == std::string_view::npos ? source.size() : end + 1;
    } else if (part_of_name(source[at])) {
      const std::size_t begin = at;
      while (at < source.size() && (part_of_name(source[at]) || source[at] == '.')) ++at;
      names.push_back({std::string(source.substr(begin, at - begin)), at});
    } else {
      ++at;
    }
  }
  return names;
}

/// Where the byte `at` of a guard stands in the file.
Place place_at(std::size_t guard, std::size_t at, const Draft& draft) { return place_within(*draft.guard_nodes[guard], at, draft.problems); }

void check_parameter(std::size_t index, std::size_t at, Draft& draft, const calendar::Almanac& almanac) {
  const Guard& guard = draft.pathway->guards[index];
  at = skip_blanks(guard.source, at);
  if (at >= guard.source.size() || guard.source[at] != '(') return;
  at = skip_blanks(guard.source, at + 1);
  const Place place = place_at(index, at, draft);
  const auto name = plain_literal(guard.source, at);
  if (!name) {
    draft.problems.error(place, "the name of a parameter must be written in quotes", "write parameter(\"NAME\", DATE), so that it can be checked");
    return;
  }
  const calendar::Parameter* parameter = almanac.parameter(*name);
  if (parameter == nullptr) {
    std::vector<std::string> names;
    for (const calendar::Parameter& each : almanac.parameters()) names.push_back(each.name);
    draft.problems.error(place, fmt::format("there is no parameter \"{}\"", *name), suggest(*name, names));
    return;
  }
  if (parameter->type == calendar::ParameterType::kText || parameter->type == calendar::ParameterType::kPeriod)
    draft.problems.error(place, fmt::format("parameter {} is a {}, and guards compute with numbers", parameter->name, calendar::name_of(parameter->type)));
  check_days_covered(*parameter, place, draft);
}

const Field* field_named(const std::vector<Field>& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

/// The words that a name can be equal to: an enumeration's values, a step's outcomes; empty if any.
std::vector<std::string> words_of(const std::string& name, const Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  if (const auto index = draft.environment.find(name); index && *index < pathway.variables.size()) {
    const Variable& variable = pathway.variables[*index];
    if (variable.kind == Variable::Kind::kFactField) return pathway.facts[variable.subject].fields[variable.field].values;
    if (variable.kind == Variable::Kind::kPersonField) return pathway.persons[variable.subject].fields[variable.field].values;
    std::vector<std::string> words;
    if (variable.kind == Variable::Kind::kStepOutcome) {
      for (const Outcome& outcome : pathway.steps[variable.subject].outcomes) words.push_back(outcome.name);
    }
    return words;
  }
  // The outcome of a step of a person of a list: "r.outcomes.decision".
  if (const std::size_t within = name.find(".outcomes."); within != std::string::npos && name.find('.') == within) {
    const StepIndex step = pathway.step_named(std::string_view(name).substr(within + 10));
    std::vector<std::string> words;
    if (step != kNone)
      for (const Outcome& outcome : pathway.steps[step].outcomes) words.push_back(outcome.name);
    return words;
  }
  // A person of a list under the name that a macro gives it: "r.relationship".
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos || name.find('.', dot + 1) != std::string::npos) return {};
  std::vector<std::string> words;
  for (const PersonRole& role : pathway.persons) {
    const Field* field = role.many ? field_named(role.fields, name.substr(dot + 1)) : nullptr;
    if (field == nullptr) continue;
    if (field->kind != FieldKind::kEnumeration) return {};
    words.insert(words.end(), field->values.begin(), field->values.end());
  }
  return words;
}

void check_compared_word(std::size_t index, const NameAt& named, Draft& draft) {
  const Guard& guard = draft.pathway->guards[index];
  std::size_t at = skip_blanks(guard.source, named.end);
  const std::string_view relation = std::string_view(guard.source).substr(at, 2);
  if (relation != "==" && relation != "!=") return;
  at = skip_blanks(guard.source, at + 2);
  const std::size_t word = at;
  const auto literal = plain_literal(guard.source, at);
  if (!literal) return;
  const std::vector<std::string> words = words_of(named.name, draft);
  if (words.empty() || std::find(words.begin(), words.end(), *literal) != words.end()) return;
  draft.problems.error(place_at(index, word, draft), fmt::format("{} is never \"{}\"", named.name, *literal), suggest(*literal, words));
}

bool reads_today(const Guard& guard, const Pathway& pathway) {
  return std::any_of(guard.program.reads().begin(), guard.program.reads().end(), [&](std::uint32_t read) {
    return read < pathway.variables.size() && pathway.variables[read].kind == Variable::Kind::kToday;
  });
}

bool reads_statistical(const Guard& guard, const Draft& draft) {
  return std::any_of(guard.program.reads().begin(), guard.program.reads().end(), [&](std::uint32_t read) {
    return read < draft.environment.variables().size() && draft.environment.variables()[read].statistical;
  });
}

void check_timer(const Guard& guard, const GuardSite& site, Draft& draft) {
  if (site.use == GuardUse::kDay) {
    if (guard.program.tainted() || reads_statistical(guard, draft))
      draft.problems.error(guard.place, "this day derives from personal data, and its timer would tell it", "use public dates alone");
    if (reads_today(guard, *draft.pathway))
      draft.problems.error(guard.place, "a day that depends on \"today\" never comes to rest", "compare in \"when\" instead");
  } else if (site.use == GuardUse::kShown) {
    if (guard.program.tainted() || reads_today(guard, *draft.pathway))
      draft.problems.error(guard.place, "this is recorded in clear and derives from personal data, or from \"today\"", "use public or statistical fields alone");
  } else if (site.use == GuardUse::kValue && reads_today(guard, *draft.pathway)) {
    draft.problems.error(guard.place, "a value that depends on \"today\" would change every day", "compute it from the date of a fact, and compare with \"today\" in a guard");
  } else if (guard.program.tainted() && reads_today(guard, *draft.pathway)) {
    draft.problems.error(guard.place, "this compares \"today\" with personal data, and the day on which it turns would tell it",
                         "compare with a public date of a fact instead of \"today\"");
  }
}

}  // namespace

void check_days_covered(const calendar::Parameter& parameter, Place place, Draft& draft) {
  if (!draft.dated) return;
  const Day first = draft.pathway->valid_from;
  if (!calendar::value_on(parameter, first)) {
    draft.problems.error(place, fmt::format("parameter {} has no value on {}, from which day this pathway holds", parameter.name, to_string(first)),
                         "give the parameter an earlier value");
  }
  for (std::size_t i = 0; i < parameter.values.size(); ++i) {
    const auto& to = parameter.values[i].to;
    if (!to || *to < first) continue;
    const Day gap = to->plus(1);
    if (i + 1 == parameter.values.size())
      draft.problems.warning(place, fmt::format("parameter {} has no value from {} on", parameter.name, to_string(gap)));
    else if (parameter.values[i + 1].from > gap)
      draft.problems.error(place, fmt::format("parameter {} has no value from {} to {}", parameter.name, to_string(gap),
                                              to_string(parameter.values[i + 1].from.plus(-1))));
  }
}

void check_guards(Draft& draft, const calendar::Almanac& almanac) {
  for (std::size_t i = 0; i < draft.pathway->guards.size() && !draft.problems.full(); ++i) {
    const Guard& guard = draft.pathway->guards[i];
    check_timer(guard, draft.guard_sites[i], draft);
    for (const NameAt& named : names_in(guard.source)) {
      if (named.name == "parameter") check_parameter(i, named.end, draft, almanac);
      else check_compared_word(i, named, draft);
    }
  }
}

}  // namespace ritrovo::definition
