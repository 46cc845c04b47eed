#pragma once

#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

#include <rocksdb/env.h>

namespace ritrovo {

/// Writes RocksDB's own messages to the file `LOG` of its folder, whatever becomes of them. RocksDB's logger won't do: in Debian's build, whose
/// assertions are on, its second write after one that failed ends the process, so that a full disk would. Runs on: any thread.
class TextLogger final : public rocksdb::Logger {
 public:
  /// Bytes of the file beyond which nothing is added.
  static constexpr long kBytesMax = 1L << 20;

  explicit TextLogger(std::filesystem::path file) : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), path_(std::move(file)) {}
  using rocksdb::Logger::Logv;
  void Logv(const char* format, std::va_list arguments) override {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path_.c_str(), "ae"), &std::fclose);
    if (!file || std::fseek(file.get(), 0, SEEK_END) != 0 || std::ftell(file.get()) > kBytesMax) return;
    std::vfprintf(file.get(), format, arguments);
    std::fputc('\n', file.get());
  }

 private:
  std::filesystem::path path_;
};

}  // namespace ritrovo
