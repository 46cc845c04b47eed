#include "engine/record/value_json.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "engine/base/limits.h"
#include "engine/record/json_bridge.h"

namespace ritrovo {

namespace {

// Recursion here and below is bounded: no Value nests deeper than reading JSON or the archive allows.
struct ToBoost {
  boost::json::value operator()(const Null& /*null*/) const { return nullptr; }
  boost::json::value operator()(bool value) const { return value; }
  boost::json::value operator()(std::int64_t value) const { return value; }
  boost::json::value operator()(const std::string& value) const { return boost::json::string(value); }
  boost::json::value operator()(const Decimal& value) const { return boost::json::string(to_string(value)); }
  boost::json::value operator()(const Day& value) const { return boost::json::string(to_string(value)); }
  boost::json::value operator()(const Timestamp& value) const { return boost::json::string(to_string(value)); }
  boost::json::value operator()(const ValueList& values) const {
    boost::json::array array;
    for (const Value& value : values) array.push_back(to_boost(value));
    return array;
  }
  boost::json::value operator()(const Values& values) const { return to_boost(values); }
};

}  // namespace

boost::json::value to_boost(const Value& value) { return std::visit(ToBoost{}, value.held()); }

boost::json::object to_boost(const Values& values) {
  boost::json::object object;
  for (const auto& [name, value] : values) object[name] = to_boost(value);
  return object;
}

std::string to_json(const Value& value) { return boost::json::serialize(to_boost(value)); }
std::string to_json(const Values& values) { return boost::json::serialize(to_boost(values)); }

tl::expected<Value, std::vector<Problem>> value_from_json(std::string_view text) {
  JsonRead read = read_json(text, {limits::kCommandBytesMax, limits::kCommandNestingMax});
  if (!read.problems.empty()) return tl::unexpected(std::move(read.problems));
  return std::move(read.value);
}

}  // namespace ritrovo
