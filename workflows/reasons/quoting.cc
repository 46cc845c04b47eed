#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/reasons/grounds.h"

// What a definition says, as it was written.
namespace ritrovo::reasons {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The file in which that version of the pathway was published last, or nullptr.
const PublishedDocument* document_of(const CaseStory& story, std::string_view name, std::uint32_t version) {
  const std::string head = fmt::format("pathway: {}", name);
  const std::string number = fmt::format("version: {}", version);
  const PublishedDocument* found = nullptr;
  for (const PublishedDocument& document : story.knowledge().documents) {
    bool named = false;
    bool numbered = false;
    for (const std::string_view line : lines_of(document.text)) {
      named = named || line == head;
      numbered = numbered || line == number || line.starts_with(number + " ");
    }
    if (named && numbered) found = &document;
  }
  return found;
}

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

/// Where the step is written in that document: its own place, or in a used pathway the line that begins with its name; 0 if it isn't found.
std::size_t line_of(const std::vector<std::string_view>& lines, std::string_view name) {
  const std::string key = fmt::format("{}:", name);
  bool in_steps = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    in_steps = in_steps || lines[i].starts_with("steps:");
    if (in_steps && lines[i].substr(indent_of(lines[i])).starts_with(key)) return i + 1;
  }
  return 0;
}

/// The stage around the step that put another pathway in, or nullptr: then the step is written there.
const definition::Step* used_around(const definition::Pathway& pathway, const definition::Step& step) {
  for (definition::StepIndex at = step.stage; at != definition::kNone; at = pathway.steps[at].stage)
    if (!pathway.steps[at].uses.empty()) return &pathway.steps[at];
  return nullptr;
}

/// Where a step is written; no document where it isn't known.
struct Written {
  const PublishedDocument* document = nullptr;
  std::size_t line = 0;
};

Written written_in(const CaseStory& story, const definition::Step& step) {
  const definition::Step* used = used_around(story.pathway(), step);
  if (used == nullptr) return {document_of(story, story.pathway().name, story.pathway().version), step.place.line};
  const PublishedDocument* document = document_of(story, used->uses, used->uses_version);
  const std::size_t line = document == nullptr ? 0 : line_of(lines_of(document->text), std::string_view(step.name).substr(step.name.rfind('/') + 1));
  return {line == 0 ? nullptr : document, line};
}

}  // namespace

std::string place_in_words(const CaseStory& story, const definition::Step& step, const definition::Place& place) {
  const Written written = written_in(story, step);
  const bool used = written.document != nullptr && written.document != document_of(story, story.pathway().name, story.pathway().version);
  const std::string line = story.say("riga {}", "line {}", used ? written.line : place.line);
  return written.document == nullptr ? line : fmt::format("{}, {}", written.document->path, line);
}

std::vector<std::string> quoted_lines(const CaseStory& story, const definition::Step& step, std::size_t lines_max) {
  std::vector<std::string> quoted;
  const Written written = written_in(story, step);
  if (written.document == nullptr) return quoted;
  const std::vector<std::string_view> lines = lines_of(written.document->text);
  const std::size_t first = written.line;
  if (first == 0 || first > lines.size()) return quoted;
  quoted.push_back(fmt::format("{}:", written.document->path));
  const std::size_t indent = indent_of(lines[first - 1]);
  for (std::size_t i = first - 1; i < lines.size(); ++i) {
    const std::size_t here = indent_of(lines[i]);
    const bool blank = here == lines[i].size();
    if (i >= first && !blank && here <= indent) break;
    if (i >= first && lines[i].substr(here).starts_with("steps:")) break;
    if (quoted.size() > lines_max) {
      quoted.push_back("…");
      break;
    }
    quoted.push_back(fmt::format("{:>5}  {}", i + 1, lines[i].substr(std::min(indent, here))));
  }
  return quoted;
}

}  // namespace ritrovo::reasons
