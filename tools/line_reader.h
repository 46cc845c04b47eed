#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "tools/local_socket.h"

namespace ritrovo::tools {

/// A text's lines, one at a time, never more than a limit of one in memory. Runs on: one thread.
class LineReader {
 public:
  struct Line {
    std::uint64_t number = 0;  ///< from 1
    std::string text;          ///< without its end; the beginning only where it is too long
    bool too_long = false;
  };

  /// "-" reads stdin. kNotFound or kUnavailable names the file.
  [[nodiscard]] static Result<LineReader> open(const std::filesystem::path& file, std::size_t line_bytes_max);
  /// The lines that come by a socket, which it holds a copy of; `name` for messages.
  [[nodiscard]] static LineReader over(const Descriptor& socket, std::string name, std::size_t line_bytes_max);
  /// The next line; nothing at the end. kUnavailable where reading fails.
  [[nodiscard]] Result<std::optional<Line>> next();
  /// Bytes read so far, and of the whole file; 0 where it isn't known.
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }
  [[nodiscard]] std::uint64_t bytes_total() const { return bytes_total_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const;
  };
  LineReader(std::unique_ptr<std::FILE, Close> file, std::string name, std::size_t line_bytes_max, std::uint64_t bytes_total);
  bool fill();

  std::unique_ptr<std::FILE, Close> file_;
  std::string name_;
  std::size_t line_bytes_max_;
  std::string buffer_;
  std::size_t at_ = 0;
  bool ended_ = false;
  bool failed_ = false;
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t bytes_total_ = 0;
};

}  // namespace ritrovo::tools
