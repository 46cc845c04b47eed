#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "tools/generator/random.h"

namespace ritrovo::generator {

enum class Relationship { kSpouse, kChild, kAdultChild, kParent };

/// A made-up person. Names are common in the country and belong to nobody.
struct Person {
  std::string alias;  ///< "sponsor", "rel-1"
  std::string given_name;
  std::string family_name;
  Day birth_date;
  bool female = false;
  std::string citizenship;  ///< ISO 3166-1 alpha-2
  std::string language;     ///< BCP 47
  Relationship relationship = Relationship::kSpouse;
};

/// What a permit says, as far as the pathway asks.
enum class Permit { kLongTerm, kWork, kSelfEmployment, kAsylum, kSubsidiary, kStudy, kReligious, kFamily, kOtherProtection };

struct Household {
  Person sponsor;
  Permit permit = Permit::kWork;
  Day resident_since;
  std::vector<Person> relatives;
  [[nodiscard]] bool protection() const { return permit == Permit::kAsylum || permit == Permit::kSubsidiary; }
  [[nodiscard]] bool only_children() const;
};

/// Full years of age on a day; a birthday on 29 February counts from 1 March in other years.
[[nodiscard]] int age_on(Day birth, Day day);

/// Draws a family whose first visit is on `day`. Distributions: citizenships of Milan's applicants; 1.42 relatives an application;
/// children 47 %, spouses 45 %, parents 8 %; sponsors mostly 30 to 44; separation of three years and an exponential rest of mean 3.6 years.
[[nodiscard]] Household draw_household(Random& random, Day day);

[[nodiscard]] std::string_view name_of(Relationship relationship);
[[nodiscard]] std::string_view name_of(Permit permit);

}  // namespace ritrovo::generator
