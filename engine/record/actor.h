#pragma once

#include <string>
#include <vector>

namespace ritrovo {

/// Who gave a command: a pseudonymous id of the identity provider (never a name), the organisation they acted for, and the roles they held
/// at that moment. Recorded in clear, because an audit needs it when every key is gone.
struct Actor {
  std::string id;
  std::string organisation;
  std::vector<std::string> roles;  ///< sorted, each once
  bool operator==(const Actor&) const = default;
};

}  // namespace ritrovo
