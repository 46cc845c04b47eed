#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ritrovo {

/// A bug or a corruption found by RITROVO_ASSERT. Caught at three places only: around decide and apply, where it puts the case into
/// quarantine, around a partition's run, where it stops the partition, and around a view's apply, where it stops that view.
class AssertionFailure : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Throws AssertionFailure with the place, the text of the condition and both values.
[[noreturn]] void assertion_failed(std::string_view file, int line, std::string_view condition, const std::string& values);

namespace assert_detail {
template <class A, class B>
std::string both(const A& a, const B& b) {
  std::ostringstream out;
  out << a << " and " << b;
  return out.str();
}
}  // namespace assert_detail

}  // namespace ritrovo

/// Always on, in every build: a condition that only a bug or a corruption can break. Never for input. Values printed must not be
/// personal: ids, versions, positions and counts only.
#define RITROVO_ASSERT(condition)                                             \
  do {                                                                        \
    if (!(condition)) ::ritrovo::assertion_failed(__FILE__, __LINE__, #condition, ""); \
  } while (false)

/// As RITROVO_ASSERT, printing both sides.
#define RITROVO_ASSERT_OP(a, op, b)                                                                                        \
  do {                                                                                                                     \
    if (!((a)op(b))) ::ritrovo::assertion_failed(__FILE__, __LINE__, #a " " #op " " #b, ::ritrovo::assert_detail::both((a), (b))); \
  } while (false)
