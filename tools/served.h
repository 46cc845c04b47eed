#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tools/context.h"
#include "tools/line_reader.h"
#include "tools/local_socket.h"
#include "tools/submission.h"

/// The client's side of a running server: docs/decisions/0130.
namespace ritrovo::tools {

/// On its way to whoever runs the subcommand: the folder is held by a server, which has to run it.
struct FolderIsServed {
  std::shared_ptr<Descriptor> socket;
};

/// Has the server run a subcommand as if here (its words, this working folder, `data` unless the words name another), and prints what it
/// prints. The exit code is its; a Failure where the server goes away meanwhile.
[[nodiscard]] ExitCode run_on_server(const Descriptor& socket, const std::vector<std::string>& words, const std::filesystem::path& data);

/// An answer line as a server sends it: `as_sent` for whoever wants JSON, `text` for a person; `answer` has what a report counts, its events left out.
struct ServedAnswer {
  std::string as_sent;
  std::string text;
  LineAnswer answer;
};
/// Reads one; a Failure with the server's own words where it refuses the connection, or sends something else.
[[nodiscard]] ServedAnswer read_served_answer(std::string line);

}  // namespace ritrovo::tools
