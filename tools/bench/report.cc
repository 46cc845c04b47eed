#include "tools/bench/report.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace ritrovo::bench {
namespace {

namespace json = boost::json;

double rounded(double number) {
  const double scale = std::abs(number) >= 1000 ? 1 : std::abs(number) >= 10 ? 100 : 10'000;
  return std::round(number * scale) / scale;
}

json::value to_json(const Detail& detail) {
  if (const auto* count = std::get_if<std::int64_t>(&detail)) return *count;
  if (const auto* number = std::get_if<double>(&detail)) return rounded(*number);
  return json::value_from(std::get<std::string>(detail));
}

std::string to_text(const Detail& detail) {
  if (const auto* count = std::get_if<std::int64_t>(&detail)) return fmt::format("{}", *count);
  if (const auto* number = std::get_if<double>(&detail)) return fmt::format("{}", rounded(*number));
  return std::get<std::string>(detail);
}

void add_to(json::object& object, const Figure& figure) {
  object["value"] = rounded(figure.value);
  object["unit"] = figure.unit;
  object["limit"] = rounded(figure.limit);
  object["ratio"] = rounded(figure.ratio);
  object["goal"] = figure.goal;
  object["goal_is"] = figure.better == Better::kMore ? "at least" : "below";
  object["met"] = figure.met();
}

}  // namespace

Figure rate_figure(std::string name, double value, std::string unit, double limit, double goal) {
  return {std::move(name), value, std::move(unit), limit, limit > 0 ? value / limit : 0, goal, Better::kMore};
}

Figure time_figure(std::string name, double value, std::string unit, double limit, double goal) {
  return {std::move(name), value, std::move(unit), limit, value > 0 ? limit / value : 0, goal, Better::kMore};
}

Figure bounded_figure(std::string name, double value, std::string unit, double limit, double goal) {
  return {std::move(name), value, std::move(unit), limit, value, goal, Better::kLess};
}

double median(std::vector<double> numbers) {
  if (numbers.empty()) return 0;
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

void Report::check(bool right, std::string otherwise) {
  if (!right) wrong.push_back(std::move(otherwise));
}

void print_json(std::ostream& out, const Report& report) {
  json::object object{{"bench", report.bench}};
  if (!report.figures.empty()) add_to(object, report.figures.front());
  json::array figures;
  for (const Figure& figure : report.figures) {
    json::object one{{"name", figure.name}};
    add_to(one, figure);
    figures.push_back(std::move(one));
  }
  object["figures"] = std::move(figures);
  for (const auto& [name, detail] : report.details) object[name] = to_json(detail);
  object["wrong"] = json::value_from(report.wrong);
  out << json::serialize(object) << '\n';
}

void print_table(std::ostream& out, const Report& report) {
  out << fmt::format("{}\n  {:<34}{:>14}{:>14}  {:<14}{:>8}  {}\n", report.bench, "", "value", "limit", "unit", "ratio", "goal");
  for (const Figure& figure : report.figures) {
    out << fmt::format("  {:<34}{:>14}{:>14}  {:<14}{:>8}  {} {} {}\n", figure.name, rounded(figure.value), rounded(figure.limit), figure.unit,
                       rounded(figure.ratio), figure.better == Better::kMore ? ">=" : "<", figure.goal, figure.met() ? "reached" : "NOT reached");
  }
  for (const auto& [name, detail] : report.details) out << fmt::format("  {:<34}{:>14}\n", name, to_text(detail));
  for (const std::string& wrong : report.wrong) out << fmt::format("  WRONG: {}\n", wrong);
}

}  // namespace ritrovo::bench
