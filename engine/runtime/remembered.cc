#include "engine/runtime/remembered.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/ledger/proof.h"
#include "engine/log/stored_tree.h"

namespace ritrovo {
namespace {

constexpr std::string_view kSettingsRow = "folder";
constexpr std::string_view kVaultRow = "vault";
constexpr std::size_t kVaultRowBytes = 16 + 8 + 8;
constexpr std::string_view kRestRow = "rest";
constexpr std::size_t kRestRowBytes = 8 + 8;

std::string checkpoint_row(PartitionId partition) { return "checkpoint/" + std::to_string(partition.value()); }

std::string checkpoint_value(const Checkpoint& checkpoint) {
  std::string value;
  put_be(value, checkpoint.size.value());
  value += checkpoint.root.view();
  return value;
}

std::string keys(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " key" : " keys"); }

}  // namespace

void remember_settings(const FolderSettings& settings, Batch& batch) { batch.put(Column::kMeta, std::string(kSettingsRow), folder_json(settings)); }

Result<void> check_settings(const LogPort& log, const FolderSettings& settings) {
  Result<std::optional<std::string>> row = log.get(Column::kMeta, kSettingsRow);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return failure(ErrorCode::kWrongFolder, "log/ doesn't say which folder it belongs to; restore the folder from a backup");
  Result<FolderSettings> made = parse_folder_json(**row);
  if (!made) return failure(ErrorCode::kCorrupt, "what log/ says of its folder can't be read (" + made.error().message + "); restore the folder from a backup");
  struct Setting {
    const char* name;
    std::string here;
    std::string made;
  };
  const std::array<Setting, 6> fixed{{{"log_id", settings.log_id, made->log_id},
                                      {"clock", std::string(name_of(settings.clock)), std::string(name_of(made->clock))},
                                      {"partitions", std::to_string(settings.partitions), std::to_string(made->partitions)},
                                      {"zone", settings.zone, made->zone},
                                      {"tenant", settings.tenant, made->tenant},
                                      {"origin", settings.origin, made->origin}}};
  for (const Setting& setting : fixed) {
    if (setting.here == setting.made) continue;
    return failure(ErrorCode::kWrongFolder, "ritrovo.folder says " + std::string(setting.name) + " " + setting.here + ", but the log was made with " +
                                                setting.made + ", which stays for ever; restore ritrovo.folder from a backup");
  }
  return {};
}

void remember_vault(const VaultMark& mark, Batch& batch) {
  std::string value(mark.vault_id.begin(), mark.vault_id.end());
  put_be(value, mark.persons);
  put_be(value, mark.erased);
  batch.put(Column::kMeta, std::string(kVaultRow), std::move(value));
}

Result<std::optional<VaultMark>> remembered_vault(const LogPort& log) {
  Result<std::optional<std::string>> row = log.get(Column::kMeta, kVaultRow);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<VaultMark>();
  const std::string& value = **row;
  if (value.size() != kVaultRowBytes) return failure(ErrorCode::kCorrupt, "what log/ says of its vault can't be read; restore the folder from a backup");
  VaultMark mark;
  std::copy_n(value.begin(), mark.vault_id.size(), mark.vault_id.begin());
  mark.persons = get_be<std::uint64_t>(value, 16);
  mark.erased = get_be<std::uint64_t>(value, 24);
  return std::optional(mark);
}

Result<void> check_vault(const LogPort& log, const VaultMark& found, const std::filesystem::path& file) {
  Result<std::optional<VaultMark>> remembered = remembered_vault(log);
  if (!remembered) return tl::unexpected(remembered.error());
  if (!*remembered) return {};
  const VaultMark& expected = **remembered;
  if (found.vault_id != expected.vault_id)
    return failure(ErrorCode::kWrongFolder, file.string() + " is another vault's: the log's records are sealed with keys that it doesn't have; put this folder's own back from a copy of the vault");
  if (found.persons < expected.persons)
    return failure(ErrorCode::kCorrupt, file.string() + " holds " + keys(found.persons) + ", but the log's records use " + keys(expected.persons) +
                                            ": it was cut, or is older than the log. Nobody was erased by this; put it back from the newest copy of the vault");
  if (found.erased < expected.erased)
    return failure(ErrorCode::kCorrupt, file.string() + " holds " + std::to_string(found.erased) + " erased of " + keys(found.persons) + ", but the log knows of " +
                                            std::to_string(expected.erased) + " erased: it is older than an erasure, whose key would come back; put it back from a copy of the vault made since");
  return {};
}

tl::unexpected<Error> missing_vault(const LogPort& log, const std::filesystem::path& file) {
  Result<std::optional<VaultMark>> expected = remembered_vault(log);
  const std::string used = expected && *expected ? "the log's records use " + keys((*expected)->persons) : std::string("a folder always has one");
  return failure(ErrorCode::kCorrupt, file.string() + " is missing, but " + used + ". Nobody was erased by this; put it back from the newest copy of the vault");
}

void remember_rest(const Rest& rest, Batch& batch) {
  std::string value;
  put_be(value, static_cast<std::uint64_t>(rest.open_until.value()));
  put_be(value, static_cast<std::uint64_t>(rest.last_record.value()));
  batch.put(Column::kMeta, std::string(kRestRow), std::move(value));
}

Result<std::optional<Rest>> remembered_rest(const LogPort& log) {
  Result<std::optional<std::string>> row = log.get(Column::kMeta, kRestRow);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<Rest>();
  const std::string& value = **row;
  if (value.size() != kRestRowBytes) return failure(ErrorCode::kCorrupt, "what log/ says of when it was open last can't be read; restore the folder from a backup");
  return std::optional(Rest{Timestamp(static_cast<std::int64_t>(get_be<std::uint64_t>(value, 0))), Timestamp(static_cast<std::int64_t>(get_be<std::uint64_t>(value, 8)))});
}

void remember_checkpoint(PartitionId partition, const Checkpoint& checkpoint, Batch& batch) {
  batch.put(Column::kMeta, checkpoint_row(partition), checkpoint_value(checkpoint));
}

Result<std::optional<Checkpoint>> remembered_checkpoint(const LogPort& log, PartitionId partition) {
  Result<std::optional<std::string>> row = log.get(Column::kMeta, checkpoint_row(partition));
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<Checkpoint>();
  if ((*row)->size() != 8 + Hash256::kBytes)
    return failure(ErrorCode::kCorrupt, "partition " + std::to_string(partition.value()) + ": what the log says of its checkpoint can't be read; restore the folder from a backup");
  return std::optional(Checkpoint{{}, TreeSize(get_be<std::uint64_t>(**row)), *Hash256::from_bytes(std::string_view(**row).substr(8)), {}});
}

Result<void> check_checkpoint(const LogPort& log, PartitionId partition, const Frontier& frontier, const std::optional<Checkpoint>& kept,
                              const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& what, const char* remedy = "restore the folder from a backup") {
    return failure(ErrorCode::kCorrupt, "partition " + std::to_string(partition.value()) + ": " + what + "; " + remedy);
  };
  constexpr const char* kFileAlone = "'ritrovo checkpoint resign' signs it again from what the log remembers";
  const Result<std::optional<Checkpoint>> signed_last = remembered_checkpoint(log, partition);
  if (!signed_last) return tl::unexpected(signed_last.error());
  if (!kept) {
    if (!*signed_last) return {};
    return refuse("its checkpoint " + file.string() + " is missing, but one was signed at " + std::to_string((*signed_last)->size.value()) + " records", kFileAlone);
  }
  if (*signed_last) {
    const std::uint64_t size = (*signed_last)->size.value();
    if (kept->size.value() < size)
      return refuse("its checkpoint " + file.string() + " is of " + std::to_string(kept->size.value()) + " records, but one was signed at " + std::to_string(size), kFileAlone);
    if (kept->size.value() == size && kept->root != (*signed_last)->root)
      return refuse("its checkpoint " + file.string() + " has another root than the one that was signed at " + std::to_string(size) + " records");
  }
  if (frontier.size() < kept->size)
    return refuse("it ends at " + std::to_string(frontier.size().value()) + " records, but its checkpoint " + file.string() + " has " + std::to_string(kept->size.value()));
  const auto same = [&](TreeSize size, const Hash256& root) -> Result<bool> {
    return root_of(size, stored_tree(log, partition)).map([&root](const Hash256& computed) { return computed == root; });
  };
  Result<bool> extends = same(kept->size, kept->root);
  if (!extends) return tl::unexpected(extends.error());
  if (!*extends) return refuse("its first " + std::to_string(kept->size.value()) + " records aren't those of its checkpoint " + file.string());
  if (frontier.size() == kept->size) return frontier.root() == kept->root ? Result<void>() : refuse("its ledger has another root than its checkpoint " + file.string());
  Result<bool> stands = same(frontier.size(), frontier.root());
  if (!stands) return tl::unexpected(stands.error());
  return *stands ? Result<void>() : refuse("its ledger has another root than its " + std::to_string(frontier.size().value()) + " records");
}

}  // namespace ritrovo
