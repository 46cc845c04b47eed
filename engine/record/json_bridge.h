#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "engine/record/value.h"

namespace ritrovo {

/// A value as Boost.JSON has it; for this room and for `*_codec.cc` elsewhere. Decimals, days and instants become strings.
[[nodiscard]] boost::json::value to_boost(const Value& value);
[[nodiscard]] boost::json::object to_boost(const Values& values);

}  // namespace ritrovo
