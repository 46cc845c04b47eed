#include "engine/vault/vault.h"

#include <sodium.h>

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/vault/key_cache.h"
#include "engine/vault/key_file.h"

namespace ritrovo {

namespace {

constexpr const char* kFileName = "keys";
constexpr std::size_t kReadBytes = 8192 * kSlotBytes;
// The folder's own key: engine/record/case_ids.h names the same id, which no person has.
constexpr PersonId kFolder{0};

/// A key outside the cache, for as long as it is used.
class KeyCopy {
 public:
  explicit KeyCopy(const SecretKey& key) : key_(key) {}
  ~KeyCopy() { wipe(key_); }
  KeyCopy(const KeyCopy&) = delete;
  KeyCopy& operator=(const KeyCopy&) = delete;
  [[nodiscard]] const SecretKey& operator*() const { return key_; }

 private:
  SecretKey key_;
};

}  // namespace

struct Vault::State {
  State(KeyFile opened, VaultId vault_id, const SecretKey& master, RandomBytes bytes)
      : file(std::move(opened)), id(vault_id), random(std::move(bytes)), cache(kCachedKeys, master) {}

  std::mutex writing;  ///< held by whoever changes the file; taken before `mutex`
  std::mutex mutex;    ///< of all that follows; never held while the disk works for `sync`: everybody who seals would wait for it
  KeyFile file;
  VaultId id;
  RandomBytes random;
  KeyCache cache;
  KeyIndex index;
  std::uint64_t slots = 0;  ///< on file, free ones included
  std::string unsynced;     ///< slots after them, being written
  std::string staged;       ///< slots after those, not written yet
  std::uint64_t persons = 0;  ///< whose slot is durable
  std::uint64_t erased = 0;   ///< of them
  std::optional<Error> broken;

  static std::uint64_t offset_of(std::uint64_t slot) { return (slot + 1) * kSlotBytes; }

  tl::unexpected<Error> slot_failure(std::uint64_t slot, const std::string& what) const {
    return failure(ErrorCode::kCorrupt,
                   file.path().string() + ": slot " + std::to_string(slot) + " at byte " + std::to_string(offset_of(slot)) + ": " + what);
  }

  /// After a failed write nobody knows what the disk holds: everything is refused until the vault is opened again.
  Result<void> keep(Result<void> written) {
    if (!written) broken = Error{ErrorCode::kUnavailable, "the vault stopped after a failed write: " + written.error().message};
    return written;
  }

  /// Reads every slot, and makes durable those that `durable` doesn't cover. What the file shows needn't be on the disk: a process may have ended
  /// between write and sync, and a failed sync leaves pages that the system takes for written. So such slots are written anew, then synced.
  Result<void> read_index(const VaultMark& durable) {
    std::vector<std::pair<std::uint64_t, PersonId>> erasures;
    bool rewritten = false;
    const Result<std::uint64_t> size = file.size();
    if (!size) return tl::unexpected(size.error());
    const std::uint64_t end = *size / kSlotBytes * kSlotBytes;
    index.reserve(static_cast<std::size_t>(end / kSlotBytes));
    for (std::uint64_t at = offset_of(0); at < end; at += kReadBytes) {
      const Result<std::string> bytes = file.read(at, std::min<std::uint64_t>(kReadBytes, end - at));
      if (!bytes) return tl::unexpected(bytes.error());
      std::optional<std::size_t> beyond;  // the first slot of these that isn't known to be durable
      for (std::size_t i = 0; i + kSlotBytes <= bytes->size(); i += kSlotBytes, ++slots) {
        const Result<Slot> slot = decode_slot(std::string_view(*bytes).substr(i, kSlotBytes));
        if (!slot) return slot_failure(slots, slot.error().message);
        if (slot->state == SlotState::kFree) continue;
        if (!index.put(slot->owner, static_cast<std::uint32_t>(slots), slot->state))
          return slot_failure(slots, slot->owner.printed() + " has another slot");
        if (++persons > durable.persons && !beyond) beyond = i;
        if (slot->state != SlotState::kErased) continue;
        ++erased;
        if (!beyond) erasures.emplace_back(slots, slot->owner);
      }
      if (!beyond) continue;
      rewritten = true;
      if (Result<void> written = file.write(at + *beyond, std::string_view(*bytes).substr(*beyond)); !written) return written;
    }
    if (erased > durable.erased) {
      rewritten = true;
      for (const auto& [slot, owner] : erasures)
        if (Result<void> written = file.write(offset_of(slot), encode_erased_slot(owner)); !written) return written;
    }
    return rewritten ? file.sync() : Result<void>();
  }

  Result<void> ensure(PersonId owner) {
    if (broken) return tl::unexpected(*broken);
    if (const std::optional<KeyIndex::Entry> known = index.find(owner)) {
      if (known->state == SlotState::kErased) return failure(ErrorCode::kNotFound, "the key of " + owner.printed() + " was erased");
      return {};
    }
    const std::uint64_t slot = slots + (unsynced.size() + staged.size()) / kSlotBytes;
    if (slot >= KeyIndex::kSlotsMax) return failure(ErrorCode::kOverLimit, "the vault is full: it holds 2^31 slots");
    SecretKey key;
    random(key.bytes);
    staged += encode_live_slot(owner, key, id, cache.master(), random);
    index.put(owner, static_cast<std::uint32_t>(slot), SlotState::kLive);
    cache.put(owner, key);
    wipe(key);
    return {};
  }

  /// Requires: `writing` and, by `lock`, `mutex` are held; lets go of the latter while the disk works.
  Result<void> sync(std::unique_lock<std::mutex>& lock) {
    if (broken) return tl::unexpected(*broken);
    if (staged.empty()) return {};
    unsynced.swap(staged);
    const std::uint64_t offset = offset_of(slots);
    lock.unlock();
    Result<void> written = file.write(offset, unsynced).and_then([this] { return file.sync(); });
    lock.lock();
    if (Result<void> kept = keep(std::move(written)); !kept) return kept;
    slots += unsynced.size() / kSlotBytes;
    persons += unsynced.size() / kSlotBytes;
    unsynced.clear();
    return {};
  }

  Result<std::string> slot_bytes(std::uint32_t slot) const {
    if (slot >= slots) {
      const std::size_t place = (slot - slots) * kSlotBytes;
      return place < unsynced.size() ? unsynced.substr(place, kSlotBytes) : staged.substr(place - unsynced.size(), kSlotBytes);
    }
    Result<std::string> bytes = file.read(offset_of(slot), kSlotBytes);
    if (bytes && bytes->size() != kSlotBytes) return slot_failure(slot, "the file ends in it");
    return bytes;
  }

  /// The key of a live slot. Valid until the next call.
  Result<const SecretKey*> key_of(const KeyIndex::Entry& entry) {
    const PersonId owner = entry.owner;
    if (const SecretKey* cached = cache.find(owner)) return cached;
    const Result<std::string> bytes = slot_bytes(entry.slot);
    if (!bytes) return tl::unexpected(bytes.error());
    const Result<Slot> slot = decode_slot(*bytes);
    if (!slot) return slot_failure(entry.slot, slot.error().message);
    if (slot->owner != owner || slot->state != SlotState::kLive)
      return slot_failure(entry.slot, "it isn't that of " + owner.printed() + " any more");
    Result<SecretKey> key = unwrap_slot(*bytes, id, cache.master());
    if (!key) return slot_failure(entry.slot, key.error().message);
    const SecretKey* cached = &cache.put(owner, *key);
    wipe(*key);
    return cached;
  }

  /// Requires: as sync.
  Result<void> erase(PersonId owner, std::unique_lock<std::mutex>& lock) {
    if (broken) return tl::unexpected(*broken);
    if (owner == kFolder) return failure(ErrorCode::kMalformed, "the folder's own key isn't a person's, and isn't erased");
    const std::optional<KeyIndex::Entry> entry = index.find(owner);
    if (!entry) return failure(ErrorCode::kNotFound, "there is no key to erase for " + owner.printed());
    if (entry->state == SlotState::kErased) return {};
    const std::uint32_t slot = entry->slot;
    if (Result<void> synced = sync(lock); !synced) return synced;
    const Result<void> written = keep(file.write(offset_of(slot), encode_erased_slot(owner)).and_then([this] { return file.sync(); }));
    if (!written) return written;
    cache.forget(owner);
    index.put(owner, slot, SlotState::kErased);
    ++erased;
    return {};
  }
};

Vault::Vault(std::unique_ptr<State> state) : state_(std::move(state)) {}
Vault::~Vault() = default;

Result<std::unique_ptr<Vault>> Vault::create(const std::filesystem::path& folder, const SecretKey& master, RandomBytes random) {
  Result<KeyFile> file = KeyFile::create(folder / kFileName);
  if (!file) return tl::unexpected(file.error());
  VaultId id{};
  random(id);
  if (Result<void> written = file->write(0, encode_vault_header(id, master)); !written) return tl::unexpected(written.error());
  std::unique_ptr<Vault> vault(new Vault(std::make_unique<State>(std::move(*file), id, master, std::move(random))));
  const Result<void> stored = vault->ensure(kFolder).and_then([&] { return vault->sync(); }).and_then([&] { return sync_folder(folder); });
  if (!stored) return tl::unexpected(stored.error());
  return vault;
}

Result<std::unique_ptr<Vault>> Vault::open(const std::filesystem::path& folder, const SecretKey& master, const VaultMark& durable, RandomBytes random) {
  Result<KeyFile> file = KeyFile::open(folder / kFileName);
  if (!file) return tl::unexpected(file.error());
  const Result<std::string> header = file->read(0, kSlotBytes);
  if (!header) return tl::unexpected(header.error());
  RITROVO_ASSERT(sodium_init() >= 0);
  const Result<VaultId> id = decode_vault_header(*header, master);
  if (!id) return failure(id.error().code, file->path().string() + ": " + id.error().message);
  std::unique_ptr<Vault> vault(new Vault(std::make_unique<State>(std::move(*file), *id, master, std::move(random))));
  if (Result<void> read = vault->state_->read_index(durable.vault_id == *id ? durable : VaultMark()); !read) return tl::unexpected(read.error());
  if (!vault->state_->index.find(kFolder))
    return failure(ErrorCode::kCorrupt, vault->state_->file.path().string() + ": the folder's own slot is missing");
  return vault;
}

Result<void> Vault::ensure(PersonId owner) {
  const std::lock_guard lock(state_->mutex);
  return state_->ensure(owner);
}

Result<void> Vault::sync() {
  const std::lock_guard alone(state_->writing);
  std::unique_lock lock(state_->mutex);
  return state_->sync(lock);
}

Result<std::string> Vault::seal(const BoxPlace& place, std::string_view plaintext) const {
  std::unique_lock lock(state_->mutex);
  if (state_->broken) return tl::unexpected(*state_->broken);
  const std::optional<KeyIndex::Entry> entry = state_->index.find(place.owner);
  if (!entry || entry->state == SlotState::kErased)
    return failure(ErrorCode::kNotFound, "there is no key to seal with for " + place.owner.printed());
  const Result<const SecretKey*> key = state_->key_of(*entry);
  if (!key) return tl::unexpected(key.error());
  const KeyCopy copy(**key);
  lock.unlock();
  return seal_with(*copy, place, plaintext);
}

Result<OpenedBox> Vault::open(const BoxPlace& place, std::string_view sealed) const {
  std::unique_lock lock(state_->mutex);
  const std::optional<KeyIndex::Entry> entry = state_->index.find(place.owner);
  if (!entry) return KeyMissing{};
  if (entry->state == SlotState::kErased) return KeyErased{};
  const Result<const SecretKey*> key = state_->key_of(*entry);
  if (!key) return tl::unexpected(key.error());
  const KeyCopy copy(**key);
  lock.unlock();
  Result<std::string> plaintext = open_with(*copy, place, sealed);
  if (!plaintext) return tl::unexpected(plaintext.error());
  return OpenedBox(std::move(*plaintext));
}

Result<void> Vault::erase(PersonId owner) {
  const std::lock_guard alone(state_->writing);
  std::unique_lock lock(state_->mutex);
  return state_->erase(owner, lock);
}

Result<void> Vault::copy_to(const std::filesystem::path& folder) const {
  // Nobody changes the file meanwhile; sealing goes on.
  const std::lock_guard alone(state_->writing);
  std::unique_lock lock(state_->mutex);
  if (Result<void> synced = state_->sync(lock); !synced) return synced;
  const std::uint64_t end = State::offset_of(state_->slots);
  lock.unlock();
  Result<KeyFile> copy = KeyFile::create(folder / kFileName);
  if (!copy) return tl::unexpected(copy.error());
  for (std::uint64_t at = 0; at < end; at += kReadBytes) {
    const Result<std::string> bytes = state_->file.read(at, static_cast<std::size_t>(std::min<std::uint64_t>(kReadBytes, end - at)));
    if (!bytes) return tl::unexpected(bytes.error());
    if (Result<void> written = copy->write(at, *bytes); !written) return written;
  }
  return copy->sync().and_then([&folder] { return sync_folder(folder); });
}

Result<void> Vault::rotate(const std::filesystem::path& folder, const SecretKey& master, const SecretKey& next, const RandomBytes& random) {
  // Opened first, so that everything that is in it is known to verify.
  Result<std::unique_ptr<Vault>> vault = open(folder, master, {}, random);
  if (!vault) return tl::unexpected(vault.error());
  State& old = *(*vault)->state_;
  const std::filesystem::path beside = folder / (std::string(kFileName) + ".new");
  std::error_code error;
  std::filesystem::remove(beside, error);  // of a rotation that was interrupted
  Result<KeyFile> fresh = KeyFile::create(beside);
  if (!fresh) return tl::unexpected(fresh.error());
  if (Result<void> written = fresh->write(0, encode_vault_header(old.id, next)); !written) return written;
  for (std::uint64_t slot = 0; slot < old.slots; ++slot) {
    const Result<std::string> bytes = old.slot_bytes(static_cast<std::uint32_t>(slot));
    if (!bytes) return tl::unexpected(bytes.error());
    std::string rewrapped = *bytes;
    if (const Result<Slot> read = decode_slot(*bytes); read && read->state == SlotState::kLive) {
      Result<SecretKey> key = unwrap_slot(*bytes, old.id, master);
      if (!key) return old.slot_failure(slot, key.error().message);
      rewrapped = encode_live_slot(read->owner, *key, old.id, next, random);
      wipe(*key);
    }
    if (Result<void> written = fresh->write(State::offset_of(slot), rewrapped); !written) return written;
  }
  if (Result<void> synced = fresh->sync(); !synced) return synced;
  std::filesystem::rename(beside, folder / kFileName, error);
  if (error) return failure(ErrorCode::kUnavailable, (folder / kFileName).string() + " can't be replaced: " + error.message());
  if (Result<void> synced = sync_folder(folder); !synced) return synced;
  // What the old file held stays readable with the old master key until it is overwritten.
  const std::string zeros(kSlotBytes, '\0');
  for (std::uint64_t slot = 0; slot <= old.slots; ++slot)
    if (Result<void> written = old.file.write(slot * kSlotBytes, zeros); !written) return written;
  return old.file.sync();
}

VaultMark Vault::mark() const {
  const std::lock_guard lock(state_->mutex);
  return {state_->id, state_->persons, state_->erased};
}

Result<DigestKey> Vault::digest_key() const {
  const std::lock_guard lock(state_->mutex);
  const std::optional<KeyIndex::Entry> entry = state_->index.find(kFolder);
  RITROVO_ASSERT(entry.has_value());
  const Result<const SecretKey*> key = state_->key_of(*entry);
  if (!key) return tl::unexpected(key.error());
  constexpr std::string_view kContext = "ritrovo digest key";
  DigestKey derived;
  RITROVO_ASSERT(crypto_generichash(derived.bytes.data(), derived.bytes.size(), reinterpret_cast<const unsigned char*>(kContext.data()),
                                    kContext.size(), (*key)->bytes.data(), (*key)->bytes.size()) == 0);
  return derived;
}

std::size_t Vault::size() const {
  const std::lock_guard lock(state_->mutex);
  return state_->index.size();
}

}  // namespace ritrovo
