#include "workflows/definition/problem.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "engine/base/printable.h"
#include "workflows/definition/yaml_source.h"

namespace ritrovo::definition {
namespace {

constexpr std::size_t kExcerptBytesMax = 160;
constexpr std::size_t kNamesListedMax = 8;

/// The byte at which the `column`-th character of `line` begins.
std::size_t byte_of(std::string_view line, std::uint32_t column) {
  std::size_t byte = 0;
  for (std::uint32_t character = 1; character < column && byte < line.size(); ++character) {
    ++byte;
    while (byte < line.size() && continues(line[byte])) ++byte;
  }
  return byte;
}

std::uint32_t characters(std::string_view text) {
  return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), [](char byte) { return !continues(byte); }));
}

/// The text as it may go to a terminal or into JSON: what is no UTF-8 becomes a question mark, what would steer a terminal a blank.
std::string shown(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_bytes(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool steers = length == 1 ? byte < 0x20 || byte == 0x7F : length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (length == 0) out += '?';
    else if (steers) out += ' ';
    else out += text.substr(at, length);
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

/// Cuts a long line to a window around the column.
void set_excerpt(Problem& problem, std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  const std::size_t at = byte_of(line, problem.column);
  std::size_t first = 0;
  if (line.size() > kExcerptBytesMax && at > kExcerptBytesMax / 2) first = at - kExcerptBytesMax / 2;
  while (first > 0 && continues(line[first])) --first;
  std::size_t last = std::min(line.size(), first + kExcerptBytesMax);
  while (last < line.size() && continues(line[last])) ++last;
  problem.excerpt = shown(line.substr(first, last - first));
  problem.caret = characters(line.substr(first, at - first)) + 1;
}

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
  }
  return "error";
}

std::string to_string(const Problem& problem) {
  std::string out = fmt::format("{}:{}:{}: {}: {}\n", problem.path, problem.line, problem.column, name_of(problem.severity), problem.message);
  if (!problem.excerpt.empty()) out += fmt::format("  | {}\n  | {}^\n", problem.excerpt, std::string(problem.caret > 0 ? problem.caret - 1 : 0, ' '));
  if (!problem.hint.empty()) out += fmt::format("  = {}\n", problem.hint);
  return out;
}

Problems::Problems(std::string path, std::string_view text) : path_(std::move(path)), text_(text), line_starts_{0} {
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

void Problems::error(Place place, std::string message, std::string hint) {
  any_error_ = true;
  add(Severity::kError, place, std::move(message), std::move(hint));
}

void Problems::warning(Place place, std::string message, std::string hint) {
  add(Severity::kWarning, place, std::move(message), std::move(hint));
}

std::string_view Problems::line(std::uint32_t number) const {
  if (number == 0 || number > line_starts_.size()) return {};
  const std::size_t first = line_starts_[number - 1];
  const std::size_t last = number < line_starts_.size() ? line_starts_[number] : text_.size();
  return text_.substr(first, last - first);
}

std::vector<Problem> Problems::take() {
  const auto key = [](const Problem& p) { return std::tie(p.line, p.column, p.severity, p.message); };
  std::stable_sort(problems_.begin(), problems_.end(), [&](const Problem& a, const Problem& b) { return key(a) < key(b); });
  problems_.erase(std::unique(problems_.begin(), problems_.end(), [&](const Problem& a, const Problem& b) { return key(a) == key(b); }),
                  problems_.end());
  return std::exchange(problems_, {});
}

void Problems::add(Severity severity, Place place, std::string message, std::string hint) {
  if (full()) return;
  Problem problem;
  problem.severity = severity;
  problem.path = path_;
  problem.line = std::max(place.line, 1U);
  problem.column = std::max(place.column, 1U);
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  set_excerpt(problem, line(problem.line));
  problems_.push_back(std::move(problem));
}

std::string suggest(std::string_view wrong, const std::vector<std::string>& names) {
  if (const std::string near = nearest_name(wrong, names); !near.empty()) return fmt::format("did you mean \"{}\"?", near);
  if (names.empty() || names.size() > kNamesListedMax) return {};
  return fmt::format("there {}: {}", names.size() == 1 ? "is" : "are", fmt::join(names, ", "));
}

}  // namespace ritrovo::definition
