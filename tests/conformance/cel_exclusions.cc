#include "tests/conformance/cel_exclusions.h"

#include <algorithm>

namespace ritrovo::conformance {

const std::vector<Exclusion>& cel_exclusions() {
  static const std::vector<Exclusion> kAll = {
      {"extension libraries",
       "not among the specification's standard functions: bindings, blocks, encoders, math, optional values, protobuf accessors, texts",
       {"bindings_ext", "block_ext", "encoders_ext", "math_ext", "optionals", "proto2_ext", "string_ext"},
       {},
       {"optional.", "optional_type"}},
      {"protobuf",
       "messages, their wrappers, enums and well-known types other than Timestamp and Duration: guards have none",
       {"dynamic", "enums", "proto2", "proto3", "wrappers"},
       {"comparisons/eq_wrapper"},
       {"TestAllTypes", "google.protobuf.Value"}},
      {"generic functions", "functions declared with type parameters: a host function has fixed types", {}, {}, {"typeParam"}},
      {"nanoseconds",
       "instants and spans are whole milliseconds, as everywhere in the house",
       {},
       {},
       {"nanos"},
       {"timestamps/timestamp_selectors/getMilliseconds", "timestamps/duration_converters/get_milliseconds"}},
      {"named time zones",
       "their rules change from year to year; a guard takes \"UTC\" or an offset",
       {},
       {},
       {"'America/St_Johns'", "'Asia/Kathmandu'", "'Australia/Sydney'", "'US/Central'"}},
  };
  return kAll;
}

const Exclusion* exclusion_of(const CelCase& test) {
  auto has = [](const std::vector<std::string_view>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  for (const Exclusion& each : cel_exclusions()) {
    bool word = std::any_of(each.words.begin(), each.words.end(), [&test](auto w) { return test.text.find(w) != std::string::npos; });
    bool place = has(each.files, test.file) || has(each.sections, test.file + "/" + test.section) || has(each.names, test.path());
    if (word || place) return &each;
  }
  return nullptr;
}

}  // namespace ritrovo::conformance
