// All of engine/vault/vault.h's class without keys, seals and files: what is to be sealed stands in its box as it is. ritrovo-bench-bare is linked
// with this file, and the linker then takes none of vault.cc from the library.
#include "engine/vault/vault.h"

namespace ritrovo {

struct Vault::State {};

Vault::Vault(std::unique_ptr<State> state) : state_(std::move(state)) {}
Vault::~Vault() = default;

Result<std::unique_ptr<Vault>> Vault::create(const std::filesystem::path&, const SecretKey&, RandomBytes) {
  return std::unique_ptr<Vault>(new Vault(nullptr));
}
Result<std::unique_ptr<Vault>> Vault::open(const std::filesystem::path& folder, const SecretKey& master, const VaultMark&, RandomBytes random) {
  return create(folder, master, std::move(random));
}

Result<void> Vault::ensure(PersonId) { return {}; }
Result<void> Vault::sync() { return {}; }
Result<std::string> Vault::seal(const BoxPlace&, std::string_view plaintext) const { return std::string(plaintext); }
Result<OpenedBox> Vault::open(const BoxPlace&, std::string_view sealed) const { return OpenedBox(std::string(sealed)); }
Result<void> Vault::erase(PersonId) { return {}; }
Result<void> Vault::copy_to(const std::filesystem::path&) const { return {}; }
Result<void> Vault::rotate(const std::filesystem::path&, const SecretKey&, const SecretKey&, const RandomBytes&) { return {}; }
VaultMark Vault::mark() const { return {}; }
Result<DigestKey> Vault::digest_key() const { return DigestKey(); }
std::size_t Vault::size() const { return 0; }

}  // namespace ritrovo
