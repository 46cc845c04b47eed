#pragma once

#include <span>
#include <string>

namespace ritrovo::generator {

/// An Italian course as a city's list has it. Levels as in the pathway: 1 pre-A1, 2 A1, 3 A2, 4 B1, 5 B1+.
struct Course {
  std::string code;
  std::string provider;
  int level = 2;
  int municipio = 0;    ///< 0: online
  int time_of_day = 0;  ///< 0 morning, 1 afternoon, 2 evening
  bool childcare = false;
  int hours = 100;
};

/// What a learner asks of a course.
struct CourseNeed {
  int level = 2;
  int municipio = 1;
  int time_of_day = 3;  ///< 3: any
  bool childcare = false;
  bool travels = false;
};

/// The courses of a made-up year: adult schools and associations in nine districts, and some online. The same on every call.
[[nodiscard]] std::span<const Course> courses();

/// Whether it is what the learner asks for: level, district, time of day, childcare.
[[nodiscard]] bool suits(const Course& course, const CourseNeed& need);

}  // namespace ritrovo::generator
