#include "tools/safe_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "engine/base/printable.h"

namespace ritrovo::tools {
namespace {

constexpr std::size_t kHeldBytesMax = 64 * 1024;

/// Bytes at the end of `text` that may begin a character whose other bytes are still to come.
std::size_t unfinished(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) return 0;
    if (byte >= 0xC0) return utf8_bytes(text.substr(text.size() - back)) == 0 ? back : 0;
  }
  return 0;
}

}  // namespace

SafeOutput::~SafeOutput() {
  pass_on(held_.size());
  below_->pubsync();
  stream_.rdbuf(below_);
}

bool SafeOutput::pass_on(std::size_t bytes) {
  const std::string shown = printable(std::string_view(held_).substr(0, bytes), true);
  held_.erase(0, bytes);
  return below_->sputn(shown.data(), static_cast<std::streamsize>(shown.size())) == static_cast<std::streamsize>(shown.size());
}

std::streambuf::int_type SafeOutput::overflow(int_type one) {
  if (traits_type::eq_int_type(one, traits_type::eof())) return traits_type::not_eof(one);
  const char byte = traits_type::to_char_type(one);
  return xsputn(&byte, 1) == 1 ? one : traits_type::eof();
}

std::streamsize SafeOutput::xsputn(const char* text, std::streamsize bytes) {
  held_.append(text, static_cast<std::size_t>(bytes));
  if (held_.size() >= kHeldBytesMax && !pass_on(held_.size() - unfinished(held_))) return 0;
  return bytes;
}

int SafeOutput::sync() { return pass_on(held_.size() - unfinished(held_)) && below_->pubsync() == 0 ? 0 : -1; }

void hold_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1) continue;
    // The lowest free number is this one. The wrong way round on purpose: whoever reads or writes is told.
    if (::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) != stream) ::_exit(1);
  }
}

bool has_output() {
  const int flags = ::fcntl(STDOUT_FILENO, F_GETFL);
  return flags != -1 && (flags & O_ACCMODE) != O_RDONLY;
}

}  // namespace ritrovo::tools
