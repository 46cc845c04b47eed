#include "engine/record/value_codec.h"

namespace ritrovo {

namespace {

constexpr compact::TypeVersion kValuesVersion{1};
constexpr std::uint8_t kScaleMax = 18;

enum class Kind : std::uint8_t { kNull, kBool, kInteger, kDecimal, kText, kDay, kInstant, kList, kMap };

struct SaveValue {
  CompactOutput& out;
  void kind(Kind kind) const { out.put_byte(static_cast<std::uint8_t>(kind)); }
  void operator()(const Null& /*null*/) const { kind(Kind::kNull); }
  void operator()(bool value) const { kind(Kind::kBool), out(value); }
  void operator()(std::int64_t value) const { kind(Kind::kInteger), out(value); }
  void operator()(const Decimal& value) const { kind(Kind::kDecimal), out(value.scale, value.coefficient); }
  void operator()(const std::string& value) const { kind(Kind::kText), out(value); }
  void operator()(const Day& value) const { kind(Kind::kDay), out(value); }
  void operator()(const Timestamp& value) const { kind(Kind::kInstant), out(value); }
  void operator()(const ValueList& value) const { kind(Kind::kList), out(value); }
  void operator()(const Values& value) const { kind(Kind::kMap), out(value); }
};

template <class T>
Value loaded(CompactInput& in) {
  T held{};
  in(held);
  return Value(std::move(held));
}

Decimal load_decimal(CompactInput& in) {
  Decimal value;
  in(value.scale, value.coefficient);
  if (value.scale > kScaleMax) throw compact::Malformed("a decimal's scale over 18");
  return value;
}

}  // namespace

void save(CompactOutput& out, const Value& value) { std::visit(SaveValue{out}, value.held()); }

// NOLINTNEXTLINE(misc-no-recursion): CompactInput::Level bounds it.
void load(CompactInput& in, Value& value) {
  const CompactInput::Level level(in);
  const std::uint8_t kind = in.take_byte();
  if (kind > static_cast<std::uint8_t>(Kind::kMap)) throw compact::Malformed("an unknown kind of value, " + std::to_string(kind));
  switch (static_cast<Kind>(kind)) {
    case Kind::kNull: value = Null{}; return;
    case Kind::kBool: value = loaded<bool>(in); return;
    case Kind::kInteger: value = loaded<std::int64_t>(in); return;
    case Kind::kDecimal: value = load_decimal(in); return;
    case Kind::kText: value = loaded<std::string>(in); return;
    case Kind::kDay: value = loaded<Day>(in); return;
    case Kind::kInstant: value = loaded<Timestamp>(in); return;
    case Kind::kList: value = loaded<ValueList>(in); return;
    case Kind::kMap: value = loaded<Values>(in); return;
  }
}

void save(CompactOutput& out, const Values& values) {
  out.put_varint(values.size());
  for (const auto& [name, value] : values) out(name, value);
}

// NOLINTNEXTLINE(misc-no-recursion): CompactInput::Level bounds it.
void load(CompactInput& in, Values& values) {
  const std::size_t count = in.take_length();
  values.clear();
  for (std::size_t i = 0; i < count; ++i) {
    std::string name;
    in(name);
    if (!values.empty() && values.back().first >= name) throw compact::Malformed("names out of order");
    values.emplace_back(std::move(name), Value{});
    in(values.back().second);
  }
}

std::string encode_values(const Values& values) { return compact::encode_versioned(kValuesVersion, values); }

Result<Values> decode_values(std::string_view bytes) { return compact::decode_versioned<Values>(bytes, kValuesVersion); }

}  // namespace ritrovo
