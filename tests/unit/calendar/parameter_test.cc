#include "workflows/calendar/parameter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/calendar/milan.h"

namespace ritrovo::calendar {
namespace {

using milan::day;

Parameter allowance() {
  Parameter parameter;
  parameter.name = "social_allowance";
  parameter.title = {"Assegno sociale", "Social allowance"};
  parameter.type = ParameterType::kDecimal;
  parameter.values = {{day("2013-01-01"), day("2013-12-31"), Decimal{575000, 2}, {}},
                      {day("2020-01-01"), std::nullopt, Decimal{597779, 2}, {}},
                      {day("2021-01-01"), std::nullopt, Decimal{598364, 2}, {}}};
  return parameter;
}

std::string value(std::string_view on) {
  const Parameter parameter = allowance();
  const auto found = value_on(parameter, day(on));
  return found ? to_string((*found)->value) : std::string(name_of(found.error().code));
}

TEST(Parameter, HoldsFromItsDayUntilTheNextOrThroughItsLast) {
  EXPECT_EQ(value("2012-12-31"), "not_found");
  EXPECT_EQ(value("2013-12-31"), "5750.00");
  EXPECT_EQ(value("2014-01-01"), "not_found");
  EXPECT_EQ(value("2020-12-31"), "5977.79");
  EXPECT_EQ(value("2021-01-01"), "5983.64");
  EXPECT_EQ(value("2030-01-01"), "5983.64");
}

TEST(Parameter, ReadsAndWritesEachType) {
  for (const auto& [type, text] : std::vector<std::pair<ParameterType, std::string>>{{ParameterType::kDecimal, "28.80"},
                                                                                     {ParameterType::kInt, "-15"},
                                                                                     {ParameterType::kText, "suspends"},
                                                                                     {ParameterType::kPeriod, "P2Y"}}) {
    const auto read = parse_parameter_value(type, text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(to_string(*read), text);
    EXPECT_EQ(read->index(), static_cast<std::size_t>(type));
    EXPECT_EQ(parameter_type_of(name_of(type)), type);
  }
  EXPECT_FALSE(parse_parameter_value(ParameterType::kInt, "2.0"));
  EXPECT_FALSE(parse_parameter_value(ParameterType::kInt, ""));
  EXPECT_FALSE(parse_parameter_value(ParameterType::kPeriod, "2 years"));
  EXPECT_FALSE(parse_parameter_value(ParameterType::kDecimal, "1e3"));
}

TEST(Parameter, NamesEveryProblem) {
  EXPECT_THAT(problems_of(allowance()), testing::IsEmpty());
  Parameter parameter = allowance();
  parameter.choices = {"a"};
  parameter.values.push_back({day("2020-06-01"), day("2020-05-01"), std::string("b"), {}});
  EXPECT_EQ(problems_of(parameter).size(), 4U) << "choices of a decimal, an end before the beginning, a text, out of order";
  parameter.type = ParameterType::kText;
  EXPECT_THAT(problems_of(parameter), testing::Contains(testing::HasSubstr("none of the choices")));
}

}  // namespace
}  // namespace ritrovo::calendar
