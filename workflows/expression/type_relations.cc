#include "workflows/expression/type_relations.h"

#include "workflows/expression/comparison.h"

namespace ritrovo::expression {

bool is_ordered(Kind kind) {
  return is_number(kind) || kind == Kind::kBool || kind == Kind::kString || kind == Kind::kBytes || kind == Kind::kDate ||
         kind == Kind::kTimestamp || kind == Kind::kDuration;
}

bool numbers_compare(const Type& a, const Type& b) {
  bool apart = (a.kind() == Kind::kDecimal && b.kind() == Kind::kDouble) || (a.kind() == Kind::kDouble && b.kind() == Kind::kDecimal);
  return is_number(a.kind()) && is_number(b.kind()) && !apart;
}

bool can_be_equal(const Type& a, const Type& b) {
  bool maps = (a.kind() == Kind::kObject && b.kind() == Kind::kMap) || (a.kind() == Kind::kMap && b.kind() == Kind::kObject);
  return maps || a.accepts(b) || b.accepts(a) || numbers_compare(a, b);
}

bool can_be_ordered(const Type& a, const Type& b) {
  if (a.kind() == Kind::kDyn || b.kind() == Kind::kDyn) {
    return (a.kind() == Kind::kDyn || is_ordered(a.kind())) && (b.kind() == Kind::kDyn || is_ordered(b.kind()));
  }
  return numbers_compare(a, b) || (a.kind() == b.kind() && is_ordered(a.kind()));
}

std::optional<Type> joined(const Type& a, const Type& b) {
  if (a.kind() == Kind::kNull) return b;
  if (b.kind() == Kind::kNull) return a;
  if (a.is_open()) return b;
  if (b.is_open()) return a;
  if (a.kind() == Kind::kDyn || b.kind() == Kind::kDyn) return Type(Kind::kDyn);
  if (a.kind() == Kind::kList && b.kind() == Kind::kList) {
    auto element = joined(a.element(), b.element());
    return element ? std::optional(Type::list(*element)) : std::nullopt;
  }
  if (a.kind() == Kind::kMap && b.kind() == Kind::kMap) {
    auto key = joined(a.key(), b.key());
    auto value = joined(a.element(), b.element());
    return key && value ? std::optional(Type::map(*key, *value)) : std::nullopt;
  }
  if (a.accepts(b)) return a;
  if (b.accepts(a)) return b;
  return std::nullopt;
}

bool fits(Kind parameter, const Type& argument) {
  if (parameter == Kind::kDyn || argument.kind() == Kind::kDyn || parameter == argument.kind()) return true;
  return parameter == Kind::kMap && argument.kind() == Kind::kObject;
}

std::optional<Kind> type_named(std::string_view name) {
  constexpr Kind kNamed[] = {Kind::kNull, Kind::kBool,   Kind::kInt,     Kind::kUint, Kind::kDouble, Kind::kString, Kind::kBytes,
                             Kind::kDate, Kind::kPeriod, Kind::kDecimal, Kind::kList, Kind::kMap,    Kind::kType};
  for (Kind kind : kNamed) {
    if (name_of(kind) == name) return kind;
  }
  if (name == "google.protobuf.Timestamp") return Kind::kTimestamp;
  if (name == "google.protobuf.Duration") return Kind::kDuration;
  return std::nullopt;
}

std::string listed(const std::vector<Type>& types) {
  std::string out;
  for (std::size_t i = 0; i < types.size(); ++i) out += (i == 0 ? "" : i + 1 == types.size() ? " and " : ", ") + types[i].printed();
  return out;
}

}  // namespace ritrovo::expression
