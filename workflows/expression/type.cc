#include "workflows/expression/type.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace ritrovo::expression {

struct Type::Parameters {
  std::vector<Type> types;  ///< list: element; map: key, value
  std::string name;
  std::vector<Field> fields;
};

Type Type::list(Type element) {
  Type type(Kind::kList);
  type.parameters_ = std::make_shared<Parameters>(Parameters{{std::move(element)}, {}, {}});
  return type;
}

Type Type::map(Type key, Type value) {
  Type type(Kind::kMap);
  type.parameters_ = std::make_shared<Parameters>(Parameters{{std::move(key), std::move(value)}, {}, {}});
  return type;
}

Type Type::open() {
  Type type(Kind::kDyn);
  type.open_ = true;
  return type;
}

Type Type::object(std::string name, std::vector<Field> fields) {
  Type type(Kind::kObject);
  std::sort(fields.begin(), fields.end(), [](const Field& a, const Field& b) { return a.name < b.name; });
  type.parameters_ = std::make_shared<Parameters>(Parameters{{}, std::move(name), std::move(fields)});
  return type;
}

Type Type::element() const {
  if (!parameters_ || parameters_->types.empty()) return Kind::kDyn;
  return parameters_->types.back();
}

Type Type::key() const {
  if (kind_ != Kind::kMap || !parameters_) return Kind::kDyn;
  return parameters_->types.front();
}

std::string_view Type::object_name() const { return parameters_ ? std::string_view(parameters_->name) : std::string_view(); }

const std::vector<Type::Field>& Type::fields() const {
  static const std::vector<Field> kNone;
  return parameters_ ? parameters_->fields : kNone;
}

bool Type::accepts(const Type& other) const {
  if (kind_ == Kind::kDyn || other.kind_ == Kind::kDyn || other.kind_ == Kind::kNull) return true;
  if (kind_ != other.kind_) return false;
  switch (kind_) {
    case Kind::kList: return element().accepts(other.element());
    case Kind::kMap: return key().accepts(other.key()) && element().accepts(other.element());
    case Kind::kObject: return object_name() == other.object_name();
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDouble:
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kDate:
    case Kind::kTimestamp:
    case Kind::kDuration:
    case Kind::kPeriod:
    case Kind::kDecimal:
    case Kind::kType:
    case Kind::kDyn:
    case Kind::kUnknown:
    case Kind::kError: return true;
  }
  return false;
}

std::string Type::printed() const {
  if (kind_ == Kind::kList) return "list(" + element().printed() + ")";
  if (kind_ == Kind::kMap) return "map(" + key().printed() + ", " + element().printed() + ")";
  if (kind_ == Kind::kObject) return std::string(object_name());
  return std::string(name_of(kind_));
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kNull: return "null_type";
    case Kind::kBool: return "bool";
    case Kind::kInt: return "int";
    case Kind::kUint: return "uint";
    case Kind::kDouble: return "double";
    case Kind::kString: return "string";
    case Kind::kBytes: return "bytes";
    case Kind::kDate: return "date";
    case Kind::kTimestamp: return "timestamp";
    case Kind::kDuration: return "duration";
    case Kind::kPeriod: return "period";
    case Kind::kDecimal: return "decimal";
    case Kind::kList: return "list";
    case Kind::kMap: return "map";
    case Kind::kObject: return "object";
    case Kind::kType: return "type";
    case Kind::kDyn: return "dyn";
    case Kind::kUnknown: return "unknown";
    case Kind::kError: return "error";
  }
  return "?";
}

}  // namespace ritrovo::expression
