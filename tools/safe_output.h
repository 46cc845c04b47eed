#pragma once

#include <ostream>
#include <streambuf>
#include <string>

namespace ritrovo::tools {

/// Stands between a stream and its buffer for as long as it lives: what is hidden in what goes through, names and titles that somebody typed, is
/// escaped (`printable`), so that no text of a case or a definition gives orders to a terminal. The escapes are JSON's own: JSON that goes through
/// stays JSON, and the same. Ends of lines and tabulators stay.
/// Runs on: the threads that use the stream, one at a time. Requires: `stream` outlives it.
class SafeOutput final : public std::streambuf {
 public:
  explicit SafeOutput(std::ostream& stream) : stream_(stream), below_(stream.rdbuf(this)) {}
  ~SafeOutput() override;
  SafeOutput(const SafeOutput&) = delete;
  SafeOutput& operator=(const SafeOutput&) = delete;

 protected:
  int_type overflow(int_type one) override;
  std::streamsize xsputn(const char* text, std::streamsize bytes) override;
  int sync() override;

 private:
  bool pass_on(std::size_t bytes);

  std::ostream& stream_;
  std::streambuf* below_;
  std::string held_;  ///< not passed on yet
};

/// Opens /dev/null in the place of each of the standard streams (0, 1, 2) that this process was started without, so that no file of the data
/// folder gets such a number and what is printed lands in it. Reading from and writing to such a stream fails.
/// Runs on: the start of `main`, before any file is opened.
void hold_standard_streams();

/// Whether the standard output takes anything at all.
[[nodiscard]] bool has_output();

}  // namespace ritrovo::tools
