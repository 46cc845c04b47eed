#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "tools/scenario/line.h"
#include "tools/scenario/scratch_case.h"
#include "workflows/definition/model.h"

namespace ritrovo::scenario {

/// What isn't as it should be, at a line (1-based; 0: of the whole text).
struct Complaint {
  std::size_t line = 0;
  std::string what;
};

/// What a scenario names: found by whoever plays it.
struct Sources {
  /// The library of what stands behind `definition:`.
  std::function<Result<std::shared_ptr<const definition::Library>>(const std::string& definition)> library;
  /// The text of what stands behind `preamble:`.
  std::function<Result<std::string>(const std::string& file)> preamble;
};

/// Plays a scenario's text (tests/scenarios/README.md). Runs on: one thread.
class Play {
 public:
  explicit Play(Sources sources) : sources_(std::move(sources)) {}

  /// The text as it should be: its own lines, with what follows from each command below it.
  std::string played(const std::string& text);
  /// What went otherwise than the text expects, and lines that can't be read. Empty: all is well.
  [[nodiscard]] const std::vector<Complaint>& complaints() const { return complaints_; }
  /// Every scenario of the text, as it stood at its end, in their order.
  [[nodiscard]] const std::vector<std::pair<std::string, ScratchCase>>& ended() const { return ended_; }

 private:
  void take(const std::string& line);
  bool take_heading(const std::string& key, const std::string& rest);
  void take_preamble(const std::string& file);
  void begin(const std::string& name);
  void go_on_from(const std::string& name);
  void end();
  void play(const std::string& line);
  void give(const DatedCommand& dated);
  void tell_since(std::size_t before);
  void expect(const std::string& claim);
  [[nodiscard]] std::string in_full(const std::string& line) const;
  [[nodiscard]] std::string person_in_full(const std::string& word) const;
  void complain(std::string what) { complaints_.push_back({line_, std::move(what)}); }
  void settle_refusal();
  void settle_incident();

  Sources sources_;
  std::shared_ptr<const definition::Library> library_;
  bool story_ = false;        ///< timers ring by themselves, events are told in a few words, refusals and incidents must be expected
  std::string actor_;         ///< who acts where a line doesn't say
  std::string definition_;    ///< what stands behind `definition:`
  std::string opening_;       ///< what every `open` says besides
  std::map<std::string, std::string> persons_;  ///< a word for a kind of person, and what it stands for
  std::string out_;
  std::size_t line_ = 0;
  std::string name_;
  std::optional<ScratchCase> case_;
  std::string refusal_;
  std::string why_refused_;
  std::string incident_;
  std::vector<Complaint> complaints_;
  std::vector<std::pair<std::string, ScratchCase>> ended_;
};

/// One event in a few words: what, of which step or fact, of whom, with which outcome, value or day. `names`: have noted it.
[[nodiscard]] std::string told(const Event& event, const pathway::CaseNames& names, const definition::Library& library);

/// Whether that claim (what stands behind "expect", of steps and of the case) holds; empty if it does, else what is otherwise, as a sentence.
/// Requires: the case is open.
[[nodiscard]] std::string check(const ScratchCase& one, const std::string& claim);

/// Where one text departs from another: the number of the first line that differs, and both; nothing where they are equal.
[[nodiscard]] std::optional<Complaint> first_difference(const std::string& is, const std::string& should_be);

}  // namespace ritrovo::scenario
