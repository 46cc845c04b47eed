#include "engine/runtime/access_checkpoint.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "engine/base/bytes.h"
#include "engine/log/access_log.h"

namespace ritrovo {
namespace {

constexpr std::string_view kRow = "checkpoint/access";

AccessLog log_of(const Folder& folder) { return AccessLog(folder.path() / "access"); }

Result<AccessHead> head_of(const Checkpoint& checkpoint) {
  if (checkpoint.extensions.size() != 1) return failure(ErrorCode::kMalformed, checkpoint.origin + " isn't a log of accesses: its checkpoint names no month");
  return AccessHead{checkpoint.extensions.front(), checkpoint.size, checkpoint.root};
}

/// What the case log remembers: size (8), root (32), month.
Result<std::optional<AccessHead>> remembered(const LogPort& log) {
  const Result<std::optional<std::string>> row = log.get(Column::kMeta, kRow);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<AccessHead>();
  constexpr std::size_t kFixed = 8 + Hash256::kBytes;
  const std::string_view value(**row);
  if (value.size() <= kFixed) return failure(ErrorCode::kCorrupt, "what the log says of the accesses' checkpoint can't be read; restore the folder from a backup");
  return std::optional(AccessHead{std::string(value.substr(kFixed)), TreeSize(get_be<std::uint64_t>(value)), *Hash256::from_bytes(value.substr(8, Hash256::kBytes))});
}

}  // namespace

std::filesystem::path access_checkpoint_file(const Folder& folder) { return folder.path() / "checkpoints" / "access"; }

std::string access_origin(const Folder& folder) {
  const FolderSettings& settings = folder.settings();
  return settings.origin + "/" + settings.tenant + "/" + settings.log_id + "/access";
}

Result<std::optional<Checkpoint>> access_checkpoint(const Folder& folder) {
  const std::filesystem::path file = access_checkpoint_file(folder);
  const Result<std::string> note = read_file(file);
  if (!note && note.error().code == ErrorCode::kNotFound) return std::optional<Checkpoint>();
  if (!note) return tl::unexpected(note.error());
  const Result<std::vector<NoteVerifier>> keys = folder.note_keys();
  if (!keys) return tl::unexpected(keys.error());
  Result<Checkpoint> checkpoint = verified_text(*note, *keys).and_then([](const std::string& text) { return parse_checkpoint(text); });
  if (!checkpoint) return failure(ErrorCode::kCorrupt, file.string() + ": the checkpoint doesn't verify: " + checkpoint.error().message);
  if (checkpoint->origin != access_origin(folder)) return failure(ErrorCode::kCorrupt, file.string() + " is of another log: " + checkpoint->origin);
  return std::optional(std::move(*checkpoint));
}

Result<void> check_accesses_against(const Folder& folder, const Checkpoint& signed_then) {
  const Result<AccessHead> head = head_of(signed_then);
  return head ? log_of(folder).check_extends(*head) : Result<void>(tl::unexpected(head.error()));
}

namespace {

/// Whether all that was ever signed is still there.
Result<void> check_signed(const Folder& folder, const LogPort& log) {
  const Result<std::optional<Checkpoint>> kept = access_checkpoint(folder);
  if (!kept) return tl::unexpected(kept.error());
  const Result<std::optional<AccessHead>> last = remembered(log);
  if (!last) return tl::unexpected(last.error());
  if (*last) {
    if (!*kept) return failure(ErrorCode::kCorrupt, access_checkpoint_file(folder).string() + " is missing, but one was signed; put it back from the newest backup");
    if (Result<void> held = log_of(folder).check_extends(**last); !held) return held;
  }
  if (!*kept) return {};
  const Result<AccessHead> head = head_of(**kept);
  if (!head) return tl::unexpected(head.error());
  return *last == *head ? Result<void>() : log_of(folder).check_extends(*head);
}

}  // namespace

Result<void> check_accesses(const Folder& folder, const LogPort& log) {
  return log_of(folder).read([](const AccessBatch&) {}).and_then([&] { return check_signed(folder, log); });
}

Result<void> sign_accesses(const Folder& folder, const LogPort& log, Batch& batch) {
  const auto leave = [](const Error& why) -> Result<void> {
    spdlog::warn("the log of accesses isn't what was signed of it, and isn't signed any more: {}", why.message);
    return {};
  };
  const Result<std::optional<AccessHead>> head = log_of(folder).head();
  if (!head) return leave(head.error());
  if (const Result<void> extends = check_signed(folder, log); !extends) return leave(extends.error());
  if (!*head) return {};
  const Checkpoint now{access_origin(folder), (*head)->size, (*head)->root, {(*head)->month}};
  if (const Result<std::optional<Checkpoint>> kept = access_checkpoint(folder); !kept || *kept != now) {
    const Result<std::string> note = folder.sign(checkpoint_text(now));
    if (!note) return tl::unexpected(note.error());
    if (Result<void> written = write_file_atomically(access_checkpoint_file(folder), *note); !written) return written;
  }
  if (const Result<std::optional<AccessHead>> last = remembered(log); last && *last == *head) return {};
  std::string value;
  put_be(value, now.size.value());
  batch.put(Column::kMeta, kRow, value.append(now.root.view()).append((*head)->month));
  return {};
}

}  // namespace ritrovo
