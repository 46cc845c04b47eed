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

FolderViews::Kept::Kept(const CaseFolder& folder, const Context& context)
    : store(must(projections::ViewStore::open(context.data / "views"))),
      views(*store, identity_of(folder), [&folder] { return folder.library(); }, projections::all_views()) {}

FolderViews::FolderViews(const CaseFolder& folder, const Context& context)
    : folder_(folder), kept_(context.views != nullptr ? context.views->kept_ : std::make_shared<Kept>(folder, context)) {}

void FolderViews::catch_up(std::string_view name) {
  must(in_turn(name, [name](projections::ViewRunner& runner, const CaseLog& log) { return runner.catch_up(name, log); }));
}

FolderViews::Named FolderViews::read(std::string_view name) {
  return must(in_turn(name, [name](projections::ViewRunner& runner, const CaseLog& log) -> Result<Named> {
    if (const Result<void> caught = runner.catch_up(name, log); !caught) return tl::unexpected(caught.error());
    Result<projections::Loaded<projections::StoredView>> view = runner.load(name);
    if (!view) return tl::unexpected(view.error());
    Result<std::map<CaseId, std::string>> rows = runner.rows(name);
    if (!rows) return tl::unexpected(rows.error());
    return Named{std::move(*view), std::move(*rows)};
  }));
}

void FolderViews::rebuild(std::string_view name) {
  must(in_turn(name, [name](projections::ViewRunner& runner, const CaseLog& log) { return runner.rebuild(name, log); }));
}

std::map<std::string, Error> FolderViews::poll() {
  std::map<std::string, Error> troubles;
  for (const projections::ViewKind& kind : kinds()) {
    const Result<void> caught = in_turn(kind.name, [&kind](projections::ViewRunner& runner, const CaseLog& log) { return runner.catch_up(kind.name, log); });
    if (!caught) troubles.emplace(kind.name, caught.error());
  }
  return troubles;
}

Result<bool> FolderViews::follow_some(std::string_view name) {
  return in_turn(name, [name](projections::ViewRunner& runner, const CaseLog& log) { return runner.follow_some(name, log); });
}

std::vector<projections::ViewStatus> FolderViews::status() const {
  std::vector<projections::ViewStatus> all;
  folder_.with_log([&](const CaseLog& log) -> Result<void> {
    Result<std::vector<projections::ViewStatus>> status = kept_->views.status(log);
    if (!status) return tl::unexpected(status.error());
    all = std::move(*status);
    return {};
  });
  return all;
}

}  // namespace ritrovo::tools
