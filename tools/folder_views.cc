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
      runner(*store, identity_of(folder), [&folder] { return folder.library(); }, projections::all_views()) {}

FolderViews::FolderViews(const CaseFolder& folder, const Context& context)
    : folder_(folder), kept_(context.views != nullptr ? context.views->kept_ : std::make_shared<Kept>(folder, context)) {}

void FolderViews::catch_up_locked(std::string_view name) {
  folder_.with_log([&](const CaseLog& log) { return kept_->runner.catch_up(name, log); });
}

void FolderViews::catch_up(std::string_view name) {
  const std::lock_guard lock(kept_->mutex);
  catch_up_locked(name);
}

FolderViews::Named FolderViews::read(std::string_view name) {
  const std::lock_guard lock(kept_->mutex);
  catch_up_locked(name);
  return {must(kept_->runner.load(name)), must(kept_->runner.rows(name))};
}

void FolderViews::rebuild(std::string_view name) {
  const std::lock_guard lock(kept_->mutex);
  folder_.with_log([&](const CaseLog& log) { return kept_->runner.rebuild(name, log); });
}

std::map<std::string, Error> FolderViews::poll() {
  const std::lock_guard lock(kept_->mutex);
  std::map<std::string, Error> troubles;
  folder_.with_log([&](const CaseLog& log) -> Result<void> {
    troubles = kept_->runner.poll(log);
    return {};
  });
  return troubles;
}

Result<bool> FolderViews::follow_some(std::string_view name) {
  const std::lock_guard lock(kept_->mutex);
  Result<bool> more = false;
  folder_.with_log([&](const CaseLog& log) -> Result<void> {
    more = kept_->runner.follow_some(name, log);
    return {};
  });
  return more;
}

std::vector<projections::ViewStatus> FolderViews::status() const {
  const std::lock_guard lock(kept_->mutex);
  std::vector<projections::ViewStatus> all;
  folder_.with_log([&](const CaseLog& log) -> Result<void> {
    Result<std::vector<projections::ViewStatus>> status = kept_->runner.status(log);
    if (!status) return tl::unexpected(status.error());
    all = std::move(*status);
    return {};
  });
  return all;
}

}  // namespace ritrovo::tools
