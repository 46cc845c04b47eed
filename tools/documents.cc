#include "tools/documents.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "engine/base/limits.h"
#include "tools/console.h"
#include "tools/context.h"
#include "tools/shipped_catalogue.h"

namespace ritrovo::tools {
namespace {

namespace fs = std::filesystem;

bool is_definition(const fs::path& file) { return file.extension() == ".yaml" || file.extension() == ".yml"; }

Result<std::string> read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return failure(ErrorCode::kNotFound, fmt::format("can't read {}: check the path", file.string()));
  // One byte over the limit is enough for the loader to name it, beside what is wrong with the other files.
  std::string text(limits::kDefinitionBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Result<std::vector<definition::Document>> read_folder(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code code;
  for (fs::recursive_directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    if (at->is_regular_file() && is_definition(at->path())) files.push_back(at->path());
  }
  if (code) return failure(ErrorCode::kUnavailable, fmt::format("can't read the folder {}: {}", folder.string(), code.message()));
  if (files.empty()) return failure(ErrorCode::kNotFound, fmt::format("{} holds no definition: no file in it ends in .yaml", folder.string()));
  std::sort(files.begin(), files.end());
  std::vector<definition::Document> documents;
  for (const fs::path& file : files) {
    Result<std::string> text = read_text(file);
    if (!text) return tl::unexpected(text.error());
    documents.push_back({fs::relative(file, folder).generic_string(), std::move(*text)});
  }
  return documents;
}

/// The name of the term, calendar or parameter that a document is; empty if it is none. Read from its line, for it may have mistakes.
std::string ground_name(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    for (const std::string_view kind : {"term: ", "calendar: ", "parameter: "})
      if (line.starts_with(kind)) return std::string(line.substr(kind.size(), line.find_first_of(" \r#", kind.size()) - kind.size()));
    if (!line.empty() && line.front() != '#' && line.front() != ' ' && line.front() != '-') return {};
    at = end + 1;
  }
  return {};
}

/// Whether a text holds that name as a whole word.
bool names(std::string_view text, std::string_view name) {
  const auto within = [text](std::size_t at) { return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_'); };
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1))
    if ((at == 0 || !within(at - 1)) && !within(at + name.size())) return true;
  return false;
}

/// The terms, calendars and parameters that lie in the folders of those files, beside them.
std::vector<definition::Document> ground_beside(const std::vector<std::string>& paths) {
  std::vector<definition::Document> found;
  std::vector<fs::path> seen;
  std::error_code code;
  for (const std::string& path : paths)
    if (!fs::is_directory(path, code)) seen.push_back(fs::weakly_canonical(path, code));
  const std::vector<fs::path> given = seen;
  for (const fs::path& file : given) {
    for (fs::directory_iterator at(file.parent_path(), code), end; !code && at != end; at.increment(code)) {
      if (!at->is_regular_file(code) || !is_definition(at->path()) || std::find(seen.begin(), seen.end(), at->path()) != seen.end()) continue;
      seen.push_back(at->path());
      Result<std::string> text = read_text(at->path());
      if (text && !ground_name(*text).empty()) found.push_back({fs::relative(at->path(), code).generic_string(), std::move(*text)});
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return found;
}

}  // namespace

std::vector<definition::Document> shipped_documents() {
  std::vector<definition::Document> documents;
  for (const ShippedDocument& document : shipped_catalogue()) documents.push_back({std::string(document.path), std::string(document.text)});
  return documents;
}

std::vector<definition::Document> shipped_message_documents() {
  std::vector<definition::Document> documents;
  for (const ShippedDocument& document : shipped_texts()) documents.push_back({std::string(document.path), std::string(document.text)});
  return documents;
}

std::optional<definition::Translation> shipped_translation(std::string_view language) {
  const std::string path = fmt::format("languages/{}.yaml", language);
  for (const ShippedDocument& document : shipped_texts())
    if (document.path == path) return must(definition::read_translation_text(path, document.text));
  return std::nullopt;
}

std::vector<std::string> spoken_languages() {
  std::vector<std::string> tags{"it", "en"};
  for (const ShippedDocument& document : shipped_texts()) {
    const fs::path path(document.path);
    if (path.parent_path() == "languages") tags.push_back(path.stem().string());
  }
  return tags;
}

definition::Library shipped_ground(const std::vector<definition::Document>& documents) {
  definition::Library ground = definition::load(shipped_documents(), nullptr, definition::Scrutiny::kRecorded).library;
  const auto brought = [&documents](const std::string& name) {
    return std::any_of(documents.begin(), documents.end(), [&name](const definition::Document& document) {
      const std::string line = "pathway: " + name + "\n";
      return document.text.starts_with(line) || document.text.find("\n" + line) != std::string::npos;
    });
  };
  std::erase_if(ground.pathways, [&brought](const auto& pathway) { return brought(pathway->name); });
  ground.almanac_items.clear();
  return ground;
}

Result<std::vector<definition::Document>> read_documents(const std::vector<std::string>& paths) {
  std::vector<definition::Document> documents;
  for (const std::string& path : paths) {
    std::error_code code;
    if (fs::is_directory(path, code)) {
      Result<std::vector<definition::Document>> folder = read_folder(path);
      if (!folder) return folder;
      std::move(folder->begin(), folder->end(), std::back_inserter(documents));
      continue;
    }
    Result<std::string> text = read_text(path);
    if (!text) return tl::unexpected(text.error());
    documents.push_back({path, std::move(*text)});
  }
  return documents;
}

Result<std::vector<definition::Document>> read_documents_and_ground(const std::vector<std::string>& paths) {
  Result<std::vector<definition::Document>> documents = read_documents(paths);
  if (!documents) return documents;
  std::vector<definition::Document> beside = ground_beside(paths);
  // What is named names more: a term its calendar. Each round takes one at least, or is the last.
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < beside.size() && !more; ++i) {
      const std::string name = ground_name(beside[i].text);
      more = std::any_of(documents->begin(), documents->end(), [&name](const definition::Document& document) { return ground_name(document.text) != name && names(document.text, name); });
      if (!more) continue;
      documents->push_back(std::move(beside[i]));
      beside.erase(beside.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return documents;
}

std::string path_within(std::string_view path) {
  std::string within;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == "." || part == "..") continue;
    if (!within.empty()) within += '/';
    for (const char byte : part) within += static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f ? '_' : byte;
  }
  return within.empty() ? "document" : within;
}

namespace {
std::size_t errors_in(const std::vector<definition::Problem>& problems) {
  return static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), [](const definition::Problem& problem) { return problem.severity == definition::Severity::kError; }));
}
}  // namespace

boost::json::object problems_json(const std::vector<definition::Problem>& problems, std::size_t documents) {
  boost::json::array list;
  for (const definition::Problem& problem : problems) {
    list.push_back(boost::json::object{{"severity", definition::name_of(problem.severity)},
                                       {"file", problem.path},
                                       {"line", problem.line},
                                       {"column", problem.column},
                                       {"message", problem.message},
                                       {"hint", problem.hint},
                                       {"excerpt", problem.excerpt}});
  }
  return {{"documents", documents}, {"errors", errors_in(problems)}, {"problems", std::move(list)}};
}

void print_problems(std::ostream& out, const std::vector<definition::Problem>& problems, std::size_t documents, bool json) {
  if (json) {
    out << boost::json::serialize(problems_json(problems, documents)) << '\n';
    return;
  }
  const std::size_t errors = errors_in(problems);
  for (const definition::Problem& problem : problems) out << definition::to_string(problem) << '\n';
  const std::size_t warnings = problems.size() - errors;
  out << counted(documents, "document", "documents") << ": ";
  if (problems.empty()) {
    out << "no problem found.\n";
  } else {
    out << counted(errors, "error", "errors") << ", " << counted(warnings, "warning", "warnings") << ".\n";
  }
}

}  // namespace ritrovo::tools
