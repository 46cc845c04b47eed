#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workflows/expression/expression.h"

namespace ritrovo::expression {

/// Every function and operator of CEL and the house. Names and signatures: signatures.cc.
enum class Function : std::uint8_t {
  kNone,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kNegate,
  kNot,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kIndex,
  kSize,
  kContains,
  kStartsWith,
  kEndsWith,
  kMatches,
  kToInt,
  kToUint,
  kToDouble,
  kToString,
  kToBytes,
  kToBool,
  kToType,
  kToDyn,
  kToTimestamp,
  kToDuration,
  kToDate,
  kToPeriod,
  kToDecimal,
  kGetFullYear,
  kGetMonth,
  kGetDate,
  kGetDayOfMonth,
  kGetDayOfWeek,
  kGetDayOfYear,
  kGetHours,
  kGetMinutes,
  kGetSeconds,
  kGetMilliseconds,
  kAge,
  kYearsBetween,
  kMonthsBetween,
  kDaysBetween,
  kRound,
  kDivideRounded,
  kMax,
  kMin,
  kSum,
};

/// What a node does. The parser makes those above the line, the checker turns them into those below it or leaves them.
enum class Op : std::uint8_t {
  kInvalid,     ///< where a syntax error was; never evaluated
  kName,        ///< `name`; `flag`: written with a leading dot
  kNamedCall,   ///< `name(children…)`
  kMemberCall,  ///< `child0.name(child1…)`
  // ---- evaluated
  kConstant,     ///< `operand` into Syntax::constants; an Error where a problem was put off until the evaluation
  kVariable,     ///< `operand` is the variable's index
  kLocal,        ///< `operand` is the slot of a macro's variable
  kSelect,       ///< `child0.name`
  kHas,          ///< `has(child0.name)`
  kHasVariable,  ///< `has(variable)`: `operand` is the variable's index
  kKnown,        ///< `known(child0)`
  kList,
  kMap,  ///< keys and values in turn
  kAnd,  ///< two or more children
  kOr,
  kConditional,
  kCall,      ///< `function` over the children
  kHostCall,  ///< `operand` into Code::host_functions
  /// Macros: child0 is the range, child1 the body, child2 the transformation after a filter; `name` and `operand` are the variable's name
  /// and slot. With `flag` there are two variables, index and element or key and value; the second has the next name and slot.
  kAll,
  kExists,
  kExistsOne,
  kTransform,  ///< map(x, transformation) or map(x, filter, transformation); transformList is the same with two variables
  kFilter,
  kTransformMap,    ///< transformMap: the same keys with other values
  kTransformEntry,  ///< transformMapEntry: each body is a map, and the result holds the entries of all
};

/// A node of the flat syntax tree, which is also the code that is evaluated.
struct Node {
  Op op = Op::kInvalid;
  Function function = Function::kNone;
  Kind result = Kind::kDyn;  ///< of the checked type
  bool flag = false;
  std::uint32_t offset = 0;  ///< bytes from the start of the source
  std::uint32_t first = 0;   ///< into Syntax::children
  std::uint32_t count = 0;
  std::uint32_t name = 0;  ///< into Syntax::names
  std::uint32_t operand = 0;
};

/// A syntax tree in one arena: children stand before their parent, the root is `root`.
struct Syntax {
  std::vector<Node> nodes;
  std::vector<std::uint32_t> children;
  std::vector<Value> constants;
  std::vector<std::string> names;
  std::uint32_t root = 0;
};

/// What the parser made: a tree (whole, if there are no problems) and all problems found.
struct Parsed {
  Syntax syntax;
  std::vector<Problem> problems;
  bool too_deep = false;  ///< over kGuardNestingMax: the tree must not be walked
};

/// Parses CEL's whole grammar. After a syntax error it goes on at the next separator, so that later problems are found too.
[[nodiscard]] Parsed parse(std::string_view source);

}  // namespace ritrovo::expression
