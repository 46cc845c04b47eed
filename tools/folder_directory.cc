#include "tools/folder_directory.h"

namespace ritrovo::tools {

FolderDirectory::FolderDirectory(const CaseFolder& folder)
    : folder_(folder),
      directory_([&folder] { return folder.library(); }, [&folder](CaseId case_id, Version version, const Box& box) { return folder.open_box(case_id, version, box); }),
      next_(folder.settings().partitions) {}

void FolderDirectory::follow() {
  for (std::uint16_t i = 0; i < next_.size(); ++i) {
    folder_.with_log([&](const CaseLog& log) {
      return log.scan_records(PartitionId(i), next_[i], [&](const StoredRecord& record) {
        directory_.apply(record.event);
        next_[i] = record.position.next();
        return true;
      });
    });
  }
}

void FolderDirectory::catch_up() {
  const std::lock_guard lock(mutex_);
  follow();
}

std::vector<projections::FoundPerson> FolderDirectory::search(const projections::Search& search, const projections::Roles& roles) {
  const std::lock_guard lock(mutex_);
  follow();
  return directory_.search(search, roles);
}

std::vector<projections::Candidate> FolderDirectory::candidates(const std::vector<projections::Identity>& family, const std::vector<std::string>& receipts,
                                                                const projections::Roles& roles) {
  const std::lock_guard lock(mutex_);
  follow();
  return directory_.candidates(family, receipts, roles);
}

}  // namespace ritrovo::tools
