#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace ritrovo::definition {

/// One definition file.
struct Document {
  std::string path;  ///< as shown in problems; relative to the catalogue
  std::string text;  ///< as written, UTF-8
  bool operator==(const Document&) const = default;
};

/// The documents of a publication as one string of bytes, for the engine's record: "ritrovo.publication/1" LF, then for each document,
/// sorted by path, "PATH_BYTES TEXT_BYTES" LF path text. The same documents in any order give the same bytes.
/// kMalformed for an empty path or two documents with one path; kOverLimit over kPublicationBytesMax or kDefinitionBytesMax.
[[nodiscard]] Result<std::string> encode_publication(std::vector<Document> documents);

/// Reads what encode_publication wrote, and nothing else: kMalformed otherwise.
[[nodiscard]] Result<std::vector<Document>> decode_publication(std::string_view bytes);

}  // namespace ritrovo::definition
