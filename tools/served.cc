#include "tools/served.h"

#include <iostream>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/socket_server.h"

namespace ritrovo::tools {
namespace {

namespace json = boost::json;

/// What a subcommand prints may hold anything, cut anywhere.
json::value parse_line(const std::string& line) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  json::error_code wrong;
  json::value value = json::parse(line, wrong, {}, options);
  if (wrong || !value.is_object()) throw Failure{{ErrorCode::kUnavailable, "the server sent something that isn't an answer; is it of another version?"}};
  return value;
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::uint64_t number_of(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  json::error_code wrong;
  return found == nullptr ? 0 : found->to_number<std::uint64_t>(wrong);
}

AnswerKind kind_named(std::string_view name) {
  for (const AnswerKind kind : {AnswerKind::kAccepted, AnswerKind::kRejected, AnswerKind::kBusy, AnswerKind::kParked, AnswerKind::kFailed, AnswerKind::kStopped})
    if (name_of(kind) == name) return kind;
  throw Failure{{ErrorCode::kUnavailable, fmt::format("the server answered '{}', which this program doesn't know; is it of another version?", name)}};
}

}  // namespace

ExitCode run_on_server(const Descriptor& socket, const std::vector<std::string>& words, const std::filesystem::path& data) {
  json::array asked;
  for (const std::string& word : words) {
    if (word == "-") throw Failure{{ErrorCode::kUnavailable, "a server has this folder open, which can't read your standard input: name a file in place of -"}};
    asked.emplace_back(word);
  }
  const json::object query{{"query", json::object{{"words", std::move(asked)}, {"folder", std::filesystem::current_path().string()}, {"data", std::filesystem::absolute(data).string()}}}};
  const Failure gone{{ErrorCode::kUnavailable, "the server that has this folder open went away before it had answered; look at its own messages, and try again"}};
  if (!send_all(socket, json::serialize(query) + "\n")) throw gone;
  LineReader answers = LineReader::over(socket, "the server", kServedLineBytesMax);
  for (;;) {
    const std::optional<LineReader::Line> line = must(answers.next());
    if (!line || line->too_long) throw gone;
    const json::value value = parse_line(line->text);
    const json::object& object = value.get_object();
    if (object.contains("exit")) return static_cast<ExitCode>(number_of(object, "exit"));
    std::cout << text_of(object, "out");
    if (const std::string text = text_of(object, "err"); !text.empty()) {
      std::cout.flush();
      std::cerr << text;
    }
    if (object.contains("error")) throw Failure{{ErrorCode::kUnavailable, text_of(object, "message")}};
  }
}

ServedAnswer read_served_answer(std::string line) {
  const json::value value = parse_line(line);
  const json::object& object = value.get_object();
  if (object.contains("error")) throw Failure{{ErrorCode::kUnavailable, text_of(object, "message")}};
  ServedAnswer served;
  served.text = text_of(object, "text");
  LineAnswer& line_answer = served.answer;
  line_answer.line = number_of(object, "line");
  line_answer.key = text_of(object, "key");
  if (const json::value* problems = object.if_contains("problems"); problems != nullptr && problems->is_array()) {
    for (const json::value& problem : problems->get_array())
      if (problem.is_object()) line_answer.problems.push_back({text_of(problem.get_object(), "pointer"), text_of(problem.get_object(), "message")});
  }
  if (!line_answer.malformed()) {
    Answer& answer = line_answer.answer;
    answer.kind = kind_named(text_of(object, "outcome"));
    answer.key = line_answer.key;
    answer.first = Version(number_of(object, "first_version"));
    answer.last = Version(number_of(object, "version"));
    answer.message = text_of(object, "message");
    const json::value* again = object.if_contains("again");
    answer.again = again != nullptr && again->is_bool() && again->get_bool();
    if (const json::value* rejection = object.if_contains("rejection"); rejection != nullptr && rejection->is_object())
      answer.rejection = Rejection{text_of(rejection->get_object(), "code"), text_of(rejection->get_object(), "reason")};
  }
  served.as_sent = std::move(line);
  return served;
}

}  // namespace ritrovo::tools
