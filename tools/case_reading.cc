#include "tools/case_reading.h"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "projections/phrases.h"
#include "tools/case_sheet.h"
#include "workflows/pathway/as_of.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::tools {
namespace {

/// An empty moment is none that was left out: a script's variable may have been empty, and today isn't what it asked for.
std::string says_something(const std::string& moment) { return moment.empty() ? "it is empty: say a day, like 2025-03-01" : std::string(); }

/// A publication as it stands in a partition.
struct PublicationThere {
  Position position;
  std::string body;
};

/// Those that the case's partition holds, in order: they stand in the stream of case 0 there.
std::vector<PublicationThere> publications_of(const CaseFolder& folder, CaseId case_id) {
  std::vector<PublicationThere> found;
  folder.with_log([&](const CaseLog& log) {
    return log.read_case(folder.home_of(case_id), CaseId(0), Version(1), [&found](const StoredRecord& record) {
      if (record.event.tag == RecordTag::kPublication) found.push_back({record.position, record.event.body});
      return true;
    });
  });
  return found;
}

/// What was in force while the events were decided. A publication that came after the last of them was not.
std::vector<reasons::InForce> libraries_of(const CaseFolder& folder, CaseId case_id, const std::vector<StoredRecord>& records) {
  const std::vector<PublicationThere> published = publications_of(folder, case_id);
  const bool one_for_all = published.empty() || published.back().position < records.front().position;
  if (one_for_all) return {{Version(1), folder.library()}};
  std::vector<reasons::InForce> libraries;
  pathway::PathwayMachine machine;
  for (const PublicationThere& publication : published) {
    if (publication.position > records.back().position) break;
    machine = must(machine.publish(publication.body));
    const auto after = std::find_if(records.begin(), records.end(), [&](const StoredRecord& record) { return record.position > publication.position; });
    if (!libraries.empty() && libraries.back().from == after->event.version) libraries.pop_back();
    libraries.push_back({after->event.version, machine.library()});
  }
  return libraries;
}

}  // namespace

Timestamp instant_from(const CaseFolder& folder, const std::string& text) {
  if (const Result<Day> day = parse_day(text)) return Timestamp(folder.zone().start_of(day->plus(1)).value() - 1);
  const Result<Timestamp> instant = parse_timestamp(text);
  if (!instant) throw Failure{{ErrorCode::kMalformed, fmt::format("'{}' is neither a day nor an instant: write 2025-03-01, or 2025-03-01T18:00:00+01:00", text)}};
  return *instant;
}

void add_moment(CLI::App& command, MomentWish& wish, bool with_as_of) {
  command.add_option("--known-on", wish.known_on, "As it was known then: an instant, or a day, which means its end")->type_name("INSTANT")->check(says_something);
  if (with_as_of) command.add_option("--as-of", wish.as_of, "As of this day: derived afresh from what had happened by then")->type_name("DAY")->check(says_something);
}

Moment moment_from(const CaseFolder& folder, const MomentWish& wish) {
  Moment moment;
  if (!wish.known_on.empty()) moment.known_on = instant_from(folder, wish.known_on);
  if (!wish.as_of.empty()) moment.as_of = must(parse_day(wish.as_of));
  return moment;
}

std::string local_time(const CaseFolder& folder, Timestamp instant) {
  const Day day = folder.zone().day_of(instant);
  // On a day when the clocks change this counts from its first instant, as a stopwatch would.
  const std::int64_t minutes = (instant.value() - folder.zone().start_of(day).value()) / 60'000;
  return fmt::format("{} {:02}:{:02}", to_string(day), minutes / 60, minutes % 60);
}

std::string caption_of(const CaseFolder& folder, const Moment& moment, const projections::Tongue& tongue) {
  using projections::Phrase;
  std::string caption;
  if (moment.as_of) caption += say(Phrase::kMomentAsOf, tongue, to_string(*moment.as_of));
  if (moment.known_on) caption += say(Phrase::kMomentKnown, tongue, local_time(folder, *moment.known_on));
  return caption;
}

CaseReading read_case(const CaseFolder& folder, CaseId case_id, const Moment& moment) {
  std::vector<StoredRecord> records = folder.history(case_id);
  CaseReading reading;
  reading.case_id = case_id;
  reading.today = folder.today();
  if (moment.known_on) {
    std::erase_if(records, [&](const StoredRecord& record) { return record.event.recorded > *moment.known_on; });
    if (records.empty()) throw Failure{{ErrorCode::kNotFound, fmt::format("the folder did not know {} yet on {}", case_id.printed(), local_time(folder, *moment.known_on))}};
    reading.today = std::min(reading.today, folder.zone().day_of(*moment.known_on));
  }
  reading.libraries = libraries_of(folder, case_id, records);
  for (StoredRecord& record : records) {
    for (const Box& box : record.event.boxes) reading.opened.put(folder.open_box(case_id, record.event.version, box));
    reading.positions.push_back(record.position);
    reading.events.push_back(std::move(record.event));
  }
  if (moment.as_of) {
    if (*moment.as_of > reading.today) throw Failure{{ErrorCode::kMalformed, fmt::format("{} is still to come: what is known reaches to {}", to_string(*moment.as_of), to_string(reading.today))}};
    pathway::AsOf derived = must(pathway::derive_as_of(*reading.library(), reading.events, reading.opened, *moment.as_of));
    reading.libraries = {{Version(1), reading.library()}};
    reading.events = std::move(derived.events);
    reading.opened = std::move(derived.opened);
    reading.positions.clear();
    reading.today = *moment.as_of;
  }
  for (const Event& event : reading.events) pathway::apply(reading.state, event);
  if (!reading.pathway()) throw Failure{{ErrorCode::kCorrupt, fmt::format("{} is pinned to a definition that isn't published here", case_id.printed())}};
  return reading;
}

std::unique_ptr<projections::CaseFold> feed_reading(const CaseReading& reading, projections::View& view) {
  auto fold = std::make_unique<projections::CaseFold>(reading.library());
  fold->feed(view);
  for (const Event& event : reading.events) fold->apply(event);
  return fold;
}

reasons::Knowledge knowledge_of(const CaseFolder& folder, const CaseReading& reading) {
  reasons::Knowledge knowledge;
  knowledge.events = reading.events;
  knowledge.opened = reading.opened;
  knowledge.libraries = reading.libraries;
  for (const PublicationThere& publication : publications_of(folder, reading.case_id)) {
    PublicationBody body = must(decode_publication(publication.body));
    std::move(body.documents.begin(), body.documents.end(), std::back_inserter(knowledge.documents));
  }
  knowledge.today = reading.today;
  knowledge.local_time = [&folder](Timestamp instant) { return local_time(folder, instant); };
  knowledge.name = [names = names_of_persons(reading)](std::string_view alias) { return names.of(alias); };
  return knowledge;
}

}  // namespace ritrovo::tools
