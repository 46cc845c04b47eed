#include "tools/generator/people.h"

#include <algorithm>
#include <array>
#include <span>

namespace ritrovo::generator {
namespace {

struct Country {
  const char* code;
  double weight;
  std::array<const char*, 2> languages;
  std::array<const char*, 6> women;
  std::array<const char*, 6> men;
  std::array<const char*, 6> families;
};

// Weights blend three published lists of Milan's residents and applicants by citizenship; the rest is "other", drawn as Senegal's.
constexpr std::array<Country, 14> kCountries{{
    {"EG", .22, {"ar", "ar"}, {"Mariam", "Fatma", "Nour", "Heba", "Salma", "Aya"}, {"Mohamed", "Ahmed", "Mahmoud", "Karim", "Youssef", "Mostafa"}, {"Abdelrahman", "El-Sayed", "Hassanein", "Mansour", "Shehata", "Ibrahim"}},
    {"PE", .11, {"es", "es"}, {"Rosa", "María", "Lucía", "Carmen", "Milagros", "Ana"}, {"Luis", "José", "Carlos", "Jorge", "Miguel", "Víctor"}, {"Quispe", "Flores", "Huamán", "Mamani", "Rojas", "Chávez"}},
    {"PH", .11, {"tl", "en"}, {"Maricel", "Rowena", "Jocelyn", "Analyn", "Cristina", "Grace"}, {"Jose", "Ramon", "Rodel", "Arnel", "Jayson", "Danilo"}, {"Santos", "Reyes", "Bautista", "Dela Cruz", "Garcia", "Mendoza"}},
    {"BD", .11, {"bn", "bn"}, {"Nasrin", "Shirin", "Farzana", "Sultana", "Rokeya", "Taslima"}, {"Rahim", "Kamal", "Jahangir", "Shahidul", "Mizanur", "Abul"}, {"Hossain", "Rahman", "Akter", "Uddin", "Miah", "Chowdhury"}},
    {"CN", .09, {"zh", "zh"}, {"Xiuying", "Lihua", "Meiling", "Yan", "Jing", "Xiaoli"}, {"Wei", "Jun", "Guoqiang", "Jianping", "Haibo", "Xiaoming"}, {"Hu", "Chen", "Zhou", "Wang", "Lin", "Zhang"}},
    {"LK", .07, {"si", "ta"}, {"Nadeesha", "Dilani", "Chathurika", "Kumari", "Sandya", "Priyanka"}, {"Nimal", "Sunil", "Ruwan", "Chaminda", "Asanka", "Kasun"}, {"Perera", "Fernando", "Silva", "Jayasuriya", "Bandara", "Warnakulasuriya"}},
    {"MA", .06, {"ar", "fr"}, {"Khadija", "Naima", "Samira", "Hanane", "Amina", "Zineb"}, {"Hassan", "Rachid", "Abdelkader", "Said", "Noureddine", "Driss"}, {"El Amrani", "Benali", "Idrissi", "Tazi", "Bennani", "Chraibi"}},
    {"EC", .04, {"es", "es"}, {"Gladys", "Martha", "Jenny", "Paola", "Mercedes", "Diana"}, {"Segundo", "Ángel", "Wilson", "Freddy", "Byron", "Diego"}, {"Zambrano", "Cedeño", "Morán", "Alvarado", "Vera", "Macías"}},
    {"PK", .04, {"ur", "ur"}, {"Ayesha", "Saima", "Rubina", "Nazia", "Farah", "Shazia"}, {"Muhammad", "Imran", "Tariq", "Asif", "Zahid", "Nadeem"}, {"Khan", "Ahmed", "Hussain", "Malik", "Butt", "Iqbal"}},
    {"AL", .04, {"sq", "sq"}, {"Elira", "Vjollca", "Majlinda", "Teuta", "Ardita", "Mirela"}, {"Arben", "Ilir", "Besnik", "Gentian", "Agron", "Fatmir"}, {"Hoxha", "Shehu", "Leka", "Prifti", "Dervishi", "Gjoni"}},
    {"SV", .03, {"es", "es"}, {"Blanca", "Morena", "Silvia", "Reina", "Sandra", "Karla"}, {"Óscar", "Mauricio", "Salvador", "René", "Walter", "Nelson"}, {"Hernández", "Martínez", "López", "Portillo", "Guardado", "Menjívar"}},
    {"UA", .02, {"uk", "ru"}, {"Oksana", "Nataliya", "Iryna", "Olena", "Svitlana", "Halyna"}, {"Oleksandr", "Andriy", "Serhiy", "Vasyl", "Ivan", "Mykola"}, {"Shevchenko", "Kovalenko", "Bondarenko", "Tkachenko", "Melnyk", "Kravchuk"}},
    {"NG", .02, {"en", "en"}, {"Blessing", "Joy", "Faith", "Gift", "Patience", "Mercy"}, {"Emmanuel", "Osas", "Festus", "Kelvin", "Sunday", "Godwin"}, {"Osagie", "Igbinedion", "Okafor", "Eze", "Adeyemi", "Omoregie"}},
    {"SN", .04, {"fr", "wo"}, {"Awa", "Fatou", "Aminata", "Ndeye", "Mariama", "Khady"}, {"Mamadou", "Modou", "Ousmane", "Cheikh", "Ibrahima", "Abdoulaye"}, {"Diop", "Ndiaye", "Fall", "Gueye", "Sow", "Mbaye"}},
}};

Day born_at_age(Random& random, Day day, int age_years) {
  return day.plus(-(age_years * 365 + age_years / 4) - random.between(1, 364));
}

int sponsor_age(Random& random) {
  const std::array<double, 4> weights{.19, .62, .15, .04};
  switch (random.pick(weights)) {
    case 0: return random.between(22, 29);
    case 1: return random.between(30, 44);
    case 2: return random.between(45, 55);
    case 3: return random.between(56, 64);
  }
  return 40;
}

Person draw_person(Random& random, const Country& country, bool female) {
  Person person;
  person.female = female;
  const auto& given = female ? country.women : country.men;
  person.given_name = given[static_cast<std::size_t>(random.between(0, 5))];
  person.family_name = country.families[static_cast<std::size_t>(random.between(0, 5))];
  person.citizenship = country.code;
  person.language = country.languages[random.chance(.75) ? 0 : 1];
  return person;
}

Person draw_relative(Random& random, const Country& country, const Person& sponsor, Day day, bool spouse_taken) {
  // Children 47 %, spouses 45 %, parents 8 %; nine points of the children are of age, or about to be.
  std::size_t kind = random.pick({.38, .09, .45, .08});
  if (kind == 2 && spouse_taken) kind = 0;
  const bool female = kind == 2 ? !sponsor.female : random.chance(.5);
  Person person = draw_person(random, country, female);
  if (kind < 2) person.family_name = sponsor.family_name;
  switch (kind) {
    case 0:
      person.relationship = Relationship::kChild;
      person.birth_date = born_at_age(random, day, random.between(0, 16));
      break;
    case 1:
      person.relationship = Relationship::kAdultChild;
      person.birth_date = born_at_age(random, day, random.between(18, 24));
      break;
    case 2:
      person.relationship = Relationship::kSpouse;
      person.birth_date = born_at_age(random, day, std::clamp(age_on(sponsor.birth_date, day) + random.between(-8, 6), 19, 65));
      break;
    default:
      person.relationship = Relationship::kParent;
      person.birth_date = born_at_age(random, day, random.between(52, 78));
      break;
  }
  return person;
}

}  // namespace

bool Household::only_children() const {
  return !relatives.empty() &&
         std::all_of(relatives.begin(), relatives.end(), [](const Person& p) { return p.relationship == Relationship::kChild; });
}

int age_on(Day birth, Day day) {
  const auto born = birth.date();
  const auto then = day.date();
  const int years = static_cast<int>(then.year()) - static_cast<int>(born.year());
  const auto monthday = [](const std::chrono::year_month_day& d) {
    return static_cast<unsigned>(d.month()) * 100 + static_cast<unsigned>(d.day());
  };
  return monthday(then) < monthday(born) ? years - 1 : years;
}

Household draw_household(Random& random, Day day) {
  std::array<double, kCountries.size()> weights{};
  for (std::size_t i = 0; i < kCountries.size(); ++i) weights[i] = kCountries[i].weight;
  const Country& country = kCountries[random.pick(weights)];
  Household household;
  household.sponsor = draw_person(random, country, random.chance(.42));
  household.sponsor.alias = "sponsor";
  household.sponsor.birth_date = born_at_age(random, day, sponsor_age(random));
  household.permit = static_cast<Permit>(random.pick({.34, .38, .08, .03, .03, .03, .01, .08, .02}));
  // Separation: at least about three years, a third of families over seven; a few sponsors have lived in Italy for less than two.
  const int separated = random.chance(.1) ? random.between(200, 700) : 3 * 365 + random.exponential_days(3.6 * 365);
  household.resident_since = day.plus(-separated);
  const std::size_t count = 1 + random.pick({.70, .20, .08, .02});
  bool spouse = false;
  for (std::size_t i = 0; i < count; ++i) {
    Person relative = draw_relative(random, country, household.sponsor, day, spouse);
    relative.alias = "rel-" + std::to_string(i + 1);
    spouse = spouse || relative.relationship == Relationship::kSpouse;
    household.relatives.push_back(std::move(relative));
  }
  return household;
}

std::string_view name_of(Relationship relationship) {
  switch (relationship) {
    case Relationship::kSpouse: return "spouse";
    case Relationship::kChild: return "child";
    case Relationship::kAdultChild: return "adult_child";
    case Relationship::kParent: return "parent";
  }
  return "";
}

std::string_view name_of(Permit permit) {
  switch (permit) {
    case Permit::kLongTerm: return "eu_long_term";
    case Permit::kWork: return "work";
    case Permit::kSelfEmployment: return "self_employment";
    case Permit::kAsylum: return "asylum";
    case Permit::kSubsidiary: return "subsidiary_protection";
    case Permit::kStudy: return "study";
    case Permit::kReligious: return "religious";
    case Permit::kFamily: return "family";
    case Permit::kOtherProtection: return "other_protection";
  }
  return "";
}

}  // namespace ritrovo::generator
