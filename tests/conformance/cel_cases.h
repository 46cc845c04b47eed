#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workflows/expression/expression.h"

namespace ritrovo::conformance {

/// A function that a test declares.
struct FunctionForm {
  std::string name;
  std::vector<expression::Type> parameters;
  expression::Type result;
};

/// One test of the CEL specification, as cel/*.json has it. What needs protobuf has no value here: such tests are excluded.
struct CelCase {
  std::string file;
  std::string section;
  std::string name;
  std::string source;     ///< the expression
  std::string container;  ///< where its names are looked up first
  bool unchecked = false;
  bool check_only = false;
  bool error = false;                                               ///< it must end in an error
  std::vector<std::pair<std::string, expression::Type>> variables;  ///< declared, in the order of the file
  std::vector<std::pair<std::string, expression::Value>> bindings;
  std::vector<FunctionForm> functions;
  std::optional<expression::Value> value;  ///< what it must give
  std::string type;                        ///< the type that it must be found to have, as this house writes types; or empty
  std::string text;                        ///< the test's whole line

  /// "file/section/name".
  [[nodiscard]] std::string path() const { return file + "/" + section + "/" + name; }
};

/// All tests, by file in alphabetical order. Throws if the folder or a file can't be read.
[[nodiscard]] std::vector<CelCase> read_cel_cases();

/// Whether two values are of one kind and equal, in their parts too; NaN is NaN.
[[nodiscard]] bool same(const expression::Value& a, const expression::Value& b);

}  // namespace ritrovo::conformance
