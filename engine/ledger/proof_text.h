#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/digest/hash256.h"
#include "engine/ledger/frontier.h"

/// Proofs as text that leaves the house: C2SP's tlog-proof, and the request by which C2SP's tlog-witness asks for a cosignature.
namespace ritrovo {

/// An inclusion proof that can be checked with nothing but a log's public key.
struct InclusionText {
  std::string extra;           ///< what the leaf is the hash of: a record's stored bytes. Nobody vouches for it but the proof
  Position index;              ///< of the leaf
  std::vector<Hash256> path;   ///< as `inclusion_proof` gives it
  std::string checkpoint;      ///< the signed note
  bool operator==(const InclusionText&) const = default;
};

/// The text, to be kept in a file that ends in `.tlog-proof`.
[[nodiscard]] std::string inclusion_text(const InclusionText& proof);
/// Reads what `inclusion_text` wrote, in any C2SP implementation's form; kMalformed names the line. The checkpoint isn't looked into.
[[nodiscard]] Result<InclusionText> parse_inclusion_text(std::string_view text);

/// A consistency proof and the checkpoint it leads to: the body of tlog-witness's `add-checkpoint`.
struct GrowthText {
  TreeSize before;
  std::vector<Hash256> path;  ///< as `consistency_proof` gives it; empty where `before` is 0
  std::string checkpoint;     ///< the signed note of the larger tree
  bool operator==(const GrowthText&) const = default;
};

[[nodiscard]] std::string growth_text(const GrowthText& growth);
/// Reads what `growth_text` wrote; kMalformed names the line, and a path of more than 63 hashes.
[[nodiscard]] Result<GrowthText> parse_growth_text(std::string_view text);

}  // namespace ritrovo
