#include "workflows/expression/expression.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/limits.h"
#include "workflows/expression/code.h"
#include "workflows/expression/compilation.h"
#include "workflows/expression/functions.h"
#include "workflows/expression/lexer.h"
#include "workflows/expression/signatures.h"

namespace ritrovo::expression {

namespace {

Value no_answer(std::string_view what) { return Value::error(FailureKind::kHost, "there is no " + std::string(what) + " here"); }

bool is_path(std::string_view name) {
  bool start = true;
  for (char c : name) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    bool digit = c >= '0' && c <= '9';
    if (start ? !letter : !(letter || digit || c == '.')) return false;
    start = c == '.';
  }
  return !start;
}

// Byte offsets to lines and columns; columns count code points.
void locate(std::string_view source, Problem& problem) {
  problem.offset = std::min(problem.offset, source.size());
  problem.line = 1;
  problem.column = 1;
  for (char c : source.substr(0, problem.offset)) {
    if (c == '\n') {
      ++problem.line;
      problem.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++problem.column;
    }
  }
}

void sort_and_locate(std::string_view source, std::vector<Problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) { return a.offset < b.offset; });
  for (Problem& problem : problems) locate(source, problem);
}

std::optional<std::size_t> first_non_utf8(std::string_view source) {
  Value text = conversion(Function::kToString, Value::bytes(std::string(source)));
  if (!text.is_error()) return std::nullopt;
  auto high = std::find_if(source.begin(), source.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return static_cast<std::size_t>(high - source.begin());
}

}  // namespace

Value Host::parameter(std::string_view, Day) const { return no_answer("parameter"); }
std::optional<Day> Host::parameter_until(std::string_view, Day day) const { return day.plus(1); }
Value Host::add_working_days(Day, std::int64_t) const { return no_answer("calendar"); }
Value Host::working_days_between(Day, Day) const { return no_answer("calendar"); }
Value Host::is_working_day(Day) const { return no_answer("calendar"); }

std::uint32_t Environment::declare(Variable variable) {
  RITROVO_ASSERT(is_path(variable.name));
  auto place = std::lower_bound(by_name_.begin(), by_name_.end(), variable.name,
                                [this](std::uint32_t index, const std::string& name) { return variables_[index].name < name; });
  RITROVO_ASSERT(place == by_name_.end() || variables_[*place].name != variable.name);
  auto index = static_cast<std::uint32_t>(variables_.size());
  by_name_.insert(place, index);
  variables_.push_back(std::move(variable));
  return index;
}

void Environment::declare(HostFunction function) {
  RITROVO_ASSERT(is_path(function.name) && function.call != nullptr && function.name != "has" && function.name != "known");
  for (const Signature& each : signatures()) RITROVO_ASSERT(each.form != Form::kCall || each.name != function.name);
  functions_.push_back(std::move(function));
}

void Environment::declare_host_functions() {
  constexpr std::uint32_t kCalendarSteps = 50;
  declare(HostFunction{"parameter", {Kind::kString, Kind::kDate}, Kind::kDecimal, [](const Host& host, std::span<const Value> given) {
                         return host.parameter(given[0].as_text(), given[1].as_date());
                       },
                       10,
                       [](const Host& host, std::span<const Value> given) { return host.parameter_until(given[0].as_text(), given[1].as_date()); }});
  declare(HostFunction{
      "add_working_days",
      {Kind::kDate, Kind::kInt},
      Kind::kDate,
      [](const Host& host, std::span<const Value> given) { return host.add_working_days(given[0].as_date(), given[1].as_int()); },
      kCalendarSteps});
  declare(HostFunction{
      "working_days_between",
      {Kind::kDate, Kind::kDate},
      Kind::kInt,
      [](const Host& host, std::span<const Value> given) { return host.working_days_between(given[0].as_date(), given[1].as_date()); },
      kCalendarSteps});
  declare(HostFunction{"is_working_day", {Kind::kDate}, Kind::kBool, [](const Host& host, std::span<const Value> given) {
                         return host.is_working_day(given[0].as_date());
                       }});
}

std::optional<std::uint32_t> Environment::find(std::string_view name) const {
  auto place = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                                [this](std::uint32_t index, std::string_view wanted) { return variables_[index].name < wanted; });
  if (place == by_name_.end() || variables_[*place].name != name) return std::nullopt;
  return *place;
}

std::optional<std::uint32_t> Environment::resolve(const std::string& name, bool rooted) const {
  for (std::string around = rooted ? std::string() : container_; !around.empty();) {
    if (auto found = find(around + "." + name)) return found;
    std::size_t dot = around.rfind('.');
    around.resize(dot == std::string::npos ? 0 : dot);
  }
  return find(name);
}

Program::Program(std::shared_ptr<const Code> code) : code_(std::move(code)) {}
const std::string& Program::source() const { return code_->source; }
const Type& Program::result_type() const { return code_->result; }
const std::vector<std::uint32_t>& Program::reads() const { return code_->reads; }
bool Program::tainted() const { return code_->tainted; }
Value Program::evaluate(const Activation& activation, const Host& host) const { return expression::evaluate(*code_, activation, host); }
Value Program::evaluate(const Activation& activation, const Host& host, Lasting& lasting) const {
  return expression::evaluate(*code_, activation, host, &lasting);
}
Value Program::evaluate(const Activation& activation) const {
  static const Host kNone;
  return expression::evaluate(*code_, activation, kNone);
}

Compiled compile(std::string_view source, const Environment& environment, const Type& expected, Checking checking) {
  Compiled out;
  if (source.size() > limits::kGuardBytesMax) {
    out.problems.push_back(Problem{0, 1, 1,
                                   "the expression is longer than " + std::to_string(limits::kGuardBytesMax) + " bytes (kGuardBytesMax)",
                                   "split it over several steps"});
    return out;
  }
  if (auto place = first_non_utf8(source)) {
    out.problems.push_back(Problem{*place, 1, 1, "the expression isn't UTF-8", ""});
    sort_and_locate(source, out.problems);
    return out;
  }
  Parsed parsed = parse(source);
  out.problems = std::move(parsed.problems);
  if (!parsed.too_deep) {
    Code code = check(std::move(parsed.syntax), environment, expected, checking, out.problems);
    code.source = std::string(source);
    if (out.problems.empty()) out.program = Compilation::program(std::move(code));
  }
  sort_and_locate(source, out.problems);
  return out;
}

}  // namespace ritrovo::expression
