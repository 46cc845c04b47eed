#include "tests/conformance/cel_cases.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>

#include "workflows/expression/functions.h"

namespace ritrovo::conformance {

namespace {

namespace json = boost::json;
using expression::Function;
using expression::Kind;
using expression::Type;
using expression::Value;

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

std::optional<Kind> kind_named(std::string_view name) {
  if (name == "google.protobuf.Timestamp") return Kind::kTimestamp;
  if (name == "google.protobuf.Duration") return Kind::kDuration;
  for (int i = 0; i <= static_cast<int>(Kind::kDyn); ++i) {
    if (expression::name_of(static_cast<Kind>(i)) == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

// "map(string, list(int))"; what the house has no word for becomes dyn.
Type type_from(std::string_view& text) {
  std::size_t end = text.find_first_of("(,)");
  std::string_view name = text.substr(0, end);
  text.remove_prefix(name.size());
  bool list = name == "list" && text.starts_with("(");
  bool map = name == "map" && text.starts_with("(");
  if (!list && !map) return kind_named(name).value_or(Kind::kDyn);
  text.remove_prefix(1);
  Type first = type_from(text);
  if (map && text.starts_with(", ")) text.remove_prefix(2);
  Type made = list ? Type::list(first) : Type::map(first, type_from(text));
  if (text.starts_with(")")) text.remove_prefix(1);
  return made;
}

Type type_written(const json::value& value) {
  std::string_view text = value.as_string();
  return text.starts_with("<") ? Type(Kind::kDyn) : type_from(text);
}

std::string from_base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (char c : text) {
    std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> held) & 0xFF);
  }
  return out;
}

double double_from(const json::value& value) {
  if (!value.is_string()) return value.to_number<double>();
  if (value.as_string() == "NaN") return std::numeric_limits<double>::quiet_NaN();
  return value.as_string() == "-Infinity" ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

Value value_from(const json::value& given);

Value list_from(const json::object& list) {
  std::vector<Value> items;
  if (const auto* values = list.if_contains("values")) {
    for (const json::value& each : values->as_array()) items.push_back(value_from(each));
  }
  return Value::list(std::move(items));
}

Value map_from(const json::object& map) {
  std::vector<Value::Entry> entries;
  if (const auto* given = map.if_contains("entries")) {
    for (const json::value& each : given->as_array()) entries.emplace_back(value_from(each.at("key")), value_from(each.at("value")));
  }
  return Value::map(std::move(entries));
}

// Of protobuf's messages, the two that CEL counts as types of its own.
Value object_from(const json::object& object) {
  std::string type = text_of(object.at("@type"));
  if (type.ends_with("google.protobuf.Timestamp")) return conversion(Function::kToTimestamp, Value::text(text_of(object.at("value"))));
  if (type.ends_with("google.protobuf.Duration")) return conversion(Function::kToDuration, Value::text(text_of(object.at("value"))));
  return Value::null();
}

Value value_from(const json::value& given) {
  const auto& [kind, held] = *given.as_object().begin();
  if (kind == "nullValue") return Value::null();
  if (kind == "boolValue") return Value::boolean(held.as_bool());
  if (kind == "int64Value") return Value::integer(std::stoll(text_of(held)));
  if (kind == "uint64Value") return Value::unsigned_integer(std::stoull(text_of(held)));
  if (kind == "doubleValue") return Value::floating(double_from(held));
  if (kind == "stringValue") return Value::text(text_of(held));
  if (kind == "bytesValue") return Value::bytes(from_base64(held.as_string()));
  if (kind == "listValue") return list_from(held.as_object());
  if (kind == "mapValue") return map_from(held.as_object());
  if (kind == "objectValue") return object_from(held.as_object());
  if (kind == "typeValue") {
    auto named = kind_named(held.as_string());
    return named ? Value::type(*named) : Value::null();
  }
  if (kind == "enumValue") return Value::null();
  throw std::runtime_error("no such value: " + json::serialize(given));
}

CelCase case_from(const std::string& file, const json::object& test) {
  CelCase out;
  auto text = [&test](const char* key) { return test.contains(key) ? text_of(test.at(key)) : std::string(); };
  out.file = file;
  out.section = text("section");
  out.name = text("name");
  out.source = text("expr");
  out.container = text("container");
  out.type = text("type");
  out.unchecked = test.contains("unchecked");
  out.check_only = test.contains("check_only");
  out.error = test.contains("error");
  out.text = json::serialize(test);
  if (const auto* variables = test.if_contains("variables")) {
    for (const auto& [name, type] : variables->as_object()) out.variables.emplace_back(name, type_written(type));
  }
  if (const auto* bindings = test.if_contains("bindings")) {
    for (const auto& [name, value] : bindings->as_object()) out.bindings.emplace_back(name, value_from(value));
  }
  if (const auto* functions = test.if_contains("functions")) {
    for (const json::value& each : functions->as_array()) {
      FunctionForm form{text_of(each.at("name")), {}, type_written(each.at("result"))};
      for (const json::value& parameter : each.at("parameters").as_array()) form.parameters.push_back(type_written(parameter));
      out.functions.push_back(std::move(form));
    }
  }
  if (const auto* value = test.if_contains("value")) out.value = value_from(*value);
  return out;
}

}  // namespace

std::vector<CelCase> read_cel_cases() {
  std::vector<std::filesystem::path> files;
  for (const auto& each : std::filesystem::directory_iterator(RITROVO_SOURCE_DIR "/tests/conformance/cel")) {
    if (each.path().extension() == ".json") files.push_back(each.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<CelCase> out;
  for (const auto& path : files) {
    std::ifstream in(path);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    json::value parsed = json::parse(text);
    for (const json::value& test : parsed.at("tests").as_array()) out.push_back(case_from(path.stem(), test.as_object()));
  }
  return out;
}

bool same(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.kind() == Kind::kDouble) return a.as_double() == b.as_double() || (std::isnan(a.as_double()) && std::isnan(b.as_double()));
  if (a.kind() == Kind::kList) return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(), same);
  if (a.kind() != Kind::kMap) return a.printed() == b.printed();
  return std::equal(a.entries().begin(), a.entries().end(), b.entries().begin(), b.entries().end(),
                    [](const Value::Entry& x, const Value::Entry& y) { return same(x.first, y.first) && same(x.second, y.second); });
}

}  // namespace ritrovo::conformance
