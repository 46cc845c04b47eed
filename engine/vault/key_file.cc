#include "engine/vault/key_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

namespace ritrovo {

namespace {

constexpr std::string_view kMagic = "RITVAULT";
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kFormatOffset = 8;
constexpr std::size_t kSlotBytesOffset = 12;
constexpr std::size_t kVaultIdOffset = 16;
constexpr std::size_t kCheckOffset = 32;
constexpr std::size_t kCheckBytes = 16;
constexpr std::size_t kChecksumOffset = 120;
constexpr std::size_t kStateOffset = 8;
constexpr std::size_t kNonceOffset = 16;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kWrappedOffset = kNonceOffset + kNonceBytes;
constexpr std::size_t kWrappedBytes = SecretKey::kBytes + crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kWrappedOffset + kWrappedBytes <= kChecksumOffset);
static_assert(crypto_shorthash_BYTES == kSlotBytes - kChecksumOffset);

const unsigned char* in(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* out(std::string& bytes, std::size_t offset) { return reinterpret_cast<unsigned char*>(bytes.data() + offset); }

std::string checksum_of(std::string_view slot) {
  constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> kNoKey{};
  std::string checksum(crypto_shorthash_BYTES, '\0');
  crypto_shorthash(out(checksum, 0), in(slot), kChecksumOffset, kNoKey.data());
  return checksum;
}

void add_checksum(std::string& slot) { slot.replace(kChecksumOffset, crypto_shorthash_BYTES, checksum_of(slot)); }
bool checksum_fits(std::string_view slot) { return slot.substr(kChecksumOffset) == checksum_of(slot); }

std::string master_check(const VaultId& id, const SecretKey& master) {
  std::string text = "ritrovo master check";
  text.append(id.begin(), id.end());
  std::string check(kCheckBytes, '\0');
  RITROVO_ASSERT(crypto_generichash(out(check, 0), check.size(), in(text), text.size(), master.bytes.data(), master.bytes.size()) == 0);
  return check;
}

std::string wrap_place(const VaultId& id, PersonId owner) {
  std::string place(id.begin(), id.end());
  put_be(place, owner.value());
  return place;
}

tl::unexpected<Error> system_failure(ErrorCode code, const std::filesystem::path& path, std::string_view what) {
  return failure(code, path.string() + ": " + std::string(what) + ": " + std::generic_category().message(errno));
}

}  // namespace

std::string encode_vault_header(const VaultId& id, const SecretKey& master) {
  std::string header(kMagic);
  put_be(header, kFormat);
  put_be(header, static_cast<std::uint32_t>(kSlotBytes));
  header.append(id.begin(), id.end());
  header += master_check(id, master);
  header.resize(kSlotBytes, '\0');
  add_checksum(header);
  return header;
}

Result<VaultId> decode_vault_header(std::string_view bytes, const SecretKey& master) {
  if (bytes.size() < kSlotBytes || !bytes.starts_with(kMagic)) return failure(ErrorCode::kWrongFolder, "this isn't a vault's file of keys");
  if (get_be<std::uint32_t>(bytes, kFormatOffset) != kFormat || get_be<std::uint32_t>(bytes, kSlotBytesOffset) != kSlotBytes)
    return failure(ErrorCode::kWrongFolder,
                   "the vault has format " + std::to_string(get_be<std::uint32_t>(bytes, kFormatOffset)) + ", where this program reads 1");
  bytes = bytes.substr(0, kSlotBytes);
  if (!checksum_fits(bytes)) return failure(ErrorCode::kCorrupt, "the vault's header doesn't verify");
  VaultId id{};
  std::copy_n(bytes.begin() + kVaultIdOffset, id.size(), id.begin());
  if (master_check(id, master) != bytes.substr(kCheckOffset, kCheckBytes))
    return failure(ErrorCode::kWrongFolder, "the master key isn't this vault's. Name the right one with --master-key-file, or put vault/keys back from a copy of the vault");
  return id;
}

std::string encode_live_slot(PersonId owner, const SecretKey& key, const VaultId& id, const SecretKey& master, const RandomBytes& random) {
  std::string slot;
  put_be(slot, owner.value());
  slot.push_back(static_cast<char>(SlotState::kLive));
  slot.resize(kSlotBytes, '\0');
  random({out(slot, kNonceOffset), kNonceBytes});
  const std::string place = wrap_place(id, owner);
  RITROVO_ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(out(slot, kWrappedOffset), nullptr, key.bytes.data(), key.bytes.size(),
                                                            in(place), place.size(), nullptr, out(slot, kNonceOffset),
                                                            master.bytes.data()) == 0);
  add_checksum(slot);
  return slot;
}

std::string encode_erased_slot(PersonId owner) {
  std::string slot;
  put_be(slot, owner.value());
  slot.push_back(static_cast<char>(SlotState::kErased));
  slot.resize(kSlotBytes, '\0');
  add_checksum(slot);
  return slot;
}

Result<Slot> decode_slot(std::string_view bytes) {
  RITROVO_ASSERT_OP(bytes.size(), ==, kSlotBytes);
  const auto state = static_cast<std::uint8_t>(bytes[kStateOffset]);
  if (state == 0 && bytes.find_first_not_of('\0') == std::string_view::npos) return Slot{};
  if (!checksum_fits(bytes)) return failure(ErrorCode::kCorrupt, "its checksum doesn't match");
  if (state != static_cast<std::uint8_t>(SlotState::kLive) && state != static_cast<std::uint8_t>(SlotState::kErased))
    return failure(ErrorCode::kCorrupt, "it has an unknown state, " + std::to_string(state));
  return Slot{PersonId(get_be<std::uint64_t>(bytes)), static_cast<SlotState>(state)};
}

Result<SecretKey> unwrap_slot(std::string_view bytes, const VaultId& id, const SecretKey& master) {
  const std::string place = wrap_place(id, PersonId(get_be<std::uint64_t>(bytes)));
  SecretKey key;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(key.bytes.data(), nullptr, nullptr, in(bytes.substr(kWrappedOffset)), kWrappedBytes,
                                                 in(place), place.size(), in(bytes.substr(kNonceOffset)), master.bytes.data()) != 0)
    return failure(ErrorCode::kCorrupt, "its key doesn't open under the master key");
  return key;
}

Result<KeyFile> KeyFile::open(const std::filesystem::path& path) { return open_with_flags(path, O_RDWR); }

Result<KeyFile> KeyFile::open_to_read(const std::filesystem::path& path) { return open_with_flags(path, O_RDONLY); }

Result<KeyFile> KeyFile::open_with_flags(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return system_failure(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable, path, "can't be opened");
  return KeyFile(path, descriptor);
}

Result<KeyFile> KeyFile::create(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return system_failure(errno == EEXIST ? ErrorCode::kExists : ErrorCode::kUnavailable, path, "can't be made");
  return KeyFile(path, descriptor);
}

KeyFile::KeyFile(KeyFile&& other) noexcept : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

KeyFile& KeyFile::operator=(KeyFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

KeyFile::~KeyFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::uint64_t> KeyFile::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return system_failure(ErrorCode::kUnavailable, path_, "can't be asked for its size");
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::string> KeyFile::read(std::uint64_t offset, std::size_t bytes) const {
  std::string read(bytes, '\0');
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t count = ::pread(descriptor_, read.data() + done, bytes - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure(ErrorCode::kUnavailable, path_, "can't be read");
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  read.resize(done);
  return read;
}

Result<void> KeyFile::write(std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return system_failure(ErrorCode::kUnavailable, path_, "can't be written");
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

Result<void> KeyFile::sync() {
  if (::fdatasync(descriptor_) != 0) return system_failure(ErrorCode::kUnavailable, path_, "can't be synced");
  return {};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return system_failure(ErrorCode::kUnavailable, folder, "can't be opened");
  const bool synced = ::fsync(descriptor) == 0;
  if (!synced) {
    auto failed = system_failure(ErrorCode::kUnavailable, folder, "can't be synced");
    ::close(descriptor);
    return failed;
  }
  ::close(descriptor);
  return {};
}

}  // namespace ritrovo
