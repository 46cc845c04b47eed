#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "engine/base/result.h"
#include "workflows/definition/language_reader.h"
#include "workflows/definition/loader.h"
#include "workflows/definition/publication.h"

namespace ritrovo::tools {

/// What came with the program, as a ground for documents that aren't published: its terms, calendars and parameters, and of its pathways those
/// that the documents don't bring themselves.
[[nodiscard]] definition::Library shipped_ground(const std::vector<definition::Document>& documents);

/// The definitions that came with the program.
[[nodiscard]] std::vector<definition::Document> shipped_documents();
/// The messages and languages that came with the program, which aren't published.
[[nodiscard]] std::vector<definition::Document> shipped_message_documents();
/// The translation for that language, as shipped; nothing where there is none.
[[nodiscard]] std::optional<definition::Translation> shipped_translation(std::string_view language);
/// The tags of the languages that a family may be told in: Italian, English, and those that are shipped.
[[nodiscard]] std::vector<std::string> spoken_languages();
/// Reads definition files; of a folder, every *.yaml in it and below, by path within the folder. kNotFound names what isn't there or holds
/// no definition; kOverLimit names a file over kDefinitionBytesMax.
[[nodiscard]] Result<std::vector<definition::Document>> read_documents(const std::vector<std::string>& paths);
/// As above, and with them the terms, calendars and parameters that they name and that lie beside a file named here: in its folder, one item
/// a file. Folders among `paths` bring their own.
[[nodiscard]] Result<std::vector<definition::Document>> read_documents_and_ground(const std::vector<std::string>& paths);

/// A document's path as it is published and exported: within a folder, whatever it was read from. "../a/x.yaml" and "/a/x.yaml" are "a/x.yaml";
/// control characters are underscores.
[[nodiscard]] std::string path_within(std::string_view path);

/// Problems as JSON: {"documents", "errors", "problems": [{severity, file, line, column, message, hint, excerpt}]}.
[[nodiscard]] boost::json::object problems_json(const std::vector<definition::Problem>& problems, std::size_t documents);
/// Problems as `check` and `publish` print them: for a person on `out`, or as JSON.
void print_problems(std::ostream& out, const std::vector<definition::Problem>& problems, std::size_t documents, bool json);

}  // namespace ritrovo::tools
