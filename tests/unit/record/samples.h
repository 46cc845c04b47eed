#pragma once

#include "engine/record/event.h"

namespace ritrovo {

/// A command that uses every field.
inline Command full_command() {
  Command command;
  command.key = "c2c1";
  command.case_id = CaseId(0x7f0000013f54dcc1ULL);
  command.verb = "report";
  command.pathway = "family-reunification";
  command.persons = {{"sponsor", "sponsor", PersonId(5), {{"name", "A"}}}, {"rel-1", "relative", std::nullopt, {}}};
  command.fact = "application.filed";
  command.step = "file";
  command.action = "complete";
  command.person = "rel-1";
  command.occurrence = Version(2);
  command.of = Version(3);
  command.data = {{"amount", Decimal{-150, 2}},
                  {"day", Day(20000)},
                  {"flag", true},
                  {"list", ValueList{1, "x", Null{}}},
                  {"map", Values{{"a", std::int64_t{-1}}}},
                  {"when", Timestamp(1)}};
  command.reason = "a digit too many";
  command.effective_on = Day(20371);
  command.expect_version = Version(12);
  command.actor = {"u-17", "comune-milano", {"caseworker", "lead"}};
  command.at = Timestamp(1759564800000);
  command.source = Source{"commands-3", 77};
  command.correlation = "ref-1";
  command.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  return command;
}

/// A command's first event, with provenance and a box.
inline Event first_event() {
  Event event;
  event.tag = RecordTag(100);
  event.case_id = CaseId(0x7f0000013f54dcc1ULL);
  event.version = Version(12);
  event.recorded = Timestamp(1759564800125);
  event.effective = Day(20365);
  event.cause = Version(12);
  Provenance provenance;
  provenance.actor = {"u-17", "comune-milano", {"caseworker"}};
  provenance.key = "c2c1";
  provenance.fingerprint.fill(0xab);
  provenance.records = 3;
  provenance.source = Source{"commands-3", 77};
  provenance.correlation = "ref-1";
  provenance.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  event.provenance = provenance;
  event.body = "\x01public values";
  event.boxes = {{PersonId(5), std::string(60, 's')}};
  return event;
}

/// A typical consequence: no provenance, no box, a body of some forty bytes.
inline Event consequence() {
  Event event;
  event.tag = RecordTag(104);
  event.case_id = CaseId(0x7f0000013f54dcc1ULL);
  event.version = Version(14);
  event.recorded = Timestamp(1759564800125);
  event.effective = Day(20365);
  event.cause = Version(12);
  event.body = "\x01" + std::string(40, 'b');
  return event;
}

}  // namespace ritrovo
