#include "tools/generator/family.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "tools/generator/doubles.h"
#include "tools/generator/point.h"
#include "tools/generator/settling.h"
#include "tools/generator/welcome.h"

namespace ritrovo::generator {
namespace {

/// From this day two years of residence are asked for spouses, adult children and parents (L. 9 December 2024, n. 187).
constexpr Day kTwoYearsFrom = day_of(2024, 12, 11);
const Sender kPrefecture{"import-prefettura", "prefettura-milano", "authority"};
const Sender kPolice{"import-questura", "questura-milano", "authority"};
const Sender kConsulate{"import-consolato", "maeci", "authority"};
const Sender kCourt{"import-tribunale", "tribunale-milano", "authority"};

/// One family going its way. Each method is a leg of the journey.
class Family {
 public:
  Family(const Options& options, std::uint32_t index, Day start)
      : script_(options.seed, index, options.faults), random_(script_.random()), household_(draw_household(random_, start)) {
    now_ = {working(start), Timestamp(0)};
  }

  std::vector<Planned> live(double doubles) {
    go_the_way();
    if (doubles > 0 && random_.chance(doubles)) open_again();
    return script_.take();
  }

 private:
  void go_the_way() {
    now_ = come_to_the_desk(script_, household_, now_.day);
    reception();
    const Point ready = requirements();
    if (const std::optional<Point> filed = application(ready)) {
      // A child who comes of age while the file is put together stays behind.
      std::erase_if(admitted_, [&filed](const Person* person) {
        return person->relationship == Relationship::kChild && age_on(person->birth_date, filed->day) >= 18;
      });
      decision(*filed);
    }
  }
  void open_again();
  std::string number(const char* prefix) { return script_.reference(prefix); }
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
  std::optional<Point> journey(const Person& person, Point granted, bool validity_runs);
  std::optional<Point> entry(const Person& person, Point from);
  std::optional<Point> visa_refused(const Person& person, Point refused);
  int lateness(double probability, int most) { return script_.lateness(probability, most); }

  Script script_;
  Random& random_;
  Household household_;
  Point now_{};
  Point permit_shown_{};
  bool disabled_ = false;
  bool dependent_ = true;
  std::vector<const Person*> admitted_;
};

Point Family::reception() {
  now_.at = script_.open(now_.day, now_.at, household_);
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
  int serial = 0;
  while (random_.chance(probability) && rest > 60) {
    probability = .23;
    const int wait = random_.between(20, rest / 2);
    rest -= wait;
    at = after(at, wait);
    const std::string reference = number("INT");
    const Point asked = at;
    at.at = script_.report(at.day, at.at, kPrefecture, "integration.requested", "",
                           {{"number", json_text(++serial)}, {"protocol", reference}, {"requested_on", json_text(at.day)}}, lateness(.3, 6));
    at = after(at, random_.lognormal_days(20, 45));
    at.at = script_.report(at.day, Timestamp(std::max(at.at.value(), asked.at.value())), script_.caseworker(), "integration.deposited", "",
                           {{"number", json_text(serial)}, {"deposited_on", json_text(at.day)}});
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
  std::optional<Point> first;
  for (const Person* person : admitted_) {
    const std::optional<Point> entered = journey(*person, granted, validity_runs);
    if (entered && (!first || entered->at < first->at)) first = entered;
  }
  if (first) take_up_services(script_, *first);
}

std::optional<Point> Family::journey(const Person& person, Point granted, bool validity_runs) {
  if (random_.chance(.06)) {
    const Point stays = after(granted, random_.between(10, 150));
    script_.report(stays.day, stays.at, script_.caseworker(), "journey.given_up", person.alias, {{"given_up_on", json_text(stays.day)}});
    return std::nullopt;
  }
  // One in twenty lets the nulla osta lapse: nothing is ever reported, and the deadline speaks.
  if (validity_runs && random_.chance(.05)) return std::nullopt;
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
    const int told = lateness(.3, 20);
    at.at = script_.report(at.day, at.at, kConsulate, "visa.refused", person.alias, {{"refused_on", json_text(at.day)}}, told);
    at.day = at.day.plus(told);
    return visa_refused(person, at);
  }
  at.at = script_.report(at.day, at.at, kConsulate, "visa.issued", person.alias,
                         {{"number", number("V")}, {"issued_on", json_text(at.day)}}, lateness(.3, 20));
  return entry(person, at);
}

std::optional<Point> Family::visa_refused(const Person& person, Point refused) {
  Point at = after(refused, random_.between(5, 40));
  const bool appeal = random_.chance(.3);
  at.at = script_.complete(at.day, at.at, script_.caseworker(), "visa_advice", person.alias, appeal ? "appeal_advised" : "no_appeal", {});
  if (!appeal) return std::nullopt;
  at = after(at, random_.between(10, 60));
  at.at = script_.report(at.day, at.at, script_.caseworker(), "visa_appeal.lodged", person.alias, {{"lodged_on", json_text(at.day)}});
  at = after(at, random_.lognormal_days(300, 540));
  const bool upheld = random_.chance(.45);
  at.at = script_.report(at.day, at.at, kCourt, upheld ? "visa_appeal.upheld" : "visa_appeal.dismissed", person.alias, {{"decided_on", json_text(at.day)}});
  return upheld ? entry(person, at) : std::nullopt;
}

std::optional<Point> Family::entry(const Person& person, Point from) {
  // Families travel when schools close and at the turn of the year.
  constexpr double kSeason[] = {7, 6, 6, 7, 7, 11, 14, 13, 9, 6, 5, 9};
  Point entered = after(from, 7 + random_.exponential_days(30));
  for (int draw = 0; draw < 6; ++draw) {
    if (random_.chance(kSeason[static_cast<unsigned>(entered.day.date().month()) - 1] / 14)) break;
    entered = after(from, 7 + random_.exponential_days(45));
  }
  if (!script_.messy() && random_.chance(.5)) {
    const Point plan = after(from, 2);
    if (plan.day < entered.day) {
      entered.at = script_.complete(plan.day, from.at, script_.caseworker(), "arrival_plan", person.alias, "",
                                    {{"arrives_on", json_text(entered.day)}, {"dwelling_unchanged", json_truth(true)}, {"planned_on", json_text(plan.day)}});
    }
  }
  const int told = random_.between(0, 3);
  entered.at = script_.report(entered.day, entered.at, script_.caseworker(), "entry.made", person.alias, {{"entered_on", json_text(entered.day)}}, told);
  settle(script_, person, entered.day, {entered.day.plus(told), entered.at});
  return entered;
}

/// Another service meets the family with other papers, doesn't find them, and opens a case of theirs once more.
void Family::open_again() {
  const Point met = after(now_, random_.between(15, 500));
  const DoubleFamily again = as_met_again(random_, household_, met.day);
  const Timestamp at = script_.open(met.day, met.at, again.household);
  script_.mark_double(again.respelt, again.swapped);
  script_.form(met.day, at, script_.caseworker(), "orientation", "orientation.held", "", {{"channel", json_text("walk_in")}, {"held_on", json_text(met.day)}});
}

}  // namespace

std::vector<Planned> live(const Options& options, std::uint32_t family, Day start) {
  std::vector<Planned> lines = Family(options, family, start).live(options.doubles);
  const std::int64_t end = (static_cast<std::int64_t>(options.to.value()) + 1) * 24 * 3600 * 1000;
  std::erase_if(lines, [&](const Planned& line) { return line.at.value() >= end; });
  return lines;
}

}  // namespace ritrovo::generator
