#pragma once

#include <memory>

#include "engine/base/result.h"
#include "engine/log/rocks_log.h"

namespace rocksdb {
class FileSystem;
}

namespace ritrovo {

/// What only tests put in: a file system that fails or forgets, and the fault of not syncing, which a harness must notice.
struct RocksLogHooks {
  std::shared_ptr<rocksdb::FileSystem> files;  ///< instead of the machine's own; null for that
  bool sync = true;                            ///< false plants the fault: writes return before they are durable
};

/// As RocksLog::open, with hooks. What opening itself reads and cuts goes to the machine's files, not through `hooks.files`.
[[nodiscard]] Result<std::unique_ptr<RocksLog>> open_rocks_log(RocksLogOptions options, RocksLogHooks hooks);

}  // namespace ritrovo
