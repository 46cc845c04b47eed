#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "adapters/kafka/client.h"
#include "tools/context.h"
#include "tools/message_settings.h"

namespace ritrovo::tools {

/// What `ritrovo serve --config` is told (docs/operating.md). Paths are relative to the file that names them.
struct Configuration {
  std::filesystem::path data;             ///< empty: as --data says
  std::filesystem::path master_key_file;  ///< empty: as --master-key-file says
  std::optional<kafka::Connection> kafka;
  std::filesystem::path sqlite;  ///< a file that follows the views; empty: none
  std::string postgres;          ///< a server that does, as libpq names one; empty: none
  std::optional<MessageSettings> messages;
};

/// Reads a configuration; a Failure names every mistake with line and column.
[[nodiscard]] Configuration read_configuration(const std::filesystem::path& file);
/// Puts what it says into `context`, unless an option said it.
void apply(const Configuration& configuration, Context& context);
/// The connection that the file `config` names, whose folder becomes `context.data`. A Failure where it names none, or `config` is empty.
[[nodiscard]] kafka::Connection kafka_connection(Context& context, const std::string& config);

}  // namespace ritrovo::tools
