#include "tools/generator/settling.h"

#include <string>
#include <vector>

#include "tools/generator/learning.h"

namespace ritrovo::generator {
namespace {

const Sender kPrefecture{"import-prefettura", "prefettura-milano", "authority"};
const Sender kPolice{"import-questura", "questura-milano", "authority"};
const Sender kCourt{"import-tribunale", "tribunale-milano", "authority"};
const Sender kRegistry{"import-anagrafe", "anagrafe-milano", "authority"};
const Sender kCpia{"t-021", "cpia-milano", "teacher"};

/// One relative in Milan. Each method is a concern of its own, which returns when it was settled; nothing waits for another but the end.
class Settling {
 public:
  Settling(Script& script, const Person& person, Day entry, Point told)
      : script_(script), random_(script.random()), person_(person), entry_(entry), entered_(told), age_(age_on(person.birth_date, entry)) {}

  void live() {
    Point done = permit(desk());
    done = later(done, residence());
    done = later(done, tax_code());
    done = later(done, health());
    done = later(done, schooling());
    done = later(done, language());
    support();
    done = after(done, random_.between(1, 30));
    // Most are left to themselves then; some are followed until the permit is renewed.
    const bool followed = permit_issued_ && random_.chance(.12);
    script_.complete(done.day, done.at, script_.caseworker(), "closing", person_.alias, followed ? "followed" : "concluded", {});
    if (followed) renewal(done);
  }

 private:
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

  Point desk();
  Point agreement(Point at);
  Point permit(Point booked);
  Point permit_refused(Point at);
  void renewal(Point followed);
  Point residence();
  Point tax_code();
  Point health();
  Point schooling();
  Point language();
  void support();

  Script& script_;
  Random& random_;
  const Person& person_;
  Day entry_;
  Point entered_;  ///< when it was told
  int age_;        ///< on the day of entry
  Day expires_;
  bool permit_issued_ = false;
};

Point Settling::desk() {
  int wait = 0;
  switch (random_.pick({.8, .15, .05})) {
    case 0: wait = random_.between(1, 7); break;
    case 1: wait = random_.between(13, 20); break;
    default: wait = random_.between(21, 60); break;
  }
  const Point at = after(entered_, wait);
  return form(at, "appointment", "appointment.booked", {{"booked_on", json_text(at.day)}, {"appears_on", json_text(at.day.plus(random_.between(5, 60)))}});
}

Point Settling::agreement(Point at) {
  if (age_ < 16 || !random_.chance(.9)) return at;
  if (random_.chance(.03)) {
    return report(at, kPrefecture, "agreement.exempted", {{"ground", json_text("illness")}, {"exempted_on", json_text(at.day)}});
  }
  std::vector<Member> data{{"signed_on", json_text(at.day)}};
  if (age_ < 18) data.emplace_back("parent_signed", json_truth(true));
  at = report(at, kPrefecture, "agreement.signed", data);
  if (random_.chance(.8)) {
    const Point session = after(at, random_.between(10, 85));
    report(session, kCpia, "civic_session.attended", {{"attended_on", json_text(session.day)}});
  }
  return at;
}

Point Settling::permit(Point booked) {
  Point at = agreement(after(booked, random_.between(5, 45)));
  at = form(at, "permit_request", "permit.requested", {{"receipt", script_.reference("KIT")}, {"requested_on", json_text(at.day)}});
  at = after(at, random_.lognormal_days(120, 300));
  if (random_.chance(.02)) return permit_refused(report(at, kPolice, "permit.refused", {{"refused_on", json_text(at.day)}}, script_.lateness(.3, 30)));
  permit_issued_ = true;
  expires_ = at.day.plus(730);
  return report(at, kPolice, "permit.issued", {{"issued_on", json_text(at.day)}, {"expires_on", json_text(expires_)}}, script_.lateness(.3, 30));
}

Point Settling::permit_refused(Point at) {
  at = after(at, random_.between(5, 40));
  const bool appeal = random_.chance(.4);
  at = decide(at, "permit_advice", appeal ? "appeal_advised" : "no_appeal");
  if (!appeal) return at;
  at = after(at, random_.between(10, 60));
  at = report(at, script_.caseworker(), "permit_appeal.lodged", {{"lodged_on", json_text(at.day)}});
  at = after(at, random_.lognormal_days(300, 540));
  return report(at, kCourt, random_.chance(.5) ? "permit_appeal.upheld" : "permit_appeal.dismissed", {{"decided_on", json_text(at.day)}});
}

void Settling::renewal(Point followed) {
  Point at{working(expires_.plus(-random_.between(62, 100))), followed.at};
  if (at.day <= followed.day) at.day = working(followed.day.plus(5));
  if (random_.chance(.9)) {
    if (at.day > expires_.plus(50)) return;
    at = form(at, "renewal", "renewal.requested", {{"receipt", script_.reference("KIT")}, {"requested_on", json_text(at.day)}});
    at = after(at, random_.between(1, 20));
  } else {
    // Nobody asks: sixty days after the expiry the term speaks.
    at = after({expires_.plus(70), at.at}, random_.between(1, 20));
  }
  decide(at, "closing_after_renewal", "concluded");
}

Point Settling::residence() {
  Point at = after(entered_, random_.between(2, 28));
  at = form(at, "residence_declaration", "residence.declared", {{"declared_on", json_text(at.day)}});
  const Point declared = at;
  at = after(at, random_.chance(.85) ? 1 : random_.between(3, 9));
  at = report(at, kRegistry, "residence.registered", {{"deeds_shown", json_truth(random_.chance(.85))}, {"registered_on", json_text(at.day)}}, script_.lateness(.2, 10));
  if (random_.chance(.5)) {
    const Point checked = after(later(at, declared), random_.between(8, 35));
    report(checked, kRegistry, "residence.checked", {{"confirmed", json_truth(random_.chance(.97))}, {"checked_on", json_text(checked.day)}});
  }
  return at;
}

Point Settling::tax_code() {
  const Point at = after(entered_, random_.between(5, 40));
  return form(at, "tax_code", "tax_code.assigned",
              {{"code", script_.reference("CF")}, {"provisional", json_truth(random_.chance(.3))}, {"assigned_on", json_text(at.day)}});
}

Point Settling::health() {
  const Point at = after(entered_, random_.between(5, 35));
  const bool voluntary = person_.relationship == Relationship::kParent && age_ > 65;
  const std::vector<Member> data{{"voluntary", json_truth(voluntary)},
                                 {"doctor", json_text(age_ < 14 ? "paediatrician" : "general")},
                                 {"enrolled_on", json_text(at.day)}};
  // The insurance that a parent showed before the application may cover already: then nothing is offered, and a report does no harm.
  if (person_.relationship == Relationship::kParent) return report(at, script_.caseworker(), "health.enrolled", data);
  return form(at, "health", "health.enrolled", data);
}

Point Settling::schooling() {
  // Whoever turns six in the year of entry may begin.
  const bool old_enough = static_cast<int>(entry_.date().year()) - static_cast<int>(person_.birth_date.date().year()) >= 6;
  return old_enough && age_ < 18 ? go_to_school(script_, person_, entered_) : entered_;
}

Point Settling::language() { return age_ >= 16 ? learn_italian(script_, person_, entered_) : entered_; }

void Settling::support() {
  if (script_.messy() || !random_.chance(.15)) return;
  const Point at = after(entered_, random_.between(10, 25));
  const Timestamp started = script_.start(at.day, at.at, script_.caseworker(), "support", person_.alias);
  Point begun{at.day, started};
  begun.at = script_.complete(begun.day, begun.at, script_.caseworker(), "support", person_.alias, "",
                              {{"home_visits", json_truth(random_.chance(.4))}, {"opened_on", json_text(begun.day)}});
  begun = after(begun, random_.between(60, 240));
  report(begun, script_.caseworker(), "support.ended", {{"ended_on", json_text(begun.day)}});
}

}  // namespace

void settle(Script& script, const Person& person, Day entry, Point told) { Settling(script, person, entry, told).live(); }

void take_up_services(Script& script, Point entered) {
  Random& random = script.random();
  if (script.messy() || !random.chance(.25)) return;
  Point at = after(entered, random.between(5, 20));
  if (random.chance(.6)) {
    at.at = script.start(at.day, at.at, script.caseworker(), "financial_course", "");
    at.at = script.complete(at.day, at.at, script.caseworker(), "financial_course", "", "",
                            {{"places", json_text(random.between(1, 8))}, {"starts_on", json_text(working(at.day.plus(40)))}});
    const Point ended = after(at, random.between(80, 120));
    const int attended = static_cast<int>(random.pick({.08, .06, .08, .1, .14, .22, .32}));
    script.report(ended.day, ended.at, script.caseworker(), "financial_course.ended", "",
                  {{"sessions", json_text(6)}, {"sessions_attended", json_text(attended)}, {"ended_on", json_text(ended.day)}});
    return;
  }
  at.at = script.start(at.day, at.at, script.caseworker(), "mentor_request", "");
  at.at = script.complete(at.day, at.at, script.caseworker(), "mentor_request", "", "", {{"requested_on", json_text(at.day)}});
  at = after(at, random.between(5, 60));
  at.at = script.report(at.day, at.at, script.caseworker(), "mentor.matched", "",
                        {{"language_shared", json_truth(random.chance(.8))}, {"matched_on", json_text(at.day)}});
  at = after(at, random.between(90, 300));
  script.report(at.day, at.at, script.caseworker(), "mentor.ended", "", {{"ended_on", json_text(at.day)}});
}

}  // namespace ritrovo::generator
