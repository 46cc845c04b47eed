#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/pathway/case_bench.h"
#include "workflows/reasons/case_story.h"
#include "workflows/reasons/explanation.h"

namespace ritrovo::reasons::test {

/// A case of tests/scenarios/every_kind.yaml, told line by line as a scenario has it, and explained.
class ToldCase {
 public:
  ToldCase() : bench_(pathway::test::library_of({"tests/scenarios/every_kind.yaml"})) {
    give("2024-01-08 open every-kind sponsor:sponsor{} relative:rel-1{birth_date=2015-05-01,relationship=child}");
  }
  ToldCase& give(const std::string& line) {
    bench_.give(line);
    return *this;
  }
  pathway::test::CaseBench& bench() { return bench_; }
  /// What is known by the last event; today is `today`.
  Knowledge knowledge(Day today) const {
    Knowledge known;
    known.events = bench_.events();
    known.opened = bench_.opened();
    known.libraries = {{Version(1), std::make_shared<const definition::Library>(bench_.library())}};
    known.today = today;
    return known;
  }
  [[nodiscard]] pathway::StepRef ref(std::string_view step, pathway::PersonIndex person = pathway::kNobody) const { return {bench_.pathway()->step_named(step), person, Version()}; }

 private:
  pathway::test::CaseBench bench_;
};

/// The texts of lines of that kind, those beneath others too.
inline std::vector<std::string> texts(const std::vector<Line>& lines, std::string_view kind) {
  std::vector<std::string> found;
  for (const Line& line : lines) {
    if (line.kind == kind) found.push_back(line.text);
    for (std::string& text : texts(line.more, kind)) found.push_back(std::move(text));
  }
  return found;
}

inline Day day(int year, unsigned month, unsigned of_month) { return Day(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(of_month)); }

}  // namespace ritrovo::reasons::test
