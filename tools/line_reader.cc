#include "tools/line_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "tools/context.h"

namespace ritrovo::tools {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;

}  // namespace

void LineReader::Close::operator()(std::FILE* file) const {
  if (file != stdin) std::fclose(file);
}

LineReader::LineReader(std::unique_ptr<std::FILE, Close> file, std::string name, std::size_t line_bytes_max, std::uint64_t bytes_total)
    : file_(std::move(file)), name_(std::move(name)), line_bytes_max_(line_bytes_max), bytes_total_(bytes_total) {}

Result<LineReader> LineReader::open(const std::filesystem::path& file, std::size_t line_bytes_max) {
  if (file == "-") return LineReader(std::unique_ptr<std::FILE, Close>(stdin), "the standard input", line_bytes_max, 0);
  std::error_code code;
  if (std::filesystem::is_directory(file, code)) {
    return failure(ErrorCode::kNotFound, fmt::format("{} is a folder; name a file, or - for the standard input", file.string()));
  }
  std::unique_ptr<std::FILE, Close> opened(std::fopen(file.c_str(), "rb"));
  if (!opened) {
    return failure(ErrorCode::kNotFound, fmt::format("can't read {}: {}. Check the path, or give - for the standard input", file.string(), std::strerror(errno)));
  }
  const std::uintmax_t size = std::filesystem::file_size(file, code);
  return LineReader(std::move(opened), file.string(), line_bytes_max, code ? 0 : size);
}

LineReader LineReader::over(const Descriptor& socket, std::string name, std::size_t line_bytes_max) {
  std::unique_ptr<std::FILE, Close> opened(::fdopen(::dup(socket.number()), "rb"));
  if (!opened) throw Failure{{ErrorCode::kUnavailable, fmt::format("can't read from {}: {}", name, std::strerror(errno))}};
  return LineReader(std::move(opened), std::move(name), line_bytes_max, 0);
}

/// Reads more, without waiting for a full buffer: a line that was written is seen at once. False at the end.
bool LineReader::fill() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kChunkBytes);
  ssize_t got = 0;
  do {
    got = ::read(::fileno(file_.get()), buffer_.data() + before, kChunkBytes);
  } while (got < 0 && errno == EINTR);
  buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got <= 0) ended_ = true;
  failed_ = got < 0;
  return got > 0;
}

Result<std::optional<LineReader::Line>> LineReader::next() {
  Line line{lines_ + 1, {}, false};
  bool any = false;
  for (;;) {
    const std::size_t end = buffer_.find('\n', at_);
    const std::size_t upto = end == std::string::npos ? buffer_.size() : end;
    const std::string_view piece = std::string_view(buffer_).substr(at_, upto - at_);
    any = any || !piece.empty();
    line.too_long = line.too_long || line.text.size() + piece.size() > line_bytes_max_;
    line.text += piece.substr(0, std::min(piece.size(), line_bytes_max_ - std::min(line_bytes_max_, line.text.size())));
    bytes_read_ += piece.size();
    at_ = upto;
    if (end != std::string::npos) {
      ++at_;
      ++bytes_read_;
      break;
    }
    if (!fill()) {
      if (failed_) return failure(ErrorCode::kUnavailable, fmt::format("reading {} failed", name_));
      if (!any) return std::optional<Line>();
      break;
    }
  }
  if (++lines_ == 1 && line.text.starts_with("\xEF\xBB\xBF")) line.text.erase(0, 3);  // some editors begin every file with it
  if (!line.text.empty() && line.text.back() == '\r') line.text.pop_back();
  return std::optional<Line>(std::move(line));
}

}  // namespace ritrovo::tools
