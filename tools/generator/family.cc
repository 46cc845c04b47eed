#include "tools/generator/family.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace ritrovo::generator {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr Day day_of(int y, unsigned m, unsigned d) { return Day(year_month_day(year(y), month(m), day(d))); }

/// From this day two years of residence are asked for spouses, adult children and parents (L. 9 December 2024, n. 187).
constexpr Day kTwoYearsFrom = day_of(2024, 12, 11);
const Sender kPrefecture{"import-prefettura", "prefettura-milano", "authority"};
const Sender kPolice{"import-questura", "questura-milano", "authority"};
const Sender kConsulate{"import-consolato", "maeci", "authority"};
const Sender kCourt{"import-tribunale", "tribunale-milano", "authority"};
const Sender kSchool{"t-011", "istituto-comprensivo", "teacher"};
const Sender kCpia{"t-021", "cpia-milano", "teacher"};

/// Offices work from Monday to Friday.
Day working(Day when) {
  const unsigned weekday = when.weekday().iso_encoding();
  return weekday > 5 ? when.plus(static_cast<std::int32_t>(8 - weekday)) : when;
}

struct Point {
  Day day;
  Timestamp at;
};

/// One family going its way. Each method is a leg of the journey.
class Family {
 public:
  Family(const Options& options, std::uint32_t index, Day start)
      : script_(options.seed, index, options.faults), random_(script_.random()), index_(index), household_(draw_household(random_, start)) {
    now_ = {working(start), Timestamp(0)};
  }

  std::vector<Planned> live() {
    reception();
    const Point ready = requirements();
    if (const std::optional<Point> filed = application(ready)) {
      // A child who comes of age while the file is put together stays behind.
      std::erase_if(admitted_, [&filed](const Person* person) {
        return person->relationship == Relationship::kChild && age_on(person->birth_date, filed->day) >= 18;
      });
      decision(*filed);
    }
    return script_.take();
  }

 private:
  std::string number(const char* prefix) { return json_text(fmt::format("{}{:06}{:03}", prefix, index_, random_.between(0, 999))); }
  static Point later(const Point& a, const Point& b) { return {std::max(a.day, b.day), Timestamp(std::max(a.at.value(), b.at.value()))}; }
  Point after(const Point& from, int days) const { return {working(from.day.plus(days)), from.at}; }
  bool admitted(const Person& person, Day checked) const {
    const int age = age_on(person.birth_date, checked);
    switch (person.relationship) {
      case Relationship::kSpouse: return age >= 18;
      case Relationship::kChild: return age < 18;
      case Relationship::kAdultChild: return disabled_;
      case Relationship::kParent: return dependent_;
    }
    return false;
  }

  /// The two years of residence, which the law asks unless protection or children alone exempt.
  Point after_two_years(Point at) const {
    if (!household_.protection() && !household_.only_children()) at.day = std::max(at.day, working(household_.resident_since.plus(2 * 366)));
    return at;
  }

  Point reception();
  Point requirements();
  Point sponsor_side();
  Point income(Point from);
  Point housing(Point from);
  Point relative_side(std::size_t index);
  std::optional<Point> application(Point ready);
  void decision(Point filed);
  Point integrations(Point from, int& rest);
  void refused(Point at, bool inadmissible);
  void journeys(Point granted, bool validity_runs);
  void journey(const Person& person, Point granted, bool validity_runs);
  void arrival(const Person& person, Point entered);
  void permit(const Person& person, Point booked, int age);
  void schooling(const Person& person, Point entered, int age);
  void language(const Person& person, Point entered, int age);
  int lateness(double probability, int most) { return script_.messy() && random_.chance(probability) ? random_.between(1, most) : 0; }

  Script script_;
  Random& random_;
  std::uint32_t index_;
  Household household_;
  Point now_{};
  Point permit_shown_{};
  bool disabled_ = false;
  bool dependent_ = true;
  std::vector<const Person*> admitted_;
};

Point Family::reception() {
  now_.at = script_.open(now_.day, household_);
  const char* channels[] = {"walk_in", "email", "phone", "appointment"};
  now_.at = script_.form(now_.day, now_.at, script_.caseworker(), "orientation", "orientation.held", "",
                         {{"channel", json_text(channels[random_.pick({.6, .2, .1, .1})])}, {"held_on", json_text(now_.day)}});
  if (random_.chance(.1 * script_.faults())) script_.refused(now_.day, now_.at, script_.caseworker(), "file", "", "not_offered");
  return now_;
}

Point Family::requirements() {
  Point ready = sponsor_side();
  for (std::size_t i = 0; i < household_.relatives.size(); ++i) ready = later(ready, relative_side(i));
  if (permit_shown_.day >= kTwoYearsFrom.plus(-1)) ready = after_two_years(ready);
  return after(ready, random_.between(1, 10));
}

Point Family::sponsor_side() {
  Point at = after(now_, random_.between(0, 10));
  const auto show = [&](const char* kind, int months, bool pending) {
    return script_.form(at.day, at.at, script_.caseworker(), "sponsor_permit", "permit.shown", "",
                        {{"kind", json_text(kind)},
                         {"duration_months", json_text(months)},
                         {"renewal_pending", json_truth(pending)},
                         {"resident_since", json_text(household_.resident_since)}});
  };
  if (random_.chance(.04) && !household_.protection()) {
    // A title too short for now: somebody comes back with a better one.
    at.at = script_.report(at.day, at.at, script_.caseworker(), "permit.shown", "",
                           {{"kind", json_text("other")}, {"duration_months", json_text(6)}, {"renewal_pending", json_truth(false)},
                            {"resident_since", json_text(household_.resident_since)}});
    at = after(at, random_.between(40, 160));
  }
  const bool pending = random_.chance(.08);
  at.at = show(std::string(name_of(household_.permit)).c_str(), pending ? 6 : random_.chance(.5) ? 24 : 60, pending);
  permit_shown_ = at;
  Point ready = at;
  if (!household_.protection()) ready = later(income(at), housing(at));
  Point papers = after(now_, random_.between(5, 60));
  papers.at = script_.form(papers.day, papers.at, script_.caseworker(), "sponsor_papers", "sponsor_papers.received", "",
                           {{"tax_code", number("CF")}, {"passport", number("P")}, {"family_status", json_truth(true)},
                            {"received_on", json_text(papers.day)}});
  return later(ready, papers);
}

Point Family::income(Point from) {
  Point at = after(from, random_.between(1, 30));
  const auto relatives = static_cast<std::int64_t>(household_.relatives.size());
  const auto declare = [&](std::int64_t cents) {
    const char* sources[] = {"employment", "self_employment", "mixed"};
    return script_.report(at.day, at.at, script_.caseworker(), "income.declared", "",
                          {{"amount", json_money(cents)}, {"source", json_text(sources[random_.pick({.8, .12, .08})])},
                           {"declared_on", json_text(at.day)}});
  };
  if (random_.chance(.15)) {
    at.at = declare(4'000'00 + random_.between(0, 4'000'00));
    at = after(at, random_.between(20, 150));
  }
  // Above what any year asks for that many relatives.
  at.at = declare(7'200'00 + relatives * 3'700'00 + random_.between(0, 18'000'00));
  return at;
}

Point Family::housing(Point from) {
  Point at = after(from, random_.between(1, 20));
  at.at = script_.form(at.day, at.at, script_.caseworker(), "housing_request", "housing.requested", "",
                       {{"municipio", json_text(random_.between(1, 9))}, {"requested_on", json_text(at.day)}});
  const int occupants = random_.between(1, 4);
  const int relatives = static_cast<int>(household_.relatives.size());
  const auto certify = [&](int admitted) {
    at = after(at, random_.lognormal_days(35, 75));
    at.at = script_.report(at.day, at.at, script_.caseworker(), "housing.certified", "",
                           {{"number", number("IA")}, {"persons_max", json_text(admitted)}, {"occupants", json_text(occupants)},
                            {"issued_on", json_text(at.day)}});
  };
  if (random_.chance(.12)) {
    certify(occupants + relatives - 1);
    at = after(at, random_.between(30, 200));
  }
  certify(occupants + relatives + random_.between(0, 2));
  return at;
}

Point Family::relative_side(std::size_t index) {
  const Person& person = household_.relatives[index];
  Point at = after(now_, random_.between(3, 45));
  if (person.relationship == Relationship::kAdultChild) disabled_ = random_.chance(.3);
  if (person.relationship == Relationship::kParent) dependent_ = random_.chance(.85);
  const bool spouse = person.relationship == Relationship::kSpouse;
  std::vector<Member> tie{{"checked_on", json_text(at.day)}, {"married", json_truth(spouse)}};
  if (person.relationship == Relationship::kAdultChild || person.relationship == Relationship::kChild)
    tie.emplace_back("totally_disabled", json_truth(person.relationship == Relationship::kAdultChild && disabled_));
  if (person.relationship == Relationship::kParent) {
    tie.emplace_back("dependent", json_truth(dependent_));
    tie.emplace_back("other_children", json_text("none"));
  }
  if (random_.chance(.03)) tie.emplace_back("dna_test", json_truth(true));
  at.at = script_.form(at.day, at.at, script_.caseworker(), "tie", "tie.documented", person.alias, tie);
  if (!admitted(person, at.day)) return at;
  admitted_.push_back(&person);
  const char* kind = spouse ? "marriage" : person.relationship == Relationship::kParent ? "dependency" : "birth";
  const auto deed = [&](bool translated, bool legalised) {
    at.at = script_.report(at.day, at.at, script_.caseworker(), "deed.received", person.alias,
                           {{"kind", json_text(kind)}, {"translated", json_truth(translated)}, {"legalised", json_truth(legalised)},
                            {"received_on", json_text(at.day)}});
  };
  const Point checked = at;
  at = after(at, random_.lognormal_days(60, 180));
  if (random_.chance(.2)) {
    deed(random_.chance(.5), false);
    at = after(at, random_.between(15, 90));
  }
  deed(true, true);
  if (person.relationship == Relationship::kParent && age_on(person.birth_date, checked.day) > 65) {
    at = after(at, random_.between(3, 40));
    at.at = script_.form(at.day, at.at, script_.caseworker(), "insurance", "insurance.shown", person.alias,
                         {{"shown_on", json_text(at.day)}});
  }
  return at;
}

std::optional<Point> Family::application(Point ready) {
  const Sender first = script_.caseworker();
  const Sender second = script_.caseworker_other_than(first);
  Point at = ready;
  at.at = script_.complete(at.day, at.at, first, "prepare", "", "ready", {});
  if (random_.chance(.3 * script_.faults())) at.at = script_.refused(at.day, at.at, first, "precheck", "complete", "four_eyes");
  at = after(at, random_.between(1, 7));
  const bool hopeless = admitted_.empty();
  const bool incomplete = hopeless || random_.chance(.12);
  at.at = script_.complete(at.day, at.at, second, "precheck", "", incomplete ? "incomplete" : "complete", {});
  if (incomplete) {
    at = after(at, random_.between(5, 60));
    at.at = script_.complete(at.day, at.at, first, "mend", "", "mended", {});
    at = after(at, random_.between(1, 7));
    at.at = script_.complete(at.day, at.at, second, "second_precheck", "", hopeless ? "abandoned" : "complete", {});
    if (hopeless) return std::nullopt;
  }
  // Asked again on the day of the request: a file begun before the law may have to wait.
  if (at.day >= kTwoYearsFrom.plus(-1)) at = after_two_years(at);
  at = after(at, random_.between(0, 5));
  at.at = script_.complete(at.day, at.at, first, "file", "", "",
                           {{"receipt", number("ALI")}, {"filed_on", json_text(at.day)}});
  return at;
}

Point Family::integrations(Point from, int& rest) {
  Point at = from;
  double probability = .35;
  while (random_.chance(probability) && rest > 60) {
    probability = .23;
    const int wait = random_.between(20, rest / 2);
    rest -= wait;
    at = after(at, wait);
    const std::string reference = number("INT");
    const Point asked = at;
    at.at = script_.report(at.day, at.at, kPrefecture, "integration.requested", "",
                           {{"number", reference}, {"requested_on", json_text(at.day)}}, lateness(.3, 6));
    at = after(at, random_.lognormal_days(20, 45));
    at.at = script_.report(at.day, Timestamp(std::max(at.at.value(), asked.at.value())), script_.caseworker(), "integration.deposited", "",
                           {{"number", reference}, {"deposited_on", json_text(at.day)}});
  }
  return at;
}

void Family::decision(Point filed) {
  // Observed regimes: most in four months, some in nine, a tail of eighteen; the office stood almost still in the spring of 2020.
  int rest = 0;
  switch (random_.pick({.6, .3, .1})) {
    case 0: rest = random_.lognormal_days(120, 170); break;
    case 1: rest = random_.lognormal_days(270, 340); break;
    default: rest = random_.lognormal_days(540, 700); break;
  }
  if (filed.day < day_of(2020, 5, 15) && filed.day.plus(rest) > day_of(2020, 2, 23)) rest += 83 + random_.between(0, 60);
  Point at = filed;
  if (random_.chance(.6)) {
    Point opinion = after(filed, std::min(rest - 1, random_.between(10, 80)));
    script_.report(opinion.day, filed.at, kPolice, "opinion.given", "",
                   {{"obstacle", json_truth(random_.chance(.03))}, {"given_on", json_text(opinion.day)}}, lateness(.3, 30));
  }
  at = integrations(at, rest);
  const std::size_t outcome = random_.pick({.79, .18, .03});
  if (!script_.messy() && rest > 430) {
    // So long after the last step that the term has run out under any rule: the reminder is waiting.
    Point reminder = after(at, 420);
    reminder.at = script_.complete(reminder.day, reminder.at, script_.caseworker(), "reminder", "", "sent", {});
    at = reminder;
    rest -= 420;
  }
  if (outcome == 1 || random_.chance(.05)) {
    at = after(at, std::max(1, rest - 40));
    rest = 40;
    at.at = script_.report(at.day, at.at, kPrefecture, "refusal_notice.received", "",
                           {{"number", number("PR")}, {"received_on", json_text(at.day)}});
    if (random_.chance(.7)) {
      Point reply = after(at, random_.between(2, 7));
      at.at = script_.report(reply.day, at.at, script_.caseworker(), "refusal_notice.answered", "", {{"answered_on", json_text(reply.day)}});
    }
  }
  at = after(at, rest);
  if (outcome == 0) {
    at.at = script_.report(at.day, at.at, kPrefecture, "nulla_osta.granted", "",
                           {{"number", number("NO")}, {"granted_on", json_text(at.day)}}, lateness(.4, 30));
    journeys(at, true);
  } else {
    refused(at, outcome == 2);
  }
}

void Family::refused(Point at, bool inadmissible) {
  if (inadmissible) {
    at.at = script_.report(at.day, at.at, kPrefecture, "application.inadmissible", "", {{"declared_on", json_text(at.day)}});
  } else {
    const char* reasons[] = {"income", "housing", "tie", "public_order", "sham", "other"};
    at.at = script_.report(at.day, at.at, kPrefecture, "nulla_osta.refused", "",
                           {{"number", number("RIG")}, {"reason", json_text(reasons[random_.pick({.35, .25, .2, .08, .04, .08})])},
                            {"refused_on", json_text(at.day)}});
  }
  at = after(at, random_.between(5, 40));
  const bool appeal = random_.chance(.35);
  at.at = script_.complete(at.day, at.at, script_.caseworker(), "legal_advice", "", appeal ? "appeal_advised" : "no_appeal", {});
  if (!appeal) return;
  at = after(at, random_.between(10, 60));
  at.at = script_.report(at.day, at.at, script_.caseworker(), "appeal.lodged", "", {{"lodged_on", json_text(at.day)}});
  at = after(at, random_.lognormal_days(300, 540));
  if (random_.chance(.45)) {
    at.at = script_.report(at.day, at.at, kCourt, "court.visa_ordered", "", {{"ordered_on", json_text(at.day)}});
    journeys(at, false);
  } else {
    script_.report(at.day, at.at, kCourt, "court.dismissed", "", {{"dismissed_on", json_text(at.day)}});
  }
}

void Family::journeys(Point granted, bool validity_runs) {
  for (const Person* person : admitted_) journey(*person, granted, validity_runs);
}

void Family::journey(const Person& person, Point granted, bool validity_runs) {
  if (random_.chance(.06)) {
    const Point stays = after(granted, random_.between(10, 150));
    script_.report(stays.day, stays.at, script_.caseworker(), "journey.given_up", person.alias, {{"given_up_on", json_text(stays.day)}});
    return;
  }
  // One in twenty lets the nulla osta lapse: nothing is ever reported, and the deadline speaks.
  if (validity_runs && random_.chance(.05)) return;
  Point at = after(granted, std::min(160, 5 + random_.exponential_days(35)));
  at.at = script_.report(at.day, at.at, script_.caseworker(), "visa.requested", person.alias, {{"requested_on", json_text(at.day)}},
                         lateness(.3, 20));
  int wait = 0;
  switch (random_.pick({.5, .35, .15})) {
    case 0: wait = random_.between(8, 30); break;
    case 1: wait = random_.between(31, 90); break;
    default: wait = random_.between(91, 180); break;
  }
  // Out of order: the consulate's answer is imported before anybody reports the request.
  if (!script_.messy()) at = after(at, wait);
  else at = {working(at.day.plus(wait)), granted.at};
  if (random_.chance(.08)) {
    script_.report(at.day, at.at, kConsulate, "visa.refused", person.alias, {{"refused_on", json_text(at.day)}}, lateness(.3, 20));
    return;
  }
  at.at = script_.report(at.day, at.at, kConsulate, "visa.issued", person.alias,
                         {{"number", number("V")}, {"issued_on", json_text(at.day)}}, lateness(.3, 20));
  // Families travel when schools close and at the turn of the year.
  constexpr double kSeason[] = {7, 6, 6, 7, 7, 11, 14, 13, 9, 6, 5, 9};
  Point entered = after(at, 7 + random_.exponential_days(30));
  for (int draw = 0; draw < 6; ++draw) {
    if (random_.chance(kSeason[static_cast<unsigned>(entered.day.date().month()) - 1] / 14)) break;
    entered = after(at, 7 + random_.exponential_days(45));
  }
  arrival(person, entered);
}

void Family::arrival(const Person& person, Point entered) {
  const Day entry = entered.day;
  const int told = random_.between(0, 3);
  entered.at = script_.report(entry, entered.at, script_.caseworker(), "entry.made", person.alias, {{"entered_on", json_text(entry)}}, told);
  entered.day = entry.plus(told);
  const int age = age_on(person.birth_date, entry);
  int wait = 0;
  switch (random_.pick({.8, .15, .05})) {
    case 0: wait = random_.between(1, 7); break;
    case 1: wait = random_.between(13, 20); break;
    default: wait = random_.between(21, 60); break;
  }
  Point booked = after(entered, wait);
  booked.at = script_.form(booked.day, booked.at, script_.caseworker(), "appointment", "appointment.booked", person.alias,
                           {{"booked_on", json_text(booked.day)}, {"appears_on", json_text(booked.day.plus(random_.between(5, 60)))}});
  permit(person, booked, age);
  schooling(person, entered, age);
  language(person, entered, age);
}

void Family::permit(const Person& person, Point booked, int age) {
  Point at = after(booked, random_.between(5, 45));
  if (age >= 16 && random_.chance(.9)) {
    Point signed_at = at;
    signed_at.at = script_.report(at.day, at.at, kPrefecture, "agreement.signed", person.alias, {{"signed_on", json_text(at.day)}});
    if (random_.chance(.8)) {
      const Point session = after(signed_at, random_.between(10, 85));
      script_.report(session.day, session.at, kCpia, "civic_session.attended", person.alias, {{"attended_on", json_text(session.day)}});
    }
    at.at = signed_at.at;
  }
  at.at = script_.form(at.day, at.at, script_.caseworker(), "permit_request", "permit.requested", person.alias,
                       {{"receipt", number("KIT")}, {"requested_on", json_text(at.day)}});
  at = after(at, random_.lognormal_days(120, 300));
  if (random_.chance(.02)) {
    script_.report(at.day, at.at, kPolice, "permit.refused", person.alias, {{"refused_on", json_text(at.day)}}, lateness(.3, 30));
    return;
  }
  script_.report(at.day, at.at, kPolice, "permit.issued", person.alias,
                 {{"issued_on", json_text(at.day)}, {"expires_on", json_text(at.day.plus(730))}}, lateness(.3, 30));
}

void Family::schooling(const Person& person, Point entered, int age) {
  if (age < 6 || age >= 18) return;
  int wait = 0;
  switch (random_.pick({.55, .30, .15})) {
    case 0: wait = random_.between(2, 15); break;
    case 1: wait = random_.between(16, 60); break;
    default: {
      const year_month_day date = entered.day.date();
      const Day september = day_of(static_cast<int>(date.year()) + (static_cast<unsigned>(date.month()) >= 9 ? 1 : 0), 9, 12);
      wait = september.value() - entered.day.value();
      break;
    }
  }
  Point at = after(entered, wait);
  const bool by_school = random_.chance(.3);
  const std::vector<Member> data{{"school", number("IC")}, {"class_year", json_text(std::clamp(age - 5, 1, 13))},
                                 {"with_reserve", json_truth(random_.chance(.25))}, {"enrolled_on", json_text(at.day)}};
  if (by_school) script_.report(at.day, at.at, kSchool, "school.enrolled", person.alias, data, lateness(.2, 20));
  else script_.form(at.day, at.at, script_.caseworker(), "school", "school.enrolled", person.alias, data);
}

void Family::language(const Person& person, Point entered, int age) {
  if (age < 16) return;
  const char* levels[] = {"none", "pre_a1", "a1", "a2", "b1"};
  Point at = after(entered, random_.between(15, 90));
  const std::size_t level = random_.pick({.5, .2, .17, .1, .03});
  at.at = script_.report(at.day, at.at, kCpia, "language.tested", person.alias,
                         {{"level", json_text(levels[level])}, {"tested_on", json_text(at.day)}});
  if (level == 4) return;
  at = after(at, random_.between(5, 80));
  at.at = script_.report(at.day, at.at, kCpia, "course.started", person.alias, {{"provider", number("CPIA")}, {"started_on", json_text(at.day)}});
  at = after(at, random_.between(180, 425));
  if (random_.chance(.3)) {
    script_.report(at.day, at.at, kCpia, "course.dropped", person.alias, {{"dropped_on", json_text(at.day)}});
    return;
  }
  const char* reached[] = {"a1", "a1", "a2", "b1"};
  script_.report(at.day, at.at, kCpia, "course.completed", person.alias,
                 {{"level", json_text(reached[level])}, {"completed_on", json_text(at.day)}});
}

}  // namespace

std::vector<Planned> live(const Options& options, std::uint32_t family, Day start) {
  std::vector<Planned> lines = Family(options, family, start).live();
  const std::int64_t end = (static_cast<std::int64_t>(options.to.value()) + 1) * 24 * 3600 * 1000;
  std::erase_if(lines, [&](const Planned& line) { return line.at.value() >= end; });
  return lines;
}

}  // namespace ritrovo::generator
