#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "tools/case_folder.h"
#include "tools/context.h"
#include "tools/line_reader.h"
#include "tools/local_socket.h"

namespace ritrovo::tools {

/// Bytes of one line that a server sends: an answer with all that follows from it, twice where words are asked for, too.
inline constexpr std::size_t kServedLineBytesMax = 16 * 1024 * 1024;

/// Serves a data folder on the Unix socket in it: NDJSON, the same objects as in a file, answered in the order of the lines.
///
/// A connection is one of three, by its first line:
///   a command                                  that and every further line is a command; a line of JSON answers each, as `submit --json` prints them
///   {"answers": {"text": "en"}}                the same, each answer with a member `text` for a person
///   {"query": {"words", "folder", "data"}}     runs that subcommand over the open folder, one at a time: {"out"}, {"err"} and at last {"exit"}
/// A connection holds at most `kWindow` commands under way: who sends without reading, or reads slowly, waits and holds up nobody else. A line over
/// kCommandBytesMax is answered as malformed. After an answer of unknown outcome the connection is read no further, as a file isn't. Who connects
/// beyond kConnectionsMax is told so: {"error", "message"}.
/// Runs on: one thread that calls it; threads of its own for connections.
class SocketServer {
 public:
  static constexpr std::size_t kConnectionsMax = 64;
  static constexpr std::size_t kWindow = 512;

  /// Listens and serves from now on; a Failure says why it can't. `folder` and `context` outlive this.
  SocketServer(CaseFolder& folder, const Context& context);
  /// Takes no more, answers what was sent, within limits: who doesn't read their answers for some seconds doesn't get them, and a subcommand that
  /// takes longer than that is told that the server ends.
  ~SocketServer();
  SocketServer(const SocketServer&) = delete;
  SocketServer& operator=(const SocketServer&) = delete;

 private:
  struct Connection {
    Descriptor socket;
    std::thread thread;
    std::atomic<bool> ended = false;
  };

  void accept_all();
  void serve(const Descriptor& socket);
  void take_commands(const Descriptor& socket, LineReader& reader, LineReader::Line first);
  void run_query(const Descriptor& socket, const std::string& line);
  void reap();
  [[nodiscard]] bool wait_until_served(int seconds);

  CaseFolder& folder_;
  const Context& context_;
  Descriptor listening_;
  std::mutex mutex_;
  std::list<Connection> connections_;
  std::atomic<bool> closing_ = false;
  std::atomic<bool> ending_ = false;  ///< what still runs has had its time
  std::thread accepting_;
};

}  // namespace ritrovo::tools
