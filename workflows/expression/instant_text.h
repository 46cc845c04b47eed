#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace ritrovo::expression {

/// CEL's instants: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z, in milliseconds since 1970.
inline constexpr std::int64_t kInstantMin = -62135596800000;
inline constexpr std::int64_t kInstantMax = 253402300799999;

/// CEL's durations are what 64 bits of nanoseconds can hold, about 292 years either way; here in milliseconds.
inline constexpr std::int64_t kDurationMaxMs = 9223372036854;

/// Reads RFC 3339 ("2025-10-04T08:30:00.125+02:00") over CEL's whole range, which is wider than that of recorded instants. Nothing for any
/// other form, a day or time that doesn't exist (leap seconds neither), a fraction finer than milliseconds, or an instant out of range.
[[nodiscard]] std::optional<Timestamp> read_instant(std::string_view text);
/// Writes RFC 3339 in UTC, with only those digits of the fraction that say something: "2009-02-13T23:31:30Z", "….5Z".
[[nodiscard]] std::string instant_text(Timestamp instant);

}  // namespace ritrovo::expression
