#include "tools/submit_report.h"

#include <fstream>
#include <ostream>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "tools/answer_printer.h"
#include "tools/console.h"

namespace ritrovo::tools {

ExpectedAnswers ExpectedAnswers::read(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw Failure{{ErrorCode::kNotFound, fmt::format("can't read {}: it is the file that 'ritrovo generate --expected' wrote", file)}};
  ExpectedAnswers answers;
  for (std::string line; std::getline(in, line);) answers.expected_.push_back(line);
  return answers;
}

void ExpectedAnswers::compare(const LineAnswer& line) {
  ++compared_;
  const std::string got = class_of(line);
  const std::string wanted = line.line <= expected_.size() ? expected_[line.line - 1] : "nothing: the file of expected answers ends before";
  if (got == wanted) return;
  if (++differences_ > kShown) return;
  std::string reason;
  if (line.answer.rejection) reason = fmt::format(" ({})", line.answer.rejection->reason);
  shown_.push_back(fmt::format("line {}, key {}: expected {}, got {}{}", line.line, line.key, wanted, got, reason));
}

void ExpectedAnswers::print(std::ostream& out) const {
  if (differences_ == 0) {
    out << fmt::format("All {} as expected.\n", counted(compared_, "answer is", "answers are"));
    return;
  }
  for (const std::string& line : shown_) out << line << '\n';
  out << fmt::format("{} of {} answers differ from what was expected.\n", grouped(differences_), grouped(compared_));
}

void SubmitReport::note(const LineAnswer& line) {
  ++lines_;
  if (line.malformed()) {
    ++malformed_;
    return;
  }
  ++kinds_[line.answer.kind];
  if (line.answer.again) ++again_;
  if (line.answer.kind == AnswerKind::kStopped) stopped_why_ = line.answer.message;
  if (line.answer.rejection) ++rejections_[line.answer.rejection->code];
  // Their numbers run on: they tell how many there were also where the events themselves were left out.
  if (!line.answer.again && line.answer.first.value() > 0) events_ += line.answer.last.value() - line.answer.first.value() + 1;
}

std::uint64_t SubmitReport::count(AnswerKind kind) const {
  const auto found = kinds_.find(kind);
  return found == kinds_.end() ? 0 : found->second;
}

ExitCode SubmitReport::exit_code() const {
  if (count(AnswerKind::kFailed) + count(AnswerKind::kStopped) > 0) return ExitCode::kWorldFailed;
  if (malformed_ > 0) return ExitCode::kMalformed;
  return count(AnswerKind::kRejected) > 0 ? ExitCode::kRejected : ExitCode::kAllTaken;
}

void SubmitReport::print(std::ostream& out, double seconds) const {
  out << fmt::format("{} in {:.1f} s ({}/s): {} accepted", counted(lines_, "command", "commands"), seconds,
                     grouped(static_cast<std::uint64_t>(static_cast<double>(lines_) / std::max(seconds, 0.001))), grouped(count(AnswerKind::kAccepted)));
  if (again_ > 0) out << fmt::format(", {} answered as before", grouped(again_));
  if (const std::uint64_t rejected = count(AnswerKind::kRejected); rejected > 0) {
    out << fmt::format(", {} rejected", grouped(rejected));
    const char* separator = " (";
    for (const auto& [code, times] : rejections_) {
      out << separator << fmt::format("{} {}", grouped(times), code);
      separator = ", ";
    }
    out << ')';
  }
  if (malformed_ > 0) out << fmt::format(", {} malformed", grouped(malformed_));
  if (const std::uint64_t parked = count(AnswerKind::kParked); parked > 0) out << fmt::format(", {} parked", grouped(parked));
  if (const std::uint64_t failed = count(AnswerKind::kFailed); failed > 0) out << fmt::format(", {} of unknown outcome: send them again", grouped(failed));
  if (const std::uint64_t stopped = count(AnswerKind::kStopped); stopped > 0) out << fmt::format(", {} not taken ({})", grouped(stopped), stopped_why_);
  out << fmt::format("; {} recorded.\n", counted(events_, "event", "events"));
}

std::string SubmitReport::json(double seconds) const {
  boost::json::object codes;
  for (const auto& [code, times] : rejections_) codes[code] = times;
  return boost::json::serialize(boost::json::object{{"commands", lines_},
                                                    {"accepted", count(AnswerKind::kAccepted)},
                                                    {"again", again_},
                                                    {"rejected", count(AnswerKind::kRejected)},
                                                    {"rejections", std::move(codes)},
                                                    {"malformed", malformed_},
                                                    {"parked", count(AnswerKind::kParked)},
                                                    {"failed", count(AnswerKind::kFailed)},
                                                    {"stopped", count(AnswerKind::kStopped)},
                                                    {"events", events_},
                                                    {"seconds", seconds}});
}

}  // namespace ritrovo::tools
