#include "tools/generator/courses.h"

#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace ritrovo::generator {
namespace {

constexpr int kLevels = 5;
constexpr int kMunicipi = 9;
constexpr int kTimes = 3;

std::vector<Course> make_courses() {
  constexpr std::array<std::string_view, 4> kProviders = {"cpia", "scuola-popolare", "associazione", "parrocchia"};
  // Literacy courses first; hours as adult schools and courses with European funds give them.
  constexpr std::array<int, kLevels + 1> kHours = {0, 100, 100, 80, 80, 60};
  std::vector<Course> all;
  for (int municipio = 1; municipio <= kMunicipi; ++municipio) {
    for (int level = 1; level <= kLevels; ++level) {
      for (int time = 0; time < kTimes; ++time) {
        // Not everywhere at every hour, and the higher the level the rarer.
        if ((municipio + level + time) % 3 == 0 || (level >= 4 && (municipio + time) % 2 == 0)) continue;
        const std::string_view provider = kProviders[static_cast<std::size_t>(municipio * 7 + level * 3 + time) % kProviders.size()];
        all.push_back({fmt::format("M{}-L{}-{}", municipio, level, time), fmt::format("{}-{}", provider, municipio), level, municipio, time,
                       time != 2 && (municipio + time) % 2 == 0, kHours[static_cast<std::size_t>(level)]});
      }
    }
  }
  for (int level = 2; level <= kLevels; ++level)
    all.push_back({fmt::format("ONLINE-L{}", level), "online", level, 0, 2, false, kHours[static_cast<std::size_t>(level)]});
  return all;
}

}  // namespace

std::span<const Course> courses() {
  static const std::vector<Course> kCourses = make_courses();
  return kCourses;
}

bool suits(const Course& course, const CourseNeed& need) {
  if (course.level != need.level) return false;
  if (need.time_of_day != 3 && course.time_of_day != need.time_of_day) return false;
  if (course.municipio == 0) return true;
  return (need.travels || course.municipio == need.municipio) && (!need.childcare || course.childcare);
}

}  // namespace ritrovo::generator
