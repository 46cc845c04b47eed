#include <boost/json.hpp>

#include "engine/runtime/erasure.h"

namespace ritrovo {

std::string register_text(std::vector<ErasedPerson> erased) {
  std::string text;
  for (const ErasedPerson& one : united(std::move(erased), {}))
    text += boost::json::serialize(boost::json::object{{"person", one.person.printed()}, {"case", one.case_id.printed()}, {"erased", to_string(one.at)}}) + "\n";
  return text;
}

Result<std::vector<ErasedPerson>> parse_register(std::string_view text) {
  std::vector<ErasedPerson> erased;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const auto malformed = [number](const std::string& what) {
      return failure(ErrorCode::kMalformed, "the register of erasures, line " + std::to_string(number) + ": " + what);
    };
    if (end == std::string_view::npos) return malformed("it was cut");
    try {
      const boost::json::object line = boost::json::parse(text.substr(0, end)).as_object();
      const Result<PersonId> person = PersonId::parse(std::string(line.at("person").as_string()));
      const Result<CaseId> case_id = CaseId::parse(std::string(line.at("case").as_string()));
      const Result<Timestamp> at = parse_timestamp(std::string(line.at("erased").as_string()));
      if (!person || !case_id || !at) return malformed("an id or an instant can't be read");
      erased.push_back({*case_id, *person, *at});
    } catch (const std::exception&) {
      return malformed("it names no person, case and instant");
    }
    text.remove_prefix(end + 1);
  }
  return erased;
}

}  // namespace ritrovo
