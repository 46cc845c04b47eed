#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workflows/expression/code.h"
#include "workflows/expression/signatures.h"

namespace ritrovo::expression {

/// Gives every node of a parsed guard its type, and makes it ready to be evaluated: names become variables, calls their overloads, literals
/// what they convert to. What is wrong goes into `problems`, all of it, each with its offset; `check` (code.h) is its only user. One use an object.
class Checker {
 public:
  Checker(Code& code, const Environment& environment, Checking checking, std::vector<Problem>& problems)
      : code_(code), nodes_(code.syntax.nodes), environment_(environment), checking_(checking), problems_(problems) {}

  /// Checks it all. A result that isn't of `expected` type is a problem too.
  void run(const Type& expected);

 private:
  using Index = std::uint32_t;
  /// A macro's variable.
  struct Local {
    std::string name;
    Type type;
  };

  // checker.cc
  Index child(const Node& node, std::size_t i) const { return code_.syntax.children[node.first + i]; }
  const std::string& name(const Node& node) const { return code_.syntax.names[node.name]; }
  void report(std::size_t offset, std::string message, std::string hint = {});
  Type visit(Index index);
  // Makes the first problem of a node the error that its evaluation ends in.
  void put_off(Index index, std::size_t problem);
  Type visit_op(Index index);
  static Type constant_type(const Value& value) { return value.kind(); }

  // checked_names.cc
  // The dotted name that a node spells, or empty; `rooted` if it began with a dot.
  std::string spelled(Index index, bool& rooted) const;
  const Local* local(std::string_view path) const;
  std::optional<std::uint32_t> variable(const std::string& path, bool rooted) const {
    if (path.empty() || (!rooted && local(path) != nullptr)) return std::nullopt;
    return environment_.resolve(path, rooted);
  }
  // Whether the path, or a part of it from the left, is a variable or a macro's variable.
  bool begins_with_variable(const std::string& path, bool rooted) const;
  Type read(Index index, std::uint32_t variable, bool value_is_used);
  Type type_constant(Index index, Kind kind);
  Type plain_name(Index index);
  Type selection(Index index);
  std::size_t first_offset(Index index) const;
  Type field(const Node& node, const Type& of);
  static std::string member_hint(std::string_view wanted);
  static std::string did_you_mean(std::string_view misspelt, const std::vector<std::string_view>& names);
  Type unknown_name(std::size_t offset, const std::string& path);

  // checked_structures.cc
  Type has(Index index);
  Type list(const Node& node);
  Type map(const Node& node);
  void want_bool(Index index, const Type& type, std::string_view where);
  Type logic(const Node& node);
  Type conditional(const Node& node);
  // The types of a macro's variables, in order; for one variable the second isn't used.
  std::pair<Type, Type> range_types(const Node& node, const Type& range);
  Type comprehension(Index index);
  Type entries_type(const Node& node, const Type& body);

  // checked_calls.cc
  Type named_call(Index index);
  Type known(Index index);
  Type member_call(Index index);
  // A call of a host function with that name; `skipped` children spell a part of it. Nothing if there is no such name.
  std::optional<Type> host_call(Index index, const std::string& called, std::size_t skipped);
  std::vector<Type> visit_children(const Node& node);
  Type call(Index index, Form form, std::string called) { return resolve(index, form, called, visit_children(nodes_[index])); }
  Type call(Index index, Form form, std::string_view called) { return call(index, form, std::string(called)); }
  Type resolve(Index index, Form form, const std::string& called, const std::vector<Type>& arguments);
  Type unknown_function(Index index, Form form, const std::string& called);
  Type no_such_overload(Index index, const std::string& called, const std::vector<Type>& arguments);
  static std::string forms_of(std::string_view called);
  static std::string overload_hint(const Node& node, const std::vector<Type>& arguments);
  // What signatures alone can't say: which types may be compared, and what comes out of a list.
  Type refine(Index index, Kind result, const std::vector<Type>& arguments);
  Type membership(Index index, const std::vector<Type>& arguments);
  Type element(Index index, const std::vector<Type>& arguments);
  Type total(Index index, const std::vector<Type>& arguments);
  // Conversions of literals are done here, once, so that a wrong date is found before a case meets it. False if it was wrong.
  bool fold(Index index);
  bool compile_pattern(Node& node);

  Code& code_;
  std::vector<Node>& nodes_;
  const Environment& environment_;
  Checking checking_;
  std::vector<Problem>& problems_;
  std::vector<Local> locals_;
  bool only_asking_ = false;  // inside known(variable): the value itself isn't used
};

}  // namespace ritrovo::expression
