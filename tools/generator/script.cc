#include "tools/generator/script.h"

#include <algorithm>

#include <fmt/format.h>

namespace ritrovo::generator {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDayMs = 24 * 60 * kMinuteMs;

std::string object(const std::vector<Member>& members) {
  std::string text = "{";
  for (const Member& member : members) {
    if (text.size() > 1) text += ',';
    text += json_text(member.first) + ':' + member.second;
  }
  return text + '}';
}

std::string actor(const Sender& sender) {
  return fmt::format(R"({{"id":{},"organisation":{},"roles":[{}]}})", json_text(sender.id), json_text(sender.organisation),
                     json_text(sender.role));
}

std::string age_band(Day birth, Day day) {
  const int age = age_on(birth, day);
  return age < 18 ? "under_18" : age <= 60 ? "from_18_to_60" : "over_60";
}

std::string person_json(const Person& person, Day day) {
  std::vector<Member> data{{"given_name", json_text(person.given_name)},
                           {"family_name", json_text(person.family_name)},
                           {"birth_date", json_text(person.birth_date)},
                           {"sex", json_text(person.female ? "female" : "male")},
                           {"age_band", json_text(age_band(person.birth_date, day))},
                           {"citizenship", json_text(person.citizenship)}};
  const bool sponsor = person.alias == "sponsor";
  data.emplace_back(sponsor ? Member{"language", json_text(person.language)}
                            : Member{"relationship", json_text(name_of(person.relationship))});
  return fmt::format(R"({{"alias":{},"role":{},"data":{}}})", json_text(person.alias), json_text(sponsor ? "sponsor" : "relative"),
                     object(data));
}

}  // namespace

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string json_text(Day day) { return '"' + to_string(day) + '"'; }
std::string json_truth(bool truth) { return truth ? "true" : "false"; }
std::string json_text(int number) { return std::to_string(number); }
std::string json_money(std::int64_t cents) { return fmt::format("\"{}.{:02}\"", cents / 100, cents % 100); }

Script::Script(std::uint64_t seed, std::uint32_t family, double faults)
    : random_(seed, family), seed_(seed), family_(family), faults_(faults), messy_(random_.chance(.5 * faults)) {}

std::string Script::next_key() { return fmt::format("g{}-{:06}-{:03}", seed_, family_, lines_made_++); }

Timestamp Script::moment(Day day, Timestamp after) {
  const std::int64_t opening = day.value() * kDayMs + 7 * 60 * kMinuteMs;
  const std::int64_t drawn = opening + random_.between(0, 8 * 60 * 60) * 1000LL + random_.between(0, 999);
  return Timestamp(std::max(drawn, after.value() + kMinuteMs));
}

void Script::add(Timestamp at, std::string_view key, std::string_view rest, std::string expected) {
  lines_.push_back({at, fmt::format(R"({{"key":{},"at":{},{}}})", json_text(key), json_text(to_string(at)), rest), std::move(expected), std::nullopt});
}

Timestamp Script::open(Day day, Timestamp after, const Household& household) {
  opening_key_ = next_key();
  at_the_desk_ = false;
  std::string persons = person_json(household.sponsor, day);
  for (const Person& relative : household.relatives) persons += ',' + person_json(relative, day);
  const Timestamp at = moment(day, after);
  add(at, opening_key_,
      fmt::format(R"("command":"open","pathway":"family-reunification","persons":[{}],"actor":{})", persons, actor(caseworker())), "accepted");
  lines_.back().opens = Opening{opening_key_, "family-reunification", family_, false, false, false};
  return at;
}

void Script::mark_double(bool respelt, bool swapped) {
  for (Planned& line : lines_)
    if (line.opens && line.opens->key == opening_key_) line.opens = Opening{opening_key_, line.opens->pathway, family_, true, respelt, swapped};
}

Timestamp Script::open_visit(Day day, const Household& household) {
  opening_key_ = next_key();
  at_the_desk_ = true;
  const Person& sponsor = household.sponsor;
  const std::vector<Member> data{{"given_name", json_text(sponsor.given_name)},
                                 {"family_name", json_text(sponsor.family_name)},
                                 {"birth_date", json_text(sponsor.birth_date)},
                                 {"sex", json_text(sponsor.female ? "female" : "male")},
                                 {"age_band", json_text(age_band(sponsor.birth_date, day))},
                                 {"citizenship", json_text(sponsor.citizenship)}};
  const Timestamp at = moment(day, Timestamp(0));
  add(at, opening_key_,
      fmt::format(R"("command":"open","pathway":"welcome-intake","persons":[{{"alias":"visitor","role":"visitor","data":{}}}],"actor":{})", object(data),
                  actor(caseworker())),
      "accepted");
  lines_.back().opens = Opening{opening_key_, "welcome-intake", family_, false, false, false};
  return at;
}

Timestamp Script::report(Day day, Timestamp after, const Sender& sender, std::string_view fact, std::string_view person,
                         const std::vector<Member>& data, int lateness) {
  const Timestamp at = moment(day.plus(lateness), after);
  // A line that was pushed past midnight still tells of its own day; one of today needs no effective day.
  const std::string about = person.empty() ? "" : fmt::format(R"("person":{},)", json_text(person));
  const std::string rest = fmt::format(R"("opened_by":{},"command":"report","fact":{},{}"effective_on":{},"data":{},"actor":{})",
                                       json_text(opening_key_), json_text(fact), about, json_text(day), object(data), actor(sender));
  const std::string key = next_key();
  add(at, key, rest, "accepted");
  const std::size_t line = lines_.size() - 1;
  if (random_.chance(.06 * faults_)) {
    // The same outcome imported twice: once as the very same line, once under a key of its own.
    lines_.push_back({Timestamp(at.value() + random_.between(1, 40) * kDayMs), lines_[line].json, "repeated", std::nullopt});
    lines_.back().json.replace(lines_.back().json.find(to_string(at)), to_string(at).size(), to_string(lines_.back().at));
  }
  if (random_.chance(.04 * faults_)) add(Timestamp(at.value() + kMinuteMs / 2), next_key(), rest, "rejected:already_known");
  if (random_.chance(.03 * faults_)) {
    add(Timestamp(at.value() + kMinuteMs / 3), key,
        fmt::format(R"("opened_by":{},"command":"report","fact":{},"effective_on":{},"data":{{"other":"content"}},"actor":{})",
                    json_text(opening_key_), json_text(fact), json_text(day), actor(sender)),
        "rejected:key_reused");
  }
  disturb(at, day, sender, fact, rest);
  return at;
}

void Script::disturb(Timestamp at, Day day, const Sender& sender, std::string_view fact, std::string_view rest) {
  if (!random_.chance(.12 * faults_)) return;
  const Timestamp when(at.value() + 1000LL * random_.between(2, 25));
  const auto variant = [&](std::string_view name, std::string_view extra, std::string_view data, const Sender& who) {
    return fmt::format(R"("opened_by":{},"command":"report","fact":{},{}"effective_on":{},"data":{},"actor":{})", json_text(opening_key_),
                       json_text(name), extra, json_text(day), data, actor(who));
  };
  // A completed pathway refuses all work, before it looks at the step: so a step is misspelt only while the file is being gathered.
  const bool early = fact == "income.declared" || fact == "housing.requested" || fact == "tie.documented" || fact == "orientation.held";
  int fault = random_.between(0, 9);
  if (fault == 6 && !early) fault = 0;
  // A visit knows other facts and persons than a reunification does.
  if (at_the_desk_ && (fault == 1 || fault == 2 || fault == 3 || fault == 9)) fault = 0;
  switch (fault) {
    case 0: add(when, next_key(), variant(std::string(fact) + "x", "", "{}", sender), "rejected:unknown_fact"); break;
    case 1: add(when, next_key(), variant("entry.made", R"("person":"rel-1",)", R"({"entered_on":"2025-02-30"})", caseworker()), "rejected:invalid_data"); break;
    case 2: add(when, next_key(), variant("nulla_osta.granted", "", fmt::format(R"({{"number":"1","granted_on":{}}})", json_text(day)), {"t-7", "scuola-esempio", "teacher"}), "rejected:not_permitted"); break;
    case 3: add(when, next_key(), variant("entry.made", R"("person":"rel-99",)", fmt::format(R"({{"entered_on":{}}})", json_text(day)), caseworker()), "rejected:unknown_person"); break;
    case 4: add(when, next_key(), fmt::format(R"("expect_version":1,{})", rest), "rejected:version_conflict"); break;
    case 5: add(when, next_key(), fmt::format(R"("opened_by":{},"command":"correct","corrects":2,"data":{{"given_name":{}}},"reason":"as in the passport","actor":{})", json_text(opening_key_), json_text(fmt::format("Given {}", lines_made_)), actor(caseworker())), "accepted"); break;
    case 6: add(when, next_key(), fmt::format(R"("opened_by":{},"command":"task","step":"fille","action":"complete","actor":{})", json_text(opening_key_), actor(caseworker())), "rejected:unknown_step"); break;
    case 7: add(when, next_key(), fmt::format(R"("opened_by":"nobody-{}","command":"report","fact":"orientation.held","data":{{}},"actor":{})", random_.between(1, 999), actor(sender)), "rejected:unknown_case"); break;
    case 8: lines_.push_back({when, fmt::format(R"({{"key":{},"at":{},"command":"report","fact")", json_text(next_key()), json_text(to_string(when))), "malformed", std::nullopt}); break;
    case 9: add(when, next_key(), variant("income.declared", "", fmt::format(R"({{"amount":12345.67,"source":"employment","declared_on":{}}})", json_text(day)), caseworker()), "malformed"); break;
  }
}

Timestamp Script::complete(Day day, Timestamp after, const Sender& sender, std::string_view step, std::string_view person,
                           std::string_view outcome, const std::vector<Member>& data) {
  const std::string about = person.empty() ? "" : fmt::format(R"("person":{},)", json_text(person));
  const auto task = [&](std::string_view action, const std::string& content) {
    return fmt::format(R"("opened_by":{},"command":"task","step":{},"action":{},{}{}"actor":{})", json_text(opening_key_), json_text(step),
                       json_text(action), about, content, actor(sender));
  };
  if (random_.chance(.4)) {
    after = moment(day, after);
    add(after, next_key(), task("claim", ""), "accepted");
  }
  const Timestamp at = moment(day, after);
  std::vector<Member> content = data;
  if (!outcome.empty()) content.insert(content.begin(), {"outcome", json_text(outcome)});
  add(at, next_key(), task("complete", content.empty() ? "" : fmt::format(R"("data":{},)", object(content))), "accepted");
  return at;
}

Timestamp Script::start(Day day, Timestamp after, const Sender& sender, std::string_view step, std::string_view person) {
  const std::string about = person.empty() ? "" : fmt::format(R"("person":{},)", json_text(person));
  const Timestamp at = moment(day, after);
  add(at, next_key(),
      fmt::format(R"("opened_by":{},"command":"task","step":{},"action":"start",{}"actor":{})", json_text(opening_key_), json_text(step), about,
                  actor(sender)),
      "accepted");
  return at;
}

Timestamp Script::form(Day day, Timestamp after, const Sender& sender, std::string_view step, std::string_view fact,
                       std::string_view person, const std::vector<Member>& data) {
  if (messy_ || random_.chance(.7)) return report(day, after, sender, fact, person, data);
  return complete(day, after, sender, step, person, "", data);
}

Timestamp Script::refused(Day day, Timestamp after, const Sender& sender, std::string_view step, std::string_view outcome,
                          std::string_view code) {
  const Timestamp at = moment(day, after);
  const std::string data = outcome.empty() ? "" : fmt::format(R"("data":{{"outcome":{}}},)", json_text(outcome));
  add(at, next_key(),
      fmt::format(R"("opened_by":{},"command":"task","step":{},"action":"complete",{}"actor":{})", json_text(opening_key_), json_text(step),
                  data, actor(sender)),
      "rejected:" + std::string(code));
  return at;
}

std::string Script::reference(const char* prefix) { return json_text(fmt::format("{}{:06}{:03}", prefix, family_, random_.between(0, 999))); }

Sender Script::caseworker() { return {fmt::format("u-{:03}", random_.between(1, 60)), "comune-milano", "caseworker"}; }

Sender Script::caseworker_other_than(const Sender& one) {
  Sender other = caseworker();
  while (other.id == one.id) other = caseworker();
  return other;
}

}  // namespace ritrovo::generator
