/// The shipped pathways with one mistake in them: each kind of mistake gets its verdict, at its line. With a lawful change in them: they run.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tools/scenario/play.h"
#include "workflows/definition/loader.h"

namespace ritrovo::definition {
namespace {

const std::filesystem::path kRoot = RITROVO_SOURCE_DIR;

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Document> catalogue() {
  const std::filesystem::path folder = kRoot / "workflows/catalogue";
  std::vector<Document> documents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".yaml") documents.push_back({std::filesystem::relative(entry.path(), folder).string(), content(entry.path())});
  std::sort(documents.begin(), documents.end(), [](const Document& a, const Document& b) { return a.path < b.path; });
  return documents;
}

bool is_pathway(const Document& document) { return document.path.starts_with("milan/"); }

/// All but that document, in force already.
Library without(const Document& changed) {
  std::vector<Document> others = catalogue();
  std::erase_if(others, [&](const Document& document) { return document.path == changed.path; });
  Loaded loaded = load(others);
  return std::move(loaded.library);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// A kind of mistake: what a line must look like, and what becomes of it. `below`: the mistake is on the line after it.
struct Mistake {
  const char* name;
  const char* line;
  const char* becomes;
  std::uint32_t below = 0;
};

constexpr Mistake kMistakes[] = {
    {"a misspelt step", R"(^( +(?:after|cancel_when|completes_when): [a-z_]+)((?:/[a-z_]+)?)$)", "$1q$2"},
    {"a misspelt outcome", R"(([\[ ][a-z_]+/[a-z_]+)([,\]]))", "$1q$2"},
    {"a misspelt fact", R"((fact: [a-z_]+\.[a-z_]+)\b)", "$1q"},
    {"a misspelt field in a guard", R"(^( +when: '(?:.*?[ (!])?[a-z_]+\.[a-z_]+\.[a-z_]+)\b)", "$1q"},
    {"a misspelt date in a deadline", R"(^( +from: [a-z_]+\.[a-z_]+\.[a-z_]+)$)", "$1q"},
    {"a word compared with a number", R"(^( +when: '.*?)== "[a-z_]+")", "$1== 5"},
    {"a type that isn't one", R"(type: date)", "type: dat"},
    {"a missing term", R"((term: [a-z_]+)\b)", "$1q"},
    {"a sentry of an unknown kind", R"((after|cancel_when|completes_when): \{(all|any): \[)", "$1: {$2s: ["},
    {"a sentry over nothing", R"(\{(all|any): \[[^\]]*\])", "{$1: []"},
    {"a guard that breaks off", R"(^( +when: '.*)')", "$1 &&'"},
    {"a key twice", R"(^( +)(title|law|waits_on|after)(: .*)$)", "$1$2$3\n$1$2$3", 1},
    {"a missing translation", R"((title: \{it: (?:"[^"]*"|[^,"}]*)), en: (?:"[^"]*"|[^,"}]*)\})", "$1}"},
    {"a role nobody has", R"((role: [a-z]+)\b)", "$1q"},
    {"a reporter nobody has", R"((by: \[[a-z]+)\b)", "$1q"},
    {"a party that isn't one", R"((waits_on: [a-z_]+)$)", "$1q"},
    {"a key that isn't one", R"(^( +)(task|wait_for|outcomes|done_when|milestone|repeat): )", "$1$2z: "},
    {"a word for true", R"((required|public|optional|wait_for|milestone): (true|false)\b)", "$1: yes"},
    {"an unknown parameter", R"((parameter\("[a-z_]+))", "$1q"},
    {"a length that isn't one", R"((warn_before: P[0-9]+)D)", "$1"},
    {"an unknown person role", R"((?:\{each|per): relative\b)", "per: relativ"},
    {"an unknown function", R"(^( +when: '.*?)(plus|decimal|parameter|age)\()", "$1x$2("},
};

/// The text with that mistake made at places spread over it.
struct Mutant {
  std::string text;
  std::uint32_t line = 0;
};

std::vector<Mutant> mutants_of(const std::string& text, const Mistake& mistake, std::size_t most) {
  const std::regex pattern(mistake.line);
  const std::vector<std::string> lines = lines_of(text);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].find('#') == std::string::npos && std::regex_search(lines[i], pattern)) places.push_back(i);
  std::vector<Mutant> mutants;
  const std::size_t count = std::min(most, places.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = places[i * places.size() / count];
    std::vector<std::string> changed = lines;
    changed[at] = std::regex_replace(changed[at], pattern, mistake.becomes, std::regex_constants::format_first_only);
    mutants.push_back({joined(changed), static_cast<std::uint32_t>(at + 1) + mistake.below});
  }
  return mutants;
}

/// A step that waits for itself can never open.
std::vector<Mutant> waiting_for_themselves(const std::string& text) {
  const std::vector<std::string> lines = lines_of(text);
  const std::regex after(R"(^( +)after: .*$)");
  std::vector<Mutant> mutants;
  for (std::size_t i = 0; i < lines.size() && mutants.size() < 8; ++i) {
    std::smatch found;
    if (!std::regex_match(lines[i], found, after)) continue;
    const std::string outer(found[1].length() - 2U, ' ');
    std::size_t step = i;
    while (step > 0 && !std::regex_match(lines[step], std::regex(outer + "[a-z_]+:"))) --step;
    std::vector<std::string> changed = lines;
    changed[i] = found[1].str() + "after: " + lines[step].substr(outer.size(), lines[step].size() - outer.size() - 1);
    mutants.push_back({joined(changed), static_cast<std::uint32_t>(i + 1)});
  }
  return mutants;
}

void expect_refused(const Document& changed, const Library& base, std::uint32_t line, const std::string& name) {
  const Loaded found = load({changed}, &base);
  const auto there = [&](const Problem& problem) {
    return problem.severity == Severity::kError && problem.path == changed.path && problem.line == line;
  };
  if (std::any_of(found.problems.begin(), found.problems.end(), there)) return;
  std::string all;
  for (const Problem& problem : found.problems) all += to_string(problem) + "\n";
  ADD_FAILURE() << name << ": no error at " << changed.path << ":" << line << ": " << lines_of(changed.text)[line - 1] << "\n" << all;
}

TEST(Mutations, EachKindOfMistakeIsRefusedAtItsLine) {
  std::size_t made = 0;
  for (const Document& document : catalogue()) {
    if (!is_pathway(document)) continue;
    const Library base = without(document);
    const std::size_t most = document.text.size() > 50'000 ? 6 : 4;
    for (const Mistake& mistake : kMistakes) {
      for (const Mutant& mutant : mutants_of(document.text, mistake, most)) {
        expect_refused({document.path, mutant.text}, base, mutant.line, mistake.name);
        ++made;
      }
    }
    for (const Mutant& mutant : waiting_for_themselves(document.text)) {
      expect_refused({document.path, mutant.text}, base, mutant.line, "a step that waits for itself");
      ++made;
    }
  }
  EXPECT_GE(made, 300U);
  RecordProperty("mutants", static_cast<int>(made));
}

/// A lawful change: which document, what is changed into what.
struct Variation {
  const char* name;
  const char* path;
  const char* pattern;
  const char* becomes;
};

constexpr Variation kVariations[] = {
    {"another length", "terms/housing_certificate.yaml", R"(length: P30D)", "length: P31D"},
    {"another title", "milan/family-reunification.yaml", R"(Invio della domanda, en: Filing of the application)", "Deposito della domanda, en: Lodging of the application"},
    {"another warning", "milan/family-reunification.yaml", R"(warn_before: P15D)", "warn_before: P20D"},
    {"another law", "milan/family-reunification.yaml", R"re(law: "TUI art\. 29\(7\)")re", "law: \"TUI art. 29(7) e (8)\""},
    {"a comment", "milan/family-reunification.yaml", R"(\nsteps:\n)", "\n# What follows was agreed on.\nsteps:\n"},
    {"a third language", "milan/family-reunification.yaml", R"(it: Richiedente, en: Sponsor)", "it: Richiedente, en: Sponsor, fr: Regroupant"},
    {"one more optional field", "milan/family-reunification.yaml", R"((orientation\.held:\n(?:.*\n)*?    data:\n))", "$1      remark: {type: string, optional: true, title: {it: Nota, en: Remark}}\n"},
    {"one more optional step", "milan/family-reunification.yaml", R"(\nsteps:\n)",
     "\nsteps:\n  greeting:\n    title: {it: Saluto, en: Greeting}\n    required: false\n    discretionary: true\n    task: {role: caseworker}\n"},
};

TEST(Mutations, ALawfulVariationIsTakenAndRuns) {
  for (const Variation& variation : kVariations) {
    SCOPED_TRACE(variation.name);
    std::vector<Document> documents = catalogue();
    bool changed = false;
    for (Document& document : documents) {
      if (document.path != variation.path) continue;
      const std::string before = document.text;
      document.text = std::regex_replace(document.text, std::regex(variation.pattern), variation.becomes, std::regex_constants::format_first_only);
      changed = document.text != before;
    }
    EXPECT_TRUE(changed) << "nothing looks like " << variation.pattern;
    Loaded loaded = load(documents);
    for (const Problem& problem : loaded.problems) EXPECT_NE(problem.severity, Severity::kError) << to_string(problem);
    if (!loaded.good()) continue;
    const auto library = std::make_shared<const Library>(std::move(loaded.library));
    scenario::Sources sources;
    sources.library = [&](const std::string&) -> Result<std::shared_ptr<const Library>> { return library; };
    sources.preamble = [](const std::string& file) -> Result<std::string> { return content(kRoot / "tests/scenarios/milan" / file); };
    scenario::Play play(sources);
    (void)play.played(content(kRoot / "tests/scenarios/milan/nulla_osta.txt"));
    EXPECT_FALSE(play.ended().empty());
    for (const scenario::Complaint& complaint : play.complaints()) ADD_FAILURE() << "line " << complaint.line << ": " << complaint.what;
  }
}

}  // namespace
}  // namespace ritrovo::definition
