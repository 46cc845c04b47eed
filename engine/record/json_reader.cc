#include "engine/record/json_reader.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>

#include "engine/base/limits.h"
#include "engine/base/printable.h"

namespace ritrovo {

namespace {

namespace json = boost::json;
using boost::system::error_code;

constexpr std::size_t kProblemsMax = 100;

/// Builds a Value from the parser's calls. Problems of content are noted and reading goes on, so that all of them are told at once; only bad
/// syntax ends it. The names of boost's calls are given.
class Builder {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  bool on_document_begin(error_code& /*error*/) { return true; }
  bool on_document_end(error_code& /*error*/) { return true; }
  bool on_object_begin(error_code& /*error*/) { return open(true); }
  bool on_object_end(std::size_t /*count*/, error_code& /*error*/) {
    Frame frame = close();
    // Sorted by name, keeping the order of equals, so that the first of a doubled member stays.
    std::stable_sort(frame.members.begin(), frame.members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
    for (auto twice = frame.members.begin(); (twice = std::adjacent_find(twice, frame.members.end(), same)) != frame.members.end(); ++twice)
      note(pointer_to(pointer(), twice->first), "this member stands here twice");
    frame.members.erase(std::unique(frame.members.begin(), frame.members.end(), same), frame.members.end());
    return add(std::move(frame.members));
  }
  bool on_array_begin(error_code& /*error*/) { return open(false); }
  bool on_array_end(std::size_t /*count*/, error_code& /*error*/) { return add(std::move(close().items)); }
  bool on_key_part(json::string_view part, std::size_t /*size*/, error_code& /*error*/) { return part_of(part, limits::kNameBytesMax); }
  bool on_key(json::string_view part, std::size_t /*size*/, error_code& /*error*/) {
    Frame& frame = frames_.back();
    part_of(part, limits::kNameBytesMax);
    frame.name = std::move(text_);
    if (check_text(limits::kNameBytesMax) && frame.name.empty()) note(pointer_to(pointer(1), ""), "a member's name is empty");
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t /*size*/, error_code& /*error*/) { return part_of(part, limits::kTextBytesMax); }
  bool on_string(json::string_view part, std::size_t /*size*/, error_code& /*error*/) {
    part_of(part, limits::kTextBytesMax);
    std::string text = std::move(text_);
    check_text(limits::kTextBytesMax);
    return add(std::move(text));
  }
  bool on_number_part(json::string_view /*part*/, error_code& /*error*/) { return true; }
  bool on_int64(std::int64_t number, json::string_view /*part*/, error_code& /*error*/) { return add(number); }
  bool on_uint64(std::uint64_t /*number*/, json::string_view /*part*/, error_code& /*error*/) { return add_bad_number(); }
  bool on_double(double /*number*/, json::string_view /*part*/, error_code& /*error*/) { return add_bad_number(); }
  bool on_bool(bool truth, error_code& /*error*/) { return add(truth); }
  bool on_null(error_code& /*error*/) { return add(Null{}); }
  bool on_comment_part(json::string_view /*part*/, error_code& /*error*/) { return true; }
  bool on_comment(json::string_view /*part*/, error_code& /*error*/) { return true; }

  Value root;
  std::vector<Problem> problems;

 private:
  struct Frame {
    bool is_map = false;
    std::string name;  ///< of the member being read
    Values members;
    ValueList items;
    std::size_t count = 0;
  };

  void note(std::string pointer, std::string message) {
    if (problems.size() < kProblemsMax) problems.push_back({std::move(pointer), std::move(message)});
  }

  /// Where reading stands; `up` levels are left out.
  [[nodiscard]] std::string pointer(std::size_t up = 0) const {
    std::string pointer;
    for (std::size_t i = 0; i + up < frames_.size(); ++i)
      pointer = pointer_to(pointer, frames_[i].is_map ? frames_[i].name : std::to_string(frames_[i].count));
    return pointer;
  }

  bool open(bool is_map) {
    frames_.emplace_back().is_map = is_map;
    return true;
  }
  Frame close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    return frame;
  }

  /// Only as much is kept as tells that there is too much.
  bool part_of(json::string_view part, std::size_t bytes_max) {
    bytes_ += part.size();
    zero_ = zero_ || part.find('\0') != json::string_view::npos;
    if (bytes_ <= bytes_max) text_.append(part.data(), part.size());
    return true;
  }
  bool check_text(std::size_t bytes_max) {
    const bool long_one = bytes_ > bytes_max;
    if (long_one) note(pointer(), "over the limit of " + std::to_string(bytes_max) + " bytes for one text or name (" +
                                  (bytes_max == limits::kTextBytesMax ? "kTextBytesMax)" : "kNameBytesMax)"));
    if (zero_) note(pointer(), "the zero character isn't text");
    const bool good = !long_one && !zero_;
    bytes_ = 0;
    zero_ = false;
    text_.clear();
    return good;
  }

  bool add_bad_number() {
    note(pointer(), "only whole numbers of 64 bits are taken as numbers: write it as a string");
    return add(Null{});
  }

  bool add(Value value) {
    if (frames_.empty()) {
      root = std::move(value);
      return true;
    }
    Frame& frame = frames_.back();
    if (frame.count == limits::kValueEntriesMax)
      note(pointer(1), "over the limit of " + std::to_string(limits::kValueEntriesMax) + " entries in one list or map (kValueEntriesMax)");
    if (frame.count < limits::kValueEntriesMax) {
      if (frame.is_map) {
        frame.members.emplace_back(frame.name, std::move(value));
      } else {
        frame.items.push_back(std::move(value));
      }
    }
    ++frame.count;
    return true;
  }

  std::vector<Frame> frames_;
  std::string text_;
  std::size_t bytes_ = 0;
  bool zero_ = false;
};

std::string place_in(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n');
  const std::size_t column = start == std::string_view::npos ? offset + 1 : offset - start;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Whether the last escape before the place where reading stopped is of a surrogate: \uD800 to \uDFFF.
bool ends_in_half_a_character(std::string_view text) {
  constexpr std::size_t kEscapeBytes = 6;
  const std::size_t escape = text.rfind("\\u");
  if (escape == std::string_view::npos || text.size() - escape > kEscapeBytes + 1 || text.size() < escape + 4) return false;
  return (text[escape + 2] | 0x20) == 'd' && std::string_view("89abcdefABCDEF").find(text[escape + 3]) != std::string_view::npos;
}

/// What is wrong with the text where reading stopped, in words for whoever wrote it.
std::string why_no_json(std::string_view text, std::size_t at, const error_code& error, std::size_t nesting_max) {
  if (text.starts_with("\xEF\xBB\xBF")) return "a byte order mark stands at its beginning; save it as UTF-8 without one";
  if (error == json::error::too_deep) return "nested over the limit of " + std::to_string(nesting_max) + " levels";
  if (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x80 && utf8_bytes(text.substr(at)) == 0) return "these bytes aren't UTF-8";
  if (ends_in_half_a_character(text.substr(0, at)))
    return "half of a character stands here: \\uD800 to \\uDFFF come in pairs";
  return error.message();
}

/// Where the first byte that isn't UTF-8 stands, from `at` on and at most a character before; `at` if there is none.
std::size_t bad_byte_near(std::string_view text, std::size_t at) {
  for (std::size_t from = at - std::min<std::size_t>(at, 3); from < text.size() && from <= at; ++from) {
    const bool begins = (static_cast<unsigned char>(text[from]) & 0xC0U) != 0x80U;
    if (begins && utf8_bytes(text.substr(from)) == 0) return from;
  }
  return at;
}

}  // namespace

std::string pointer_to(std::string_view pointer, std::string_view step) {
  std::string longer(pointer);
  longer.push_back('/');
  for (const char c : step) {
    if (c == '~') {
      longer += "~0";
    } else if (c == '/') {
      longer += "~1";
    } else {
      longer.push_back(c);
    }
  }
  return longer;
}

JsonRead read_json(std::string_view text, JsonBounds bounds) {
  JsonRead read;
  if (text.size() > bounds.bytes_max) {
    read.problems.push_back({"", "over the limit of " + std::to_string(bounds.bytes_max) + " bytes"});
    read.syntax_error = true;
    return read;
  }
  json::parse_options options;
  options.max_depth = bounds.nesting_max;
  json::basic_parser<Builder> parser(options);
  error_code error;
  std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = json::error::extra_data;
  if (error) {
    const std::size_t at = bad_byte_near(text, std::min(used, text.size()));
    read.problems.push_back({place_in(text, at), "this isn't JSON as it should be: " + why_no_json(text, at, error, bounds.nesting_max)});
    read.syntax_error = true;
    return read;
  }
  read.value = std::move(parser.handler().root);
  read.problems = std::move(parser.handler().problems);
  return read;
}

}  // namespace ritrovo
