#include "tools/folder_views.h"

#include <utility>

namespace ritrovo::tools {

projections::LogIdentity identity_of(const CaseFolder& folder) {
  const FolderSettings& settings = folder.settings();
  return {settings.log_id, settings.incarnation, settings.partitions};
}

void warn_of_folding(const Context& context, const Error& why) {
  print_warning(context, why.message + ". Read from the log's beginning instead, which takes longer");
}

FolderViews::FolderViews(const CaseFolder& folder, const Context& context)
    : folder_(folder),
      store_(must(projections::ViewStore::open(context.data / "views"))),
      runner_(*store_, identity_of(folder), [&folder] { return folder.library(); }, projections::all_views()) {}

void FolderViews::catch_up(std::string_view name) {
  folder_.with_log([&](const CaseLog& log) { return runner_.catch_up(name, log); });
}

void FolderViews::rebuild(std::string_view name) {
  folder_.with_log([&](const CaseLog& log) { return runner_.rebuild(name, log); });
}

std::vector<projections::ViewStatus> FolderViews::status() const {
  std::vector<projections::ViewStatus> all;
  folder_.with_log([&](const CaseLog& log) -> Result<void> {
    Result<std::vector<projections::ViewStatus>> status = runner_.status(log);
    if (!status) return tl::unexpected(status.error());
    all = std::move(*status);
    return {};
  });
  return all;
}

}  // namespace ritrovo::tools
