// Declared deprecated since OpenSSL 3.0; docs/decisions/0118 says why it is called all the same.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "engine/digest/sha256.h"

#include <openssl/sha.h>

#include "engine/base/assert.h"

namespace ritrovo {

namespace {

void begin(SHA256_CTX& context) { RITROVO_ASSERT(SHA256_Init(&context) == 1); }
void add_to(SHA256_CTX& context, std::string_view bytes) { RITROVO_ASSERT(SHA256_Update(&context, bytes.data(), bytes.size()) == 1); }
Hash256 end(SHA256_CTX& context) {
  Hash256 hash;
  RITROVO_ASSERT(SHA256_Final(hash.bytes.data(), &context) == 1);
  return hash;
}

}  // namespace

Hash256 sha256(std::string_view bytes) { return sha256({bytes}); }

Hash256 sha256(std::initializer_list<std::string_view> parts) {
  SHA256_CTX context;
  begin(context);
  for (const std::string_view part : parts) add_to(context, part);
  return end(context);
}

struct Sha256::Context {
  SHA256_CTX held;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { begin(context_->held); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) { add_to(context_->held, bytes); }

Hash256 Sha256::finish() {
  const Hash256 hash = end(context_->held);
  begin(context_->held);
  return hash;
}

}  // namespace ritrovo
