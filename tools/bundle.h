#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/ledger/signed_note.h"
#include "tools/context.h"

namespace ritrovo::tools {

/// What an export holds, by name within its folder. docs/formats.md, "A sealed bundle", has the bytes.
///
///   manifest            a signed note: what this is, and the hash of every other file
///   keys                the public keys of the log, a line each, the one that signed last
///   checkpoint          the signed note that all proofs lead to
///   history.ndjson      the events as JSON, boxes sealed;  history.html: as a person reads them
///   events/000001.record        an event's stored bytes;  events/000001.tlog-proof: its proof
///   publications/000001.record  the definitions in force, as they were recorded, with their proofs
///   definitions/000001/…        their texts
namespace bundle {
inline constexpr const char* kManifest = "manifest";
inline constexpr const char* kKeys = "keys";
inline constexpr const char* kCheckpoint = "checkpoint";
inline constexpr const char* kHistory = "history.ndjson";
inline constexpr const char* kPage = "history.html";
inline constexpr const char* kFirstLine = "ritrovo-bundle 1";
/// "events/000012"; the ending is the caller's.
[[nodiscard]] std::string numbered(const char* folder, std::uint64_t number);
/// "definitions/000001/a/x.yaml", for a document of that path in that publication: never outside the bundle (path_within).
[[nodiscard]] std::string definition(std::uint64_t publication, std::string_view path);
}  // namespace bundle

/// A file of a bundle, before it is written.
struct BundleFile {
  std::string path;
  std::string content;
};

/// What is wrong with a bundle: the file, and a sentence.
struct BundleFault {
  std::string file;
  std::string what;
};

/// What checking a bundle came to.
struct BundleCheck {
  std::string case_id;
  std::string log;
  std::uint64_t events = 0;
  std::uint64_t publications = 0;
  std::string signed_by;             ///< the key
  std::vector<BundleFault> faults;   ///< empty where all holds
};

/// Checks all of a bundle: signatures, hashes, that nothing is missing or over, each record's proof, that versions have no gap, that the JSON says
/// what the records say, and that the definitions are those that the events name. `keys`: whom to trust; empty for the bundle's own.
[[nodiscard]] BundleCheck check_bundle(const std::filesystem::path& place, const std::vector<NoteVerifier>& keys);

}  // namespace ritrovo::tools
