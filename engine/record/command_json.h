#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "engine/record/command.h"
#include "engine/record/json_reader.h"

namespace ritrovo {

/// What reading a command needs to know of where it came from.
struct ParseContext {
  std::string tenant;  ///< the folder's data controller: case ids derive from it
  bool actor_in_body =
      true;  ///< false where the connection says who speaks (HTTP): then a member "actor" is refused, and the caller sets it
};

/// Reads one command from JSON.
///
/// Members: key, command, case | opened_by, effective_on, expect_version, actor {id, organisation, roles}, at, correlation, traceparent; and by verb
/// (`command`): open: pathway, persons [{alias, role, id, data}], data · report: fact, person, occurrence, data · add_person: persons (one) ·
/// remove_person: person, data · task: step, action, person, occurrence, data · suspend, resume, close: data · correct: corrects, data,
/// reason · withdraw: withdraws, reason. `opened_by: K` names the case that the command with key K opened. A member that is null counts as absent.
///
/// Returns the command; or everything that is wrong with it: syntax with line and column, else each problem with its JSON pointer. Unknown
/// members, members of another verb, members given twice, numbers that aren't whole, and anything over engine/base/limits.h are refused.
/// Pure.
[[nodiscard]] tl::expected<Command, std::vector<Problem>> parse_command(std::string_view json, const ParseContext& context);

/// The command as JSON on one line; `parse_command` for the same tenant reads the same command back, but for `source`, which isn't in it.
/// Decimals, days and instants in `data` come back as text.
[[nodiscard]] std::string command_json(const Command& command);

/// The problems as sentences, one a line: "/persons/0/alias: …".
[[nodiscard]] std::string to_string(const std::vector<Problem>& problems);

}  // namespace ritrovo
