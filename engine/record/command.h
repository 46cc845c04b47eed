#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/record/actor.h"
#include "engine/record/value.h"

namespace ritrovo {

/// Where a command came from, when it was read from a source that can be read again (a Kafka partition, a file being followed): the
/// offset is committed in the batch of the events that the command led to.
struct Source {
  std::string name;
  std::uint64_t offset = 0;
  bool operator==(const Source&) const = default;
};

/// One person named by an `open` or `add_person` command.
struct NewPerson {
  std::string alias;           ///< name in the case: "sponsor", "rel-1"
  std::string role;            ///< a person role that the pathway declares: "sponsor", "relative"
  std::optional<PersonId> id;  ///< a person known from another case; without it an id is derived from case and alias
  Values data;
};

/// A request, the same object wherever it comes from (NDJSON, socket, HTTP body, Kafka message). The engine reads key, case, actor,
/// expect_version, at and source; the rest is the workflow's.
///
/// Verbs: `open` (pathway, persons) · `report` (fact, person, data) · `add_person` (persons, one) · `remove_person` (person, data.reason) ·
/// `task` (step, action, person, occurrence, data) · `suspend`, `resume`, `close` (data.reason) · `recount` · `correct` (of, data, effective_on, reason) ·
/// `withdraw` (of, reason) · `split` (data.into, data.persons, data.reason) · `merge` (data.into, data.reason) · `join` (persons, data) ·
/// `message` (action, person, data).
struct Command {
  std::string key;                    ///< unique in its case; 1 … kKeyBytesMax bytes
  CaseId case_id;                     ///< from "case", from "opened_by", or derived from the key of an `open`
  std::string verb;                   ///< "command" in JSON
  std::string pathway;                ///< open: which pathway
  std::vector<NewPerson> persons;     ///< open, add_person
  std::string fact;                   ///< report
  std::string step;                   ///< task: the step's path
  std::string action;                 ///< task: claim | release | delegate | complete; message: delivered | failed | withheld | queued | stop | start
  std::optional<std::string> person;  ///< alias or printed id
  std::optional<Version> occurrence;  ///< task: which occurrence, when the step repeats
  std::optional<Version> of;          ///< correct, withdraw: the version of the event that tells of it; "corrects", "withdraws" in JSON
  Values data;                        ///< correct: the fields that were wrong
  std::string reason;                 ///< correct, withdraw
  std::optional<Day> effective_on;        ///< when it happened; today unless said
  std::optional<Version> expect_version;  ///< refused unless the case stands there
  Actor actor;
  std::optional<Timestamp> at;  ///< only in a simulated folder
  std::optional<Source> source;
  std::string correlation;  ///< the caller's own reference, passed on
  std::string traceparent;  ///< W3C trace context, passed on
};

/// Sixteen bytes that stand for a command's content, key and transport left out: the same key with another fingerprint is a mistake.
using Fingerprint = std::array<std::uint8_t, 16>;

}  // namespace ritrovo
