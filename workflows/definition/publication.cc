#include "workflows/definition/publication.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/base/limits.h"

namespace ritrovo::definition {
namespace {

constexpr std::string_view kHead = "ritrovo.publication/1\n";

/// Takes a number without leading zeros and the character after it.
std::optional<std::size_t> take_size(std::string_view& bytes, char end) {
  std::size_t value = 0;
  const auto [at, failed] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), value);
  if (failed != std::errc()) return std::nullopt;
  const auto digits = static_cast<std::size_t>(at - bytes.data());
  if ((digits > 1 && bytes[0] == '0') || digits >= bytes.size() || bytes[digits] != end) return std::nullopt;
  bytes.remove_prefix(digits + 1);
  return value;
}

tl::unexpected<Error> malformed(std::string_view what) { return failure(ErrorCode::kMalformed, fmt::format("the publication's bytes are malformed: {}", what)); }

}  // namespace

Result<std::string> encode_publication(std::vector<Document> documents) {
  std::sort(documents.begin(), documents.end(), [](const Document& a, const Document& b) { return a.path < b.path; });
  std::string out(kHead);
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const Document& document = documents[i];
    if (document.path.empty()) return failure(ErrorCode::kMalformed, "a document of the publication has no path");
    if (i > 0 && documents[i - 1].path == document.path)
      return failure(ErrorCode::kMalformed, fmt::format("two documents of the publication have the path {}", document.path));
    if (document.text.size() > limits::kDefinitionBytesMax)
      return failure(ErrorCode::kOverLimit, fmt::format("over kDefinitionBytesMax: {} has {} bytes", document.path, document.text.size()));
    out += fmt::format("{} {}\n", document.path.size(), document.text.size());
    out += document.path;
    out += document.text;
    if (out.size() > limits::kPublicationBytesMax)
      return failure(ErrorCode::kOverLimit, fmt::format("over kPublicationBytesMax: the documents up to {} have {} bytes", document.path, out.size()));
  }
  return out;
}

Result<std::vector<Document>> decode_publication(std::string_view bytes) {
  if (bytes.size() > limits::kPublicationBytesMax) return failure(ErrorCode::kOverLimit, "the publication is over kPublicationBytesMax");
  if (bytes.substr(0, kHead.size()) != kHead) return malformed("the head is missing");
  bytes.remove_prefix(kHead.size());
  std::vector<Document> documents;
  while (!bytes.empty()) {
    const auto path_bytes = take_size(bytes, ' ');
    if (!path_bytes) return malformed("a path's length is missing");
    const auto text_bytes = take_size(bytes, '\n');
    if (!text_bytes) return malformed("a text's length is missing");
    if (*path_bytes == 0 || *path_bytes > bytes.size() || *text_bytes > bytes.size() - *path_bytes) return malformed("a document is cut off");
    documents.push_back({std::string(bytes.substr(0, *path_bytes)), std::string(bytes.substr(*path_bytes, *text_bytes))});
    bytes.remove_prefix(*path_bytes + *text_bytes);
    if (documents.size() > 1 && documents[documents.size() - 2].path >= documents.back().path) return malformed("the paths aren't sorted");
  }
  return documents;
}

}  // namespace ritrovo::definition
