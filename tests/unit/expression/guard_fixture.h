#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "workflows/expression/expression.h"

namespace ritrovo::expression {

/// Variables by name, for tests; what isn't set is unknown.
class Facts : public Activation {
 public:
  explicit Facts(const Environment& environment) : environment_(environment) {}
  Facts& set(const std::string& name, Value value) {
    values_[*environment_.find(name)] = std::move(value);
    return *this;
  }
  [[nodiscard]] Value lookup(std::uint32_t variable) const override {
    auto found = values_.find(variable);
    return found == values_.end() ? Value::unknown(variable) : found->second;
  }

 private:
  const Environment& environment_;
  std::map<std::uint32_t, Value> values_;
};

/// One parameter, and weekdays as working days.
class LittleHost : public Host {
 public:
  [[nodiscard]] Value parameter(std::string_view name, Day day) const override {
    if (name != "social_allowance" || day.date().year() < std::chrono::year(2020))
      return Value::error(FailureKind::kHost, "no such parameter on that day");
    return Value::decimal(Decimal{600284, 2});
  }
  [[nodiscard]] Value is_working_day(Day day) const override { return Value::boolean(day.weekday().iso_encoding() < 6); }
};

inline Day day(int year, unsigned month, unsigned date) {
  return Day(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(date));
}

/// The names that the tests use: a, b (bool), x, y (int), text, amount (decimal), today, relative.birth_date (sealed),
/// entry.made.entered_on, application.filed.filed_on, relative.age_band (statistical), relatives (list of objects), anything (dyn).
inline Environment little_environment() {
  Environment out;
  for (const char* name : {"a", "b", "c"}) out.declare(Variable{name, Kind::kBool});
  for (const char* name : {"x", "y"}) out.declare(Variable{name, Kind::kInt});
  out.declare(Variable{"text", Kind::kString});
  out.declare(Variable{"amount", Kind::kDecimal});
  out.declare(Variable{"today", Kind::kDate});
  out.declare(Variable{"relative.birth_date", Kind::kDate, true});
  out.declare(Variable{"relative.age_band", Kind::kString, false, true});
  out.declare(Variable{"entry.made.entered_on", Kind::kDate});
  out.declare(Variable{"application.filed.filed_on", Kind::kDate});
  out.declare(Variable{"numbers", Type::list(Kind::kInt)});
  out.declare(Variable{"amounts", Type::list(Kind::kDecimal)});
  out.declare(Variable{"relatives", Type::list(Type::object("relative", {{"birth_date", Kind::kDate}, {"kinship", Kind::kString}}))});
  out.declare(Variable{"limits", Type::map(Kind::kString, Kind::kInt)});
  out.declare(Variable{"anything", Kind::kDyn});
  out.declare_host_functions();
  return out;
}

inline std::string problems_of(const Compiled& compiled) {
  std::string out;
  for (const Problem& each : compiled.problems) {
    out += std::to_string(each.line) + ":" + std::to_string(each.column) + " " + each.message +
           (each.hint.empty() ? "" : " [" + each.hint + "]") + "\n";
  }
  return out;
}

/// Compiles and evaluates over `facts`; the result as text, or the problems.
inline std::string result_of(const std::string& source, const Environment& environment, const Facts& facts) {
  Compiled compiled = compile(source, environment);
  EXPECT_NE(compiled.program.has_value(), !compiled.problems.empty()) << source;
  if (!compiled.program) return problems_of(compiled);
  return compiled.program->evaluate(facts, LittleHost()).printed();
}

/// The same where no variable is needed.
inline std::string result_of(const std::string& source) {
  Environment environment = little_environment();
  return result_of(source, environment, Facts(environment));
}

/// The problems of a source, one a line, as "line:column message [hint]".
inline std::string problems_in(const std::string& source, const Type& expected = Type(Kind::kDyn)) {
  return problems_of(compile(source, little_environment(), expected));
}

}  // namespace ritrovo::expression
