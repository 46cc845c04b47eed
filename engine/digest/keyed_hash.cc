#include "engine/digest/keyed_hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/assert.h"

namespace ritrovo {

namespace {

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
};
struct FreeContext {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

std::unique_ptr<EVP_MAC_CTX, FreeContext> make_context() {
  static const std::unique_ptr<EVP_MAC, FreeMac> kFetched(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  RITROVO_ASSERT(kFetched != nullptr);
  std::unique_ptr<EVP_MAC_CTX, FreeContext> context(EVP_MAC_CTX_new(kFetched.get()));
  RITROVO_ASSERT(context != nullptr);
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
                                                OSSL_PARAM_construct_end()};
  RITROVO_ASSERT(EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1);
  return context;
}

}  // namespace

KeyedHash keyed_hash(const DigestKey& key, std::initializer_list<std::string_view> parts) {
  thread_local const std::unique_ptr<EVP_MAC_CTX, FreeContext> kContext = make_context();
  // A folder has one key: starting again under the key that the context has spares hashing it twice.
  thread_local std::optional<DigestKey> kept;
  const bool again = kept && kept->bytes == key.bytes;
  RITROVO_ASSERT(EVP_MAC_init(kContext.get(), again ? nullptr : key.bytes.data(), again ? 0 : key.bytes.size(), nullptr) == 1);
  kept = key;
  for (const std::string_view part : parts)
    RITROVO_ASSERT(EVP_MAC_update(kContext.get(), reinterpret_cast<const unsigned char*>(part.data()), part.size()) == 1);
  std::array<unsigned char, 32> whole{};
  std::size_t written = 0;
  RITROVO_ASSERT(EVP_MAC_final(kContext.get(), whole.data(), &written, whole.size()) == 1);
  RITROVO_ASSERT_OP(written, ==, whole.size());
  KeyedHash hash;
  std::copy_n(whole.begin(), hash.size(), hash.begin());
  return hash;
}

KeyedHash keyed_hash(const DigestKey& key, std::string_view bytes) { return keyed_hash(key, {bytes}); }

}  // namespace ritrovo
