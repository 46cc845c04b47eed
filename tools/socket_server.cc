#include "tools/socket_server.h"

#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <iostream>
#include <optional>
#include <streambuf>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "engine/base/limits.h"
#include "engine/record/command_json.h"
#include "tools/answer_printer.h"
#include "tools/command_lines.h"
#include "tools/line_reader.h"
#include "tools/main.h"
#include "tools/submission.h"

namespace ritrovo::tools {
namespace {

namespace json = boost::json;

/// How long a reader may take nothing at all before its connection is given up.
constexpr int kSendPatienceSeconds = 60;
/// How long closing waits for those who still read their answers.
constexpr int kClosingPatienceSeconds = 5;
/// And then for those who are told that it ends.
constexpr int kToldPatienceSeconds = 1;
constexpr std::size_t kChunkBytes = 16 * 1024;
constexpr std::string_view kQueryStart = R"({"query":)";
constexpr std::string_view kAnswersStart = R"({"answers":)";

std::string error_line(std::string_view message) { return json::serialize(json::object{{"error", "unavailable"}, {"message", message}}) + "\n"; }

/// A stream that ends at the other side of a socket, in lines {"out": …} or {"err": …}.
class SocketStream final : public std::streambuf {
 public:
  SocketStream(const Descriptor& socket, std::string_view name) : socket_(socket), name_(name) {}

 protected:
  int_type overflow(int_type character) override {
    if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
    const char one = traits_type::to_char_type(character);
    return xsputn(&one, 1) == 1 ? character : traits_type::eof();
  }
  std::streamsize xsputn(const char* bytes, std::streamsize count) override {
    text_.append(bytes, static_cast<std::size_t>(count));
    return text_.size() < kChunkBytes || sync() == 0 ? count : 0;
  }
  int sync() override {
    // In pieces, each well under what a client takes as a line: a page may come as one string.
    for (std::size_t at = 0; at < text_.size() && !gone_; at += kChunkBytes)
      gone_ = !send_all(socket_, json::serialize(json::object{{name_, std::string_view(text_).substr(at, kChunkBytes)}}) + "\n");
    text_.clear();
    return gone_ ? -1 : 0;
  }

 private:
  const Descriptor& socket_;
  std::string_view name_;
  std::string text_;
  bool gone_ = false;
};

/// Has a standard stream write elsewhere, for as long as this lives.
class Redirected {
 public:
  Redirected(std::ostream& stream, std::streambuf& to) : stream_(stream), before_(stream.rdbuf(&to)) {}
  ~Redirected() {
    stream_.flush();
    stream_.clear();
    stream_.rdbuf(before_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  std::ostream& stream_;
  std::streambuf* before_;
};

struct Query {
  std::vector<std::string> words;
  std::string folder;
  std::string data;
};

std::optional<Query> read_query(const std::string& line) {
  try {
    const json::object asked = json::parse(line).at("query").as_object();
    Query query{{}, std::string(asked.at("folder").as_string()), std::string(asked.at("data").as_string())};
    for (const json::value& word : asked.at("words").as_array()) query.words.emplace_back(word.as_string());
    return query;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

/// The language that answers are wanted in for a person, if so.
std::string wanted_text(const std::string& line) {
  try {
    const json::string language = json::parse(line).at("answers").at("text").as_string();
    return language == "it" ? "it" : "en";
  } catch (const std::exception&) {
    return {};
  }
}

/// The standard streams are the process's: one query at a time has them.
std::mutex& streams() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

SocketServer::SocketServer(CaseFolder& folder, const Context& context)
    : folder_(folder), context_(context), listening_(must(listen_in(context.data))), accepting_([this] { accept_all(); }) {}

SocketServer::~SocketServer() {
  closing_ = true;
  ::shutdown(listening_.number(), SHUT_RDWR);
  accepting_.join();
  ::unlink((context_.data / kSocketName).c_str());
  const auto end = [this](int how) {
    const std::lock_guard lock(mutex_);
    for (Connection& connection : connections_) ::shutdown(connection.socket.number(), how);
  };
  end(SHUT_RD);
  if (!wait_until_served(kClosingPatienceSeconds)) {
    ending_ = true;
    if (!wait_until_served(kToldPatienceSeconds)) end(SHUT_RDWR);
  }
  for (Connection& connection : connections_) connection.thread.join();
}

bool SocketServer::wait_until_served(int seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < until) {
    reap();
    {
      const std::lock_guard lock(mutex_);
      if (connections_.empty()) return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

void SocketServer::reap() {
  const std::lock_guard lock(mutex_);
  connections_.remove_if([](Connection& connection) {
    if (!connection.ended) return false;
    connection.thread.join();
    return true;
  });
}

void SocketServer::accept_all() {
  while (!closing_) {
    Descriptor socket(::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (closing_) return;
    if (socket.number() < 0) {
      // Out of descriptors, mostly: those who are connected end some time.
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      continue;
    }
    const timeval patience{kSendPatienceSeconds, 0};
    ::setsockopt(socket.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    reap();
    const std::lock_guard lock(mutex_);
    if (connections_.size() >= kConnectionsMax) {
      (void)send_all(socket, error_line(fmt::format("the server has {} connections open, which is as many as it takes; try again later", kConnectionsMax)));
      continue;
    }
    Connection& connection = connections_.emplace_back();
    connection.socket = std::move(socket);
    connection.thread = std::thread([this, &connection] {
      serve(connection.socket);
      // The other side learns now that nothing more comes, however long the descriptor still waits to be closed.
      ::shutdown(connection.socket.number(), SHUT_RDWR);
      connection.ended = true;
    });
  }
}

void SocketServer::serve(const Descriptor& socket) {
  try {
    LineReader reader = LineReader::over(socket, "a client", limits::kCommandBytesMax);
    const Result<std::optional<LineReader::Line>> first = reader.next();
    if (!first || !*first) return;
    if (!(*first)->too_long && (*first)->text.starts_with(kQueryStart)) return run_query(socket, (*first)->text);
    take_commands(socket, reader, **first);
  } catch (const Failure& failed) {
    (void)send_all(socket, error_line(failed.error.message));
  } catch (const std::exception& unexpected) {
    spdlog::error("a connection failed: {}", unexpected.what());
  }
}

void SocketServer::take_commands(const Descriptor& socket, LineReader& reader, LineReader::Line first) {
  std::string language;
  std::optional<LineReader::Line> line = std::move(first);
  const bool asks_for_text = line->text.starts_with(kAnswersStart);
  if (asks_for_text) language = wanted_text(line->text);
  AnswerPrinter printer(folder_, true, language.empty() ? "en" : language);
  AnswerPrinter persons(folder_, false, language);
  const std::uint64_t header = asks_for_text ? 1 : 0;
  std::string out;
  bool gone = false;
  Submission submission(
      kWindow, [this](const Command& command, const AnswerCallback& answer) { folder_.submit(command, answer); },
      [&](const LineAnswer& answer, bool more) {
        std::string text = printer.line(answer);
        if (!language.empty()) text.replace(text.size() - 2, 2, fmt::format(",\"text\":{}}}\n", json::serialize(json::string(persons.line(answer)))));
        out += text;
        if (more && out.size() < kChunkBytes) return;
        gone = gone || !send_all(socket, out);
        out.clear();
        if (gone) throw Failure{{ErrorCode::kUnavailable, "the client is gone"}};
      });
  if (asks_for_text) line = reader.next().value_or(std::nullopt);
  const ParseContext parse{folder_.settings().tenant, true};
  while (line && !submission.failed()) {
    offer_line(submission, *line, line->number - header, parse);
    line = reader.next().value_or(std::nullopt);
  }
  try {
    submission.drain();
  } catch (const Failure&) {
    spdlog::info("a client went away before it had all its answers");
  }
}

void SocketServer::run_query(const Descriptor& socket, const std::string& line) {
  const std::optional<Query> query = read_query(line);
  if (!query) {
    (void)send_all(socket, error_line("a query is {\"words\": […], \"folder\": …, \"data\": …}"));
    return;
  }
  const std::lock_guard one_at_a_time(streams());
  if (closing_) return;
  // This thread's own working folder from now on, so that files mean what they mean to whoever asks.
  if (::unshare(CLONE_FS) != 0 || ::chdir(query->folder.c_str()) != 0) {
    (void)send_all(socket, error_line(fmt::format("the server can't work in {} ({}): is it a folder that the server may see?", query->folder, std::strerror(errno))));
    return;
  }
  ExitCode code = ExitCode::kWorldFailed;
  {
    SocketStream out(socket, "out");
    SocketStream err(socket, "err");
    const Redirected out_goes_there(std::cout, out);
    const Redirected err_goes_there(std::cerr, err);
    Context context;
    context.data = query->data;
    context.served = &folder_;
    context.kafka = context_.kafka;
    context.outbox = context_.outbox;
    context.views = context_.views;
    context.directory = context_.directory;
    context.accesses = context_.accesses;
    context.ending = &ending_;
    code = run_program(std::move(context), query->words);
  }
  (void)send_all(socket, json::serialize(json::object{{"exit", static_cast<int>(code)}}) + "\n");
}

}  // namespace ritrovo::tools
