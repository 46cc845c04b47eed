#pragma once

#include "tools/context.h"

namespace ritrovo::tools {

class FolderDirectory;
class FolderViews;

/// What a process that serves a folder keeps near the end of its log, for the subcommands that it runs for others. A process serves one folder.
class Followed {
 public:
  /// From now on, until this ends. `views` may be null. Requires: both outlive it.
  Followed(FolderViews* views, FolderDirectory& directory);
  ~Followed();
  Followed(const Followed&) = delete;
  Followed& operator=(const Followed&) = delete;
  /// Those of the folder that `context` works on; null where it isn't served here.
  [[nodiscard]] static FolderViews* views(const Context& context);
  [[nodiscard]] static FolderDirectory* directory(const Context& context);
};

}  // namespace ritrovo::tools
