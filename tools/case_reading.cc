#include "tools/case_reading.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tools/case_sheet.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::tools {
namespace {

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

Moment moment_from(const CaseFolder& folder, const std::string& known_on) {
  if (known_on.empty()) return {};
  return {instant_from(folder, known_on)};
}

std::string local_time(const CaseFolder& folder, Timestamp instant) {
  const Day day = folder.zone().day_of(instant);
  // On a day when the clocks change this counts from its first instant, as a stopwatch would.
  const std::int64_t minutes = (instant.value() - folder.zone().start_of(day).value()) / 60'000;
  return fmt::format("{} {:02}:{:02}", to_string(day), minutes / 60, minutes % 60);
}

std::string caption_of(const CaseFolder& folder, const Moment& moment) {
  return moment.known_on ? fmt::format(", as known on {}", local_time(folder, *moment.known_on)) : std::string();
}

CaseReading read_case(const CaseFolder& folder, CaseId case_id, const Moment& moment) {
  CaseReading reading;
  reading.records = folder.history(case_id);
  reading.today = folder.today();
  if (moment.known_on) {
    std::erase_if(reading.records, [&](const StoredRecord& record) { return record.event.recorded > *moment.known_on; });
    if (reading.records.empty()) throw Failure{{ErrorCode::kNotFound, fmt::format("the folder did not know {} yet on {}", case_id.printed(), local_time(folder, *moment.known_on))}};
    reading.today = std::min(reading.today, folder.zone().day_of(*moment.known_on));
  }
  reading.view.case_id = case_id;
  reading.view.version = reading.records.back().event.version;
  for (const StoredRecord& record : reading.records) pathway::apply(reading.view.state, record.event);
  reading.libraries = libraries_of(folder, case_id, reading.records);
  if (!reading.library()->with_identity(reading.view.state.core.identity))
    throw Failure{{ErrorCode::kCorrupt, fmt::format("{} is pinned to a definition that isn't published here", case_id.printed())}};
  return reading;
}

std::unique_ptr<projections::CaseFold> feed_reading(const CaseReading& reading, projections::View& view) {
  auto fold = std::make_unique<projections::CaseFold>(reading.library());
  fold->feed(view);
  for (const StoredRecord& record : reading.records) fold->apply(record.event);
  return fold;
}

reasons::Knowledge knowledge_of(const CaseFolder& folder, const CaseReading& reading) {
  reasons::Knowledge knowledge;
  for (const StoredRecord& record : reading.records) {
    knowledge.events.push_back(record.event);
    for (const Box& box : record.event.boxes) knowledge.opened.put(folder.open_box(reading.view.case_id, record.event.version, box));
  }
  knowledge.libraries = reading.libraries;
  for (const PublicationThere& publication : publications_of(folder, reading.view.case_id)) {
    PublicationBody body = must(decode_publication(publication.body));
    std::move(body.documents.begin(), body.documents.end(), std::back_inserter(knowledge.documents));
  }
  knowledge.today = reading.today;
  knowledge.local_time = [&folder](Timestamp instant) { return local_time(folder, instant); };
  knowledge.name = [names = names_of_persons(folder, reading.records)](std::string_view alias) { return names.of(alias); };
  return knowledge;
}

}  // namespace ritrovo::tools
