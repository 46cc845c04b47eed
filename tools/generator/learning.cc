#include "tools/generator/learning.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "tools/generator/courses.h"

namespace ritrovo::generator {
namespace {

const Sender kSchool{"t-011", "istituto-comprensivo", "teacher"};
const Sender kCpia{"t-021", "cpia-milano", "teacher"};
constexpr std::array<const char*, 6> kLevelNames = {"none", "pre_a1", "a1", "a2", "b1", "b1_plus"};
constexpr std::array<const char*, 4> kTimes = {"morning", "afternoon", "evening", "any"};

/// What a relative does at school or in a course; lines of one after another.
class Lessons {
 public:
  Lessons(Script& script, const Person& person) : script_(script), random_(script.random()), person_(person) {}

  Point report(Point at, const Sender& sender, const char* fact, const std::vector<Member>& data, int lateness = 0) {
    at.at = script_.report(at.day, at.at, sender, fact, person_.alias, data, lateness);
    at.day = at.day.plus(lateness);
    return at;
  }
  Point form(Point at, const char* step, const char* fact, const std::vector<Member>& data) {
    at.at = script_.form(at.day, at.at, script_.caseworker(), step, fact, person_.alias, data);
    return at;
  }
  Point decide(Point at, const char* step, const char* outcome) {
    at.at = script_.complete(at.day, at.at, script_.caseworker(), step, person_.alias, outcome, {});
    return at;
  }
  [[nodiscard]] int age(Day day) const { return age_on(person_.birth_date, day); }

  Script& script_;
  Random& random_;
  const Person& person_;
};

class Schooling : Lessons {
 public:
  using Lessons::Lessons;
  Point live(Point entered);

 private:
  Point enrol(Point at, int school_class, bool beginner);
  Point check(Point enrolled);
  Point absent(Point at);
  Point refuses(Point at);
};

Point Schooling::live(Point entered) {
  Point at = after(entered, random_.between(1, 9));
  const std::size_t italian = random_.pick({.6, .2, .1, .06, .04});
  at = form(at, "school/schooling_interview", "schooling.assessed",
            {{"years_attended", json_text(std::clamp(age(at.day) - 6, 0, 12))},
             {"certificates", json_truth(random_.chance(.6))},
             {"vaccinations", json_truth(random_.chance(.7))},
             {"italian", json_text(kLevelNames[italian])},
             {"assessed_on", json_text(at.day)}});
  const auto assessed = at.day.date();
  const auto born = person_.birth_date.date();
  const int school_class = static_cast<int>(assessed.year()) - (static_cast<unsigned>(assessed.month()) >= 6 ? 0 : 1) - static_cast<int>(born.year()) - 5;
  if (school_class < 1 || age(at.day) >= 18) return at;
  if (school_class >= 9 && !script_.messy() && random_.chance(.6)) {
    const char* ways[] = {"upper_secondary", "vocational", "adult_school"};
    at = decide(at, "school/guidance", ways[random_.pick({.5, .3, .2})]);
  }
  // Classes fill up in autumn: some are asked twice, and some wait for September.
  for (double full = .25; random_.chance(.8); full = 0) {
    const std::string number = script_.reference("RP");
    at = after(at, random_.between(0, 4));
    at = report(at, script_.caseworker(), "place.requested",
                {{"number", number}, {"school", script_.reference("IC")}, {"requested_on", json_text(at.day)}});
    const bool none = random_.chance(full);
    at = after(at, random_.between(1, 6));
    at = report(at, kSchool, "place.answered",
                {{"number", number}, {"places", json_text(none ? 0 : random_.between(1, 4))}, {"answered_on", json_text(at.day)}});
    if (!none) break;
  }
  if (random_.chance(.12)) {
    const auto date = at.day.date();
    const Day september = day_of(static_cast<int>(date.year()) + (static_cast<unsigned>(date.month()) >= 9 ? 1 : 0), 9, 12);
    at.day = working(september);
  }
  return check(enrol(after(at, random_.between(1, 10)), school_class, italian <= 2));
}

Point Schooling::enrol(Point at, int school_class, bool beginner) {
  const bool with_reserve = random_.chance(.25);
  const bool provisional = random_.chance(.2);
  const bool other_class = school_class > 1 && random_.chance(.1);
  const char* kind = school_class <= 5 ? "primary" : school_class <= 8 ? "lower_secondary" : random_.chance(.7) ? "upper_secondary" : "vocational";
  const std::vector<Member> data{{"school", script_.reference("IC")},
                                 {"kind", json_text(kind)},
                                 {"class_year", json_text(std::clamp(school_class - (other_class ? 1 : 0), 1, 13))},
                                 {"with_reserve", json_truth(with_reserve)},
                                 {"provisional_code", json_truth(provisional)},
                                 {"enrolled_on", json_text(at.day)}};
  at = random_.chance(.3) ? report(at, kSchool, "school.enrolled", data, script_.lateness(.2, 20)) : form(at, "school/enrolment", "school.enrolled", data);
  if (with_reserve && random_.chance(.7)) {
    const Point papers = after(at, random_.between(20, 170));
    report(papers, kSchool, "school_papers.completed", {{"completed_on", json_text(papers.day)}});
  }
  if (provisional) {
    const Point code = after(at, random_.between(10, 120));
    report(code, script_.caseworker(), "pupil_code.assigned", {{"assigned_on", json_text(code.day)}});
  }
  if (other_class) {
    const Point board = after(at, random_.between(3, 25));
    report(board, kSchool, "class.decided", {{"ground", json_text(random_.chance(.5) ? "skills" : "origin_system")}, {"decided_on", json_text(board.day)}});
  }
  if (beginner && random_.chance(.7)) {
    const Point support = after(at, random_.between(3, 25));
    report(support, kSchool, "italian_support.started", {{"started_on", json_text(support.day)}});
  }
  return at;
}

Point Schooling::check(Point enrolled) {
  const Point at = after(enrolled, random_.between(33, 60));
  if (!random_.chance(.12)) return decide(at, "school/first_check", "attends");
  return absent(decide(at, "school/first_check", "irregular"));
}

Point Schooling::absent(Point at) {
  at = after(at, random_.between(0, 3));
  at = report(at, kSchool, "absence.reported",
              {{"number", script_.reference("ASS")}, {"school_days", json_text(random_.between(5, 25))}, {"reported_on", json_text(at.day)}});
  at = after(at, random_.between(2, 15));
  switch (random_.pick({.7, .1, .2})) {
    case 0: return report(at, kSchool, "pupil.returned", {{"returned_on", json_text(at.day)}});
    case 1: return decide(at, "school/drop_out_risk", "excused");
    default: return refuses(at);
  }
}

Point Schooling::refuses(Point at) {
  // The age on the day of the report decides; a birthday between then and now would make it hard to foresee.
  if (age(at.day) == 16 || age(at.day.plus(-30)) == 15) return decide(at, "school/drop_out_risk", "excused");
  const bool compulsory = age(at.day) < 16;
  at = decide(at, "school/drop_out_risk", "refuses");
  at = after(at, random_.between(2, 12));
  if (!compulsory) return decide(at, "school/other_training", random_.chance(.6) ? "found" : "not_found");
  at = form(at, "school/admonition", "mayor.admonished", {{"admonished_on", json_text(at.day)}});
  if (random_.chance(.6)) {
    const Point back = after(at, random_.between(1, 4));
    return report(back, kSchool, "pupil.returned", {{"returned_on", json_text(back.day)}});
  }
  return decide(after(at, random_.between(14, 25)), "school/reported_to_court", "reported");
}

class Learning : Lessons {
 public:
  using Lessons::Lessons;
  Point live(Point entered);

 private:
  std::optional<Point> find_course(Point at, const CourseNeed& need);
  Point offer(Point at, const Course& course, int places);
  Point attend(Point started, const Course& course, std::size_t level);
  Point finish(Point completed, std::size_t level, std::size_t target);

  const Course* course_ = nullptr;
};

Point Learning::live(Point entered) {
  Point at = after(entered, random_.between(8, 50));
  if (random_.chance(.05)) return decide(at, "language/language_needs", "declined");
  CourseNeed need;
  need.municipio = random_.between(1, 9);
  need.time_of_day = static_cast<int>(random_.pick({.25, .15, .2, .4}));
  need.childcare = random_.chance(.12);
  need.travels = random_.chance(.45);
  at = form(at, "language/language_needs", "language.need_told",
            {{"municipio", json_text(need.municipio)},
             {"time_of_day", json_text(kTimes[static_cast<std::size_t>(need.time_of_day)])},
             {"childcare", json_truth(need.childcare)},
             {"travels", json_truth(need.travels)},
             {"told_on", json_text(at.day)}});
  at = after(at, random_.between(3, 40));
  if (random_.chance(.04)) return decide(at, "language/language_test", "declined");
  const std::size_t level = random_.pick({.5, .2, .17, .1, .02, .01});
  const bool literate = level > 0 || random_.chance(.7);
  at = report(at, kCpia, "language.tested", {{"level", json_text(kLevelNames[level])}, {"literate", json_truth(literate)}, {"tested_on", json_text(at.day)}});
  if (level == 5) return at;
  need.level = level == 0 ? (literate ? 2 : 1) : static_cast<int>(level) + 1;
  const std::optional<Point> found = find_course(at, need);
  if (!found) return decide(after(at, random_.between(62, 90)), "language/course_match", "given_up");
  const Point begins = after(*found, random_.between(5, 30));
  if (random_.chance(.07)) return report(begins, script_.caseworker(), "course.not_taken", {{"reason", json_text("work")}, {"told_on", json_text(begins.day)}});
  return attend(report(begins, kCpia, "course.started", {{"started_on", json_text(begins.day)}}), *course_, level);
}

Point Learning::offer(Point at, const Course& course, int places) {
  return report(at, kCpia, "course.offered",
                {{"course", json_text(course.code)},
                 {"provider", json_text(course.provider)},
                 {"level", json_text(kLevelNames[static_cast<std::size_t>(course.level)])},
                 {"municipio", json_text(course.municipio)},
                 {"time_of_day", json_text(kTimes[static_cast<std::size_t>(course.time_of_day)])},
                 {"childcare", json_truth(course.childcare)},
                 {"places", json_text(places)},
                 {"hours", json_text(course.hours)},
                 {"starts_on", json_text(working(at.day.plus(14)))},
                 {"offered_on", json_text(at.day)}});
}

/// Offers one course after another until one suits; what doesn't is offered too, now and then, as it is in life.
std::optional<Point> Learning::find_course(Point at, const CourseNeed& need) {
  std::vector<const Course*> suitable;
  std::vector<const Course*> of_level;
  for (const Course& course : courses()) {
    if (suits(course, need)) suitable.push_back(&course);
    else if (course.level == need.level) of_level.push_back(&course);
  }
  const auto any = [&](const std::vector<const Course*>& from) { return from[static_cast<std::size_t>(random_.between(0, static_cast<int>(from.size()) - 1))]; };
  if (!of_level.empty() && random_.chance(.2)) at = offer(after(at, random_.between(2, 12)), *any(of_level), random_.between(1, 6));
  if (suitable.empty()) return std::nullopt;
  if (random_.chance(.1)) at = offer(after(at, random_.between(2, 12)), *any(suitable), 0);
  course_ = any(suitable);
  return offer(after(at, random_.between(3, 40)), *course_, random_.between(1, 8));
}

Point Learning::attend(Point started, const Course& course, std::size_t level) {
  Point at = started;
  if (random_.chance(.7)) {
    at = after(at, random_.between(1, 10));
    at = report(at, kCpia, "training_pact.signed",
                {{"hours", json_text(course.hours)}, {"hours_credited", json_text(random_.between(0, course.hours / 10))}, {"signed_on", json_text(at.day)}});
  }
  const bool drops = random_.chance(.3);
  int given = 0;
  for (int month = 0; month < (drops ? 1 : 4); ++month) {
    at = after(at, random_.between(28, 50));
    given += course.hours / 4;
    const int attended = given * (drops ? random_.between(20, 60) : random_.between(65, 100)) / 100;
    at = report(at, kCpia, "attendance.recorded",
                {{"hours_given", json_text(given)}, {"hours_attended", json_text(attended)}, {"recorded_on", json_text(at.day)}});
  }
  at = after(at, random_.between(5, 60));
  if (!drops) return finish(report(at, kCpia, "course.completed", {{"completed_on", json_text(at.day)}}), level, static_cast<std::size_t>(course.level));
  at = report(at, kCpia, "course.dropped", {{"dropped_on", json_text(at.day)}});
  // Who isn't reached in thirty days is let go: the term speaks.
  if (random_.chance(.4)) return after(at, 40);
  return decide(after(at, random_.between(3, 25)), "language/drop_out_talk", random_.chance(.5) ? "another_course" : "ended");
}

Point Learning::finish(Point completed, std::size_t level, std::size_t target) {
  if (random_.chance(.1)) return after(completed, 75);
  const bool passed = random_.chance(.88);
  Point at = after(completed, random_.between(3, 45));
  at = report(at, kCpia, "exam.held", {{"level", json_text(kLevelNames[passed ? target : level])}, {"held_on", json_text(at.day)}});
  if (!passed) return at;
  at = after(at, random_.between(10, 70));
  return report(at, kCpia, "certificate.issued", {{"number", script_.reference("ATT")}, {"issued_on", json_text(at.day)}});
}

}  // namespace

Point go_to_school(Script& script, const Person& person, Point entered) { return Schooling(script, person).live(entered); }
Point learn_italian(Script& script, const Person& person, Point entered) { return Learning(script, person).live(entered); }

}  // namespace ritrovo::generator
