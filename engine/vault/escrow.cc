#include "engine/vault/escrow.h"

#include <sodium.h>

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/digest/encoding.h"
#include "engine/vault/vault.h"

namespace ritrovo {
namespace {

static_assert(crypto_box_SECRETKEYBYTES == SecretKey::kBytes && crypto_box_PUBLICKEYBYTES == 32);

constexpr std::string_view kBeginning = "ritrovo-escrow 1 ";

using PublicKey = std::array<unsigned char, crypto_box_PUBLICKEYBYTES>;

PublicKey public_half(const SecretKey& secret) {
  PublicKey half{};
  RITROVO_ASSERT(crypto_scalarmult_base(half.data(), secret.bytes.data()) == 0);
  return half;
}

}  // namespace

Result<std::string> create_escrow_key(const std::filesystem::path& file) {
  RITROVO_ASSERT(sodium_init() >= 0);
  Result<SecretKey> secret = create_master_key(file);
  if (!secret) return tl::unexpected(secret.error());
  const PublicKey half = public_half(*secret);
  wipe(*secret);
  return to_base64({reinterpret_cast<const char*>(half.data()), half.size()});
}

Result<std::string> seal_for_escrow(const SecretKey& master, std::string_view public_key) {
  RITROVO_ASSERT(sodium_init() >= 0);
  const Result<std::string> raw = from_base64(public_key);
  if (!raw || raw->size() != crypto_box_PUBLICKEYBYTES) return failure(ErrorCode::kMalformed, "a public key for escrow is 32 bytes in base64, as 'ritrovo vault escrow-key' prints them");
  std::string sealed(crypto_box_SEALBYTES + master.bytes.size(), '\0');
  if (crypto_box_seal(reinterpret_cast<unsigned char*>(sealed.data()), master.bytes.data(), master.bytes.size(), reinterpret_cast<const unsigned char*>(raw->data())) != 0)
    return failure(ErrorCode::kMalformed, "this isn't a public key that anything can be sealed for");
  return std::string(kBeginning) + to_base64(sealed) + "\n";
}

Result<SecretKey> open_escrow(std::string_view text, const std::filesystem::path& secret_file) {
  RITROVO_ASSERT(sodium_init() >= 0);
  if (text.ends_with('\n')) text.remove_suffix(1);
  const Result<std::string> sealed = text.starts_with(kBeginning) ? from_base64(text.substr(kBeginning.size())) : failure(ErrorCode::kMalformed, "");
  if (!sealed || sealed->size() != crypto_box_SEALBYTES + SecretKey::kBytes) return failure(ErrorCode::kMalformed, "this isn't a master key in escrow");
  Result<SecretKey> secret = read_master_key(secret_file);
  if (!secret) return secret;
  const PublicKey half = public_half(*secret);
  SecretKey master;
  const bool opened = crypto_box_seal_open(master.bytes.data(), reinterpret_cast<const unsigned char*>(sealed->data()), sealed->size(), half.data(), secret->bytes.data()) == 0;
  wipe(*secret);
  if (!opened) return failure(ErrorCode::kWrongFolder, "it was sealed for another key than " + secret_file.string());
  return master;
}

}  // namespace ritrovo
