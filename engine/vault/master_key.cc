#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "engine/digest/encoding.h"
#include "engine/vault/key_file.h"
#include "engine/vault/vault.h"

namespace ritrovo {

namespace {

constexpr std::size_t kHexBytes = 2 * SecretKey::kBytes;

Result<SecretKey> key_of_hex(std::string_view text) {
  if (text.size() == kHexBytes + 1 && text.ends_with('\n')) text.remove_suffix(1);
  Result<std::string> raw = from_hex(text);
  if (!raw || raw->size() != SecretKey::kBytes)
    return failure(ErrorCode::kMalformed, "a master key's file holds 64 hex digits and a line end. Name the right one with --master-key-file, or restore it from where its copy is kept");
  SecretKey key;
  std::transform(raw->begin(), raw->end(), key.bytes.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  sodium_memzero(raw->data(), raw->size());
  return key;
}

}  // namespace

Result<SecretKey> read_master_key(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    if (errno == ENOENT) return failure(ErrorCode::kNotFound, file.string() + ": there is no master key; restore it, or name its file with --master-key-file");
    return failure(ErrorCode::kUnavailable, file.string() + " can't be read: " + std::generic_category().message(errno));
  }
  if (!S_ISREG(status.st_mode)) return failure(ErrorCode::kMalformed, file.string() + " isn't a file, and no master key. Name it with --master-key-file");
  if ((status.st_mode & S_IRWXO) != 0)
    return failure(ErrorCode::kMalformed, file.string() + ": everybody may read this master key; chmod 600 it, and consider it known");
  const Result<KeyFile> opened = KeyFile::open_to_read(file);
  if (!opened) return tl::unexpected(opened.error());
  Result<std::string> text = opened->read(0, kHexBytes + 2);
  if (!text) return tl::unexpected(text.error());
  Result<SecretKey> key = key_of_hex(*text);
  sodium_memzero(text->data(), text->size());
  if (!key) return failure(key.error().code, file.string() + ": " + key.error().message);
  return key;
}

Result<SecretKey> create_master_key(const std::filesystem::path& file, const RandomBytes& random) {
  SecretKey key;
  random(key.bytes);
  std::string text = to_hex({reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()}) + "\n";
  Result<KeyFile> made = KeyFile::create(file);
  if (!made) return tl::unexpected(made.error());
  const Result<void> stored =
      made->write(0, text).and_then([&] { return made->sync(); }).and_then([&] { return sync_folder(file.parent_path()); });
  sodium_memzero(text.data(), text.size());
  if (!stored) return tl::unexpected(stored.error());
  return key;
}

}  // namespace ritrovo
