#include "engine/vault/sealing.h"

#include <sodium.h>

#include <mutex>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

namespace ritrovo {

namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kNonceBytes + kTagBytes == kSealedOverheadBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == SecretKey::kBytes);

/// Two keys from one, so that no key serves two algorithms: one for the cipher, one for the nonce.
struct Subkeys {
  std::array<std::uint8_t, 2 * SecretKey::kBytes> bytes{};
  explicit Subkeys(const SecretKey& key) {
    constexpr std::string_view kContext = "ritrovo sealing";
    RITROVO_ASSERT(crypto_generichash(bytes.data(), bytes.size(), reinterpret_cast<const unsigned char*>(kContext.data()), kContext.size(),
                                      key.bytes.data(), key.bytes.size()) == 0);
  }
  ~Subkeys() { sodium_memzero(bytes.data(), bytes.size()); }
  Subkeys(const Subkeys&) = delete;
  Subkeys& operator=(const Subkeys&) = delete;
  [[nodiscard]] const std::uint8_t* cipher() const { return bytes.data(); }
  [[nodiscard]] const std::uint8_t* nonce() const { return bytes.data() + SecretKey::kBytes; }
};

std::string bytes_of(const BoxPlace& place) {
  std::string bytes;
  put_be(bytes, place.case_id.value());
  put_be(bytes, place.version.value());
  put_be(bytes, place.owner.value());
  return bytes;
}

const unsigned char* in(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* out(std::string& bytes, std::size_t offset = 0) { return reinterpret_cast<unsigned char*>(bytes.data() + offset); }

void start_sodium() {
  static const bool kStarted = sodium_init() >= 0;
  RITROVO_ASSERT(kStarted);
}

}  // namespace

RandomBytes system_random() {
  start_sodium();
  return [](std::span<std::uint8_t> bytes) { randombytes_buf(bytes.data(), bytes.size()); };
}

void wipe(SecretKey& key) { sodium_memzero(key.bytes.data(), key.bytes.size()); }

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

std::string seal_with(const SecretKey& key, const BoxPlace& place, std::string_view plaintext) {
  start_sodium();
  const Subkeys subkeys(key);
  const std::string bound = bytes_of(place);
  std::string sealed(kNonceBytes + plaintext.size() + kTagBytes, '\0');
  crypto_generichash_state hashing;
  RITROVO_ASSERT(crypto_generichash_init(&hashing, subkeys.nonce(), SecretKey::kBytes, kNonceBytes) == 0);
  RITROVO_ASSERT(crypto_generichash_update(&hashing, in(bound), bound.size()) == 0);
  RITROVO_ASSERT(crypto_generichash_update(&hashing, in(plaintext), plaintext.size()) == 0);
  RITROVO_ASSERT(crypto_generichash_final(&hashing, out(sealed), kNonceBytes) == 0);
  RITROVO_ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(out(sealed, kNonceBytes), nullptr, in(plaintext), plaintext.size(), in(bound),
                                                            bound.size(), nullptr, in(sealed), subkeys.cipher()) == 0);
  return sealed;
}

Result<std::string> open_with(const SecretKey& key, const BoxPlace& place, std::string_view sealed) {
  start_sodium();
  const auto corrupt = [&place] {
    return failure(ErrorCode::kCorrupt, "a box of " + place.owner.printed() + " in " + place.case_id.printed() + ", version " +
                                            std::to_string(place.version.value()) + ", doesn't verify under its key");
  };
  if (sealed.size() < kSealedOverheadBytes) return corrupt();
  const Subkeys subkeys(key);
  const std::string bound = bytes_of(place);
  const std::string_view ciphertext = sealed.substr(kNonceBytes);
  std::string plaintext(ciphertext.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out(plaintext), nullptr, nullptr, in(ciphertext), ciphertext.size(), in(bound),
                                                 bound.size(), in(sealed), subkeys.cipher()) != 0)
    return corrupt();
  return plaintext;
}

}  // namespace ritrovo
