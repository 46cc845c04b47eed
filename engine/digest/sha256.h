#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include "engine/digest/hash256.h"

namespace ritrovo {

/// SHA-256 (FIPS 180-4) of `bytes`.
/// Runs on: any thread; each keeps its own OpenSSL context.
[[nodiscard]] Hash256 sha256(std::string_view bytes);

/// SHA-256 of the parts, one after another, as though they were joined. Parts aren't delimited: who needs that puts lengths in.
[[nodiscard]] Hash256 sha256(std::initializer_list<std::string_view> parts);

/// SHA-256 of what arrives piece by piece: for large files. Not copyable; one thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(std::string_view bytes);
  /// The hash of all that was added; afterwards the object stands at the beginning again.
  [[nodiscard]] Hash256 finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace ritrovo
