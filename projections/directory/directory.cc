#include "projections/directory/directory.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <tuple>

#include "engine/record/engine_bodies.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::projections {
namespace {

/// Names less alike than this are other names; each of the two parts, at least this.
constexpr double kAlike = 0.8;
constexpr double kPartAlike = 0.72;
/// A word that was asked for, and one that it found.
constexpr double kWordAlike = 0.82;

/// What agreement says, in bits: how seldom chance alone brings it about. Dates of birth spread over some sixty years, seldom evenly; day and month
/// are swapped in one of eight dates or so.
constexpr double kSameDateBits = 13;
constexpr double kSwappedDateBits = 10;
constexpr double kReceiptBits = 30;
/// A person whom both families have and who is another in each.
constexpr double kContradictionBits = 4;
/// How much likelier than chance a candidate must be.
constexpr double kEnoughBits = 2;

/// Articles and particles, which are written apart, together or not at all.
constexpr std::array<std::string_view, 18> kParticles{"al", "bin", "bint", "da", "de", "del", "dela", "den", "do", "dos", "el", "ibn", "la", "las", "los", "ul", "ur", "van"};

bool is_particle(std::string_view word) { return std::find(kParticles.begin(), kParticles.end(), word) != kParticles.end(); }

void overwrite(std::string& text) {
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

void overwrite(Identity& said) {
  for (std::string* text : {&said.given_name, &said.family_name, &said.sex, &said.citizenship}) overwrite(*text);
  said.birth_date.reset();
}

std::optional<Day> swapped(Day day) {
  const auto date = day.date();
  const auto as_month = static_cast<unsigned>(date.day());
  if (as_month > 12) return std::nullopt;
  return Day(std::chrono::year_month_day(date.year(), std::chrono::month(as_month), std::chrono::day(static_cast<unsigned>(date.month()))));
}

/// Letters and digits alone, upper case.
std::string receipt_key(std::string_view text) {
  std::string key;
  for (const char c : text) {
    if (c >= 'a' && c <= 'z') key += static_cast<char>(c - 'a' + 'A');
    else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) key += c;
  }
  return key;
}

void take_value(Identity& said, std::string_view field, const Value& value) {
  if (const auto* day = value.get<Day>(); day != nullptr && field == "birth_date") said.birth_date = *day;
  const auto* text = value.get<std::string>();
  if (text == nullptr) return;
  if (field == "birth_date") {
    // In a command it is still text.
    if (const Result<Day> day = parse_day(*text)) said.birth_date = *day;
  } else if (field == "given_name") {
    said.given_name = *text;
  } else if (field == "family_name") {
    said.family_name = *text;
  } else if (field == "sex") {
    said.sex = *text;
  } else if (field == "citizenship") {
    said.citizenship = *text;
  }
}

/// How alike the shorter list of words is to words of the other, each taken once; a little less for each word that the other has more.
double words_alike(const std::vector<NameWord>& a, const std::vector<NameWord>& b) {
  const std::vector<NameWord>& few = a.size() <= b.size() ? a : b;
  const std::vector<NameWord>& many = a.size() <= b.size() ? b : a;
  if (few.empty()) return 0;
  std::vector<bool> taken(many.size(), false);
  double sum = 0;
  for (const NameWord& word : few) {
    double best = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < many.size(); ++i) {
      const double alike = taken[i] ? 0 : likeness(word, many[i]);
      if (alike > best) {
        best = alike;
        at = i;
      }
    }
    if (best < kPartAlike) return 0;
    taken[at] = true;
    sum += best;
  }
  return sum / static_cast<double>(few.size()) * std::pow(0.97, static_cast<double>(many.size() - few.size()));
}

/// Two parts of a name together: both must be alike.
double both(double given, double family) { return std::min(given, family) < kPartAlike ? std::min(given, family) : (given + family) / 2; }

bool differ(const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a != b; }

}  // namespace

Identity identity_from(const Values& values) {
  Identity said;
  for (const auto& [name, value] : values) take_value(said, name, value);
  return said;
}

DateMatch compare_dates(const std::optional<Day>& a, const std::optional<Day>& b) {
  if (!a || !b) return DateMatch::kUnknown;
  if (*a == *b) return DateMatch::kSame;
  return swapped(*a) == *b ? DateMatch::kSwapped : DateMatch::kOther;
}

Directory::Directory(std::function<std::shared_ptr<const definition::Library>()> library, BoxOpener open) : library_(std::move(library)), open_(std::move(open)) {}

Directory::~Directory() {
  for (Entry& entry : entries_) overwrite(entry.said);
  for (Word& word : words_) overwrite(word.word.letters);
}

/// One event of a case being taken.
struct Directory::Applying {
  Directory& directory;
  const Event& event;
  Case& at;

  [[nodiscard]] Identity identity(definition::RoleIndex role, const std::vector<pathway::FieldValue>& clear, PersonId person) const {
    Identity said;
    if (role < at.pathway->persons.size()) {
      const std::vector<definition::Field>& fields = at.pathway->persons[role].fields;
      for (const pathway::FieldValue& value : clear)
        if (value.field < fields.size()) take_value(said, fields[value.field].name, value.value);
    }
    for (const Box& box : event.boxes) {
      if (box.owner != person) continue;
      const Opened::Entry opened = directory.open_(event.case_id, event.version, box);
      for (const auto& [name, value] : opened.values) take_value(said, name, value);
    }
    return said;
  }
  void operator()(const pathway::PersonAdded& body) const {
    at.persons.push_back(body.id);
    at.left.push_back(false);
    Identity said = identity(body.role, body.values, body.id);
    // Nothing sealed could be read: they were erased.
    if (said.given_name.empty() && said.family_name.empty() && !said.birth_date) return;
    directory.add({event.case_id, body.id, body.alias, std::move(said), {}, false, false});
  }
  void operator()(const pathway::PersonCorrected& body) const {
    if (body.person < at.persons.size()) directory.correct(event.case_id, at.persons[body.person], identity(body.role, body.values, at.persons[body.person]));
  }
  void operator()(const pathway::PersonLeft& body) const {
    if (body.person < at.left.size()) at.left[body.person] = true;
  }
  void operator()(const pathway::FactReported& /*body*/) const { directory.note_receipts(event); }
  void operator()(const pathway::FactCorrected& /*body*/) const { directory.note_receipts(event); }
  template <class Body>
  void operator()(const Body& /*body*/) const {}
};

void Directory::apply(const Event& event) {
  if (event.tag == kErasureTag) {
    const Result<ErasureBody> erasure = decode_erasure(event.body);
    if (erasure && erasure->stage == ErasureStage::kCompleted) forget(erasure->person);
    return;
  }
  if (event.version == Version()) return;
  const bool of_persons = event.tag == pathway::PersonAdded::kTag || event.tag == pathway::PersonCorrected::kTag || event.tag == pathway::PersonLeft::kTag;
  const bool of_facts = (event.tag == pathway::FactReported::kTag || event.tag == pathway::FactCorrected::kTag) && !event.boxes.empty();
  if (!of_persons && !of_facts && event.tag != pathway::CaseOpened::kTag) return;
  const Result<pathway::Body> body = pathway::decode_body(event.tag, event.body);
  if (!body) return;
  if (const auto* opened = std::get_if<pathway::CaseOpened>(&*body)) {
    const std::shared_ptr<const definition::Library> library = library_();
    if (std::shared_ptr<const definition::Pathway> pathway = library ? library->with_identity(opened->identity) : nullptr) cases_[event.case_id] = {std::move(pathway), {}, {}};
    return;
  }
  const auto at = cases_.find(event.case_id);
  if (at != cases_.end()) std::visit(Applying{*this, event, at->second}, *body);
}

void Directory::note_receipts(const Event& event) {
  for (const Box& box : event.boxes) {
    const Opened::Entry opened = open_(event.case_id, event.version, box);
    const Value* receipt = ritrovo::find(opened.values, "receipt");
    const auto* text = receipt == nullptr ? nullptr : receipt->get<std::string>();
    if (text != nullptr && !receipt_key(*text).empty()) receipts_[receipt_key(*text)].push_back({event.case_id, box.owner});
  }
}

void Directory::add(Entry entry) {
  const auto index = static_cast<EntryIndex>(entries_.size());
  entry.name = {part_of(entry.said.given_name, index), part_of(entry.said.family_name, index)};
  ++by_sound_[sound_key(entry.name)];
  by_person_[entry.person].push_back(index);
  if (entry.said.birth_date) by_birth_[entry.said.birth_date->value()].push_back(index);
  else without_birth_.push_back(index);
  entries_.push_back(std::move(entry));
}

void Directory::correct(CaseId case_id, PersonId person, Identity said) {
  const auto known = by_person_.find(person);
  if (known == by_person_.end()) return;
  const auto latest = std::find_if(known->second.rbegin(), known->second.rend(), [&](EntryIndex index) { return entries_[index].case_id == case_id; });
  if (latest == known->second.rend()) return;
  Entry& before = entries_[*latest];
  Entry entry{case_id, person, before.alias, before.said, {}, false, false};
  if (!said.given_name.empty()) entry.said.given_name = said.given_name;
  if (!said.family_name.empty()) entry.said.family_name = said.family_name;
  if (said.birth_date) entry.said.birth_date = said.birth_date;
  if (!said.sex.empty()) entry.said.sex = said.sex;
  if (!said.citizenship.empty()) entry.said.citizenship = said.citizenship;
  before.former = true;
  overwrite(said);
  add(std::move(entry));
}

void Directory::forget(PersonId person) {
  if (const auto known = by_person_.find(person); known != by_person_.end()) {
    for (const EntryIndex index : known->second) take_out(index);
    by_person_.erase(known);
  }
  for (auto at = receipts_.begin(); at != receipts_.end();) {
    std::erase_if(at->second, [person](const Receipt& receipt) { return receipt.owner == person; });
    const auto empty = at->second.empty() ? at : receipts_.end();
    ++at;
    if (empty == receipts_.end()) continue;
    auto node = receipts_.extract(empty);
    overwrite(node.key());
  }
}

/// Leaves an empty place, so that the others keep theirs.
void Directory::take_out(EntryIndex index) {
  Entry& entry = entries_[index];
  if (const auto sound = by_sound_.find(sound_key(entry.name)); sound != by_sound_.end() && --sound->second == 0) by_sound_.erase(sound);
  std::erase(entry.said.birth_date ? by_birth_[entry.said.birth_date->value()] : without_birth_, index);
  for (const Part* part : {&entry.name.given, &entry.name.family}) {
    std::vector<WordIndex> words = part->words;
    if (part->given) words.push_back(part->whole);
    for (const WordIndex word : words) {
      std::erase(words_[word].entries, index);
      if (!words_[word].entries.empty() || words_[word].word.letters.empty()) continue;
      auto node = by_letters_.extract(words_[word].word.letters);
      overwrite(node.key());
      overwrite(words_[word].word.letters);
      overwrite(words_[word].word.sound);
    }
  }
  overwrite(entry.said);
  entry.name = {};
  entry.gone = true;
}

Directory::WordIndex Directory::word_index(const std::string& letters, EntryIndex entry) {
  const auto [found, added] = by_letters_.try_emplace(letters, static_cast<WordIndex>(words_.size()));
  if (added) words_.push_back({name_word(letters), {}});
  std::vector<EntryIndex>& entries = words_[found->second].entries;
  if (entries.empty() || entries.back() != entry) entries.push_back(entry);
  return found->second;
}

Directory::AskedPart Directory::asked_part(std::string_view text) const {
  const std::vector<std::string> all = reader_.words(text);
  AskedPart part;
  std::string whole;
  for (const std::string& word : all) {
    whole += word;
    if (!is_particle(word)) part.words.push_back(name_word(word));
  }
  if (part.words.empty())
    for (const std::string& word : all) part.words.push_back(name_word(word));
  part.whole = name_word(std::move(whole));
  return part;
}

Directory::Part Directory::part_of(std::string_view text, EntryIndex entry) {
  const AskedPart asked = asked_part(text);
  Part part;
  if (asked.words.empty()) return part;
  part.given = true;
  for (const NameWord& word : asked.words) part.words.push_back(word_index(word.letters, entry));
  part.whole = word_index(asked.whole.letters, entry);
  return part;
}

Directory::AskedPart Directory::known_part(const Part& part) const {
  AskedPart known;
  if (!part.given) return known;
  for (const WordIndex word : part.words) known.words.push_back(words_[word].word);
  known.whole = words_[part.whole].word;
  return known;
}

std::string Directory::sound_key(const Name& name) const {
  std::string key;
  for (const Part* part : {&name.given, &name.family}) {
    if (part->given) {
      const NameWord& whole = words_[part->whole].word;
      key += whole.sound.size() >= 2 ? whole.sound : whole.letters;
    }
    key += '/';
  }
  return key;
}

double Directory::likeness_of(const AskedName& asked, const Entry& entry) const {
  const auto parts = [](const AskedPart& a, const AskedPart& b) {
    if (a.words.empty() || b.words.empty()) return a.words.empty() && b.words.empty() ? 1.0 : 0.0;
    return std::max(likeness(a.whole, b.whole), words_alike(a.words, b.words));
  };
  const AskedName known{known_part(entry.name.given), known_part(entry.name.family)};
  const double straight = both(parts(asked.given, known.given), parts(asked.family, known.family));
  if (straight >= kSameSound) return straight;
  // In another order, as where the family name comes first; or one's second given name is the other's family name.
  const double crossed = 0.98 * both(parts(asked.given, known.family), parts(asked.family, known.given));
  const auto all = [](const AskedName& name) {
    std::vector<NameWord> words = name.given.words;
    words.insert(words.end(), name.family.words.begin(), name.family.words.end());
    return words;
  };
  const std::vector<NameWord> asked_words = all(asked);
  const std::vector<NameWord> known_words = all(known);
  // One word in common is nobody's whole name.
  const double mixed = std::min(asked_words.size(), known_words.size()) < 2 ? 0 : 0.98 * words_alike(asked_words, known_words);
  return std::max({straight, crossed, mixed});
}

bool Directory::may_read(CaseId case_id, const Roles& roles) const {
  const auto found = cases_.find(case_id);
  if (found == cases_.end()) return false;
  const std::vector<std::string>& managers = found->second.pathway->managed_by;
  return std::any_of(roles.begin(), roles.end(), [&managers](const std::string& role) { return std::find(managers.begin(), managers.end(), role) != managers.end(); });
}

bool Directory::is_left(const Entry& entry) const {
  const Case& at = cases_.at(entry.case_id);
  for (std::size_t i = 0; i < at.persons.size(); ++i)
    if (at.persons[i] == entry.person) return at.left[i];
  return false;
}

FoundPerson Directory::known(const Entry& entry, double likeness, DateMatch date) const {
  return {entry.case_id, entry.person, entry.alias, entry.said, entry.former, is_left(entry), likeness, date};
}

std::vector<Directory::EntryIndex> Directory::born_on(const std::optional<Day>& day) const {
  std::vector<EntryIndex> entries;
  if (!day) return entries;
  const auto take = [&](Day one) {
    if (const auto found = by_birth_.find(one.value()); found != by_birth_.end()) entries.insert(entries.end(), found->second.begin(), found->second.end());
  };
  take(*day);
  if (const std::optional<Day> other = swapped(*day); other && *other != *day) take(*other);
  return entries;
}

/// The entries that have a word for each word of the name, and how alike these are.
std::unordered_map<Directory::EntryIndex, double> Directory::named(const std::string& name) const {
  const AskedPart asked = asked_part(name);
  std::vector<NameWord> words = asked.words;
  std::unordered_map<EntryIndex, double> found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::unordered_map<EntryIndex, double> best;
    for (const Word& word : words_) {
      if (word.entries.empty()) continue;
      const double alike = likeness(words[i], word.word);
      if (alike < kWordAlike) continue;
      for (const EntryIndex entry : word.entries) best[entry] = std::max(best[entry], alike);
    }
    if (i == 0) {
      found = std::move(best);
      continue;
    }
    std::erase_if(found, [&best](const auto& one) { return !best.contains(one.first); });
    for (auto& [entry, sum] : found) sum += best[entry];
  }
  for (auto& [entry, sum] : found) sum /= static_cast<double>(words.size());
  return found;
}

std::vector<FoundPerson> Directory::search(const Search& search, const Roles& roles) const {
  std::vector<FoundPerson> found;
  std::set<CaseId> of_receipt;
  if (!search.receipt.empty()) {
    if (const auto receipts = receipts_.find(receipt_key(search.receipt)); receipts != receipts_.end())
      for (const Receipt& receipt : receipts->second) of_receipt.insert(receipt.case_id);
    if (of_receipt.empty()) return found;
  }
  std::unordered_map<EntryIndex, double> entries;
  if (!search.name.empty()) {
    entries = named(search.name);
  } else if (search.born) {
    for (const EntryIndex index : born_on(search.born)) entries.emplace(index, 1);
  } else {
    for (EntryIndex index = 0; index < entries_.size() && !of_receipt.empty(); ++index)
      if (!entries_[index].gone && of_receipt.contains(entries_[index].case_id)) entries.emplace(index, 1);
  }
  for (const auto& [index, alike] : entries) {
    const Entry& entry = entries_[index];
    const DateMatch date = compare_dates(search.born, entry.said.birth_date);
    if (date == DateMatch::kOther || (!of_receipt.empty() && !of_receipt.contains(entry.case_id)) || !may_read(entry.case_id, roles)) continue;
    found.push_back(known(entry, alike, date));
  }
  const auto place = [](const FoundPerson& one) { return std::tuple(one.former, -one.likeness, one.date != DateMatch::kSame, one.case_id, one.alias, one.said.given_name); };
  std::sort(found.begin(), found.end(), [&place](const FoundPerson& a, const FoundPerson& b) { return place(a) < place(b); });
  return found;
}

double Directory::names_weight(double likeness, std::size_t bearers) const {
  const double rarity = std::log2(static_cast<double>(persons() + 1) / static_cast<double>(bearers + 1));
  return std::max(0.0, rarity) * (likeness - 0.5) * 2;
}

std::vector<std::pair<PersonMatch, double>> Directory::matches_of(const std::vector<Identity>& family, std::size_t asked, const Roles& roles) const {
  const Identity& wanted = family[asked];
  const AskedName name{asked_part(wanted.given_name), asked_part(wanted.family_name)};
  std::vector<EntryIndex> entries = born_on(wanted.birth_date);
  if (wanted.birth_date) {
    entries.insert(entries.end(), without_birth_.begin(), without_birth_.end());
  } else {
    for (const auto& [entry, alike] : named(wanted.given_name + " " + wanted.family_name)) entries.push_back(entry);
    std::sort(entries.begin(), entries.end());
  }
  std::vector<std::pair<PersonMatch, double>> matches;
  for (const EntryIndex index : entries) {
    const Entry& entry = entries_[index];
    if (differ(wanted.sex, entry.said.sex) || !may_read(entry.case_id, roles)) continue;
    const double alike = likeness_of(name, entry);
    if (alike < kAlike) continue;
    const DateMatch date = compare_dates(wanted.birth_date, entry.said.birth_date);
    const auto sound = by_sound_.find(sound_key(entry.name));
    const std::size_t bearers = sound == by_sound_.end() ? 0 : sound->second;
    const double dates = date == DateMatch::kSame ? kSameDateBits : date == DateMatch::kSwapped ? kSwappedDateBits : 0;
    matches.emplace_back(PersonMatch{asked, known(entry, alike, date), bearers}, dates + names_weight(alike, bearers));
  }
  return matches;
}

std::size_t Directory::persons_in(CaseId case_id) const {
  const Case& at = cases_.at(case_id);
  std::size_t count = 0;
  for (std::size_t i = 0; i < at.persons.size(); ++i) count += !at.left[i] && by_person_.contains(at.persons[i]) ? 1 : 0;
  return count;
}

std::vector<Candidate> Directory::candidates(const std::vector<Identity>& family, const std::vector<std::string>& receipts, const Roles& roles) const {
  std::map<CaseId, std::vector<std::pair<PersonMatch, double>>> by_case;
  for (std::size_t asked = 0; asked < family.size(); ++asked)
    for (auto& match : matches_of(family, asked, roles)) by_case[match.first.known.case_id].push_back(std::move(match));
  std::set<CaseId> of_receipt;
  for (const std::string& receipt : receipts) {
    const auto found = receipts_.find(receipt_key(receipt));
    if (found == receipts_.end()) continue;
    for (const Receipt& one : found->second)
      if (may_read(one.case_id, roles)) of_receipt.insert(one.case_id);
  }
  for (const CaseId case_id : of_receipt) by_case.try_emplace(case_id);
  const double enough = std::log2(static_cast<double>(persons() + 1)) + kEnoughBits;
  std::vector<Candidate> candidates;
  for (auto& [case_id, matches] : by_case) {
    Candidate candidate{case_id, 0, {}, 0, of_receipt.contains(case_id)};
    std::stable_sort(matches.begin(), matches.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::set<std::size_t> asked;
    std::set<PersonId> persons;
    for (auto& [match, weight] : matches) {
      if (asked.contains(match.asked) || persons.contains(match.known.person)) continue;
      asked.insert(match.asked);
      persons.insert(match.known.person);
      candidate.weight += weight;
      candidate.persons.push_back(std::move(match));
    }
    const std::size_t there = persons_in(case_id);
    candidate.others = std::min(family.size() - asked.size(), there - std::min(there, persons.size()));
    candidate.weight -= kContradictionBits * static_cast<double>(candidate.others);
    if (candidate.receipt) candidate.weight += kReceiptBits;
    if (candidate.weight >= enough) candidates.push_back(std::move(candidate));
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.weight > b.weight; });
  return candidates;
}

}  // namespace ritrovo::projections
