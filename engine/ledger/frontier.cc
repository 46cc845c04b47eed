#include "engine/ledger/frontier.h"

#include <bit>

#include "engine/base/bytes.h"
#include "engine/digest/sha256.h"

namespace ritrovo {

namespace {

using std::string_view_literals::operator""sv;

constexpr int kTileHeight = 8;

}  // namespace

Hash256 leaf_hash(std::string_view bytes) { return sha256({"\x00"sv, bytes}); }

Hash256 node_hash(const Hash256& left, const Hash256& right) { return sha256({"\x01"sv, left.view(), right.view()}); }

Hash256 empty_root() { return sha256(""); }

void Frontier::append(const Hash256& leaf) {
  std::vector<TileHash> completed;
  append(leaf, completed);
}

void Frontier::append(const Hash256& leaf, std::vector<TileHash>& completed) {
  // Adding one to a binary number: each carry merges two subtrees of one height into one of the next.
  Hash256 root = leaf;
  int height = 0;
  for (std::uint64_t carry = size_; (carry & 1U) != 0; carry >>= 1) {
    root = node_hash(peaks_.back(), root);
    peaks_.pop_back();
    ++height;
    if (height % kTileHeight == 0) completed.push_back({static_cast<std::uint8_t>(height / kTileHeight), size_ >> height, root});
  }
  peaks_.push_back(root);
  ++size_;
}

Hash256 Frontier::root() const {
  if (peaks_.empty()) return empty_root();
  Hash256 root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = node_hash(peaks_[i], root);
  return root;
}

std::string Frontier::encode() const {
  std::string bytes;
  bytes.reserve(sizeof(size_) + peaks_.size() * Hash256::kBytes);
  put_be(bytes, size_);
  for (const Hash256& peak : peaks_) bytes += peak.view();
  return bytes;
}

Result<Frontier> Frontier::decode(std::string_view bytes) {
  Frontier frontier;
  if (bytes.size() < sizeof(frontier.size_)) return failure(ErrorCode::kMalformed, "a frontier's bytes end within its size");
  frontier.size_ = get_be<std::uint64_t>(bytes);
  bytes.remove_prefix(sizeof(frontier.size_));
  const auto peaks = static_cast<std::size_t>(std::popcount(frontier.size_));
  if (bytes.size() != peaks * Hash256::kBytes)
    return failure(ErrorCode::kMalformed, "a frontier of " + std::to_string(frontier.size_) + " leaves has " + std::to_string(peaks) +
                                              " hashes, not " + std::to_string(bytes.size()) + " bytes of them");
  for (std::size_t i = 0; i < peaks; ++i)
    frontier.peaks_.push_back(Hash256::from_bytes(bytes.substr(i * Hash256::kBytes, Hash256::kBytes)).value());
  return frontier;
}

}  // namespace ritrovo
