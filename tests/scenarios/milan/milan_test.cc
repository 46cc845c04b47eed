/// Milan's pathway, played from text. What follows from a command is rewritten by UPDATE=1; what is expected of it was worked out by hand.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "engine/record/value_json.h"
#include "tests/unit/pathway/case_bench.h"
#include "workflows/pathway/event_view.h"

namespace ritrovo::pathway::test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(RITROVO_SOURCE_DIR) / "tests/scenarios/milan";

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// "spouse:rel-1=1990-05-01" as the person whom it stands for; other words as they are.
std::string person_word(const std::string& word) {
  const std::size_t colon = word.find(':');
  const std::string kind = word.substr(0, colon);
  const bool relative = kind == "spouse" || kind == "civil_partner" || kind == "child" || kind == "adult_child" || kind == "parent";
  if (!relative || colon == std::string::npos) return word;
  const std::size_t equals = word.find('=');
  return "relative:" + word.substr(colon + 1, equals - colon - 1) + "{given_name=Nadia,family_name=Said,birth_date=" + word.substr(equals + 1) +
         ",sex=female,citizenship=EG,relationship=" + kind + "}";
}

/// A line of a scenario as CaseBench reads it.
std::string full_line(const std::string& line) {
  std::string full;
  bool says_who = false;
  for (const std::string& word : words_of(line)) {
    says_who = says_who || word.starts_with("as=");
    full += (full.empty() ? "" : " ") + person_word(word);
    if (word == "open") full += " family-reunification sponsor:sponsor{given_name=Omar,family_name=Said,birth_date=1984-03-01,sex=male,citizenship=EG,language=ar}";
  }
  return says_who ? full : full + " as=caseworker:maria";
}

std::string plain(const Value& value) {
  std::string text = to_json(value);
  std::erase(text, '"');
  return text;
}

/// One event in a few words: what, of which step or fact, of whom, with which outcome, value or day.
std::string told(const Event& event, const CaseNames& names, const definition::Library& library) {
  const Body body = decode_body(event.tag, event.body).value();
  const auto pathway = library.with_identity(names.identity());
  const BodyView view = view_of(body, names, pathway.get());
  std::string line = to_string(event.effective) + " " + view.name;
  const char* const who = find(view.body, "alias") == nullptr ? "person" : "alias";
  for (const char* key : {"fact", "step", who, "chosen", "outcome", "value", "due", "reason", "to", "day"})
    if (const Value* value = find(view.body, key)) line += (std::string(key) == "due" || std::string(key) == "to" ? std::string(" ") + key : "") + " " + plain(*value);
  return line;
}

/// One family under way.
class Family {
 public:
  explicit Family(std::shared_ptr<const definition::Library> library) : library_(library), bench_(std::move(library)) {}

  /// Plays a line: the timers that ring before it, then the line itself.
  std::string play(const std::string& line) {
    settle_refusal();
    Day today;
    Command command = command_of(full_line(line), today);
    std::string lines = ring(today);
    if (command.verb == "wake") return lines.empty() ? "  (nothing)\n" : lines;
    return lines + give(command, today);
  }

  /// Checks what stands behind "expect".
  void expect(const std::string& claim) {
    std::vector<std::string> words = words_of(claim);
    ASSERT_GE(words.size(), 2U) << claim;
    if (words[0] == "refused") {
      EXPECT_EQ(refusal_, words[1]) << why_;
      refusal_.clear();
      return;
    }
    settle_refusal();
    if (words[0] == "case") {
      EXPECT_EQ(life_of_case(), words[1]);
      return;
    }
    std::string person;
    if (words[1].starts_with("@")) {
      person = words[1].substr(1);
      words.erase(words.begin() + 1);
    }
    ASSERT_GE(words.size(), 2U) << claim;
    EXPECT_EQ(seen(words, person), words.back()) << claim;
  }

  void settle_refusal() {
    EXPECT_EQ(refusal_, "") << "nobody expected this refusal: " << why_;
    refusal_.clear();
  }
  [[nodiscard]] bool replays() const { return bench_.replays(); }

 private:
  std::string ring(Day today) {
    std::string lines;
    for (int turns = 0; turns < 200; ++turns) {
      const std::optional<Day> next = wake_on(bench_.state().core);
      if (!next || *next > today) break;
      Command command;
      command.case_id = bench_.state().core.case_id;
      command.verb = "wake";
      const std::string more = give(command, *next);
      if (more.empty()) break;
      lines += more;
    }
    return lines;
  }

  std::string give(const Command& command, Day today) {
    const std::size_t before = bench_.events().size();
    const Decision decision = bench_.give(command, today);
    if (const auto* rejection = std::get_if<Rejection>(&decision)) {
      refusal_ = rejection->code;
      why_ = rejection->reason;
      return "  ! " + rejection->code + ": " + rejection->reason + "\n";
    }
    std::string lines;
    for (std::size_t i = before; i < bench_.events().size(); ++i) {
      const Event& event = bench_.events()[i];
      names_.note(decode_body(event.tag, event.body).value());
      lines += "  " + told(event, names_, *library_) + "\n";
      EXPECT_NE(name_of(decode_body(event.tag, event.body).value()), "incident_opened") << "a guard that can't be computed";
    }
    return lines;
  }

  /// What stands where the claim's last word says what should.
  std::string seen(const std::vector<std::string>& words, const std::string& person) {
    if (words.size() == 2) {
      const std::string outcome = bench_.outcome(words[0], person);
      static const char* const kLives[] = {"waiting", "enabled", "active", "completed", "terminated"};
      const std::string life = kLives[static_cast<std::size_t>(bench_.life(words[0], person))];
      return words[1] == life ? life : outcome.empty() ? life : outcome;
    }
    if (words[1] == "value") return value(words[0]);
    const RunningDeadline* deadline = bench_.deadline(words[0], person);
    if (deadline == nullptr) return "none";
    static const char* const kClocks[] = {"running", "suspended", "interrupted", "met", "missed", "void", "met_late"};
    return words[1] == "due" ? to_string(deadline->due) : kClocks[static_cast<std::size_t>(deadline->clock)];
  }

  std::string value(const std::string& step) {
    const CaseCore& core = bench_.state().core;
    const definition::StepIndex index = library_->with_identity(core.identity)->step_named(step);
    for (const StepInstance& instance : core.steps)
      if (instance.ref.step == index && instance.value != 0xFFFFFFFF) return plain(core.computed[instance.value]);
    return "none";
  }

  [[nodiscard]] std::string life_of_case() const {
    static const char* const kLives[] = {"none", "open", "suspended", "completed", "closed"};
    return kLives[static_cast<std::size_t>(bench_.state().core.life)];
  }

  std::shared_ptr<const definition::Library> library_;
  CaseBench bench_;
  CaseNames names_;
  std::string refusal_;
  std::string why_;
};

/// A file as it should be: its own lines, with what follows from each command below it.
class Play {
 public:
  std::string played(const std::string& text) {
    std::istringstream in(text);
    int number = 0;
    for (std::string line; std::getline(in, line); ++number) {
      if (line.starts_with("  ")) continue;
      out_ << line << "\n";
      SCOPED_TRACE("line " + std::to_string(number + 1) + ": " + line);
      take(line);
    }
    end_section();
    return out_.str();
  }

 private:
  void take(const std::string& line) {
    if (line.empty() || line.front() == '#') return;
    if (line.starts_with("scenario: ")) {
      end_section();
      name_ = line.substr(10);
      family_.emplace(library_);
    } else if (line.starts_with("from: ")) {
      const auto origin = ended_.find(line.substr(6));
      ASSERT_NE(origin, ended_.end()) << "no such scenario above";
      family_ = origin->second;
    } else if (line.starts_with("expect ")) {
      family_->expect(line.substr(7));
    } else {
      ASSERT_TRUE(family_.has_value()) << "a line before the first scenario";
      out_ << family_->play(line);
    }
  }

  void end_section() {
    if (!family_) return;
    SCOPED_TRACE(name_);
    family_->settle_refusal();
    EXPECT_TRUE(family_->replays());
    EXPECT_TRUE(ended_.emplace(name_, *family_).second) << "two scenarios of one name";
  }

  std::shared_ptr<const definition::Library> library_ = library_of({"workflows/catalogue/milan/family-reunification.yaml"});
  std::ostringstream out_;
  std::string name_;
  std::optional<Family> family_;
  std::map<std::string, Family> ended_;
};

void play_file(const std::string& name) {
  const std::filesystem::path file = kFolder / name;
  std::ifstream in(file);
  ASSERT_TRUE(in.good()) << file;
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string now = Play().played(text);
  const char* update = std::getenv("UPDATE");
  if (update != nullptr && std::string(update) == "1") std::ofstream(file) << now;
  else EXPECT_EQ(now, text);
}

TEST(Milan, WhoMayApplyAndForWhom) { play_file("eligibility.txt"); }
TEST(Milan, HowTheFileIsMadeAndFiled) { play_file("application.txt"); }
TEST(Milan, WhenThePrefectureMustDecide) { play_file("nulla_osta.txt"); }
TEST(Milan, HowARefusalIsAnswered) { play_file("refusal.txt"); }
TEST(Milan, HowRelativesArriveAndSettle) { play_file("arrival.txt"); }

}  // namespace
}  // namespace ritrovo::pathway::test
