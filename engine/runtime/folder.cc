#include "engine/runtime/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <thread>

#include "engine/digest/encoding.h"
#include "engine/ledger/frontier.h"
#include "engine/log/rocks_log.h"
#include "engine/runtime/remembered.h"
#include "engine/runtime/time_zone.h"
#include "engine/vault/key_file.h"
#include "engine/vault/vault.h"

namespace ritrovo {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> unavailable(const fs::path& path, const char* what) {
  return failure(ErrorCode::kUnavailable, path.string() + ": " + what + ": " + std::strerror(errno));
}

/// Whom a file is for.
enum class Readers : std::uint8_t { kEverybody, kOwner };

Result<void> write_and_sync(const fs::path& path, std::string_view content, Readers readers) {
  // No link that somebody put there is followed.
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, readers == Readers::kOwner ? 0600 : 0644);
  if (file < 0) return unavailable(path, "can't create");
  // One that an interrupted writer left there keeps its mode otherwise.
  bool written = readers == Readers::kEverybody || ::fchmod(file, 0600) == 0;
  for (std::size_t done = 0; written && done < content.size();) {
    const ssize_t wrote = ::write(file, content.data() + done, content.size() - done);
    written = wrote > 0 || (wrote < 0 && errno == EINTR);
    if (wrote > 0) done += static_cast<std::size_t>(wrote);
  }
  if (!written || ::fsync(file) != 0) {
    auto error = unavailable(path, "can't write");
    ::close(file);
    return error;
  }
  ::close(file);
  return {};
}

/// As write_file_atomically, but for the sync of the folder.
Result<void> replace_file(const fs::path& path, std::string_view content, Readers readers = Readers::kEverybody) {
  fs::path beside = path;
  beside += ".new";
  if (Result<void> written = write_and_sync(beside, content, readers); !written) return written;
  if (::rename(beside.c_str(), path.c_str()) != 0) return unavailable(path, "can't replace");
  return {};
}

/// Whether an `init` was interrupted there: parts of a folder, none of which was ever in use.
bool is_unfinished(const fs::path& path) {
  std::error_code error;
  if (fs::exists(path / "ritrovo.folder", error) || (!fs::exists(path / "vault", error) && !fs::exists(path / "log", error))) return false;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const std::string name = entry.path().filename().string();
    const bool empty_so_far = name == "views" || name == "checkpoints";
    for (const auto& kept : empty_so_far ? fs::directory_iterator(entry.path(), error) : fs::directory_iterator())
      if (name == "views" || kept.path().stem() != "keys") return false;
    if (!empty_so_far && name != "vault" && name != "log" && name != "signing.key" && name != "ritrovo.folder.new") return false;
  }
  // What a new log says of its folder is smaller; anything else could be somebody's records.
  constexpr std::uintmax_t kFirstBatchBytesMax = 1024;
  for (const auto& entry : fs::directory_iterator(path / "log", error)) {
    const fs::path kind = entry.path().extension();
    if (kind == ".sst" || (kind == ".log" && entry.file_size(error) > kFirstBatchBytesMax)) return false;
  }
  return !error || !fs::exists(path / "log");
}

/// Takes away what an interrupted `init` made and nothing ever used. A master key stays, whole ones that is: its owner may have put it there.
Result<void> take_away_unfinished(const fs::path& path) {
  constexpr std::uintmax_t kMasterKeyBytes = 65;
  std::error_code error;
  for (const char* part : {"log", "vault/keys", "checkpoints/keys", "signing.key", "ritrovo.folder.new"}) {
    fs::remove_all(path / part, error);
    if (error) return failure(ErrorCode::kUnavailable, (path / part).string() + ": can't be taken away: " + error.message());
  }
  const fs::path key = path / "vault" / "master.key";
  if (fs::is_regular_file(key, error) && fs::file_size(key, error) < kMasterKeyBytes - 1) fs::remove(key, error);
  return {};
}

/// Why a place without ritrovo.folder doesn't open, and what to do.
tl::unexpected<Error> no_folder(const fs::path& path) {
  std::error_code error;
  if (is_unfinished(path))
    return failure(ErrorCode::kNotFound, "an 'init' of " + path.string() + " was interrupted, and nothing was ever kept there: finish it with 'ritrovo init --data " + path.string() + "'");
  if (fs::exists(path / "log", error) || fs::exists(path / "vault", error))
    return failure(ErrorCode::kWrongFolder, path.string() + " is a data folder that lost its ritrovo.folder: restore that file from a backup. If nothing was ever kept there, and an 'init' was interrupted: remove the place and make it again");
  return failure(ErrorCode::kNotFound,
                 "there is no data folder at " + path.string() + ": make one with 'ritrovo init --data " + path.string() + "', or name another with --data");
}

Result<void> check(const FolderSettings& settings) {
  if (settings.partitions == 0 || settings.partitions > limits::kPartitionsMax)
    return failure(ErrorCode::kMalformed, "partitions must be 1 to " + std::to_string(limits::kPartitionsMax) + " (kPartitionsMax)");
  if (settings.tenant.empty() || settings.tenant.size() > limits::kNameBytesMax)
    return failure(ErrorCode::kMalformed, "tenant must have 1 to " + std::to_string(limits::kNameBytesMax) + " bytes (kNameBytesMax)");
  if (settings.origin.empty() || settings.origin.size() > limits::kNameBytesMax || settings.origin.find_first_of(" +") != std::string::npos)
    return failure(ErrorCode::kMalformed, "origin must be a name without spaces or plus signs");
  // Both stand in every checkpoint: what can't be signed can't be closed.
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(settings.tenant, is_control) || std::ranges::any_of(settings.origin, is_control))
    return failure(ErrorCode::kMalformed, "origin and tenant must be names without control characters");
  const auto sign = [&settings](const NoteSigner& signer) {
    return signer.sign(checkpoint_text({settings.origin + "/" + settings.tenant, TreeSize(0), Frontier().root(), {}}));
  };
  if (const Result<std::string> note = NoteSigner::from_seed(settings.origin, {}).and_then(sign); !note)
    return failure(ErrorCode::kMalformed, "origin and tenant must be names that can be signed: " + note.error().message);
  Result<TimeZone> zone = TimeZone::find(settings.zone);
  if (!zone) return failure(ErrorCode::kMalformed, zone.error().message);
  return {};
}

Result<void> write_whole(const fs::path& path, std::string_view content, Readers readers) {
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  if (fs::exists(there) && !fs::is_regular_file(there))
    return failure(ErrorCode::kUnavailable, path.string() + ": it isn't a regular file, and would be replaced by one: name another place");
  return replace_file(path, content, readers).and_then([&path] { return sync_folder(path.parent_path()); });
}

}  // namespace

Result<void> write_file_atomically(const fs::path& path, std::string_view content) { return write_whole(path, content, Readers::kEverybody); }

Result<void> write_private_file_atomically(const fs::path& path, std::string_view content) { return write_whole(path, content, Readers::kOwner); }

Result<void> replace_and_wipe(const fs::path& fresh, const fs::path& old) {
  // Held open across the renaming: afterwards it has no name by which it could be found.
  Result<KeyFile> held = KeyFile::open(old);
  if (!held && held.error().code == ErrorCode::kNotFound)  // it was lost
    return ::rename(fresh.c_str(), old.c_str()) == 0 ? sync_folder(old.parent_path()) : unavailable(old, "can't replace");
  if (!held) return tl::unexpected(held.error());
  const Result<std::uint64_t> size = held->size();
  if (!size) return tl::unexpected(size.error());
  if (::rename(fresh.c_str(), old.c_str()) != 0) return unavailable(old, "can't replace");
  return sync_folder(old.parent_path()).and_then([&] { return held->write(0, std::string(*size, '0')); }).and_then([&held] { return held->sync(); });
}

Result<std::string> read_file(const fs::path& path) {
  constexpr std::size_t kDeviceBytesMax = 16U << 20;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT) return failure(ErrorCode::kNotFound, path.string() + " doesn't exist");
    return unavailable(path, "can't open");
  }
  std::error_code error;
  const bool may_be_endless = !fs::is_regular_file(path, error);
  std::string content;
  std::array<char, 1U << 14> part{};
  while (file.read(part.data(), part.size()) || file.gcount() > 0) {
    content.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (may_be_endless && content.size() > kDeviceBytesMax) return failure(ErrorCode::kOverLimit, path.string() + " isn't a file, and what comes from it doesn't end: name a file");
  }
  if (file.bad()) return unavailable(path, "can't read");
  return content;
}

Result<void> Folder::init(const fs::path& place, FolderSettings settings, const std::optional<fs::path>& master_key_file) {
  if (Result<void> checked = check(settings); !checked) return checked;
  std::error_code error;
  const fs::path path = fs::absolute(place);
  if (is_unfinished(path)) {
    if (Result<void> clean = take_away_unfinished(path); !clean) return clean;
  } else if (fs::exists(path, error) && !fs::is_empty(path, error)) {
    const bool lost = !fs::exists(path / "ritrovo.folder", error) && fs::exists(path / "log", error);
    return failure(ErrorCode::kExists, lost ? no_folder(path).value().message : path.string() + " isn't empty; choose another place for a new folder");
  }
  std::vector<fs::path> parents;  // of folders that are made here: their names have to be durable, too
  for (fs::path made = path; !fs::exists(made, error); made = made.parent_path()) parents.push_back(made.parent_path());
  for (const char* part : {"vault", "log", "views", "checkpoints"}) {
    fs::create_directories(path / part, error);
    if (!error) fs::permissions(path / part, fs::perms::owner_all, error);
    if (error) return failure(ErrorCode::kUnavailable, (path / part).string() + ": can't create: " + error.message());
  }
  const fs::path key_file = master_key_file.value_or(path / "vault" / "master.key");
  Result<SecretKey> master = fs::exists(key_file) ? read_master_key(key_file) : create_master_key(key_file);
  if (!master) return tl::unexpected(master.error());
  Result<std::unique_ptr<Vault>> vault = Vault::create(path / "vault", *master);
  wipe(*master);
  if (!vault) return tl::unexpected(vault.error());
  Result<SecretKey> signing = create_master_key(path / "signing.key");
  if (!signing) return tl::unexpected(signing.error());
  const Result<NoteSigner> signer = NoteSigner::from_seed(settings.origin, signing->bytes);
  wipe(*signing);
  if (!signer) return tl::unexpected(signer.error());
  if (Result<void> written = write_file_atomically(path / "checkpoints" / "keys", signer->verifier().printed() + "\n"); !written) return written;
  // Made here and never by opening: a log that is missing later was lost.
  RocksLogOptions log;
  log.path = path / "log";
  log.create_if_missing = true;
  Result<std::unique_ptr<RocksLog>> made = RocksLog::open(std::move(log));
  if (!made) return tl::unexpected(made.error());
  std::array<std::uint8_t, 8> id{};
  system_random()(id);
  settings.log_id = to_hex({reinterpret_cast<const char*>(id.data()), id.size()});
  settings.zone_version = TimeZone::version();
  Batch first;
  remember_settings(settings, first);
  if (Result<void> written = (*made)->write(first); !written) return written;
  if (Result<void> closed = (*made)->close(); !closed) return closed;
  for (const fs::path& parent : parents)
    if (Result<void> synced = sync_folder(parent); !synced) return synced;
  return write_file_atomically(path / "ritrovo.folder", folder_json(settings));
}

Result<std::unique_ptr<Folder>> Folder::open(const fs::path& place, std::chrono::milliseconds patience) {
  const fs::path path = fs::absolute(place);
  Result<std::string> json = read_file(path / "ritrovo.folder");
  if (!json && json.error().code == ErrorCode::kNotFound) return no_folder(path);
  if (!json) return tl::unexpected(json.error());
  Result<FolderSettings> settings = parse_folder_json(*json);
  if (!settings) return failure(settings.error().code, path.string() + ": " + settings.error().message);
  const int lock = ::open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 && (errno == EROFS || errno == EACCES))
    return failure(ErrorCode::kUnavailable, (path / "lock").string() + ": " + std::strerror(errno) + ". A folder is opened by one who may write to it, also for reading: copy it to such a place");
  if (lock < 0) return unavailable(path / "lock", "can't open");
  constexpr std::chrono::milliseconds kPause{50};
  bool held = ::flock(lock, LOCK_EX | LOCK_NB) == 0;
  for (std::chrono::milliseconds waited{0}; !held && waited < patience; waited += kPause) {
    std::this_thread::sleep_for(kPause);
    held = ::flock(lock, LOCK_EX | LOCK_NB) == 0;
  }
  if (!held) {
    ::close(lock);
    return failure(ErrorCode::kUnavailable, path.string() + " is open in another process; try again when that one has ended");
  }
  std::unique_ptr<Folder> folder(new Folder(path, std::move(*settings), lock));
  std::error_code error;
  folder->closed_cleanly_ = fs::remove(path / "closed", error);
  // Folders of the first days kept no list of their public keys: it begins with that of the key that signs.
  const fs::path keys = path / "checkpoints" / "keys";
  if (!fs::exists(keys, error) && fs::exists(path / "signing.key", error) && fs::exists(path / "checkpoints", error)) {
    const Result<NoteSigner> signer = folder->signer();
    if (!signer) return tl::unexpected(signer.error());
    if (Result<void> kept = write_file_atomically(keys, signer->verifier().printed() + "\n"); !kept) return tl::unexpected(kept.error());
  }
  return folder;
}

Folder::~Folder() { ::close(lock_); }

std::string Folder::origin_of(PartitionId partition) const {
  return settings_.origin + "/" + settings_.tenant + "/" + settings_.log_id + "/" + std::to_string(partition.value());
}

Result<NoteSigner> Folder::signer() const {
  Result<SecretKey> seed = read_master_key(path_ / "signing.key");
  if (!seed && seed.error().code == ErrorCode::kNotFound)
    return failure(ErrorCode::kNotFound, (path_ / "signing.key").string() + " is missing, the key that signs checkpoints: put it back from a copy of the vault");
  if (!seed) return tl::unexpected(seed.error());
  Result<NoteSigner> signer = NoteSigner::from_seed(settings_.origin, seed->bytes);
  wipe(*seed);
  if (!signer) return signer;
  // One that is of another folder would sign what nobody here could open again.
  const Result<std::vector<NoteVerifier>> known = note_keys();
  if (!known && known.error().code == ErrorCode::kNotFound) return signer;
  if (!known) return tl::unexpected(known.error());
  if (std::find(known->begin(), known->end(), signer->verifier()) == known->end())
    return failure(ErrorCode::kWrongFolder, (path_ / "signing.key").string() + " isn't a key that this folder signs with: put its own back from a copy of the vault, or make another with 'ritrovo checkpoint rotate'");
  return signer;
}

Result<void> Folder::check_signing_key() const {
  return signer().map([](const NoteSigner&) {});
}

Result<std::vector<NoteVerifier>> Folder::note_keys() const {
  const fs::path file = path_ / "checkpoints" / "keys";
  Result<std::string> text = read_file(file);
  if (!text) return tl::unexpected(text.error());
  Result<std::vector<NoteVerifier>> keys = parse_note_keys(*text);
  if (!keys) return failure(keys.error().code, file.string() + ": " + keys.error().message);
  return keys;
}

Result<std::string> Folder::sign(std::string_view text) const {
  const Result<NoteSigner> key = signer();
  if (!key) return tl::unexpected(key.error());
  return key->sign(text);
}

Result<NoteVerifier> Folder::rotate_signing_key() {
  Result<std::string> known = read_file(path_ / "checkpoints" / "keys");
  if (!known) return tl::unexpected(known.error());
  const fs::path place = path_ / "signing.key";
  const fs::path fresh = path_ / "signing.key.new";
  std::error_code error;
  fs::remove(fresh, error);  // of a rotation that was interrupted: nothing was signed with it
  Result<SecretKey> seed = create_master_key(fresh);
  if (!seed) return tl::unexpected(seed.error());
  Result<NoteSigner> next = NoteSigner::from_seed(settings_.origin, seed->bytes);
  wipe(*seed);
  if (!next) return tl::unexpected(next.error());
  // The public half first: a key that signs and isn't known would make the next opening refuse its own checkpoints.
  if (Result<void> written = write_file_atomically(path_ / "checkpoints" / "keys", *known + next->verifier().printed() + "\n"); !written)
    return tl::unexpected(written.error());
  if (Result<void> replaced = replace_and_wipe(fresh, place); !replaced) return tl::unexpected(replaced.error());
  return next->verifier();
}

Result<void> Folder::write_checkpoints(const std::vector<Checkpoint>& checkpoints) {
  Result<NoteSigner> key = signer();
  if (!key) return tl::unexpected(key.error());
  bool changed = false;
  for (std::size_t i = 0; i < checkpoints.size(); ++i) {
    const PartitionId partition(static_cast<std::uint16_t>(i));
    const Result<std::optional<Checkpoint>> kept = checkpoint(partition);
    if (!kept) return tl::unexpected(kept.error());
    if (*kept == checkpoints[i]) continue;
    Result<std::string> note = key->sign(checkpoint_text(checkpoints[i]));
    if (!note) return tl::unexpected(note.error());
    if (Result<void> written = replace_file(checkpoint_file(partition), *note); !written) return written;
    changed = true;
  }
  return changed ? sync_folder(path_ / "checkpoints") : Result<void>();
}

Result<std::optional<Checkpoint>> Folder::checkpoint(PartitionId partition) const {
  const fs::path file = checkpoint_file(partition);
  Result<std::string> note = read_file(file);
  if (!note && note.error().code == ErrorCode::kNotFound) return std::optional<Checkpoint>();
  if (!note) return tl::unexpected(note.error());
  Result<std::vector<NoteVerifier>> keys = note_keys();
  if (!keys) return tl::unexpected(keys.error());
  const auto corrupt = [&file](const std::string& why) {
    return failure(ErrorCode::kCorrupt, file.string() + ": the checkpoint doesn't verify: " + why + "; 'ritrovo checkpoint resign' signs it again from what the log remembers");
  };
  Result<std::string> text = verified_text(*note, *keys);
  if (!text) return corrupt(text.error().message);
  Result<Checkpoint> checkpoint = parse_checkpoint(*text);
  if (!checkpoint) return corrupt(checkpoint.error().message);
  if (checkpoint->origin != origin_of(partition)) return corrupt("it is of another log: " + checkpoint->origin);
  return std::optional(std::move(*checkpoint));
}

Result<std::vector<ErasedPerson>> Folder::erased() const {
  const Result<std::string> text = read_file(erasures_file());
  if (!text && text.error().code == ErrorCode::kNotFound) return std::vector<ErasedPerson>();
  if (!text) return tl::unexpected(text.error());
  Result<std::vector<ErasedPerson>> erased = parse_register(*text);
  if (!erased) return failure(erased.error().code, erasures_file().string() + ": " + erased.error().message + "; put it back from the newest backup, and add whoever was forgotten since");
  return erased;
}

Result<void> Folder::note_erased(const std::vector<ErasedPerson>& erased) {
  Result<std::vector<ErasedPerson>> known = this->erased();
  if (!known) return tl::unexpected(known.error());
  const std::string before = register_text(*known);
  const std::string after = register_text(united(std::move(*known), erased));
  return before == after ? Result<void>() : write_file_atomically(erasures_file(), after);
}

Result<void> Folder::mark_closed() { return write_file_atomically(path_ / "closed", "closed cleanly\n"); }

}  // namespace ritrovo
