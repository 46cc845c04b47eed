#include "tools/apart.h"

#include <algorithm>

#include <fmt/format.h>

#include "tools/context.h"

namespace ritrovo::tools {

namespace fs = std::filesystem;

void must_be_apart(const fs::path& place, const fs::path& other, std::string_view why) {
  if (place.empty()) throw Failure{{ErrorCode::kMalformed, "a place has a name: an empty one was given"}};
  const fs::path inner = fs::weakly_canonical(fs::absolute(place));
  const fs::path outer = fs::weakly_canonical(fs::absolute(other));
  if (std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first != outer.end()) return;
  throw Failure{{ErrorCode::kMalformed, fmt::format("{} is in {}: {}", place.string(), other.string(), why)}};
}

}  // namespace ritrovo::tools
