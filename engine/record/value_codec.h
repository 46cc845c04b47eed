#pragma once

#include "engine/record/compact_archive.h"
#include "engine/record/value.h"

/// Values in the compact archive: 0 null, 1 false or true, 2 integer, 3 decimal (scale, coefficient), 4 text, 5 day, 6 instant, 7 list, 8 map.
/// These numbers are on disk; a new alternative gets a new one.
namespace ritrovo {

void save(CompactOutput& out, const Value& value);
void load(CompactInput& in, Value& value);
/// A map: names strictly ascending, refused otherwise.
void save(CompactOutput& out, const Values& values);
void load(CompactInput& in, Values& values);

/// The bytes that are sealed into a box: a version and the values.
[[nodiscard]] std::string encode_values(const Values& values);
/// What `encode_values` wrote; kMalformed otherwise.
[[nodiscard]] Result<Values> decode_values(std::string_view bytes);

}  // namespace ritrovo
