#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ritrovo::expression {

/// What a type or a runtime value is. `kDyn` and `kObject` are types only (an object's value is a map with text keys); `kUnknown` and
/// `kError` are values only.
enum class Kind : std::uint8_t {
  kNull,
  kBool,
  kInt,     ///< 64 bits, signed
  kUint,    ///< 64 bits, unsigned
  kDouble,  ///< IEEE 754; never for money
  kString,  ///< UTF-8
  kBytes,
  kDate,       ///< a calendar day without a zone
  kTimestamp,  ///< an instant in milliseconds
  kDuration,   ///< a span in milliseconds
  kPeriod,     ///< calendar months and days, as ISO 8601 has them
  kDecimal,    ///< exact; money
  kList,
  kMap,
  kObject,  ///< a named structure with typed fields
  kType,
  kDyn,  ///< any type; checked when evaluated
  kUnknown,
  kError,
};

/// A static type. Cheap to copy; immutable.
class Type {
 public:
  struct Field;
  /// A type without parameters. Requires: not kList, kMap or kObject (lists and maps of dyn come from `list()` and `map()`).
  Type(Kind kind) : kind_(kind) {}  // NOLINT(google-explicit-constructor): a kind names its type
  /// list(element).
  [[nodiscard]] static Type list(Type element);
  /// map(key, value). CEL's keys are bool, int, uint or string.
  [[nodiscard]] static Type map(Type key, Type value);
  /// dyn, until something says what it is: the element of an empty list.
  [[nodiscard]] static Type open();
  /// A structure of that name with these fields, in any order.
  [[nodiscard]] static Type object(std::string name, std::vector<Field> fields);

  [[nodiscard]] Kind kind() const { return kind_; }
  /// Whether this is `open()`: a list of these and a list of texts together are a list of texts.
  [[nodiscard]] bool is_open() const { return open_; }
  /// The element of a list, the value of a map; dyn for every other type.
  [[nodiscard]] Type element() const;
  /// The key of a map; dyn for every other type.
  [[nodiscard]] Type key() const;
  /// The name of an object; empty for every other type.
  [[nodiscard]] std::string_view object_name() const;
  /// The fields of an object; empty for every other type.
  [[nodiscard]] const std::vector<Field>& fields() const;
  /// Whether a value of `other` can stand where this type is asked for: same structure, with dyn matching everything, and
  /// null matching every type, because an optional field that was reported empty is null.
  [[nodiscard]] bool accepts(const Type& other) const;
  /// As written for people: "list(decimal)", "date".
  [[nodiscard]] std::string printed() const;

 private:
  struct Parameters;
  Kind kind_;
  bool open_ = false;
  std::shared_ptr<const Parameters> parameters_;
};

/// A field of an object type.
struct Type::Field {
  std::string name;
  Type type;
};

/// The name of a kind as CEL and this house write it: "int", "list", "date", "null_type".
[[nodiscard]] std::string_view name_of(Kind kind);

}  // namespace ritrovo::expression
