#include <algorithm>

#include "engine/base/assert.h"
#include "workflows/expression/checker.h"
#include "workflows/expression/functions.h"

namespace ritrovo::expression {

void Checker::run(const Type& expected) {
  Type type = visit(code_.syntax.root);
  if (!expected.accepts(type) && expected.kind() != Kind::kObject) {
    report(nodes_[code_.syntax.root].offset,
           "the expression is of type " + type.printed() + ", where " + expected.printed() + " is asked for",
           expected.kind() == Kind::kBool ? "compare it with something" : "");
  }
  bool says_little = type.kind() == Kind::kDyn || (type.kind() == Kind::kNull && expected.kind() != Kind::kDyn);
  code_.result = says_little ? expected : type;
  std::sort(code_.reads.begin(), code_.reads.end());
  code_.reads.erase(std::unique(code_.reads.begin(), code_.reads.end()), code_.reads.end());
}

void Checker::report(std::size_t offset, std::string message, std::string hint) {
  problems_.push_back(Problem{offset, 1, 1, std::move(message), std::move(hint)});
}

Type Checker::visit(Index index) {
  std::size_t known = problems_.size();
  Type type = visit_op(index);
  if (checking_ == Checking::kWhenRun) {
    if (problems_.size() > known) put_off(index, known);
    type = Kind::kDyn;
  }
  nodes_[index].result = type.kind();
  return type;
}

// Makes the first problem of a node the error that its evaluation ends in.
void Checker::put_off(Index index, std::size_t problem) {
  Node& node = nodes_[index];
  node.op = Op::kConstant;
  node.count = 0;
  node.operand = static_cast<std::uint32_t>(code_.syntax.constants.size());
  code_.syntax.constants.push_back(failed(problems_[problem].message));
  problems_.resize(problem);
}

Type Checker::visit_op(Index index) {
  Node node = nodes_[index];
  switch (node.op) {
    case Op::kInvalid: return Kind::kDyn;
    case Op::kName: return plain_name(index);
    case Op::kSelect: return selection(index);
    case Op::kNamedCall: return named_call(index);
    case Op::kMemberCall: return member_call(index);
    case Op::kConstant: return constant_type(code_.syntax.constants[node.operand]);
    case Op::kHas: return has(index);
    case Op::kList: return list(node);
    case Op::kMap: return map(node);
    case Op::kAnd:
    case Op::kOr: return logic(node);
    case Op::kConditional: return conditional(node);
    case Op::kCall: return call(index, Form::kOperator, name_of(node.function));
    case Op::kAll:
    case Op::kExists:
    case Op::kExistsOne:
    case Op::kTransform:
    case Op::kTransformMap:
    case Op::kTransformEntry:
    case Op::kFilter: return comprehension(index);
    case Op::kVariable:
    case Op::kLocal:
    case Op::kHasVariable:
    case Op::kKnown:
    case Op::kHostCall: break;
  }
  RITROVO_ASSERT(false && "the parser makes no checked nodes");
  return Kind::kDyn;
}

Code check(Syntax syntax, const Environment& environment, const Type& expected, Checking checking, std::vector<Problem>& problems) {
  Code code;
  code.syntax = std::move(syntax);
  Checker(code, environment, checking, problems).run(expected);
  return code;
}

}  // namespace ritrovo::expression
