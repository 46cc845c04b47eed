#include "tools/generator/doubles.h"

#include <chrono>
#include <string>
#include <utility>

#include "tools/generator/spellings.h"

namespace ritrovo::generator {
namespace {

std::string respelt(Random& random, const std::string& name, bool in_script) {
  const Spellings& others = spellings_of(name);
  if (in_script && !others.script.empty()) return std::string(others.script);
  std::size_t count = 0;
  while (count < others.latin.size() && !others.latin[count].empty()) ++count;
  if (count == 0 || random.chance(.2)) return name;
  return std::string(others.latin[static_cast<std::size_t>(random.between(0, static_cast<int>(count) - 1))]);
}

Day with_swapped_date(Day day) {
  const auto date = day.date();
  const auto as_month = static_cast<unsigned>(date.day());
  if (as_month > 12) return day;
  return Day(std::chrono::year_month_day(date.year(), std::chrono::month(as_month), std::chrono::day(static_cast<unsigned>(date.month()))));
}

}  // namespace

DoubleFamily as_met_again(Random& random, const Household& household, Day day) {
  DoubleFamily again{household, false, false};
  Household& met = again.household;
  if (met.relatives.size() > 1 && random.chance(.2)) met.relatives.pop_back();
  const bool in_script = random.chance(.1);
  const bool family_name_first = random.chance(.1);
  const bool swaps = random.chance(.25);
  // A family writes the name that they share one way.
  const std::string shared = met.sponsor.family_name;
  const std::string shared_again = respelt(random, shared, in_script);
  const auto meet = [&](Person& person) {
    const Person before = person;
    person.given_name = respelt(random, person.given_name, in_script);
    person.family_name = person.family_name == shared ? shared_again : respelt(random, person.family_name, in_script);
    again.respelt = again.respelt || person.given_name != before.given_name || person.family_name != before.family_name;
    if (family_name_first) std::swap(person.given_name, person.family_name);
    if (swaps && with_swapped_date(person.birth_date) < day) person.birth_date = with_swapped_date(person.birth_date);
    again.swapped = again.swapped || person.birth_date != before.birth_date;
  };
  meet(met.sponsor);
  for (Person& relative : met.relatives) meet(relative);
  return again;
}

}  // namespace ritrovo::generator
