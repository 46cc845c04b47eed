#include "engine/record/case_ids.h"

#include <string>

#include "engine/base/bytes.h"
#include "engine/digest/sha256.h"

namespace ritrovo {

namespace {

using std::string_view_literals::operator""sv;

// 0 stands for the folder's own stream and owner; one hash in 2^64 is moved away from it.
std::uint64_t id_of(const Hash256& hash) {
  const auto id = get_be<std::uint64_t>(hash.view());
  return id == 0 ? 1 : id;
}

std::string bytes_of(CaseId case_id) {
  std::string bytes;
  put_be(bytes, case_id.value());
  return bytes;
}

}  // namespace

CaseId case_id_for(std::string_view tenant, std::string_view opening_key) {
  return CaseId(id_of(sha256({"ritrovo case\0"sv, tenant, "\0"sv, opening_key})));
}

PersonId person_id_for(CaseId case_id, std::string_view alias) {
  return PersonId(id_of(sha256({"ritrovo person\0"sv, bytes_of(case_id), alias})));
}

PersonId household_of(CaseId case_id) { return PersonId(id_of(sha256({"ritrovo household\0"sv, bytes_of(case_id)}))); }

}  // namespace ritrovo
