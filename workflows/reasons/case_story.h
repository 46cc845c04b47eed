#pragma once

#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "workflows/pathway/case_state.h"
#include "workflows/pathway/event_body.h"
#include "workflows/reading/wording.h"
#include "workflows/reasons/knowledge.h"

namespace ritrovo::reasons {

/// The events of a case, decoded and folded, with the words to tell them in. Refers to the knowledge, which outlives it.
class CaseStory {
 public:
  /// Requires: at least one event; the pinned pathway is in the last library.
  CaseStory(const Knowledge& knowledge, reading::Language language);
  CaseStory(const CaseStory&) = delete;
  CaseStory& operator=(const CaseStory&) = delete;

  [[nodiscard]] const Knowledge& knowledge() const { return knowledge_; }
  [[nodiscard]] const definition::Pathway& pathway() const { return *pathway_; }
  [[nodiscard]] const reading::Wording& words() const { return words_; }
  [[nodiscard]] const pathway::CaseState& state() const { return state_; }
  [[nodiscard]] const pathway::CaseCore& core() const { return state_.core; }
  [[nodiscard]] const definition::Library& library() const { return *knowledge_.libraries.back().library; }
  /// In force when the event of that version was decided.
  [[nodiscard]] const definition::Library& library_at(Version version) const;

  [[nodiscard]] bool has(Version version) const { return version != Version() && version.value() <= knowledge_.events.size(); }
  // Each requires `has(version)`.
  [[nodiscard]] const Event& event(Version version) const { return knowledge_.events[version.value() - 1]; }
  [[nodiscard]] const pathway::Body& body(Version version) const { return bodies_[version.value() - 1]; }
  /// The case as it stood before that event.
  [[nodiscard]] pathway::CaseState before(Version version) const;

  /// "rel-1", or "Meiling Wang (rel-1)" where names are shown; empty for kNobody.
  [[nodiscard]] std::string person(pathway::PersonIndex person) const;
  /// Quoted, with the person where it belongs to one.
  [[nodiscard]] std::string title(const pathway::StepRef& ref) const;
  /// The one of the two sentences that the language needs, with `args` put in.
  template <class... Args>
  [[nodiscard]] std::string say(std::string_view it, std::string_view en, const Args&... args) const {
    return fmt::format(fmt::runtime(words_.pick(it, en)), args...);
  }
  /// A value for a reader; `field` gives its words where it is one of an enumeration.
  [[nodiscard]] std::string shown(const ritrovo::Value& value, const definition::Field* field = nullptr) const;
  /// What stands for a personal value that isn't shown: "[sealed]", "[erased]", "[unreadable]".
  [[nodiscard]] std::string withheld(BoxState state) const;

 private:
  const Knowledge& knowledge_;
  std::vector<pathway::Body> bodies_;
  pathway::CaseState state_;
  std::shared_ptr<const definition::Pathway> pathway_;
  reading::Wording words_;
};

}  // namespace ritrovo::reasons
