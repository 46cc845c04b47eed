#pragma once

#include <string_view>

#include "engine/base/ids.h"

namespace ritrovo {

/// The id of the case that the command with this key opens: the first 8 bytes, big-endian, of SHA-256("ritrovo case" ‖ 0 ‖ tenant ‖ 0 ‖ key),
/// never 0. A retry of the same command therefore finds the same case, and a tool can name a case before it has seen an answer.
/// `tenant` is the folder's data controller and holds no zero byte.
[[nodiscard]] CaseId case_id_for(std::string_view tenant, std::string_view opening_key);

/// The id of a person first met in that case under that alias: as above, of SHA-256("ritrovo person" ‖ 0 ‖ case, 8 bytes ‖ alias), never 0.
[[nodiscard]] PersonId person_id_for(CaseId case_id, std::string_view alias);

/// The owner of the case's household box: values of a family that belong to no one person. As above, of
/// SHA-256("ritrovo household" ‖ 0 ‖ case, 8 bytes), never 0. Its key is erased with the last person's.
[[nodiscard]] PersonId household_of(CaseId case_id);

/// The owner of what a folder seals for itself (parked commands): one fixed id, PersonId(0), which no person has.
[[nodiscard]] constexpr PersonId folder_owner() { return PersonId(0); }

}  // namespace ritrovo
