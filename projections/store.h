#pragma once

#include <filesystem>
#include <memory>

#include "projections/row_store.h"

namespace ritrovo::projections {

/// The views of a data folder, in one RocksDB of their own. Whoever has no use for them any more may delete it: all of it can be made anew.
/// Runs on: any thread; one process a folder at a time.
class ViewStore final : public RowStore {
 public:
  /// Opens it, and makes it where there is none. kUnavailable: another process has it open, or the disk fails; kCorrupt says to delete it.
  [[nodiscard]] static Result<std::unique_ptr<ViewStore>> open(const std::filesystem::path& path);
  ~ViewStore() override;

  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const override;
  [[nodiscard]] Result<void> scan(std::string_view prefix, const Visit& visit) const override;
  [[nodiscard]] Result<void> write(const RowBatch& batch) override;
  [[nodiscard]] Result<void> drop(std::string_view prefix) override;

 private:
  struct Rocks;
  explicit ViewStore(std::unique_ptr<Rocks> rocks);
  std::unique_ptr<Rocks> rocks_;
};

}  // namespace ritrovo::projections
