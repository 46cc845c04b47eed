#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/record/event.h"
#include "engine/record/opened.h"
#include "engine/record/value.h"
#include "projections/directory/name_likeness.h"
#include "projections/directory/name_reader.h"
#include "workflows/definition/model.h"

namespace ritrovo::projections {

/// Who somebody says they are. The fields of that name in a definition; empty where nothing was said.
struct Identity {
  std::string given_name;
  std::string family_name;
  std::optional<Day> birth_date;
  std::string sex;
  std::string citizenship;
};

/// What the values of a person say, as an `open` command brings them.
[[nodiscard]] Identity identity_from(const Values& values);

/// How two dates of birth agree. kSwapped: day and month change places, as between two ways of writing dates.
enum class DateMatch : std::uint8_t { kUnknown, kSame, kSwapped, kOther };
[[nodiscard]] DateMatch compare_dates(const std::optional<Day>& a, const std::optional<Day>& b);

/// A person of a case, as found.
struct FoundPerson {
  CaseId case_id;
  PersonId person;
  std::string alias;
  Identity said;
  bool former = false;    ///< as it was said before it was corrected
  bool left = false;      ///< no longer part of the case
  double likeness = 1;    ///< of the names, 0 to 1; 1 where none was asked for
  DateMatch date = DateMatch::kUnknown;
};

/// Whom to look for: whoever agrees with all that is given.
struct Search {
  std::string name;  ///< in any script and order; words of it are enough
  std::optional<Day> born;
  std::string receipt;  ///< number of the application, of its letters and digits
};

/// A person of a family that is about to be taken in, and whom of a known case they may be.
struct PersonMatch {
  std::size_t asked = 0;    ///< place in what was asked
  FoundPerson known;
  std::size_t bearers = 0;  ///< how many persons of the directory bear a name that sounds the same
};
/// A case that may be the family's own.
struct Candidate {
  CaseId case_id;
  double weight = 0;  ///< more is more likely; comparable within one directory
  std::vector<PersonMatch> persons;
  std::size_t others = 0;  ///< persons asked for who could be one of the case and aren't
  bool receipt = false;    ///< the same receipt
};

/// Opens a box of an event.
using BoxOpener = std::function<Opened::Entry(CaseId, Version, const Box&)>;
using Roles = std::vector<std::string>;

/// The persons of all cases in memory, to be searched. A fold over records, in the order of positions within each partition.
///
/// A reader sees the cases of those pathways that one of their roles manages (`managed_by`), and nothing of any other. Texts of whoever is
/// erased are overwritten. Runs on: one thread at a time.
class Directory {
 public:
  /// `library` gives what is published by now, `open` what is in a box.
  Directory(std::function<std::shared_ptr<const definition::Library>()> library, BoxOpener open);
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  /// Takes the next record of a partition.
  void apply(const Event& event);

  /// Those who agree with all that is asked, the likeliest first. Empty where nothing is asked. A date agrees also with day and month swapped.
  [[nodiscard]] std::vector<FoundPerson> search(const Search& search, const Roles& roles) const;
  /// The cases that the family may already have, the likeliest first: those in which persons of alike names and dates of birth are, more and rarer
  /// ones than chance brings together in a directory of this size. `receipts`: numbers of applications that the family shows.
  [[nodiscard]] std::vector<Candidate> candidates(const std::vector<Identity>& family, const std::vector<std::string>& receipts, const Roles& roles) const;

  /// Persons that can be found.
  [[nodiscard]] std::size_t persons() const { return by_person_.size(); }

 private:
  using EntryIndex = std::uint32_t;
  using WordIndex = std::uint32_t;
  /// A part of a name: its words without articles, and all of it as one.
  struct Part {
    std::vector<WordIndex> words;
    WordIndex whole = 0;
    bool given = false;  ///< false: nothing was said
  };
  struct Name {
    Part given;
    Part family;
  };
  /// A part of a name that is looked for, which needn't be one of the directory's.
  struct AskedPart {
    std::vector<NameWord> words;
    NameWord whole;
  };
  struct AskedName {
    AskedPart given;
    AskedPart family;
  };
  /// One saying about one person of one case.
  struct Entry {
    CaseId case_id;
    PersonId person;
    std::string alias;
    Identity said;
    Name name;
    bool former = false;
    bool gone = false;
  };
  struct Case {
    std::shared_ptr<const definition::Pathway> pathway;
    std::vector<PersonId> persons;  ///< by their index in the case
    std::vector<bool> left;
  };
  struct Word {
    NameWord word;
    std::vector<EntryIndex> entries;
  };
  struct Receipt {
    CaseId case_id;
    PersonId owner;
  };
  struct Applying;

  [[nodiscard]] bool may_read(CaseId case_id, const Roles& roles) const;
  void add(Entry entry);
  void correct(CaseId case_id, PersonId person, Identity said);
  void note_receipts(const Event& event);
  void forget(PersonId person);
  void take_out(EntryIndex index);
  [[nodiscard]] Part part_of(std::string_view text, EntryIndex entry);
  [[nodiscard]] WordIndex word_index(const std::string& letters, EntryIndex entry);
  [[nodiscard]] AskedPart asked_part(std::string_view text) const;
  [[nodiscard]] AskedPart known_part(const Part& part) const;
  [[nodiscard]] double likeness_of(const AskedName& asked, const Entry& entry) const;
  [[nodiscard]] std::string sound_key(const Name& name) const;
  [[nodiscard]] std::vector<EntryIndex> born_on(const std::optional<Day>& day) const;
  [[nodiscard]] std::unordered_map<EntryIndex, double> named(const std::string& name) const;
  [[nodiscard]] FoundPerson known(const Entry& entry, double likeness, DateMatch date) const;
  [[nodiscard]] bool is_left(const Entry& entry) const;
  [[nodiscard]] std::vector<std::pair<PersonMatch, double>> matches_of(const std::vector<Identity>& family, std::size_t asked, const Roles& roles) const;
  [[nodiscard]] double names_weight(double likeness, std::size_t bearers) const;
  [[nodiscard]] std::size_t persons_in(CaseId case_id) const;

  std::function<std::shared_ptr<const definition::Library>()> library_;
  BoxOpener open_;
  NameReader reader_;
  std::unordered_map<CaseId, Case> cases_;
  std::vector<Entry> entries_;
  std::unordered_map<PersonId, std::vector<EntryIndex>> by_person_;
  std::unordered_map<std::int32_t, std::vector<EntryIndex>> by_birth_;  ///< by Day::value
  std::vector<EntryIndex> without_birth_;
  std::vector<Word> words_;
  std::unordered_map<std::string, WordIndex> by_letters_;
  std::unordered_map<std::string, std::size_t> by_sound_;  ///< entries of each sound_key
  std::unordered_map<std::string, std::vector<Receipt>> receipts_;
};

}  // namespace ritrovo::projections
