#include "tests/unit/reading/small_pathway.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <gtest/gtest.h>

namespace ritrovo::reading::test {
namespace {

constexpr const char* kCalendar = R"yaml(calendar: milano
version: 1
title: {it: Uffici di Milano, en: Offices in Milan}
rest: [saturday, sunday]
)yaml";
constexpr const char* kTerm = R"yaml(term: answer
version: 1
title: {it: Risposta, en: Answer}
law: "L. 241/1990 art. 2"
verified: true
calendar: milano
roll: true
chosen_by: start
lengths:
  - {from: 2009-08-08, length: P30D, law: "L. 241/1990 art. 2", verified: true}
  - {from: 2025-10-04, length: P3M, law: "D.L. 146/2025", verified: false}
)yaml";
constexpr const char* kPathway = R"yaml(pathway: school-place
version: 1
valid_from: 2019-09-01
title: {it: Posto a scuola, en: A place at school}
law: "DPR 394/1999 art. 45"
parties:
  family: {it: Famiglia, en: Family}
  school: {it: Scuola, en: School}
roles:
  caseworker: {it: Operatore, en: Caseworker}
  teacher: {it: Insegnante, en: Teacher}
persons:
  child:
    count: many
    group: children
    title: {it: Minore, en: Child}
    data: {birth_date: {type: date, title: {it: Data di nascita, en: Date of birth}}}
facts:
  place.requested:
    title: {it: Posto richiesto, en: Place requested}
    by: [caseworker]
    per: child
    data: {requested_on: {type: date, public: true, title: {it: Richiesto il, en: Requested on}}}
  place.given:
    title: {it: Posto assegnato, en: Place given}
    by: [teacher, caseworker]
    per: child
    data: {given_on: {type: date, public: true, title: {it: Assegnato il, en: Given on}}}
  place.refused:
    title: {it: Posto rifiutato, en: Place refused}
    by: [teacher]
    per: child
    data: {refused_on: {type: date, public: true, title: {it: Rifiutato il, en: Refused on}}}
steps:
  enrolment:
    title: {it: Iscrizione, en: Enrolment}
    stage: {each: child}
    steps:
      request:
        title: {it: Richiesta, en: Request}
        when: 'age(child.birth_date, opened_on) >= 6 && age(child.birth_date, opened_on) < 18'
        task: {role: caseworker, form: place.requested}
        done_when: {fact: place.requested}
      answer:
        title: {it: Risposta della scuola, en: The school's answer}
        law: "DPR 394/1999 art. 45(1)"
        verified: false
        waits_on: school
        after: request
        wait_for: true
        deadline: {term: answer, from: place.requested.requested_on, warn_before: P7D, on_overdue: {notify: caseworker}}
        outcomes:
          given: {fact: place.given, title: {it: Assegnato, en: Given}}
          refused: {fact: place.refused, title: {it: Rifiutato, en: Refused}}
      told:
        title: {it: Avviso del rifiuto, en: Notice of the refusal}
        after: answer/refused
        required: false
        notify: {to: family, message: {it: La scuola ha rifiutato., en: The school has refused.}}
  settled:
    title: {it: Tutti a scuola, en: Everybody at school}
    after: {every: answer/given}
    milestone: true
)yaml";

}  // namespace

definition::Library small(const std::string& from, const std::string& to) {
  std::string text = kPathway;
  if (!from.empty()) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
  }
  definition::Loaded loaded = definition::load({{"milano.yaml", kCalendar}, {"answer.yaml", kTerm}, {"small.yaml", text}});
  for (const definition::Problem& problem : loaded.problems) EXPECT_TRUE(loaded.good()) << problem.path << ": " << problem.message;
  return std::move(loaded.library);
}

definition::Library shipped() {
  std::vector<definition::Document> documents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(RITROVO_CATALOGUE_DIR)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    documents.push_back({entry.path().filename().string(), std::string(std::istreambuf_iterator<char>(in), {})});
  }
  return definition::load(documents).library;
}

}  // namespace ritrovo::reading::test
