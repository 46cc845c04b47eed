#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/log/log_port.h"
#include "engine/record/actor.h"
#include "engine/record/engine_bodies.h"
#include "engine/runtime/machine.h"

/// Forgetting a person: what stands in the log's rows about it, which stage may follow which, and the register beside the log.
///
///   stage now ╲ asked for   propose    approve    complete   withdraw
///   (none), withdrawn       proposed   –          completed* –
///   proposed                –          approved   completed* withdrawn
///   approved                –          –          completed  –
///   completed               –          –          –          –
///
/// –: refused by name. *: only because the register of erasures says that it was done, after a restore. Approving takes another actor than
/// proposing did, no legal hold on the case, and a case that isn't in quarantine.
namespace ritrovo {

/// Where the erasure of one person stands.
struct ErasureStatus {
  CaseId case_id;
  PersonId person;
  ErasureStage stage = ErasureStage::kProposed;
  std::string proposed_by;  ///< an actor's id
  bool operator==(const ErasureStatus&) const = default;
};

/// What is known of a person's erasure; nothing where none was ever proposed. kCorrupt for a row that can't be read.
[[nodiscard]] Result<std::optional<ErasureStatus>> erasure_of(const LogPort& log, CaseId case_id, PersonId person);
/// Every erasure of the folder, by case, then person.
[[nodiscard]] Result<std::vector<ErasureStatus>> all_erasures(const LogPort& log);
/// Whether a legal hold is on the case.
[[nodiscard]] Result<bool> is_held(const LogPort& log, CaseId case_id);
/// A case with a legal hold in which something of that person is sealed; nothing where there is none. A person may be in several cases, and has
/// one key. Reads the histories of the cases that are held.
[[nodiscard]] Result<std::optional<CaseId>> holding(const LogPort& log, std::uint16_t partitions, PersonId person);

/// The owners of all commands that were ever parked for a case in which something of that person is sealed, and for `case_id`: such a command may speak of
/// anybody in its case. Reads every partition.
[[nodiscard]] Result<std::vector<PersonId>> parked_about(const LogPort& log, std::uint16_t partitions, CaseId case_id, PersonId person);
/// A case in which something of that person is sealed, and whose parked commands still wait; nothing where there is none.
[[nodiscard]] Result<std::optional<CaseId>> waiting_about(const LogPort& log, std::uint16_t partitions, PersonId person);

/// Why that stage can't follow; nothing where it can. `by`: who asks. Rejections: already_proposed, already_erased, not_proposed, second_person,
/// legal_hold, in_quarantine, not_held.
struct ErasureFacts {
  std::optional<ErasureStatus> status;
  bool held = false;
  bool quarantined = false;
};
[[nodiscard]] std::optional<Rejection> erasure_refused(const ErasureFacts& facts, const ErasureBody& asked, const Actor& by);
/// Writes the rows that a recorded stage leads to. `before`: as it stood.
void note_erasure(const std::optional<ErasureStatus>& before, CaseId case_id, const ErasureBody& body, const Actor& by, Batch& batch);

/// Names of rows about erasures and holds that aren't those that the records of partitions 0 … `partitions` − 1 lead to. kCorrupt for a
/// record that can't be read.
[[nodiscard]] Result<std::vector<std::string>> wrong_erasure_rows(const LogPort& log, std::uint16_t partitions);

/// The owner of a parked command: a key of its own, so that it can be destroyed with any person it may speak of. The first 8 bytes, big-endian, of
/// SHA-256("ritrovo parked" ‖ 0 ‖ case, 8 bytes ‖ `key_hash`), never 0. `key_hash`: the keyed hash of the command's key, 16 bytes.
[[nodiscard]] PersonId parked_owner_of(CaseId case_id, std::string_view key_hash);

/// A line of the register: who was forgotten.
struct ErasedPerson {
  CaseId case_id;
  PersonId person;
  Timestamp at;
  bool operator==(const ErasedPerson&) const = default;
};
/// The register's text, a JSON object a line, in order of person.
[[nodiscard]] std::string register_text(std::vector<ErasedPerson> erased);
/// Reads it; kMalformed names the line. A text without a line end at its end is refused: it was cut.
[[nodiscard]] Result<std::vector<ErasedPerson>> parse_register(std::string_view text);
/// Both together, each person once with the earlier instant.
[[nodiscard]] std::vector<ErasedPerson> united(std::vector<ErasedPerson> one, const std::vector<ErasedPerson>& other);

}  // namespace ritrovo
