#include "tools/local_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <fmt/format.h>

namespace ritrovo::tools {
namespace {

constexpr int kWaitingConnectionsMax = 64;

/// Where a socket lies: a path of at most 107 bytes. A longer one is named by way of its folder, which stays open as long as this.
struct Address {
  Descriptor folder;
  sockaddr_un name{};
};

Address address_in(const std::filesystem::path& data) {
  Address address;
  address.name.sun_family = AF_UNIX;
  std::string path = (data / kSocketName).string();
  if (path.size() >= sizeof(address.name.sun_path)) {
    address.folder = Descriptor(::open(data.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    path = fmt::format("/proc/self/fd/{}/{}", address.folder.number(), kSocketName);
  }
  std::memcpy(address.name.sun_path, path.c_str(), path.size() + 1);
  return address;
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

std::optional<Descriptor> connect_to_server(const std::filesystem::path& data) {
  std::error_code code;
  if (!std::filesystem::exists(data / kSocketName, code)) return std::nullopt;
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Address address = address_in(data);
  if (made.number() < 0 || ::connect(made.number(), reinterpret_cast<const sockaddr*>(&address.name), sizeof(address.name)) != 0) return std::nullopt;
  return made;
}

Result<Descriptor> listen_in(const std::filesystem::path& data) {
  const auto refused = [&data](const char* what) {
    return failure(ErrorCode::kUnavailable, fmt::format("can't listen at {}: {}: {}", (data / kSocketName).string(), what, std::strerror(errno)));
  };
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (made.number() < 0) return refused("socket");
  ::unlink((data / kSocketName).c_str());
  const Address address = address_in(data);
  // Before it has a name, so that nobody else can connect in between.
  if (::fchmod(made.number(), S_IRUSR | S_IWUSR) != 0) return refused("fchmod");
  if (::bind(made.number(), reinterpret_cast<const sockaddr*>(&address.name), sizeof(address.name)) != 0) return refused("bind");
  if (::listen(made.number(), kWaitingConnectionsMax) != 0) return refused("listen");
  return made;
}

bool send_all(const Descriptor& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace ritrovo::tools
