#include "engine/digest/sha256.h"

#include <openssl/evp.h>

#include "engine/base/assert.h"

namespace ritrovo {

namespace {

struct FreeMd {
  void operator()(EVP_MD* md) const { EVP_MD_free(md); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using ContextPointer = std::unique_ptr<EVP_MD_CTX, FreeContext>;

// Fetching an algorithm by name costs more than hashing a record with it; so once a process.
const EVP_MD* algorithm() {
  static const std::unique_ptr<EVP_MD, FreeMd> kFetched(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  RITROVO_ASSERT(kFetched != nullptr);
  return kFetched.get();
}

ContextPointer make_context() {
  ContextPointer context(EVP_MD_CTX_new());
  RITROVO_ASSERT(context != nullptr);
  return context;
}

EVP_MD_CTX* thread_context() {
  thread_local const ContextPointer kContext = make_context();
  return kContext.get();
}

void begin(EVP_MD_CTX* context) { RITROVO_ASSERT(EVP_DigestInit_ex2(context, algorithm(), nullptr) == 1); }
void add_to(EVP_MD_CTX* context, std::string_view bytes) { RITROVO_ASSERT(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1); }
Hash256 end(EVP_MD_CTX* context) {
  Hash256 hash;
  RITROVO_ASSERT(EVP_DigestFinal_ex(context, hash.bytes.data(), nullptr) == 1);
  return hash;
}

}  // namespace

Hash256 sha256(std::string_view bytes) { return sha256({bytes}); }

Hash256 sha256(std::initializer_list<std::string_view> parts) {
  EVP_MD_CTX* context = thread_context();
  begin(context);
  for (const std::string_view part : parts) add_to(context, part);
  return end(context);
}

struct Sha256::Context {
  ContextPointer held = make_context();
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { begin(context_->held.get()); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) { add_to(context_->held.get(), bytes); }

Hash256 Sha256::finish() {
  const Hash256 hash = end(context_->held.get());
  begin(context_->held.get());
  return hash;
}

}  // namespace ritrovo
