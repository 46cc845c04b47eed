#include "engine/runtime/backup.h"

#include <algorithm>
#include <array>
#include <set>
#include <system_error>

#include "engine/vault/key_file.h"

namespace ritrovo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPending = "folder-pending";
constexpr const char* kRegister = "erasures";
constexpr const char* kCopies = "vault-copies";

tl::unexpected<Error> failed(const fs::path& path, const char* what, const std::error_code& error) {
  return failure(ErrorCode::kUnavailable, path.string() + ": " + what + ": " + error.message());
}

constexpr std::string_view kNumbered = "folder-";

std::string numbered(std::uint32_t id) {
  std::string digits = std::to_string(id);
  return std::string(kNumbered) + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

/// What only its owner reads stays so, at every moment.
Result<void> copy_whole(const fs::path& from, const fs::path& to) {
  std::error_code error;
  const bool is_private = (fs::status(from, error).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none;
  return read_file(from).and_then([&](const std::string& content) { return is_private ? write_private_file_atomically(to, content) : write_file_atomically(to, content); });
}

/// The files of a folder, if there is one.
Result<void> copy_files(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from, error)) return {};
  fs::create_directories(to, error);
  if (error) return failed(to, "can't be made", error);
  for (fs::directory_iterator at(from, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".new") continue;
    if (Result<void> copied = copy_whole(at->path(), to / at->path().filename()); !copied) return copied;
  }
  return error ? Result<void>(failed(from, "can't be read", error)) : Result<void>();
}

Result<std::vector<ErasedPerson>> read_register(const fs::path& file) {
  const Result<std::string> text = read_file(file);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::vector<ErasedPerson>();
  if (!text) return tl::unexpected(text.error());
  Result<std::vector<ErasedPerson>> erased = parse_register(*text);
  if (!erased) return failure(erased.error().code, file.string() + ": " + erased.error().message);
  return erased;
}

/// Overwrites a file of keys with zeros before it is removed.
Result<void> wipe_file(const fs::path& path) {
  Result<KeyFile> file = KeyFile::open(path);
  if (!file) return tl::unexpected(file.error());
  const Result<std::uint64_t> size = file->size();
  if (!size) return tl::unexpected(size.error());
  const std::string zeros(64 * 1024, '\0');
  for (std::uint64_t at = 0; at < *size; at += zeros.size())
    if (Result<void> written = file->write(at, std::string_view(zeros).substr(0, std::min<std::uint64_t>(zeros.size(), *size - at))); !written) return written;
  return file->sync();
}

/// An instant as the name of a folder: no colons, which not every file system takes.
std::string as_name(Timestamp instant) {
  std::string name = to_string(instant);
  std::replace(name.begin(), name.end(), ':', '-');
  return name;
}

/// The instant of a copy's name; nothing for any other name.
std::optional<Timestamp> instant_named(const std::string& name) {
  std::string text = name;
  const std::size_t time = text.find('T');
  if (time == std::string::npos) return std::nullopt;
  std::replace(text.begin() + static_cast<std::ptrdiff_t>(time), text.end(), '-', ':');
  const Result<Timestamp> instant = parse_timestamp(text);
  return instant && as_name(*instant) == name ? std::optional(*instant) : std::nullopt;
}

constexpr std::array<const char*, 2> kSecrets = {"keys", "signing.key"};

/// Takes a copy of the vault away; a folder that holds anything else stays, without the keys.
Result<void> remove_vault_copy(const fs::path& copy) {
  std::error_code error;
  for (const char* name : kSecrets) {
    const fs::path file = copy / name;
    if (fs::is_regular_file(fs::symlink_status(file, error)))
      if (Result<void> wiped = wipe_file(file); !wiped) return wiped;
    fs::remove(file, error);
    if (error) return failed(file, "can't be removed", error);
  }
  fs::remove(copy, error);
  return error && error != std::errc::directory_not_empty ? Result<void>(failed(copy, "can't be removed", error)) : Result<void>();
}

}  // namespace

Result<void> copy_folder_files(const Folder& folder, const fs::path& place) {
  std::error_code error;
  const fs::path pending = place / kPending;
  fs::remove_all(pending, error);
  fs::create_directories(pending, error);
  if (error) return failed(pending, "can't be made", error);
  if (Result<void> copied = copy_whole(folder.path() / "ritrovo.folder", pending / "ritrovo.folder"); !copied) return copied;
  // In this order: what is signed of the accesses is in the copy of them.
  return copy_files(folder.path() / "checkpoints", pending / "checkpoints")
      .and_then([&] { return copy_files(folder.path() / "access", pending / "access"); })
      .and_then([&] { return sync_folder(pending); });
}

Result<void> keep_folder_files(const Folder& folder, const fs::path& place, std::uint32_t id) {
  std::error_code error;
  fs::remove_all(place / numbered(id), error);
  fs::rename(place / kPending, place / numbered(id), error);
  if (error) return failed(place / numbered(id), "can't be named", error);
  Result<std::vector<ErasedPerson>> before = read_register(place / kRegister);
  if (!before) return tl::unexpected(before.error());
  const Result<std::vector<ErasedPerson>> here = folder.erased();
  if (!here) return tl::unexpected(here.error());
  return write_file_atomically(place / kRegister, register_text(united(std::move(*before), *here)));
}

Result<fs::path> new_vault_copy(const fs::path& place, Timestamp now) {
  if (place.string().find('\n') != std::string::npos) return failure(ErrorCode::kMalformed, "the place of the vault's copies has a line break in its name: choose another");
  const fs::path copy = place / as_name(now);
  std::error_code error;
  if (fs::exists(copy, error)) return failure(ErrorCode::kExists, copy.string() + " is there already");
  fs::create_directories(copy, error);
  if (!error) fs::permissions(copy, fs::perms::owner_all, error);
  if (error) return failed(copy, "can't be made", error);
  return copy;
}

Result<void> expire_vault_copies(const fs::path& place, Timestamp until) {
  std::error_code error;
  std::vector<fs::path> old;
  for (fs::directory_iterator at(place, error), end; !error && at != end; at.increment(error)) {
    const std::optional<Timestamp> made = instant_named(at->path().filename().string());
    if (made && *made < until && fs::is_directory(at->symlink_status())) old.push_back(at->path());
  }
  if (error) return failed(place, "can't be read", error);
  for (const fs::path& copy : old)
    if (Result<void> removed = remove_vault_copy(copy); !removed) return removed;
  return {};
}

Result<std::vector<VaultCopy>> vault_copies(const Folder& folder, Timestamp now) {
  std::vector<VaultCopy> copies;
  const Result<std::string> text = read_file(folder.path() / kCopies);
  if (!text && text.error().code == ErrorCode::kNotFound) return copies;
  if (!text) return tl::unexpected(text.error());
  // A line each: made, a space, expires, a space, the place.
  for (std::string_view rest = *text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) return failure(ErrorCode::kMalformed, (folder.path() / kCopies).string() + " can't be read");
    const Result<Timestamp> made = parse_timestamp(line.substr(0, first));
    const Result<Timestamp> expires = parse_timestamp(line.substr(first + 1, second - first - 1));
    if (!made || !expires) return failure(ErrorCode::kMalformed, (folder.path() / kCopies).string() + " can't be read");
    std::error_code error;
    const fs::path place(line.substr(second + 1));
    const bool gone = *expires < now && !fs::exists(place / "keys", error) && fs::exists(place.parent_path(), error);
    if (!gone) copies.push_back({place, *made, *expires});
  }
  return copies;
}

Result<void> note_vault_copy(const Folder& folder, const VaultCopy& copy) {
  Result<std::vector<VaultCopy>> copies = vault_copies(folder, copy.made);
  if (!copies) return tl::unexpected(copies.error());
  copies->push_back(copy);
  std::string text;
  for (const VaultCopy& one : *copies) text += to_string(one.made) + " " + to_string(one.expires) + " " + fs::absolute(one.place).string() + "\n";
  return write_file_atomically(folder.path() / kCopies, text);
}

std::uint64_t next_incarnation(const FolderSettings& settings, Timestamp now) { return std::max(settings.incarnation + 1, static_cast<std::uint64_t>(now.value())); }

Result<void> keep_newest(const fs::path& place, std::uint32_t count) {
  if (Result<void> kept = keep_backups(place / "log", count); !kept) return kept;
  const Result<std::vector<LogBackup>> left = backups_in(place / "log");
  if (!left) return tl::unexpected(left.error());
  std::set<std::string> names;
  for (const LogBackup& backup : *left) names.insert(numbered(backup.id));
  std::error_code error;
  std::vector<fs::path> old;
  for (fs::directory_iterator at(place, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    const std::string digits = name.starts_with(kNumbered) ? name.substr(kNumbered.size()) : std::string();
    const bool is_numbered = digits.size() >= 6 && digits.find_first_not_of("0123456789") == std::string::npos;
    if (is_numbered && !names.contains(name)) old.push_back(at->path());
  }
  for (const fs::path& folder : old)
    if (!error) fs::remove_all(folder, error);
  return error ? Result<void>(failed(place, "old backups can't be removed", error)) : Result<void>();
}

namespace {

/// Whether a register that isn't there says that nobody was forgotten: a folder has none until the first erasure. `anybody`: the backup knows of some.
Result<void> nobody_forgotten(const fs::path& file, const std::string& log_id, bool anybody) {
  constexpr std::string_view kRemedy = "; name the file 'erasures' of the folder that this one replaces, or say --register-lost where it is gone";
  const Result<std::string> json = read_file(fs::absolute(file).parent_path() / "ritrovo.folder");
  const Result<FolderSettings> folder = json.and_then([](const std::string& text) { return parse_folder_json(text); });
  const bool named_so = file.filename() == kRegister;
  if (!folder || !named_so) return failure(ErrorCode::kNotFound, file.string() + " isn't there, and doesn't stand in a data folder" + std::string(kRemedy));
  if (folder->log_id != log_id) return failure(ErrorCode::kWrongFolder, file.parent_path().string() + " is the folder of another log than the backup" + std::string(kRemedy));
  if (anybody) return failure(ErrorCode::kNotFound, file.string() + " is gone, though the backup knows of persons who were forgotten" + std::string(kRemedy));
  return {};
}

/// Who is to stay forgotten, by the backup and by the registers that were given.
Result<std::vector<ErasedPerson>> forgotten(const RestoreWish& wish, const std::string& log_id) {
  Result<std::vector<ErasedPerson>> erased = read_register(wish.backup / kRegister);
  const bool anybody = erased && !erased->empty();
  for (const fs::path& file : wish.registers) {
    if (!erased) break;
    const Result<std::string> text = read_file(file);
    if (!text && text.error().code == ErrorCode::kNotFound) {
      if (Result<void> absent = nobody_forgotten(file, log_id, anybody); !absent) return tl::unexpected(absent.error());
      continue;
    }
    if (!text) return tl::unexpected(text.error());
    const Result<std::vector<ErasedPerson>> more = parse_register(*text);
    if (!more) return failure(more.error().code, file.string() + ": " + more.error().message);
    erased = united(std::move(*erased), *more);
  }
  return erased;
}

/// Everything but ritrovo.folder, which comes last.
Result<void> restore_parts(const RestoreWish& wish, std::uint32_t id, const std::vector<ErasedPerson>& erased, const fs::path& path) {
  std::error_code error;
  for (const char* part : {"vault", "log", "views", "checkpoints"}) {
    fs::create_directories(path / part, error);
    if (!error) fs::permissions(path / part, fs::perms::owner_all, error);
    if (error) return failed(path / part, "can't be made", error);
  }
  if (Result<void> restored = restore_backup(wish.backup / "log", id, path / "log"); !restored) return restored;
  for (const char* part : {"checkpoints", "access"})
    if (Result<void> copied = copy_files(wish.backup / numbered(id) / part, path / part); !copied) return copied;
  for (const auto& [from, to] : {std::pair(wish.vault / "keys", path / "vault" / "keys"), std::pair(wish.vault / "signing.key", path / "signing.key")}) {
    const Result<std::string> secret = read_file(from);
    if (!secret) return tl::unexpected(secret.error());
    if (Result<void> written = write_private_file_atomically(to, *secret); !written) return written;
  }
  return write_file_atomically(path / kRegister, register_text(erased));
}

}  // namespace

Result<FolderSettings> restore_folder(const RestoreWish& wish, const fs::path& place) {
  std::error_code error;
  const fs::path path = fs::absolute(place);
  if (fs::exists(path, error) && !fs::is_empty(path, error))
    return failure(ErrorCode::kExists, path.string() + " isn't empty; restore to another place, and keep this one until that is sound");
  const Result<std::vector<LogBackup>> backups = backups_in(wish.backup / "log");
  if (!backups) return tl::unexpected(backups.error());
  if (backups->empty()) return failure(ErrorCode::kNotFound, wish.backup.string() + " holds no backup");
  const std::uint32_t id = wish.id.value_or(backups->back().id);
  const Result<std::string> json = read_file(wish.backup / numbered(id) / "ritrovo.folder");
  if (!json) return failure(ErrorCode::kNotFound, wish.backup.string() + " has no backup " + std::to_string(id));
  Result<FolderSettings> settings = parse_folder_json(*json);
  if (!settings) return settings;
  for (const char* key : kSecrets)
    if (!fs::exists(wish.vault / key, error))
      return failure(ErrorCode::kNotFound, wish.vault.string() + " isn't a copy of a vault: it has no " + key + "; a copy is a folder named by the instant at which it was made");
  const Result<std::vector<ErasedPerson>> erased = forgotten(wish, settings->log_id);
  if (!erased) return tl::unexpected(erased.error());
  if (Result<void> restored = restore_parts(wish, id, *erased, path); !restored) {
    fs::remove_all(path, error);  // there was nothing in it before
    return tl::unexpected(restored.error());
  }
  settings->incarnation = next_incarnation(*settings, wish.now);
  if (Result<void> written = write_file_atomically(path / "ritrovo.folder", folder_json(*settings)); !written) return tl::unexpected(written.error());
  return settings;
}

}  // namespace ritrovo
