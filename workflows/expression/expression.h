#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "workflows/expression/type.h"
#include "workflows/expression/value.h"

/// Guards: the Common Expression Language (cel-spec: grammar, types, semantics; without protobuf messages), statically typed, with
/// dates, periods and decimals added. Pure: everything that an expression can see comes from the Activation and the Host.
namespace ritrovo::expression {

/// A variable that expressions may read.
struct Variable {
  std::string name;          ///< qualified, with dots: "application.filed.filed_on"
  Type type;                 ///< what `lookup` returns; null is always possible as well
  bool sealed = false;       ///< personal: a result that depends on it is tainted
  bool statistical = false;  ///< recorded coarse; for the caller's checks only
};

/// What host functions ask of the world outside the expression: dated parameters and a calendar. Each may return an Error or Unknown; what
/// an implementation doesn't override answers with Error{kHost}. Implementations must be pure for the time of an evaluation.
class Host {
 public:
  virtual ~Host() = default;
  /// `parameter(name, day)`: the amount in force on that day, a decimal.
  [[nodiscard]] virtual Value parameter(std::string_view name, Day day) const;
  /// The first day after that one on which `parameter` may answer otherwise; nothing: it never does again. The next day, if not
  /// overridden.
  [[nodiscard]] virtual std::optional<Day> parameter_until(std::string_view name, Day day) const;
  /// `add_working_days(day, count)`: the count-th working day after (before, if negative) that day.
  [[nodiscard]] virtual Value add_working_days(Day day, std::int64_t count) const;
  /// `working_days_between(from, to)`: working days after `from`, up to and including `to`.
  [[nodiscard]] virtual Value working_days_between(Day from, Day to) const;
  /// `is_working_day(day)`.
  [[nodiscard]] virtual Value is_working_day(Day day) const;
};

/// A function beside CEL's and the house's. It gets values of the declared kinds (never unknown or an error: those propagate before
/// it is called) and must return a value of the result's kind, an Unknown or an Error; anything else becomes Error{kHost}.
struct HostFunction {
  std::string name;  ///< may be qualified with dots
  std::vector<Type> parameters;
  Type result;
  std::function<Value(const Host&, std::span<const Value>)> call;
  /// Charged against kGuardStepsMax for each call.
  std::uint32_t steps = 10;
  /// Where one argument alone is a day that goes on: the first day after the given one on which it may answer otherwise; nothing: it never
  /// does again. Absent: the next day.
  std::function<std::optional<Day>(const Host&, std::span<const Value>)> until = {};
};

/// What names mean to the checker. Variables keep the index under which they were declared, for ever.
class Environment {
 public:
  /// Declares a variable and returns its index: 0, 1, 2 … in order of declaration. Requires: the name is not yet declared and is a
  /// dotted path of CEL identifiers.
  std::uint32_t declare(Variable variable);
  /// Declares a function; the same name may be declared again with other parameters. Requires: it isn't a function of CEL or the house.
  void declare(HostFunction function);
  /// Declares the four functions that Host answers: parameter(string, date) → decimal, add_working_days(date, int) → date,
  /// working_days_between(date, date) → int, is_working_day(date) → bool.
  void declare_host_functions();

  [[nodiscard]] const std::vector<Variable>& variables() const { return variables_; }
  [[nodiscard]] const std::vector<HostFunction>& functions() const { return functions_; }
  /// The index of the variable with exactly that name.
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const;
  /// Sets the container ("a.b"), in which a name that is written without a leading dot is looked up first: `x` is a.b.x if there is such
  /// a variable, else a.x, else x (cel-spec, "Name resolution"). Without one, names are what they are.
  void set_container(std::string container) { container_ = std::move(container); }
  /// The index of the variable that a name means, as above; `rooted`: it was written with a leading dot.
  [[nodiscard]] std::optional<std::uint32_t> resolve(const std::string& name, bool rooted) const;

 private:
  std::string container_;
  std::vector<Variable> variables_;
  std::vector<HostFunction> functions_;
  std::vector<std::uint32_t> by_name_;  ///< indexes into variables_, sorted by name
};

/// Gives an evaluation its variables.
class Activation {
 public:
  virtual ~Activation() = default;
  /// The value of a variable by its index: of the declared type, null (reported, but empty), Value::unknown(index) where it is not yet
  /// reported, or Value::error(kErased, …). Lists and maps may hold such unknowns and errors too: whatever uses one passes it on. Asked at most once for each time that the expression names it.
  [[nodiscard]] virtual Value lookup(std::uint32_t variable) const = 0;
};

/// How long a result stays as a variable of type date goes from day to day and nothing else changes.
struct Lasting {
  std::uint32_t variable = 0;
  Day day;                   ///< what the variable holds
  std::optional<Day> until;  ///< the first day after it on which the result may be another, never later than it is; nothing: it stays
};

/// What is wrong with a source, where, and what to do.
struct Problem {
  std::size_t offset = 0;    ///< bytes from the start of the source
  std::uint32_t line = 1;    ///< from 1
  std::uint32_t column = 1;  ///< from 1, in code points
  std::string message;       ///< a sentence
  std::string hint;          ///< a remedy, or empty
};

struct Code;

/// A checked expression, ready to evaluate. Cheap to copy, immutable, independent of the Environment it was compiled against.
/// Runs on: any thread.
class Program {
 public:
  [[nodiscard]] const std::string& source() const;
  [[nodiscard]] const Type& result_type() const;
  /// Indexes of the variables that the source names, ascending, each once (also those that only `known` or `has` ask about).
  [[nodiscard]] const std::vector<std::uint32_t>& reads() const;
  /// Whether the result depends on the value of a sealed variable. `known(x)` and `has(x)` of a variable depend only on its being
  /// reported, which is public.
  [[nodiscard]] bool tainted() const;
  /// A null variable (a field that its report left out) compares with == and !=; whatever needs a value of it is Unknown with that variable.
  /// Evaluates. Unknown and Error follow CEL: `&&` and `||` absorb them where the other side decides, `?:` takes the chosen branch only, every
  /// other operation passes them on; where both meet, Unknown wins, for it may yet resolve (`false && error`).
  /// Returns a value of `result_type()`, Unknown with the variables waited for, or an Error. Never throws for anything that the
  /// activation returns. At most kGuardStepsMax steps, then Error{kBudget}.
  [[nodiscard]] Value evaluate(const Activation& activation, const Host& host) const;
  /// As above; says in `lasting.until` how long the result stays. A comparison of the variable with a day, and a parameter's value on it, last
  /// until there; whatever else reads it, until the next day.
  [[nodiscard]] Value evaluate(const Activation& activation, const Host& host, Lasting& lasting) const;
  /// As above, for expressions without host functions.
  [[nodiscard]] Value evaluate(const Activation& activation) const;

 private:
  friend struct Compilation;
  explicit Program(std::shared_ptr<const Code> code);
  std::shared_ptr<const Code> code_;
};

/// A program, or the problems that kept it from being made: exactly one of the two is there.
struct Compiled {
  std::optional<Program> program;
  std::vector<Problem> problems;  ///< all that were found, by offset
};

/// When types and names are checked.
enum class Checking : std::uint8_t {
  kBefore,   ///< before anything is evaluated: each misfit is a problem
  kWhenRun,  ///< never beforehand: whatever doesn't fit is an Error{kComputing} where it is reached (the specification's unchecked mode)
};

/// Parses and checks `source` against `environment`. `expected`: the type the result must have (dyn: any).
/// Never throws on any input; sources over kGuardBytesMax and trees over kGuardNestingMax are problems.
/// Runs on: any thread; touches only its arguments.
[[nodiscard]] Compiled compile(std::string_view source, const Environment& environment, const Type& expected = Type(Kind::kDyn),
                               Checking checking = Checking::kBefore);

}  // namespace ritrovo::expression
