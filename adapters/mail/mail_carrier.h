#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "adapters/mail/mime.h"
#include "projections/notifications/dispatcher.h"

namespace ritrovo::mail {

/// A server that takes mail for others (RFC 5321, 6409).
struct MailServer {
  std::string url;               ///< "smtp://host:587" (STARTTLS), "smtps://host:465"
  bool tls = true;               ///< false: in clear, which is for a server on the same machine alone
  std::string ca_file;           ///< PEM; empty: those of the system
  std::string user;              ///< empty: without a login
  std::string password;
  std::int64_t timeout_ms = 60'000;  ///< for one mail, from connecting to the last answer
};

/// Letters by SMTP. An answer of 550, 551, 553 or 556 is final: there is no such reader. Everything else is tried again: what is wrong with the
/// server or the settings must not use up anybody's message.
class MailCarrier final : public projections::Carrier {
 public:
  MailCarrier(MailServer server, Sender sender, std::function<Timestamp()> now) : server_(std::move(server)), sender_(std::move(sender)), now_(std::move(now)) {}
  [[nodiscard]] std::string_view name() const override { return "mail"; }
  [[nodiscard]] projections::Sent send(const projections::Letter& letter) override;

 private:
  MailServer server_;
  Sender sender_;
  std::function<Timestamp()> now_;
};

}  // namespace ritrovo::mail
