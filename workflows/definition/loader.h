#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/result.h"
#include "workflows/definition/model.h"
#include "workflows/definition/problem.h"
#include "workflows/definition/publication.h"

namespace ritrovo::definition {

/// How closely `load` looks.
enum class Scrutiny : std::uint8_t {
  kFull,      ///< everything; for what somebody wrote
  kRecorded,  ///< what can't be compiled alone; for publications that were checked before they were recorded, so that a checker which has
              ///< become stricter since doesn't refuse the past
};

/// What came of some documents.
struct Loaded {
  Library library;                ///< what they hold; of pathways only those without an error
  std::vector<Problem> problems;  ///< all of all documents, by path, line and column
  /// Whether no problem is an error.
  [[nodiscard]] bool good() const;
};

/// Reads, checks and compiles documents. `base` (may be nullptr): what is in force already; terms, calendars and parameters that the documents
/// don't hold are taken from it, and a version that it holds with other content is a problem.
/// The result's `almanac` is that of `base` with the documents' items in place of older ones; its `pathways`, `almanac_parts` and
/// `almanac_items` are the documents' own. Never throws on any input; never reads a file.
/// Runs on: any thread.
[[nodiscard]] Loaded load(const std::vector<Document>& documents, const Library* base = nullptr, Scrutiny scrutiny = Scrutiny::kFull);

/// The problems of documents, for `ritrovo check`: those of `load`.
[[nodiscard]] std::vector<Problem> check_documents(const std::vector<Document>& documents, const Library* base = nullptr);

/// `base` and what was loaded beside it, as one library.
/// kExists, naming each: a name and version that `base` holds with other content; an almanac item older than the one in force; versions of a
/// pathway whose `valid_from` don't increase with their numbers. kMalformed: the almanac's parts don't fit together.
[[nodiscard]] Result<Library> merge(const Library& base, const Library& added);

}  // namespace ritrovo::definition
