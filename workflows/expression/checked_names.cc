#include "engine/base/nearest_name.h"
#include "workflows/expression/checker.h"
#include "workflows/expression/type_relations.h"

namespace ritrovo::expression {

namespace {
constexpr std::size_t kListedMax = 6;  // names listed in one hint
}  // namespace

// The dotted name that a node spells, or empty; `rooted` if it began with a dot.
std::string Checker::spelled(Index index, bool& rooted) const {
  const Node& node = nodes_[index];
  if (node.op == Op::kName) {
    rooted = node.flag;
    return name(node);
  }
  if (node.op != Op::kSelect) return {};
  std::string prefix = spelled(child(node, 0), rooted);
  return prefix.empty() ? prefix : prefix + "." + name(node);
}

const Checker::Local* Checker::local(std::string_view path) const {
  std::string_view first = path.substr(0, path.find('.'));
  for (auto at = locals_.rbegin(); at != locals_.rend(); ++at) {
    if (at->name == first) return &*at;
  }
  return nullptr;
}

// Whether the path, or a part of it from the left, is a variable or a macro's variable.
bool Checker::begins_with_variable(const std::string& path, bool rooted) const {
  if (!rooted && local(path) != nullptr) return true;
  for (std::size_t end = path.size(); end != std::string::npos && end > 0; end = path.rfind('.', end - 1)) {
    if (environment_.resolve(path.substr(0, end), rooted)) return true;
  }
  return false;
}

Type Checker::read(Index index, std::uint32_t variable, bool value_is_used) {
  const Variable& declared = environment_.variables()[variable];
  Node& node = nodes_[index];
  node.op = value_is_used ? Op::kVariable : Op::kHasVariable;
  node.operand = variable;
  node.count = 0;
  node.name = static_cast<std::uint32_t>(code_.types.size());
  code_.types.push_back(declared.type);
  code_.reads.push_back(variable);
  code_.tainted = code_.tainted || (declared.sealed && value_is_used && !only_asking_);
  return value_is_used ? declared.type : Type(Kind::kBool);
}

Type Checker::type_constant(Index index, Kind kind) {
  Node& node = nodes_[index];
  node.op = Op::kConstant;
  node.count = 0;
  node.operand = static_cast<std::uint32_t>(code_.syntax.constants.size());
  code_.syntax.constants.push_back(Value::type(kind));
  return Kind::kType;
}

Type Checker::plain_name(Index index) {
  std::string path = name(nodes_[index]);
  bool rooted = nodes_[index].flag;
  const Local* found = rooted ? nullptr : local(path);
  if (found != nullptr) {
    nodes_[index].op = Op::kLocal;
    nodes_[index].operand = static_cast<std::uint32_t>(found - locals_.data());
    return found->type;
  }
  if (auto declared = variable(path, rooted)) return read(index, *declared, true);
  if (auto kind = type_named(path)) return type_constant(index, *kind);
  return unknown_name(nodes_[index].offset, path);
}

Type Checker::selection(Index index) {
  bool rooted = false;
  std::string path = spelled(index, rooted);
  if (auto declared = variable(path, rooted)) return read(index, *declared, true);
  if (!path.empty() && !begins_with_variable(path, rooted)) {
    if (auto kind = type_named(path)) return type_constant(index, *kind);
    return unknown_name(first_offset(index), path);
  }
  Node node = nodes_[index];
  Type of = visit(child(node, 0));
  const Type selected = field(node, of);
  if (of.kind() == Kind::kObject) {
    nodes_[index].flag = true;
    nodes_[index].operand = static_cast<std::uint32_t>(code_.types.size());
    code_.types.push_back(selected);
  }
  return selected;
}

std::size_t Checker::first_offset(Index index) const {
  while (nodes_[index].op == Op::kSelect) index = child(nodes_[index], 0);
  return nodes_[index].offset;
}

Type Checker::field(const Node& node, const Type& of) {
  if (of.kind() == Kind::kDyn) return Kind::kDyn;
  if (of.kind() == Kind::kMap) {
    if (of.key().accepts(Kind::kString)) return of.element();
    report(node.offset, "a map with keys of type " + of.key().printed() + " has no field `" + name(node) + "`", "write map[key]");
    return Kind::kDyn;
  }
  if (of.kind() != Kind::kObject) {
    report(node.offset, "a value of type " + of.printed() + " has no field `" + name(node) + "`", member_hint(name(node)));
    return Kind::kDyn;
  }
  std::vector<std::string_view> names;
  for (const Type::Field& each : of.fields()) {
    if (each.name == name(node)) return each.type;
    names.push_back(each.name);
  }
  report(node.offset, of.printed() + " has no field `" + name(node) + "`", did_you_mean(name(node), names));
  return Kind::kDyn;
}

std::string Checker::member_hint(std::string_view wanted) {
  for (const Signature& each : signatures()) {
    if (each.name == wanted && each.form == Form::kMember) return "it is a function: write ." + std::string(wanted) + "()";
  }
  return {};
}

std::string Checker::did_you_mean(std::string_view misspelt, const std::vector<std::string_view>& names) {
  std::string found = nearest_name(misspelt, names);
  if (!found.empty()) return "did you mean `" + found + "`?";
  std::string list;
  for (std::size_t i = 0; i < names.size() && i < kListedMax; ++i) list += (i == 0 ? "" : ", ") + std::string(names[i]);
  return list.empty() ? list : "there are: " + list + (names.size() > kListedMax ? ", …" : "");
}

Type Checker::unknown_name(std::size_t offset, const std::string& path) {
  std::vector<std::string_view> names;
  std::vector<std::string_view> inside;
  for (const Variable& each : environment_.variables()) {
    names.push_back(each.name);
    if (each.name.starts_with(path + ".")) inside.push_back(std::string_view(each.name).substr(path.size() + 1));
  }
  for (const Local& each : locals_) names.push_back(each.name);
  if (!inside.empty()) {
    const std::string near = nearest_name(path, names);
    const std::string fields = did_you_mean("", inside);
    report(offset, "`" + path + "` isn't a value itself", near.empty() ? fields : "did you mean `" + near + "`? Of `" + path + "` itself " + fields);
    return Kind::kDyn;
  }
  std::string found = nearest_name(path, names);
  report(offset, "there is no `" + path + "` here", found.empty() ? "" : "did you mean `" + found + "`?");
  return Kind::kDyn;
}

}  // namespace ritrovo::expression
