#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/record/event.h"
#include "projections/case_fold.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::projections::test {

/// A small pathway: a stage with a task and a wait that has a deadline, a stage for each relative, a milestone.
std::string small_pathway();
/// Its term, ninety days.
std::string small_term();
/// Both, loaded.
std::shared_ptr<const definition::Library> small_library();

/// 2025, that month and day.
Day day(unsigned month, unsigned day_of_month);

/// Writes the events of one case by hand, as decide would have made them.
class WrittenCase {
 public:
  WrittenCase(std::shared_ptr<const definition::Library> library, std::uint64_t id);

  /// Begins a command: the next event is its first. `late`: recorded so many days after it happened.
  WrittenCase& on(Day effective, const std::string& actor = "worker-1", std::int32_t late = 0);
  WrittenCase& add(pathway::Body body);

  WrittenCase& open(const std::string& citizenship);
  WrittenCase& person(const std::string& alias, const std::string& role, std::vector<pathway::FieldValue> values = {});
  WrittenCase& fact(const std::string& name, pathway::PersonIndex person = pathway::kNobody);
  WrittenCase& step_opened(const std::string& name, pathway::PersonIndex person = pathway::kNobody);
  WrittenCase& step_completed(const std::string& name, const std::string& outcome = {}, pathway::PersonIndex person = pathway::kNobody,
                              std::vector<Version> causes = {});
  WrittenCase& step_terminated(const std::string& name);
  WrittenCase& deadline_set(const std::string& step, Day start, Day due);
  WrittenCase& deadline_missed(const std::string& step, Day due);
  WrittenCase& deadline_met(const std::string& step, bool late_report = false);

  [[nodiscard]] pathway::StepRef ref(const std::string& step, pathway::PersonIndex person = pathway::kNobody) const;
  [[nodiscard]] Version last() const { return version_; }
  [[nodiscard]] CaseId id() const { return case_id_; }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }

 private:
  std::shared_ptr<const definition::Library> library_;
  const definition::Pathway& pathway_;
  CaseId case_id_;
  Day effective_;
  std::int32_t late_days_ = 0;
  std::string actor_;
  bool first_ = true;
  Version version_;
  Version cause_;
  std::vector<Event> events_;
};

/// Feeds the case's events to that view.
template <class V>
void tell(CaseFold& fold, V& view, const std::vector<WrittenCase>& cases) {
  fold.feed(view);
  for (const WrittenCase& written : cases)
    for (const Event& event : written.events()) fold.apply(event);
}

/// A family whose application is with the prefecture since 10 January 2025, due on 10 April.
WrittenCase waiting_for_prefecture(const std::shared_ptr<const definition::Library>& library, std::uint64_t id, const std::string& citizenship = "EG");

}  // namespace ritrovo::projections::test
