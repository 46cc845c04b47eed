#include "tests/unit/definition/document_builder.h"

#include <algorithm>

namespace ritrovo::definition::test {
namespace {

constexpr const char* kHead = R"(pathway: small-pathway
version: 1
valid_from: 2020-01-01
title: {it: Percorso, en: Pathway}
parties:
  family: {it: Famiglia, en: Family}
  office: {it: Ufficio, en: Office}
roles:
  clerk: {it: Operatore, en: Clerk}
  officer: {it: Funzionario, en: Officer}
persons:
  sponsor: {count: one, data: {birth_date: date, arrived_on: {type: date, public: true}}}
  relative: {count: many, group: relatives, data: {birth_date: date, tie: {type: enum, values: [spouse, child], public: true}}}
facts:
  form.filed: {by: [clerk], data: {filed_on: {type: date, public: true}, secret_on: date, amount: decimal, note: string}}
  form.granted: {by: [officer], data: {granted_on: {type: date, public: true}}}
  form.refused: {by: [officer], data: {refused_on: {type: date, statistical: true}}}
  visa.issued: {by: [officer, clerk], per: relative, data: {issued_on: {type: date, public: true}}}
)";

std::string list(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) out += to_string(problem);
  return out.empty() ? "no problem at all" : out;
}

::testing::AssertionResult found_at_mark(std::string text, const std::string& message, Severity severity) {
  const std::size_t mark = text.find("@@");
  if (mark == std::string::npos) return ::testing::AssertionFailure() << "the text has no @@";
  const auto line = static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark), '\n')) + 1;
  const std::size_t start = text.rfind('\n', mark);
  const auto column = static_cast<std::uint32_t>(start == std::string::npos ? mark + 1 : mark - start);
  text.erase(mark, 2);
  const Loaded found = loaded(text);
  if (severity == Severity::kWarning && !found.good()) return ::testing::AssertionFailure() << list(found.problems);
  for (const Problem& problem : found.problems) {
    if (problem.severity == severity && problem.line == line && problem.column == column && problem.message.find(message) != std::string::npos)
      return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "nothing says \"" << message << "\" at " << line << ":" << column << ", but:\n" << list(found.problems);
}

}  // namespace

std::vector<Document> almanac() {
  return {
      {"calendar.yaml", "calendar: office\nversion: 1\ntitle: {it: Ufficio, en: Office}\nrest: [saturday, sunday]\n"},
      {"term.yaml",
       "term: reply\nversion: 1\ntitle: {it: Risposta, en: Reply}\nlaw: L. 1\nverified: true\ncalendar: office\nroll: true\nchosen_by: start\n"
       "lengths: [{from: 2010-01-01, length: P30D, verified: true}]\n"},
      {"late.yaml",
       "term: late\nversion: 1\ntitle: {it: Tardi, en: Late}\nlaw: L. 2\nverified: true\nroll: false\nchosen_by: start\n"
       "lengths: [{from: 2024-01-01, length: P30D, verified: true}]\n"},
      {"amount.yaml",
       "parameter: amount\nversion: 1\ntitle: {it: Importo, en: Amount}\nlaw: L. 3\nverified: true\ntype: decimal\n"
       "values: [{from: 2010-01-01, value: \"10.50\", verified: true}]\n"},
      {"gap.yaml",
       "parameter: gap\nversion: 1\ntitle: {it: Vuoto, en: Gap}\nlaw: L. 3\nverified: true\ntype: int\n"
       "values: [{from: 2010-01-01, to: 2021-12-31, value: 1, verified: true}, {from: 2023-01-01, value: 2, verified: true}]\n"},
      {"policy.yaml",
       "parameter: policy\nversion: 1\ntitle: {it: Scelta, en: Policy}\nlaw: L. 3\nverified: true\ntype: text\n"
       "values: [{from: 2010-01-01, value: start, verified: true}]\n"},
  };
}

std::string pathway(const std::string& steps) { return pathway("", steps); }

std::string pathway(const std::string& further_facts, const std::string& steps) { return kHead + further_facts + "steps:\n" + steps; }

Loaded loaded(const std::string& text) {
  std::vector<Document> documents = almanac();
  documents.push_back({"small.yaml", text});
  return load(documents);
}

::testing::AssertionResult refused_at_mark(std::string text, const std::string& message) { return found_at_mark(std::move(text), message, Severity::kError); }

::testing::AssertionResult warned_at_mark(std::string text, const std::string& message) { return found_at_mark(std::move(text), message, Severity::kWarning); }

::testing::AssertionResult accepted(const std::string& text) {
  const Loaded found = loaded(text);
  if (found.good()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << list(found.problems);
}

}  // namespace ritrovo::definition::test
