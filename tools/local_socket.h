#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/base/result.h"

namespace ritrovo::tools {

/// An open file descriptor, closed with its holder.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_ = -1;
};

/// The name of the socket in a data folder by which a running server is reached.
inline constexpr std::string_view kSocketName = "ritrovo.socket";

/// Connects to the server that has that data folder open; nothing where none listens, also where a killed one left its socket behind.
[[nodiscard]] std::optional<Descriptor> connect_to_server(const std::filesystem::path& data);
/// Listens in a data folder, for its owner alone (mode 0600); what a killed server left there goes. kUnavailable says why not.
/// Requires: this process holds the folder.
[[nodiscard]] Result<Descriptor> listen_in(const std::filesystem::path& data);
/// Sends all of it; false where the other side is gone, or takes nothing for as long as the socket's own patience.
[[nodiscard]] bool send_all(const Descriptor& socket, std::string_view bytes);

}  // namespace ritrovo::tools
