#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace ritrovo {

/// What a caller can act on when the world fails. A new code is added only where some caller behaves differently for it.
/// Codes that reach disk or the wire are printed by name, never by number.
enum class ErrorCode {
  kMalformed,    ///< bytes or text that can't be read as what they claim to be; the sender mends them
  kNotFound,     ///< the thing named doesn't exist; the caller names another
  kExists,       ///< the thing is there already; the caller chooses another place
  kCorrupt,      ///< stored bytes don't verify; an operator restores
  kUnavailable,  ///< the disk, a file or a peer failed; the caller reopens or tries later
  kOverLimit,    ///< over a limit of engine/base/limits.h; the message names the limit
  kWrongFolder,  ///< the folder is of another kind, format or owner than asked for
};

/// The stable name of a code, as printed in JSON ("malformed", "not_found", …).
[[nodiscard]] std::string_view name_of(ErrorCode code);

/// A failure of the world: a code for the caller and a sentence for the person who has to act.
/// The sentence names the place (file, key, position, line) and the remedy, and never holds a personal value.
struct Error {
  ErrorCode code = ErrorCode::kUnavailable;
  std::string message;
};

/// A value, or the Error that kept it from being made.
template <class T>
using Result = tl::expected<T, Error>;

/// Builds the error side of a Result: `return failure(ErrorCode::kCorrupt, "…")`.
[[nodiscard]] inline tl::unexpected<Error> failure(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace ritrovo
