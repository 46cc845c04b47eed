#include "engine/log/earlier_frontier.h"

#include "engine/base/bytes.h"
#include "engine/log/stored_tree.h"

namespace ritrovo {

Result<Frontier> frontier_at(const LogPort& log, PartitionId partition, TreeSize size) {
  const SubtreeReader read = stored_tree(log, partition);
  std::string bytes;
  put_be(bytes, size.value());
  std::uint64_t leaves = 0;
  for (int height = 62; height >= 0; --height) {
    if ((size.value() >> height & 1U) == 0) continue;
    const Result<Hash256> peak = read(static_cast<std::uint8_t>(height), leaves >> height);
    if (!peak) return tl::unexpected(peak.error());
    bytes += peak->view();
    leaves += std::uint64_t{1} << height;
  }
  return Frontier::decode(bytes);
}

}  // namespace ritrovo
