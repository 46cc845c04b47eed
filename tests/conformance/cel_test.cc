#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>

#include "tests/conformance/cel_cases.h"
#include "tests/conformance/cel_exclusions.h"

namespace ritrovo::conformance {

namespace {

using expression::Activation;
using expression::Checking;
using expression::Compiled;
using expression::Environment;
using expression::Host;
using expression::HostFunction;
using expression::Kind;
using expression::Value;
using expression::Variable;

// The values that a test binds; a variable that is only declared is unknown.
class Bindings : public Activation {
 public:
  Bindings(const CelCase& test, const Environment& environment) {
    for (const auto& [name, value] : test.bindings) {
      if (auto variable = environment.find(name)) values_[*variable] = value;
    }
  }
  [[nodiscard]] Value lookup(std::uint32_t variable) const override {
    auto found = values_.find(variable);
    return found == values_.end() ? Value::unknown(variable) : found->second;
  }

 private:
  std::map<std::uint32_t, Value> values_;
};

Environment environment_of(const CelCase& test) {
  Environment out;
  out.set_container(test.container);
  // CEL's constants can't be declared here; the tests that try want them to stay what they are.
  auto constant = [](const std::string& name) { return name == "true" || name == "false" || name == "null"; };
  for (const auto& [name, type] : test.variables) {
    if (!constant(name)) out.declare(Variable{name, type});
  }
  for (const auto& [name, value] : test.bindings) {
    if (!constant(name) && !out.find(name)) out.declare(Variable{name, Kind::kDyn});
  }
  for (const FunctionForm& each : test.functions) {
    out.declare(HostFunction{each.name, each.parameters, each.result, [](const Host&, std::span<const Value>) { return Value::null(); }});
  }
  return out;
}

std::string problems_of(const Compiled& compiled) {
  std::string out = "refused:";
  for (const auto& each : compiled.problems) out += " " + each.message + ";";
  return out;
}

// What is wrong with the way guards take the test, or nothing. An error that the specification expects when the expression is evaluated
// may be found when it is compiled: guards fold conversions of literals, so that a wrong date is found before a case meets it.
std::string verdict(const CelCase& test) {
  Environment environment = environment_of(test);
  Compiled compiled = compile(test.source, environment, Kind::kDyn, test.unchecked ? Checking::kWhenRun : Checking::kBefore);
  if (!compiled.program) return test.error ? "" : problems_of(compiled);
  std::string type = compiled.program->result_type().printed();
  if (!test.type.empty() && test.type != type) return "is of type " + type + ", not " + test.type;
  if (test.check_only) return "";
  Value result = compiled.program->evaluate(Bindings(test, environment));
  if (test.error) return result.is_error() ? "" : "gives " + result.printed() + ", not an error";
  return same(result, *test.value) ? "" : "gives " + result.printed() + ", not " + test.value->printed();
}

struct Score {
  int total = 0;
  int applicable = 0;
  int passed = 0;
};

struct Outcome {
  std::map<std::string, Score> files;
  std::map<std::string_view, int> excluded;
  Score all;
  std::vector<std::string> failures;
};

const Outcome& the_run() {
  static const Outcome kOutcome = [] {
    Outcome run;
    for (const CelCase& test : read_cel_cases()) {
      Score& file = run.files[test.file];
      ++file.total;
      ++run.all.total;
      if (const Exclusion* exclusion = exclusion_of(test)) {
        ++run.excluded[exclusion->name];
        continue;
      }
      ++file.applicable;
      ++run.all.applicable;
      std::string wrong = verdict(test);
      if (wrong.empty()) {
        ++file.passed;
        ++run.all.passed;
      } else {
        run.failures.push_back(test.path() + (test.unchecked ? " (unchecked)" : "") + ": `" + test.source + "` " + wrong);
      }
    }
    return run;
  }();
  return kOutcome;
}

// The sentence that README.md must hold.
std::string score_sentence(const Outcome& run) {
  std::ostringstream out;
  out << "Of the CEL specification's " << run.all.total << " conformance tests " << run.all.applicable << " apply to guards and "
      << run.all.passed << " of these pass; " << run.all.total - run.all.applicable << " don't apply:";
  std::string_view separator = " ";
  for (const Exclusion& each : cel_exclusions()) {
    auto count = run.excluded.find(each.name);
    out << separator << each.name << " " << (count == run.excluded.end() ? 0 : count->second);
    separator = ", ";
  }
  out << ".";
  return out.str();
}

std::string on_one_line(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

}  // namespace

TEST(CelSpecification, EveryTestThatAppliesPasses) {
  const Outcome& run = the_run();
  std::cout << std::left << std::setw(20) << "file" << std::right << std::setw(8) << "tests" << std::setw(8) << "apply" << std::setw(8)
            << "pass"
            << "\n";
  for (const auto& [file, score] : run.files) {
    std::cout << std::left << std::setw(20) << file << std::right << std::setw(8) << score.total << std::setw(8) << score.applicable
              << std::setw(8) << score.passed << "\n";
  }
  for (const Exclusion& each : cel_exclusions()) {
    auto count = run.excluded.find(each.name);
    std::cout << "excluded: " << (count == run.excluded.end() ? 0 : count->second) << " " << each.name << " (" << each.reason << ")\n";
  }
  std::cout << score_sentence(run) << "\n";
  for (const std::string& each : run.failures) ADD_FAILURE() << each;
}

TEST(CelSpecification, EveryExclusionExcludesSomething) {
  for (const Exclusion& each : cel_exclusions()) EXPECT_TRUE(the_run().excluded.contains(each.name)) << each.name;
}

TEST(CelSpecification, TheReadmeTellsTheScore) {
  std::ifstream in(RITROVO_SOURCE_DIR "/README.md");
  std::string readme((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_NE(on_one_line(readme).find(score_sentence(the_run())), std::string::npos) << "README.md must say: " << score_sentence(the_run());
}

}  // namespace ritrovo::conformance
