#include "tools/database_views.h"

#include <optional>
#include <utility>

#include "tools/folder_views.h"

namespace ritrovo::tools {

Result<bool> DatabaseViews::follow_some() {
  if (!store_) {
    Result<std::unique_ptr<sql::SqlConnection>> connection = connect_();
    if (!connection) return tl::unexpected(connection.error());
    Result<std::unique_ptr<sql::SqlStore>> store = sql::SqlStore::open(std::move(*connection));
    if (!store) return tl::unexpected(store.error());
    store_ = std::move(*store);
    runner_ = std::make_unique<projections::ViewRunner>(*store_, identity_of(folder_), [&folder = folder_] { return folder.library(); }, projections::all_views());
  }
  Result<bool> more = follow_each();
  if (more || more.error().code == ErrorCode::kCorrupt) return more;
  // Whatever the connection is worth now, a new one is worth more.
  runner_.reset();
  store_.reset();
  return more;
}

Result<bool> DatabaseViews::follow_each() {
  std::optional<Error> first;
  bool more = false;
  folder_.with_log([&](const CaseLog& log) -> Result<void> {
    for (const projections::ViewKind& kind : runner_->kinds()) {
      const Result<bool> followed = runner_->follow_some(kind.name, log);
      if (followed) more = more || *followed;
      else if (!first) first = followed.error();
    }
    return {};
  });
  if (first) return tl::unexpected(*first);
  return more;
}

}  // namespace ritrovo::tools
