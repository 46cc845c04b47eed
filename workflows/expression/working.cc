#include "workflows/expression/working.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "workflows/expression/code.h"
#include "workflows/expression/compilation.h"

namespace ritrovo::expression {
namespace {

/// How a function is written in a working, and how closely it binds; 0: with its arguments in brackets.
struct Written {
  Function function;
  std::string_view sign;
  int binding;
};
constexpr std::array<Written, 15> kWritten = {{{Function::kMultiply, "×", 3},
                                               {Function::kDivide, "÷", 3},
                                               {Function::kModulo, "mod", 3},
                                               {Function::kAdd, "+", 2},
                                               {Function::kSubtract, "-", 2},
                                               {Function::kEqual, "=", 1},
                                               {Function::kNotEqual, "≠", 1},
                                               {Function::kLess, "<", 1},
                                               {Function::kLessEqual, "≤", 1},
                                               {Function::kGreater, ">", 1},
                                               {Function::kGreaterEqual, "≥", 1},
                                               {Function::kRound, "round", 0},
                                               {Function::kDivideRounded, "divide", 0},
                                               {Function::kMax, "max", 0},
                                               {Function::kMin, "min", 0}}};

const Written* written(Function function) {
  const auto* found = std::find_if(kWritten.begin(), kWritten.end(), [function](const Written& one) { return one.function == function; });
  return found == kWritten.end() ? nullptr : found;
}

/// Walks checked code; its depth is bounded by the parser's (kGuardNestingMax).
class Working {
 public:
  Working(const Code& code, const Activation& activation, const Host& host) : code_(code), activation_(activation), host_(host) {}

  void conditions(std::uint32_t index, std::vector<Worked>& out) {
    const Node& node = code_.syntax.nodes[index];
    const bool joins = node.op == Op::kAnd || node.op == Op::kOr;
    const bool turns = node.op == Op::kCall && node.function == Function::kNot;
    if (joins || turns) {
      for (std::uint32_t i = 0; i < node.count; ++i) conditions(child(node, i), out);
      return;
    }
    Worked worked{text(index, 0), value(index)};
    if (worked.text != printed(worked.result)) out.push_back(std::move(worked));
  }

 private:
  std::uint32_t child(const Node& node, std::uint32_t number) const { return code_.syntax.children[node.first + number]; }

  /// What that part comes to by itself. Requires: no macro stands around it.
  Value value(std::uint32_t index) {
    Code part = code_;
    part.syntax.root = index;
    part.result = Type(Kind::kDyn);
    return evaluate(part, activation_, host_);
  }

  static std::string printed(const Value& value) {
    if (value.is_unknown()) return "?";
    if (value.is_error()) return "!";
    return value.printed();
  }

  std::string text(std::uint32_t index, int around) {
    const Node& node = code_.syntax.nodes[index];
    if (node.op == Op::kConditional) {
      const Value condition = value(child(node, 0));
      if (condition.kind() == Kind::kBool) return text(child(node, condition.is_true() ? 1 : 2), around);
    }
    const Written* as = node.op == Op::kCall ? written(node.function) : nullptr;
    if (as == nullptr) return printed(value(index));
    if (as->binding > 0 && node.count == 2) {
      // What stands on the right of a minus or a division keeps its brackets.
      const bool strict = node.function == Function::kSubtract || node.function == Function::kDivide;
      std::string said = text(child(node, 0), as->binding) + ' ' + std::string(as->sign) + ' ' + text(child(node, 1), as->binding + (strict ? 1 : 0));
      return as->binding < around ? '(' + said + ')' : said;
    }
    std::string said;
    for (std::uint32_t i = 0; i < node.count; ++i) said += (i == 0 ? "" : "; ") + text(child(node, i), 0);
    return std::string(as->sign) + '(' + said + ')';
  }

  const Code& code_;
  const Activation& activation_;
  const Host& host_;
};

}  // namespace

std::vector<Worked> workings(const Program& program, const Activation& activation, const Host& host) {
  std::vector<Worked> out;
  const Code& code = Compilation::code(program);
  Working(code, activation, host).conditions(code.syntax.root, out);
  return out;
}

}  // namespace ritrovo::expression
