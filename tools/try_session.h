#pragma once

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "tools/scenario/line.h"
#include "tools/scenario/scratch_case.h"
#include "workflows/reading/wording.h"

namespace ritrovo::tools {

/// What a session is about.
struct TryPlan {
  std::shared_ptr<const definition::Library> library;
  std::shared_ptr<const definition::Pathway> pathway;
  std::string definition;  ///< as a scenario names it: a file, or a shipped pathway's name
  Day today;
  reading::Language language = reading::Language::kItalian;
};

/// A case by hand, in memory: each line does or asks something, and is answered on `out`. Wrong input is answered with a sentence and a hint;
/// nothing ends the session but `quit`. Runs on: one thread.
class TrySession {
 public:
  TrySession(TryPlan plan, std::ostream& out);

  /// Answers one line. Returns whether it was understood and taken.
  bool take(const std::string& line);
  [[nodiscard]] bool over() const { return over_; }
  /// Whether what was last not taken had been understood: the pathway refused it.
  [[nodiscard]] bool refused() const { return refused_; }

 private:
  using Words = std::vector<std::string>;
  using Act = bool (TrySession::*)(const Words&);
  struct Verb {
    const char* name;
    Act act;
    const char* usage;
    const char* what;
  };
  static const std::vector<Verb>& verbs();

  bool help(const Words& words);
  bool day(const Words& words);
  bool as(const Words& words);
  bool command(const Words& words);
  bool task(const Words& words);
  bool what(const Words& words);
  bool facts(const Words& words);
  bool why(const Words& words);
  bool history(const Words& words);
  bool undo(const Words& words);
  bool expect(const Words& words);
  bool save(const Words& words);
  bool quit(const Words& words);

  bool problem(const std::string& sentence, const std::string& hint);
  bool give(scenario::DatedCommand dated);
  void tell(std::size_t first_event);
  void keep(scenario::ScratchCase after, std::vector<std::string> lines);
  void act_as_asked(Command& command, bool says_who) const;
  void as_declared(Command& command) const;
  [[nodiscard]] std::string hint_for(const Command& command) const;
  [[nodiscard]] std::string fields_text(const std::vector<definition::Field>& fields) const;
  [[nodiscard]] std::string opening_text() const;
  [[nodiscard]] std::string scenario_text(const std::string& name) const;
  [[nodiscard]] std::string titled(const std::string& step) const;

  /// What `undo` goes back to.
  struct Before {
    scenario::ScratchCase one;
    Day today;
    std::size_t lines;
  };

  TryPlan plan_;
  std::ostream& out_;
  scenario::ScratchCase one_;
  std::vector<std::string> lines_;  ///< of the scenario that `save` writes
  std::vector<Before> befores_;
  std::string actor_;  ///< "role:id"; empty: whoever may
  bool over_ = false;
  bool refused_ = false;
};

}  // namespace ritrovo::tools
