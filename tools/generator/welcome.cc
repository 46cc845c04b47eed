#include "tools/generator/welcome.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace ritrovo::generator {
namespace {

const Sender kProvider{"p-301", "ente-accreditato", "provider"};

/// The desk's word for a language.
std::string_view desk_language(std::string_view code) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kLanguages{{{"ar", "arabic"},
                                                                                     {"bn", "bengali"},
                                                                                     {"zh", "chinese"},
                                                                                     {"si", "sinhala"},
                                                                                     {"ta", "other"},
                                                                                     {"en", "english"},
                                                                                     {"fr", "french"},
                                                                                     {"es", "spanish"},
                                                                                     {"ru", "russian"},
                                                                                     {"uk", "ukrainian"},
                                                                                     {"tl", "filipino"},
                                                                                     {"it", "italian"}}};
  for (const auto& [known, word] : kLanguages)
    if (known == code) return word;
  return "other";
}

/// The service that the family is sent to besides, and how that ends.
void refer(Script& script, Point at, const char* service) {
  Random& random = script.random();
  at.at = script.complete(at.day, at.at, script.caseworker(), "referral_choice", "", "referrals", {});
  if (random.chance(.06)) {
    script.complete(at.day, at.at, script.caseworker(), "consent", "", "denied", {});
    return;
  }
  at.at = script.form(at.day, at.at, script.caseworker(), "consent", "consent.given", "", {{"given_on", json_text(at.day)}});
  at = after(at, random.between(0, 5));
  constexpr const char* kNumber = "1";
  at.at = script.form(at.day, at.at, script.caseworker(), "first_referral", "referral.made", "",
                      {{"number", kNumber},
                       {"service", json_text(service)},
                       {"provider", script.reference("ENTE")},
                       {"accredited_until", json_text(at.day.plus(random.between(30, 900)))},
                       {"made_on", json_text(at.day)}});
  if (random.chance(.04)) {
    at = after(at, 1);
    script.report(at.day, at.at, script.caseworker(), "consent.withdrawn", "", {{"withdrawn_on", json_text(at.day)}});
    return;
  }
  at = after(at, random.between(1, 9));
  const bool takes = random.chance(.85);
  at.at = script.report(at.day, at.at, kProvider, "referral.answered", "",
                        {{"number", kNumber}, {"takes_charge", json_truth(takes)}, {"answered_on", json_text(at.day)}});
  if (!takes) {
    at = after(at, random.between(1, 6));
    script.complete(at.day, at.at, script.caseworker(), "referral_again", "", "no_service", {});
    return;
  }
  // One in eight never tells how it went: the term speaks.
  if (random.chance(.12)) return;
  at = after(at, random.between(10, 55));
  script.report(at.day, at.at, kProvider, "referral.ended", "", {{"number", kNumber}, {"helped", json_truth(random.chance(.8))}, {"ended_on", json_text(at.day)}});
}

}  // namespace

Point come_to_the_desk(Script& script, const Household& household, Day day) {
  Random& random = script.random();
  Point at{day, script.open_visit(day, household)};
  // Most walk in, fewer write; nine in ten have never been here.
  const char* channels[] = {"walk_in", "email", "phone", "appointment", "online"};
  const std::string_view language = desk_language(household.sponsor.language);
  at.at = script.form(at.day, at.at, script.caseworker(), "reception", "contact.made", "",
                      {{"channel", json_text(channels[random.pick({.58, .2, .1, .09, .03})])},
                       {"asked_by", json_text(random.chance(.9) ? "person" : "family")},
                       {"language", json_text(language)},
                       {"first_time", json_truth(random.chance(.93))},
                       {"contacted_on", json_text(at.day)}});
  if (language == "other" && random.chance(.7)) {
    at.at = script.form(at.day, at.at, script.caseworker(), "interpreter", "interpreter.booked", "",
                        {{"for_day", json_text(working(at.day.plus(3)))}, {"remote", json_truth(random.chance(.4))}});
  }
  at = after(at, random.between(0, 1));
  at.at = script.form(at.day, at.at, script.caseworker(), "existing_family", "search.done", "",
                      {{"candidates", json_text(random.between(0, 3))}, {"same_family", json_truth(false)}, {"searched_on", json_text(at.day)}});
  at = after(at, random.between(0, 8));
  const bool italian = random.chance(.35);
  const bool legal = random.chance(.2);
  const bool social = random.chance(.1);
  at.at = script.form(at.day, at.at, script.caseworker(), "first_assessment", "needs.assessed", "",
                      {{"reunification", json_truth(true)},
                       {"italian", json_truth(italian)},
                       {"school", json_truth(false)},
                       {"legal", json_truth(legal)},
                       {"work", json_truth(false)},
                       {"social", json_truth(social)},
                       {"minor_alone", json_truth(false)},
                       {"urgent", json_truth(random.chance(.03))},
                       {"assessed_on", json_text(at.day)}});
  at = after(at, random.between(0, 6));
  at.at = script.form(at.day, at.at, script.caseworker(), "orientation", "orientation.given", "", {{"given_on", json_text(at.day)}});
  const Point opened{at.day,
                     script.form(at.day, at.at, script.caseworker(), "reunification", "reunification.opened", "",
                                 {{"record", script.reference("FAM")}, {"opened_on", json_text(at.day)}})};
  if (italian || legal || social) refer(script, {at.day, opened.at}, italian ? "italian" : legal ? "legal" : "social");
  return opened;
}

}  // namespace ritrovo::generator
