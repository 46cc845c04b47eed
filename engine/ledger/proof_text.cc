#include "engine/ledger/proof_text.h"

#include <charconv>
#include <optional>

#include "engine/digest/encoding.h"

namespace ritrovo {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::string_view kOld = "old ";
/// A tree of 2^63 leaves has no longer path; tlog-witness says so too.
constexpr std::size_t kPathMax = 63;

/// The lines of a text, one after another.
struct Lines {
  std::string_view rest;
  std::size_t number = 0;
  std::optional<std::string_view> next() {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    ++number;
    return line;
  }
  [[nodiscard]] tl::unexpected<Error> malformed(std::string_view what) const {
    return failure(ErrorCode::kMalformed, "line " + std::to_string(number) + ": " + std::string(what));
  }
};

std::optional<std::uint64_t> number_after(std::string_view line, std::string_view word) {
  if (!line.starts_with(word)) return std::nullopt;
  line.remove_prefix(word.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc{} || end != line.data() + line.size() || std::to_string(number) != line) return std::nullopt;
  return number;
}

std::string path_text(const std::vector<Hash256>& path) {
  std::string text;
  for (const Hash256& hash : path) text += to_base64(hash.view()) + "\n";
  return text;
}

/// Hashes up to the empty line.
Result<std::vector<Hash256>> parse_path(Lines& lines) {
  std::vector<Hash256> path;
  for (;;) {
    const std::optional<std::string_view> line = lines.next();
    if (!line) return lines.malformed("the text ends before the empty line that stands between the hashes and the checkpoint");
    if (line->empty()) return path;
    if (path.size() == kPathMax) return lines.malformed("a proof has at most 63 hashes");
    const Result<Hash256> hash = from_base64(*line).and_then([](const std::string& raw) { return Hash256::from_bytes(raw); });
    if (!hash) return lines.malformed("it isn't a hash of 32 bytes in base64");
    path.push_back(*hash);
  }
}

}  // namespace

std::string inclusion_text(const InclusionText& proof) {
  std::string text = std::string(kFirstLine) + "\n";
  if (!proof.extra.empty()) text += std::string(kExtra) + to_base64(proof.extra) + "\n";
  return text + std::string(kIndex) + std::to_string(proof.index.value()) + "\n" + path_text(proof.path) + "\n" + proof.checkpoint;
}

Result<InclusionText> parse_inclusion_text(std::string_view text) {
  Lines lines{text};
  InclusionText proof;
  std::optional<std::string_view> line = lines.next();
  if (!line || *line != kFirstLine) return failure(ErrorCode::kMalformed, "line 1: a proof begins with the line " + std::string(kFirstLine));
  line = lines.next();
  if (line && line->starts_with(kExtra)) {
    Result<std::string> extra = from_base64(line->substr(kExtra.size()));
    if (!extra) return lines.malformed("what follows 'extra' isn't base64");
    proof.extra = std::move(*extra);
    line = lines.next();
  }
  const std::optional<std::uint64_t> index = line ? number_after(*line, kIndex) : std::nullopt;
  if (!index) return lines.malformed("here 'index' and a number must stand");
  proof.index = Position(*index);
  Result<std::vector<Hash256>> path = parse_path(lines);
  if (!path) return tl::unexpected(path.error());
  proof.path = std::move(*path);
  proof.checkpoint = lines.rest;
  return proof;
}

std::string growth_text(const GrowthText& growth) {
  return std::string(kOld) + std::to_string(growth.before.value()) + "\n" + path_text(growth.path) + "\n" + growth.checkpoint;
}

Result<GrowthText> parse_growth_text(std::string_view text) {
  Lines lines{text};
  const std::optional<std::string_view> line = lines.next();
  const std::optional<std::uint64_t> before = line ? number_after(*line, kOld) : std::nullopt;
  if (!before) return failure(ErrorCode::kMalformed, "line 1: a consistency proof begins with 'old' and a number");
  Result<std::vector<Hash256>> path = parse_path(lines);
  if (!path) return tl::unexpected(path.error());
  return GrowthText{TreeSize(*before), std::move(*path), std::string(lines.rest)};
}

}  // namespace ritrovo
