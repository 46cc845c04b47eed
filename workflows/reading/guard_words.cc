#include "workflows/reading/guard_words.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "workflows/reading/guard_names.h"

namespace ritrovo::reading {
namespace {

using expression::Function;
using expression::Node;
using expression::Op;
using Index = GuardNames::Index;

/// Whether a phrase must stand in brackets beside others.
enum class Binding : std::uint8_t { kTight, kSum, kSentence };

struct Said {
  std::string text;
  Binding binding = Binding::kTight;
};
using MaybeSaid = std::optional<Said>;

/// Walks a parsed guard. Its depth is bounded by the parser's (kGuardNestingMax).
class Reader : private GuardNames {
 public:
  Reader(const Wording& words, const expression::Syntax& syntax) : GuardNames(words, syntax), words_(words) {}

  MaybeSaid statement(Index at);
  MaybeSaid value(Index at);

 private:
  std::string_view pick(std::string_view it, std::string_view en) const { return words_.pick(it, en); }
  MaybeSaid joined(Index at, bool every);
  MaybeSaid alternatives(const std::vector<Index>& parts, std::size_t& from, bool every);
  MaybeSaid comparison(Index at);
  MaybeSaid compared_to_constant(Index left, Function function, const std::string& constant);
  MaybeSaid over_persons(Index at);
  MaybeSaid call(Index at);
  MaybeSaid member_call(Index at);
  MaybeSaid place_on_scale(Index at);
  MaybeSaid from_month_on(Index at);
  MaybeSaid arithmetic(Index at);
  MaybeSaid age(Index at);
  std::optional<std::string> on_day(Index at);
  MaybeSaid count_of(Index list);
  std::string bracketed(const Said& said, Binding loosest) const { return said.binding > loosest ? fmt::format("({})", said.text) : said.text; }

  const Wording& words_;
};

/// From `from` on, comparisons of one thing with constants, taken together: "x is “a”, “b” or “c”". `every`: with != in a conjunction.
MaybeSaid Reader::alternatives(const std::vector<Index>& parts, std::size_t& from, bool every) {
  const Function wanted = every ? Function::kNotEqual : Function::kEqual;
  const auto compared = [&](Index at) -> bool {
    return node(at).op == Op::kCall && node(at).function == wanted && !path(child(node(at), 0)).empty() && text_constant(child(node(at), 1)).has_value();
  };
  if (!compared(parts[from])) return statement(parts[from++]);
  const Index beside = child(node(parts[from]), 0);
  const std::string subject = path(beside);
  std::vector<std::string> constants;
  for (; from < parts.size() && compared(parts[from]) && path(child(node(parts[from]), 0)) == subject; ++from) {
    constants.push_back(constant_word(beside, *text_constant(child(node(parts[from]), 1))));
  }
  const MaybeSaid what = value(beside);
  if (!what) return std::nullopt;
  if (every && constants.size() > 1)
    return Said{fmt::format("{} {} {}", what->text, pick("non è né", "is neither"), fmt::join(constants, pick(" né ", " nor ")))};
  return Said{fmt::format("{} {} {}", what->text, every ? pick("non è", "is not") : pick("è", "is"), words_.any_of(constants))};
}

MaybeSaid Reader::joined(Index at, bool every) {
  std::vector<Index> parts;
  for (std::uint32_t i = 0; i < node(at).count; ++i) parts.push_back(child(node(at), i));
  std::vector<std::string> said;
  for (std::size_t from = 0; from < parts.size();) {
    const MaybeSaid part = alternatives(parts, from, every);
    if (!part) return std::nullopt;
    said.push_back(bracketed(*part, Binding::kSum));
  }
  if (said.size() == 1) return Said{said.front()};
  const std::string_view between = every ? pick(" e ", " and ") : pick(", oppure ", ", or ");
  return Said{fmt::format("{}", fmt::join(said, between)), Binding::kSentence};
}

/// A day as what follows something that holds then.
std::optional<std::string> Reader::on_day(Index at) {
  if (path(at) == "today") return std::string(pick("nel giorno in cui si decide", "on the day of deciding"));
  if (path(at) == "opened_on") return std::string(pick("nel giorno di apertura del caso", "on the day on which the case was opened"));
  const MaybeSaid day = value(at);
  if (!day) return std::nullopt;
  return fmt::format(fmt::runtime(pick("alla data {}", "on the date {}")), day->text);
}

MaybeSaid Reader::age(Index at) {
  const std::string birth = path(child(node(at), 0));
  const std::string before = birth.substr(0, birth.find('.'));
  const std::optional<std::string> on = on_day(child(node(at), 1));
  if (!on || birth.empty()) return std::nullopt;
  const definition::RoleIndex role = words_.pathway().person_role_named(before);
  if (role == definition::kNone) return Said{fmt::format(fmt::runtime(pick("l'età {}", "the age {}")), *on)};
  return Said{fmt::format(fmt::runtime(pick("l'età della persona ({}) {}", "the age of the {} {}")), words_.person(role), *on)};
}

MaybeSaid Reader::compared_to_constant(Index left, Function function, const std::string& constant) {
  const MaybeSaid what = value(left);
  if (!what) return std::nullopt;
  const bool equal = function == Function::kEqual;
  if (!equal && function != Function::kNotEqual) return std::nullopt;
  return Said{fmt::format("{} {} {}", what->text, equal ? pick("è", "is") : pick("non è", "is not"), constant_word(left, constant))};
}

struct Relation {
  Function function;
  std::string_view it, en, days_it, days_en;
};
constexpr std::array<Relation, 6> kRelations = {{
    {Function::kEqual, "è esattamente", "is", "è", "is"},
    {Function::kNotEqual, "non è", "is not", "non è", "is not"},
    {Function::kGreaterEqual, "è almeno", "is at least", "non precede", "is not before"},
    {Function::kGreater, "supera", "is more than", "segue", "is after"},
    {Function::kLessEqual, "non supera", "is at most", "non segue", "is not after"},
    {Function::kLess, "non raggiunge", "is less than", "precede", "is before"},
}};

/// The words of a comparison; empty for what isn't one.
std::string_view relation(const Wording& words, Function function, bool days) {
  for (const Relation& each : kRelations)
    if (each.function == function) return days ? words.pick(each.days_it, each.days_en) : words.pick(each.it, each.en);
  return {};
}

/// `day.getMonth() >= 5`: CEL counts months from 0.
MaybeSaid Reader::from_month_on(Index at) {
  constexpr std::array<std::string_view, 12> kItalian = {"gennaio", "febbraio", "marzo",     "aprile",  "maggio",   "giugno",
                                                         "luglio",  "agosto",   "settembre", "ottobre", "novembre", "dicembre"};
  constexpr std::array<std::string_view, 12> kEnglish = {"January", "February", "March",     "April",   "May",      "June",
                                                         "July",    "August",   "September", "October", "November", "December"};
  const Index month = child(node(at), 0);
  const auto from = whole_constant(child(node(at), 1));
  if (node(month).op != Op::kMemberCall || name(node(month)) != "getMonth" || node(at).function != Function::kGreaterEqual || !from || *from < 0 || *from > 11)
    return std::nullopt;
  const MaybeSaid day = value(child(node(month), 0));
  if (!day) return std::nullopt;
  const auto which = static_cast<std::size_t>(*from);
  return Said{fmt::format(fmt::runtime(pick("{} cade da {} in poi", "{} is in {} or later in the year")), day->text, pick(kItalian[which], kEnglish[which]))};
}

MaybeSaid Reader::comparison(Index at) {
  if (const MaybeSaid month = from_month_on(at)) return month;
  const Function function = node(at).function;
  const Index left = child(node(at), 0);
  const Index right = child(node(at), 1);
  if (relation(words_, function, false).empty()) return std::nullopt;
  if (const auto constant = text_constant(right)) return compared_to_constant(left, function, *constant);
  // `field == true`, as one writes it where leaving the field out means no.
  if (function == Function::kEqual && is_boolean(left) && is_true(right)) return statement(left);
  const std::optional<std::int64_t> whole = whole_constant(right);
  const bool counted = node(left).op == Op::kMemberCall && name(node(left)) == "size" && node(left).count == 1;
  if (counted && whole && ((function == Function::kGreater && *whole == 0) || (function == Function::kGreaterEqual && *whole == 1))) {
    if (const MaybeSaid group = count_of(child(node(left), 0))) return Said{fmt::format(fmt::runtime(pick("c'è almeno {}", "there is at least {}")), group->text)};
  }
  if (path(left) == "today" && function == Function::kGreaterEqual && is_call(right, "plus", 2)) {
    const MaybeSaid since = value(child(node(right), 0));
    const MaybeSaid length = value(child(node(right), 1));
    if (since && length) return Said{fmt::format(fmt::runtime(pick("da {1} è ormai trascorso il periodo di {0}", "{0} have passed since {1}")), bracketed(*length, Binding::kSum), since->text)};
  }
  const MaybeSaid first = value(left);
  const MaybeSaid second = value(right);
  if (!first || !second) return std::nullopt;
  const std::string unit = is_call(left, "age", 2) && whole ? std::string(pick(" anni", " years")) : "";
  return Said{fmt::format("{} {} {}{}", bracketed(*first, Binding::kSum), relation(words_, function, is_day(left) || is_day(right)),
                          bracketed(*second, Binding::kSum), unit)};
}

/// The persons of a list, as in "one relative for whom …": a group, or a group filtered.
MaybeSaid Reader::count_of(Index list) {
  const definition::RoleIndex role = role_of_group(list);
  if (role == definition::kNone) return std::nullopt;
  return Said{fmt::format(fmt::runtime(pick("una persona ({})", "one person ({})")), words_.person(role))};
}

MaybeSaid Reader::over_persons(Index at) {
  const definition::RoleIndex role = role_of_group(child(node(at), 0));
  if (role == definition::kNone || node(at).count != 2) return std::nullopt;
  enter(std::string(name(node(at))), role);
  const MaybeSaid body = statement(child(node(at), 1));
  leave();
  if (!body) return std::nullopt;
  const std::string person = words_.person(role);
  if (node(at).op == Op::kAll) return Said{fmt::format(fmt::runtime(pick("per ogni {} vale che {}", "for every {}, {}")), person, bracketed(*body, Binding::kSum))};
  if (node(at).op == Op::kExists) return Said{fmt::format(fmt::runtime(pick("per almeno una persona ({}) vale che {}", "for at least one {}, {}")), person, bracketed(*body, Binding::kSum))};
  if (node(at).op == Op::kFilter) return Said{fmt::format(fmt::runtime(pick("persone ({}) per cui {}", "persons ({}) for whom {}")), person, bracketed(*body, Binding::kSum))};
  return std::nullopt;
}

MaybeSaid Reader::statement(Index at) {
  const Node& here = node(at);
  if (here.op == Op::kAnd) return joined(at, true);
  if (here.op == Op::kOr) return joined(at, false);
  if (here.op == Op::kAll || here.op == Op::kExists) return over_persons(at);
  if (here.op == Op::kCall && here.function == Function::kNot) {
    const Index inner = child(here, 0);
    if (is_call(inner, "known", 1)) {
      const MaybeSaid what = value(child(node(inner), 0));
      return what ? MaybeSaid(Said{fmt::format(fmt::runtime(pick("il dato {} non è indicato", "{} is not given")), what->text)}) : std::nullopt;
    }
    if (is_boolean(inner)) {
      const MaybeSaid what = value(inner);
      return what ? MaybeSaid(Said{fmt::format(fmt::runtime(pick("per {} la risposta è no", "the answer to {} is no")), what->text)}) : std::nullopt;
    }
    const MaybeSaid said = statement(inner);
    return said ? MaybeSaid(Said{fmt::format(fmt::runtime(pick("non è vero che {}", "it is not true that {}")), bracketed(*said, Binding::kSum))}) : std::nullopt;
  }
  if (here.op == Op::kCall) return comparison(at);
  if (is_call(at, "known", 1)) {
    const MaybeSaid what = value(child(here, 0));
    return what ? MaybeSaid(Said{fmt::format(fmt::runtime(pick("il dato {} è indicato", "{} is given")), what->text)}) : std::nullopt;
  }
  if (is_boolean(at)) {
    const MaybeSaid what = value(at);
    return what ? MaybeSaid(Said{fmt::format(fmt::runtime(pick("per {} la risposta è sì", "the answer to {} is yes")), what->text)}) : std::nullopt;
  }
  return std::nullopt;
}

MaybeSaid Reader::arithmetic(Index at) {
  const Function function = node(at).function;
  if (node(at).count != 2) return std::nullopt;
  const MaybeSaid left = value(child(node(at), 0));
  const MaybeSaid right = value(child(node(at), 1));
  if (!left || !right) return std::nullopt;
  const bool tight = function == Function::kMultiply || function == Function::kDivide;
  std::string_view sign;
  if (function == Function::kAdd) sign = "+";
  if (function == Function::kSubtract) sign = "−";
  if (function == Function::kMultiply) sign = "×";
  if (function == Function::kDivide) sign = "÷";
  if (sign.empty()) return std::nullopt;
  const Binding loosest = tight ? Binding::kTight : Binding::kSum;
  return Said{fmt::format("{} {} {}", bracketed(*left, loosest), sign, bracketed(*right, tight ? Binding::kTight : function == Function::kSubtract ? Binding::kTight : Binding::kSum)),
              tight ? Binding::kTight : Binding::kSum};
}

/// `{"a1": 0, "a2": 1}[level]`: where something stands on a scale.
MaybeSaid Reader::place_on_scale(Index at) {
  const Index scale = child(node(at), 0);
  const Index what = child(node(at), 1);
  if (node(scale).op != Op::kMap) return std::nullopt;
  std::vector<std::string> steps;
  for (std::uint32_t i = 0; i + 1 < node(scale).count; i += 2) {
    const auto key = text_constant(child(node(scale), i));
    if (!key || whole_constant(child(node(scale), i + 1)) != std::int64_t{i / 2}) return std::nullopt;
    steps.push_back(constant_word(what, *key));
  }
  const MaybeSaid said = value(what);
  if (!said || steps.empty()) return std::nullopt;
  return Said{fmt::format(fmt::runtime(pick("{} (sulla scala da {} a {})", "{} (on the scale from {} to {})")), said->text, steps.front(), steps.back())};
}

MaybeSaid Reader::member_call(Index at) {
  if (name(node(at)) == "getFullYear" && node(at).count == 1) {
    const MaybeSaid day = value(child(node(at), 0));
    return day ? MaybeSaid(Said{fmt::format(fmt::runtime(pick("l'anno di {}", "the year of {}")), day->text)}) : std::nullopt;
  }
  if (name(node(at)) != "size" || node(at).count != 1) return std::nullopt;
  const Index list = child(node(at), 0);
  if (node(list).op == Op::kFilter) {
    const MaybeSaid filtered = over_persons(list);
    return filtered ? MaybeSaid(Said{fmt::format(fmt::runtime(pick("[numero di {}]", "[number of {}]")), filtered->text)}) : std::nullopt;
  }
  const definition::RoleIndex role = role_of_group(list);
  if (role == definition::kNone) return std::nullopt;
  return Said{fmt::format(fmt::runtime(pick("il numero di persone ({})", "the number of persons ({})")), words_.person(role))};
}

MaybeSaid Reader::call(Index at) {
  const Node& here = node(at);
  const auto argument = [&](std::uint32_t number) { return child(here, number); };
  if (is_call(at, "age", 2)) return age(at);
  if (is_call(at, "parameter", 2)) {
    const auto which = text_constant(argument(0));
    const std::optional<std::string> on = on_day(argument(1));
    if (!which || !on) return std::nullopt;
    return Said{fmt::format(fmt::runtime(pick("{} in vigore {}", "{} in force {}")), words_.quoted(words_.parameter(*which)), *on)};
  }
  if (is_call(at, "plus", 2)) {
    const MaybeSaid day = value(argument(0));
    const MaybeSaid length = value(argument(1));
    return day && length ? MaybeSaid(Said{fmt::format(fmt::runtime(pick("{} dopo {}", "{} after {}")), length->text, day->text)}) : std::nullopt;
  }
  if (is_call(at, "round", 2)) {
    const MaybeSaid amount = value(argument(0));
    const auto places = whole_constant(argument(1));
    if (!amount || !places) return std::nullopt;
    return Said{fmt::format(fmt::runtime(pick("{}, arrotondato a {} decimali", "{}, rounded to {} decimal places")), amount->text, *places), Binding::kSentence};
  }
  if (here.count != 1) return std::nullopt;
  const auto written = text_constant(argument(0));
  // A number stays the number that it is, however it is kept.
  if (!written && (name(here) == "int" || name(here) == "decimal")) return value(argument(0));
  if (!written) return std::nullopt;
  if (name(here) == "decimal") return Said{words_.number(*written)};
  if (name(here) == "date") {
    const Result<Day> day = parse_day(*written);
    return day ? MaybeSaid(Said{words_.that_day(*day)}) : std::nullopt;
  }
  if (name(here) == "period") {
    const Result<Period> period = parse_period(*written);
    return period ? MaybeSaid(Said{words_.length(*period, false)}) : std::nullopt;
  }
  return std::nullopt;
}

MaybeSaid Reader::value(Index at) {
  const Node& here = node(at);
  if (const auto whole = whole_constant(at)) return Said{fmt::format("{}", *whole)};
  if (const auto text = text_constant(at)) return Said{word(*text)};
  if (here.op == Op::kName || here.op == Op::kSelect) {
    std::optional<std::string> named = noun(at);
    return named ? MaybeSaid(Said{std::move(*named)}) : std::nullopt;
  }
  if (here.op == Op::kNamedCall) return call(at);
  if (here.op == Op::kMemberCall) return member_call(at);
  if (here.op == Op::kCall && here.function == Function::kIndex) return place_on_scale(at);
  if (here.op == Op::kCall) return arithmetic(at);
  if (here.op == Op::kConditional) {
    const MaybeSaid when = statement(child(here, 0));
    const MaybeSaid yes = value(child(here, 1));
    const MaybeSaid no = value(child(here, 2));
    if (!when || !yes || !no) return std::nullopt;
    // A choice within the first part would take the rest for its own; one within the last part is read on as it is meant.
    return Said{fmt::format(fmt::runtime(pick("{} se {}, altrimenti {}", "{} if {}, otherwise {}")), bracketed(*yes, Binding::kSum), bracketed(*when, Binding::kSum), no->text), Binding::kSentence};
  }
  return std::nullopt;
}

template <class Say>
std::optional<std::string> told(const Wording& words, std::string_view source, Say say) {
  const expression::Parsed parsed = expression::parse(source);
  if (!parsed.problems.empty() || parsed.too_deep || parsed.syntax.nodes.empty()) return std::nullopt;
  Reader reader(words, parsed.syntax);
  const MaybeSaid said = say(reader, parsed.syntax.root);
  if (!said) return std::nullopt;
  return said->text;
}

/// On one line, as written.
std::string verbatim(std::string_view source) {
  std::string line;
  for (const char c : source) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return fmt::format("`{}`", line);
}

}  // namespace

std::optional<std::string> condition_in_words(const Wording& words, std::string_view source) {
  return told(words, source, [](Reader& reader, Index root) { return reader.statement(root); });
}

std::optional<std::string> value_in_words(const Wording& words, std::string_view source) {
  return told(words, source, [](Reader& reader, Index root) { return reader.value(root); });
}

std::string condition(const Wording& words, std::string_view source) { return condition_in_words(words, source).value_or(verbatim(source)); }

std::string value(const Wording& words, std::string_view source) { return value_in_words(words, source).value_or(verbatim(source)); }

}  // namespace ritrovo::reading
