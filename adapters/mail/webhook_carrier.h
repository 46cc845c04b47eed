#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "projections/notifications/dispatcher.h"

namespace ritrovo::mail {

/// A program that is told of messages by HTTP.
struct WebhookTarget {
  std::string url;
  std::string key;         ///< of the signature, at least 16 bytes
  std::string ca_file;     ///< PEM; empty: those of the system
  bool with_text = false;  ///< address, subject and text go along: personal values in clear
  std::int64_t timeout_ms = 30'000;
};

/// Letters as JSON by POST: what the letter is about (projections/notifications/notification.h: json_of), its `id`, and where `with_text` says so
/// `address`, `subject`, `text` and `language`. `Idempotency-Key` is the id, the same on a repeat. `Ritrovo-Signature: t=MS,v1=HEX` is the HMAC-SHA-256 of "MS." and the body.
/// Any 2xx takes it; 400, 410 and 422 are final; everything else is tried again.
class WebhookCarrier final : public projections::Carrier {
 public:
  WebhookCarrier(WebhookTarget target, std::function<Timestamp()> now) : target_(std::move(target)), now_(std::move(now)) {}
  [[nodiscard]] std::string_view name() const override { return "webhook"; }
  [[nodiscard]] projections::Sent send(const projections::Letter& letter) override;

 private:
  WebhookTarget target_;
  std::function<Timestamp()> now_;
};

}  // namespace ritrovo::mail
