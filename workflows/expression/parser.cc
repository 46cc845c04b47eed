#include <algorithm>
#include <array>
#include <limits>

#include "engine/base/limits.h"
#include "workflows/expression/lexer.h"
#include "workflows/expression/syntax.h"

namespace ritrovo::expression {

namespace {

using Index = std::uint32_t;

struct Operator {
  std::string_view symbol;
  Function function;
};
constexpr std::array<Operator, 7> kRelations = {{{"==", Function::kEqual},
                                                 {"!=", Function::kNotEqual},
                                                 {"<", Function::kLess},
                                                 {"<=", Function::kLessEqual},
                                                 {">", Function::kGreater},
                                                 {">=", Function::kGreaterEqual},
                                                 {"in", Function::kIn}}};
constexpr std::array<Operator, 2> kSums = {{{"+", Function::kAdd}, {"-", Function::kSubtract}}};
constexpr std::array<Operator, 3> kProducts = {{{"*", Function::kMultiply}, {"/", Function::kDivide}, {"%", Function::kModulo}}};

struct Macro {
  std::string_view name;
  Op op;
  std::size_t variables_min;
  std::size_t variables_max;
  std::size_t bodies_max;  // one at least; the first of two is a filter
};
constexpr std::array<Macro, 9> kMacros = {{{"all", Op::kAll, 1, 2, 1},
                                           {"exists", Op::kExists, 1, 2, 1},
                                           {"exists_one", Op::kExistsOne, 1, 2, 1},
                                           {"existsOne", Op::kExistsOne, 1, 2, 1},
                                           {"map", Op::kTransform, 1, 1, 2},
                                           {"filter", Op::kFilter, 1, 1, 1},
                                           {"transformList", Op::kTransform, 2, 2, 2},
                                           {"transformMap", Op::kTransformMap, 2, 2, 2},
                                           {"transformMapEntry", Op::kTransformEntry, 2, 2, 2}}};

bool names_something(Op op) { return op == Op::kName || op == Op::kSelect; }

class Parser {
 public:
  explicit Parser(std::string_view source) {
    auto lexed = tokenize(source);
    tokens_ = std::move(lexed.tokens);
    out_.problems = std::move(lexed.problems);
  }

  Parsed run() {
    out_.syntax.root = expression();
    if (!at_end() && !stopped_) {
      problem(token().offset, "unexpected " + found(), "one expression only; join two with && or ||");
    }
    return std::move(out_);
  }

 private:
  // ---- tokens
  const Token& token() const { return tokens_[at_]; }
  bool at_end() const { return token().kind == TokenKind::kEnd; }
  bool is(std::string_view symbol) const { return token().kind == TokenKind::kSymbol && token().text == symbol; }
  void advance() {
    if (!at_end()) ++at_;
  }
  bool accept(std::string_view symbol) {
    if (!is(symbol)) return false;
    advance();
    return true;
  }
  // A word in place of an operator, where no name can stand: reported, and taken for the operator.
  bool accept_word(std::string_view word, std::string_view meant) {
    if (token().kind != TokenKind::kIdentifier || (token().text != word && token().text != (word == "or" ? "OR" : "AND"))) return false;
    problem(token().offset, "unexpected " + found(), "write " + std::string(meant) + " for " + std::string(word));
    advance();
    return true;
  }
  std::string found() const { return at_end() ? "end of the expression" : "'" + std::string(token().text.substr(0, 40)) + "'"; }

  void problem(std::size_t offset, std::string message, std::string hint = {}) {
    out_.problems.push_back(Problem{offset, 1, 1, std::move(message), std::move(hint)});
  }

  void expect(std::string_view symbol, std::size_t opened_at, std::string_view what) {
    if (accept(symbol) || stopped_) return;
    problem(token().offset, "expected '" + std::string(symbol) + "' but found " + found(),
            "it closes " + std::string(what) + " that begins at its character " + std::to_string(opened_at + 1));
    resynchronize();
    accept(symbol);
  }

  // Skips to a token at which parsing can sensibly go on, over whole brackets.
  void resynchronize() {
    std::size_t open = 0;
    while (!at_end()) {
      bool closes = is(")") || is("]") || is("}");
      if (open == 0 && (closes || is(",") || is(":") || is("?") || is("&&") || is("||"))) return;
      if (is("(") || is("[") || is("{")) ++open;
      if (closes) --open;
      advance();
    }
  }

  // ---- nodes
  Index add(Op op, std::size_t offset, std::vector<Index> children, std::string_view name = {}) {
    std::uint16_t depth = 0;
    for (Index child : children) depth = std::max(depth, depths_[child]);
    ++depth;
    if (depth > limits::kGuardNestingMax) refuse_depth(offset);
    Node node;
    node.op = op;
    node.offset = static_cast<std::uint32_t>(offset);
    node.first = static_cast<std::uint32_t>(out_.syntax.children.size());
    node.count = static_cast<std::uint32_t>(children.size());
    out_.syntax.children.insert(out_.syntax.children.end(), children.begin(), children.end());
    if (!name.empty()) {
      node.name = static_cast<std::uint32_t>(out_.syntax.names.size());
      out_.syntax.names.emplace_back(name);
    }
    out_.syntax.nodes.push_back(node);
    depths_.push_back(depth);
    return static_cast<Index>(out_.syntax.nodes.size() - 1);
  }

  Index operation(Function function, std::size_t offset, std::vector<Index> children) {
    Index made = add(Op::kCall, offset, std::move(children));
    out_.syntax.nodes[made].function = function;
    return made;
  }

  Index constant(std::size_t offset, Value value) {
    Index made = add(Op::kConstant, offset, {});
    out_.syntax.nodes[made].operand = static_cast<std::uint32_t>(out_.syntax.constants.size());
    out_.syntax.constants.push_back(std::move(value));
    return made;
  }

  Index invalid() { return add(Op::kInvalid, token().offset, {}); }

  void refuse_depth(std::size_t offset) {
    if (!out_.too_deep) {
      problem(offset, "nested more than " + std::to_string(limits::kGuardNestingMax) + " levels deep (kGuardNestingMax)",
              "split the guard over several steps, or compute parts in a step of kind `compute`");
    }
    out_.too_deep = true;
  }

  // ---- grammar, one function a rule
  Index expression() {
    if (levels_ >= limits::kGuardNestingMax) {
      refuse_depth(token().offset);
      stopped_ = true;
      at_ = tokens_.size() - 1;
      return invalid();
    }
    ++levels_;
    Index made = conditional();
    --levels_;
    return made;
  }

  Index conditional() {
    Index condition = disjunction();
    std::size_t offset = token().offset;
    if (!accept("?")) return condition;
    Index yes = disjunction();
    if (!accept(":")) {
      if (!stopped_) problem(token().offset, "expected ':' but found " + found(), "a choice is written condition ? value : other value");
      resynchronize();
      if (!accept(":")) return add(Op::kConditional, offset, {condition, yes, invalid()});
    }
    Index no = expression();
    return add(Op::kConditional, offset, {condition, yes, no});
  }

  // `a || b || c` is one node with three children: the order of evaluation is free in CEL, and long chains don't nest.
  Index disjunction() {
    std::size_t offset = token().offset;
    std::vector<Index> terms = {conjunction()};
    while (accept("||") || accept_word("or", "||")) terms.push_back(conjunction());
    return terms.size() == 1 ? terms.front() : add(Op::kOr, offset, std::move(terms));
  }

  Index conjunction() {
    std::size_t offset = token().offset;
    std::vector<Index> terms = {relation()};
    while (accept("&&") || accept_word("and", "&&")) terms.push_back(relation());
    return terms.size() == 1 ? terms.front() : add(Op::kAnd, offset, std::move(terms));
  }

  template <std::size_t N, class Next>
  Index left_associative(const std::array<Operator, N>& operators, Next next) {
    Index left = next();
    while (true) {
      auto found = std::find_if(operators.begin(), operators.end(), [this](const Operator& each) { return is(each.symbol); });
      if (found == operators.end()) return left;
      std::size_t offset = token().offset;
      advance();
      Index right = next();
      left = operation(found->function, offset, {left, right});
    }
  }

  Index relation() {
    return left_associative(kRelations, [this] { return sum(); });
  }
  Index sum() {
    return left_associative(kSums, [this] { return product(); });
  }
  Index product() {
    return left_associative(kProducts, [this] { return unary(); });
  }

  Index unary() {
    if (token().kind == TokenKind::kIdentifier && token().text == "not" && tokens_[at_ + 1].kind == TokenKind::kIdentifier) {
      problem(token().offset, "unexpected 'not'", "write ! for not");
      advance();
    }
    std::vector<std::size_t> signs;  // offsets of a run of ! or of -
    std::string_view sign = is("!") ? "!" : "-";
    while (is(sign)) {
      signs.push_back(token().offset);
      advance();
    }
    if (!signs.empty() && (is("!") || is("-"))) {
      problem(token().offset, "'!' and '-' can't be mixed", "use brackets: !(-x)");
      while (is("!") || is("-")) advance();
    }
    bool negative_literal = sign == "-" && !signs.empty() && token().kind == TokenKind::kWhole;
    if (negative_literal) signs.pop_back();
    Index made = member(negative_literal);
    for (; !signs.empty(); signs.pop_back()) made = operation(sign == "!" ? Function::kNot : Function::kNegate, signs.back(), {made});
    return made;
  }

  Index member(bool negative_literal) {
    Index made = primary(negative_literal);
    while (!stopped_) {
      std::size_t offset = token().offset;
      if (accept(".")) {
        made = selection(made, offset);
      } else if (accept("[")) {
        Index key = expression();
        expect("]", offset, "the index");
        made = operation(Function::kIndex, offset, {made, key});
      } else if (is("{") && names_something(out_.syntax.nodes[made].op)) {
        made = refuse_message(offset);
      } else {
        return made;
      }
    }
    return made;
  }

  Index selection(Index of, std::size_t dot) {
    Token name = token();
    if (name.kind == TokenKind::kEscaped) {
      advance();
      return add(Op::kSelect, dot, {of}, name.literal.as_text());
    }
    if (name.kind != TokenKind::kIdentifier && name.kind != TokenKind::kReserved) {
      problem(name.offset, "expected a field's name after '.' but found " + found());
      return invalid();
    }
    advance();
    std::size_t open = token().offset;
    if (!accept("(")) return add(Op::kSelect, dot, {of}, name.text);
    auto macro = std::find_if(kMacros.begin(), kMacros.end(), [&name](const Macro& each) { return each.name == name.text; });
    std::vector<Index> children = {of};
    arguments(children, open);
    if (macro == kMacros.end()) return add(Op::kMemberCall, name.offset, std::move(children), name.text);
    return comprehension(*macro, std::move(children), name.offset);
  }

  static std::string example(const Macro& macro) {
    return "write list." + std::string(macro.name) +
           (macro.variables_min == 1 ? "(x, expression with x)" : "(k, v, expression with k and v)");
  }

  // children: the range and the arguments as written; the first one or two arguments must be plain names.
  Index comprehension(const Macro& macro, std::vector<Index> children, std::size_t offset) {
    std::size_t count = children.size() - 1;
    std::size_t least = macro.variables_min + 1;
    std::size_t most = macro.variables_max + macro.bodies_max;
    if (count < least || count > most) {
      problem(offset,
              "the macro " + std::string(macro.name) + " takes " + std::to_string(least) +
                  (most > least ? " or " + std::to_string(most) : "") + " arguments, not " + std::to_string(count),
              example(macro));
      return invalid();
    }
    std::size_t variables = macro.variables_min == macro.variables_max ? macro.variables_min : count - 1;
    for (std::size_t i = 1; i <= variables; ++i) {
      const Node& variable = out_.syntax.nodes[children[i]];
      if (variable.op == Op::kName && !variable.flag) continue;
      problem(variable.offset,
              "the " + std::string(i == 1 ? "first" : "second") + " argument of " + std::string(macro.name) + " must be a plain name",
              example(macro));
      return invalid();
    }
    auto name_at = [this, &children](std::size_t i) { return out_.syntax.names[out_.syntax.nodes[children[i]].name]; };
    std::string first = name_at(1);
    std::string second = variables == 2 ? name_at(2) : std::string();
    if (first == second) {
      problem(out_.syntax.nodes[children[2]].offset, "both variables of " + std::string(macro.name) + " are called `" + first + "`",
              example(macro));
      return invalid();
    }
    children.erase(children.begin() + 1, children.begin() + 1 + static_cast<std::ptrdiff_t>(variables));
    Index made = add(macro.op, offset, std::move(children), first);
    if (variables == 2) {
      out_.syntax.nodes[made].flag = true;
      out_.syntax.names.push_back(std::move(second));
    }
    return made;
  }

  // After "(": expressions up to and including ")".
  void arguments(std::vector<Index>& children, std::size_t open) {
    if (accept(")")) return;
    do {
      children.push_back(expression());
    } while (accept(","));
    expect(")", open, "the call");
  }

  Index primary(bool negative_literal) {
    Token first = token();
    switch (first.kind) {
      case TokenKind::kWhole: advance(); return whole(first, negative_literal);
      case TokenKind::kLiteral: advance(); return constant(first.offset, first.literal);
      case TokenKind::kIdentifier: advance(); return name_or_call(first, false);
      case TokenKind::kReserved:
        problem(first.offset, found() + " is a word that the language keeps for itself", "choose another name");
        advance();
        return invalid();
      case TokenKind::kSymbol: return bracketed(first);
      case TokenKind::kEscaped:
      case TokenKind::kEnd: break;
    }
    return expected_expression();
  }

  Index expected_expression() {
    Index made = invalid();
    if (stopped_) return made;
    problem(token().offset, "expected an expression but found " + found());
    resynchronize();
    return made;
  }

  Index whole(const Token& first, bool negative) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    if (first.too_large || first.magnitude > kMax + (negative ? 1 : 0)) {
      problem(first.offset, "the number is too large for an int (64 bits)", "write 1u for an unsigned number");
      return invalid();
    }
    return constant(first.offset, Value::integer(static_cast<std::int64_t>(negative ? 0 - first.magnitude : first.magnitude)));
  }

  Index name_or_call(const Token& name, bool rooted) {
    std::size_t open = token().offset;
    if (accept("(")) {
      std::vector<Index> children;
      arguments(children, open);
      if (name.text == "has") return has(name.offset, children);
      return add(Op::kNamedCall, name.offset, std::move(children), name.text);
    }
    Index made = add(Op::kName, name.offset, {}, name.text);
    out_.syntax.nodes[made].flag = rooted;
    return made;
  }

  Index has(std::size_t offset, const std::vector<Index>& children) {
    if (children.size() == 1) {
      Node asked = out_.syntax.nodes[children[0]];
      if (asked.op == Op::kInvalid) return invalid();
      if (asked.op == Op::kSelect)
        return add(Op::kHas, offset, {out_.syntax.children[asked.first]}, std::string(out_.syntax.names[asked.name]));
    }
    problem(offset, "has takes one field selection", "write has(thing.field)");
    return invalid();
  }

  Index bracketed(const Token& first) {
    if (accept("(")) {
      Index made = expression();
      expect(")", first.offset, "the bracket");
      return made;
    }
    if (accept("[")) return list(first.offset);
    if (accept("{")) return map(first.offset);
    if (accept(".")) {
      Token name = token();
      if (name.kind == TokenKind::kIdentifier) {
        advance();
        return name_or_call(name, true);
      }
    }
    return expected_expression();
  }

  Index list(std::size_t offset) {
    std::vector<Index> items;
    while (!is("]") && !at_end()) {
      items.push_back(expression());
      if (!accept(",")) break;
    }
    expect("]", offset, "the list");
    return add(Op::kList, offset, std::move(items));
  }

  Index map(std::size_t offset) {
    std::vector<Index> entries;
    while (!is("}") && !at_end()) {
      entries.push_back(expression());
      if (!accept(":")) {
        if (!stopped_) problem(token().offset, "expected ':' but found " + found(), "a map is written {key: value, other key: value}");
        resynchronize();
        accept(":");
      }
      entries.push_back(expression());
      if (!accept(",")) break;
    }
    expect("}", offset, "the map");
    return add(Op::kMap, offset, std::move(entries));
  }

  Index refuse_message(std::size_t offset) {
    problem(offset, "messages can't be built in guards", "write a map: {\"field\": value}");
    advance();
    std::size_t open = 1;
    while (open > 0 && !at_end()) {
      if (is("{")) ++open;
      if (is("}")) --open;
      advance();
    }
    return invalid();
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t levels_ = 0;
  bool stopped_ = false;  // too deep: what follows isn't looked at
  std::vector<std::uint16_t> depths_;
  Parsed out_;
};

}  // namespace

Parsed parse(std::string_view source) { return Parser(source).run(); }

}  // namespace ritrovo::expression
