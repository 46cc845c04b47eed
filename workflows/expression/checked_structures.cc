#include <algorithm>

#include "workflows/expression/checker.h"
#include "workflows/expression/type_relations.h"

namespace ritrovo::expression {

Type Checker::has(Index index) {
  Node node = nodes_[index];
  bool rooted = false;
  std::string path = spelled(child(node, 0), rooted);
  if (!path.empty()) {
    path += "." + name(node);
    if (auto declared = variable(path, rooted)) return read(index, *declared, false);
    if (!begins_with_variable(path, rooted)) {
      unknown_name(first_offset(child(node, 0)), path);
      return Kind::kBool;
    }
  }
  Type of = visit(child(node, 0));
  nodes_[index].flag = of.kind() == Kind::kObject;
  field(node, of);
  return Kind::kBool;
}

Type Checker::list(const Node& node) {
  std::optional<Type> element;
  for (std::size_t i = 0; i < node.count; ++i) {
    Type type = visit(child(node, i));
    if (!element) {
      element = type;
    } else {
      element = joined(*element, type).value_or(Kind::kDyn);
    }
  }
  return Type::list(element.value_or(Type::open()));
}

Type Checker::map(const Node& node) {
  std::optional<Type> key;
  std::optional<Type> value;
  for (std::size_t i = 0; i + 1 < node.count; i += 2) {
    Type key_type = visit(child(node, i));
    Kind kind = key_type.kind();
    bool allowed = kind == Kind::kBool || kind == Kind::kInt || kind == Kind::kUint || kind == Kind::kString || kind == Kind::kDyn;
    if (!allowed)
      report(nodes_[child(node, i)].offset, "a map's key can't be of type " + key_type.printed(), "keys are bool, int, uint or string");
    Type value_type = visit(child(node, i + 1));
    key = key ? joined(*key, key_type).value_or(Kind::kDyn) : key_type;
    value = value ? joined(*value, value_type).value_or(Kind::kDyn) : value_type;
  }
  return Type::map(key.value_or(Type::open()), value.value_or(Type::open()));
}

void Checker::want_bool(Index index, const Type& type, std::string_view where) {
  if (type.kind() == Kind::kBool || type.kind() == Kind::kDyn) return;
  report(nodes_[index].offset, std::string(where) + " needs a bool, not " + type.printed(), "compare it with something");
}

Type Checker::logic(const Node& node) {
  for (std::size_t i = 0; i < node.count; ++i) want_bool(child(node, i), visit(child(node, i)), node.op == Op::kAnd ? "`&&`" : "`||`");
  return Kind::kBool;
}

Type Checker::conditional(const Node& node) {
  want_bool(child(node, 0), visit(child(node, 0)), "the condition of `?:`");
  Type yes = visit(child(node, 1));
  Type no = visit(child(node, 2));
  auto type = joined(yes, no);
  if (!type)
    report(node.offset, "the branches of `?:` are of different types: " + yes.printed() + " and " + no.printed(),
           "convert one, or write dyn(…) around both");
  return type.value_or(Kind::kDyn);
}

// The types of a macro's variables, in order; for one variable the second isn't used.
std::pair<Type, Type> Checker::range_types(const Node& node, const Type& range) {
  bool two = node.flag;
  switch (range.kind()) {
    case Kind::kList: return {two ? Type(Kind::kInt) : range.element(), range.element()};
    case Kind::kMap: return {range.key(), range.element()};
    case Kind::kObject: return {Kind::kString, Kind::kDyn};
    case Kind::kDyn: return {Kind::kDyn, Kind::kDyn};
    default: break;
  }
  report(node.offset, "`" + name(node) + "` ranges over a list or a map, not " + range.printed());
  return {Kind::kDyn, Kind::kDyn};
}

Type Checker::comprehension(Index index) {
  Node node = nodes_[index];
  Type range = visit(child(node, 0));
  // The macro's name isn't kept; its variables' are.
  auto [first, second] = range_types(node, range);
  std::size_t outer = locals_.size();
  nodes_[index].operand = static_cast<std::uint32_t>(outer);
  locals_.push_back(Local{name(node), first});
  if (node.flag) locals_.push_back(Local{code_.syntax.names[node.name + 1], second});
  code_.slots = std::max(code_.slots, static_cast<std::uint32_t>(locals_.size()));
  bool transforms = node.op == Op::kTransform || node.op == Op::kTransformMap || node.op == Op::kTransformEntry;
  Type body = visit(child(node, 1));
  if (!transforms || node.count == 3) want_bool(child(node, 1), body, "the macro's condition");
  if (node.count == 3) body = visit(child(node, 2));
  locals_.resize(outer, Local{{}, Kind::kDyn});
  if (node.op == Op::kTransform) return Type::list(body);
  if (node.op == Op::kFilter) return Type::list(first);
  if (node.op == Op::kTransformMap) return Type::map(first, body);
  return node.op == Op::kTransformEntry ? entries_type(node, body) : Type(Kind::kBool);
}

Type Checker::entries_type(const Node& node, const Type& body) {
  if (body.kind() == Kind::kMap || body.kind() == Kind::kDyn) return body;
  report(node.offset, "the body of transformMapEntry must be a map, not " + body.printed(), "write {key: value}");
  return Kind::kDyn;
}

}  // namespace ritrovo::expression
