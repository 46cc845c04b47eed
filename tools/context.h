#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

// CLI11 is read only by those who declare options: it is dear to compile.
namespace CLI {
class App;
}

namespace ritrovo {
class AccessLog;
}

namespace ritrovo::tools {

/// What the program tells its caller. Where several apply, kMalformed wins over kRejected.
enum class ExitCode : int {
  kAllTaken = 0,     ///< everything was done
  kWorldFailed = 1,  ///< a file, a folder or an argument isn't as it should be
  kMalformed = 2,    ///< something that was given couldn't be read as what it claims to be
  kRejected = 3,     ///< something was understood, and refused by the pathway
};

class CaseFolder;
class FolderDirectory;
class FolderViews;
class KafkaLink;
class OutboxLink;

/// What every subcommand shares: the options that all of them take, and the exit code that they leave.
struct Context {
  std::filesystem::path data;
  std::filesystem::path master_key_file;  ///< empty: the one in the folder's vault
  bool data_given = false;  ///< by --data
  bool json = false;
  bool accept_clock_jump = false;
  bool drop_unfinished_record = false;
  ExitCode exit = ExitCode::kAllTaken;
  const CaseFolder* served = nullptr;  ///< the folder that this process serves: a subcommand works on it
  const KafkaLink* kafka = nullptr;    ///< and its connection to Kafka, if any
  OutboxLink* outbox = nullptr;        ///< and its messages, if it sends any
  FolderViews* views = nullptr;        ///< and its views near the log's end, if they can be kept
  FolderDirectory* directory = nullptr;  ///< and its directory
  AccessLog* accesses = nullptr;       ///< and where its readings are noted
  const std::atomic<bool>* ending = nullptr;  ///< of `served`: the server ends, and what takes long must not go on
  bool serves = false;                 ///< the folder is wanted for this process itself, not for one that serves it
  std::function<void()> committed;     ///< told after each commit, on the committer's thread; mustn't block

  /// Raises the exit code; kMalformed wins over kRejected, and kWorldFailed over both.
  void leave_with(ExitCode code);
};

/// A failure of the world, on its way to `main`, which prints it with its remedy and exits with 1.
struct Failure {
  Error error;
};

/// The value, or a Failure thrown.
template <class T>
T must(Result<T> result) {
  if (!result) throw Failure{std::move(result.error())};
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// What a subcommand is for, how it is used, and what comes after it: shown by its --help.
struct Teaching {
  std::string_view description;
  std::string_view example;
  std::string_view next;
};

/// Adds a subcommand that teaches. `takes_folder`: it gets --data, --master-key-file, --accept-clock-jump and --drop-unfinished-record. Runs `run` when it is given.
/// The result belongs to `parent`. Requires: `context` outlives `parent`.
CLI::App* add_command(CLI::App& parent, Context& context, std::string_view name, const Teaching& teaching, bool takes_folder,
                      std::function<void()> run);

/// Prints an error on stderr, as a sentence or as JSON.
void print_error(const Context& context, const Error& error);

/// Prints what somebody should look at, on stderr, as a sentence or as JSON; the program goes on.
void print_warning(const Context& context, const std::string& message);

/// The language in which a command tells, unless it is said: $RITROVO_LANGUAGE (it or en), else English. One for all commands.
[[nodiscard]] std::string default_language();

/// A program's name for itself in its own advice.
inline constexpr std::string_view kProgram = "ritrovo";

}  // namespace ritrovo::tools
