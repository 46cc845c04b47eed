// All of engine/ledger/frontier.h without a hash in it: it counts leaves, and no more. ritrovo-bench-bare is linked with this file, and the linker
// then takes none of frontier.cc from the library.
#include "engine/base/bytes.h"
#include "engine/ledger/frontier.h"

namespace ritrovo {

Hash256 leaf_hash(std::string_view) { return {}; }
Hash256 node_hash(const Hash256&, const Hash256&) { return {}; }
Hash256 empty_root() { return {}; }

void Frontier::append(const Hash256&) { ++size_; }
void Frontier::append(const Hash256&, std::vector<TileHash>&) { ++size_; }
Hash256 Frontier::root() const { return {}; }

std::string Frontier::encode() const {
  std::string bytes;
  put_be(bytes, size_);
  return bytes;
}

Result<Frontier> Frontier::decode(std::string_view bytes) {
  Frontier frontier;
  if (bytes.size() != sizeof(frontier.size_)) return failure(ErrorCode::kMalformed, "this folder has a ledger");
  frontier.size_ = get_be<std::uint64_t>(bytes);
  return frontier;
}

}  // namespace ritrovo
