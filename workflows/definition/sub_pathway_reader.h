#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"
#include "engine/digest/hash256.h"
#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"

/// Sub-pathways: a step `pathway: {use: NAME, with: {…}}` is replaced by a stage that holds the steps of the pathway that it names. What the
/// compiler sees is one pathway without anything new in it.
namespace ritrovo::definition {

/// A pathway that another one uses: its tree, in which its own uses have been put in already.
struct Used {
  std::shared_ptr<const Node> tree;
  std::string path;            ///< of its document; empty where it is published already
  std::uint32_t version = 0;
  Hash256 identity;
};

/// Finds what `use` names: the version asked for, else the latest that holds on `day`; reports at `place` why there is none, and then gives
/// nothing.
struct UseRequest {
  std::string name;
  std::optional<std::uint32_t> version;
  Place place;
};
using FindUsed = std::function<std::optional<Used>(const UseRequest&)>;

/// Writes into each step's `pathway` of `root` the version and the identity that it is pinned to; what can't be found is reported.
/// Returns whether all were. A pathway's identity is that of the tree as it is then.
[[nodiscard]] bool pin_uses(Node& root, const FindUsed& find, Problems& problems);

/// Puts the steps of each used pathway into `root`, under names that begin with the step's own and a slash; its facts, roles and parties are
/// declared in `root` too, those that stand there with the same content are shared. What doesn't fit is reported at the `use`.
/// Returns whether everything fits. Requires: pin_uses found everything. `find` is asked again, for the versions pinned.
[[nodiscard]] bool put_in_uses(Node& root, const FindUsed& find, Problems& problems);

}  // namespace ritrovo::definition
