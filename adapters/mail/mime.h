#pragma once

#include <string>
#include <string_view>

#include "engine/base/time.h"
#include "projections/notifications/letter.h"

namespace ritrovo::mail {

/// Who writes.
struct Sender {
  std::string from;         ///< address
  std::string name;         ///< what stands before it; may be empty
  std::string domain;       ///< behind the @ of Message-IDs
  std::string unsubscribe;  ///< an address to which readers write that they want no more; may be empty
};

/// Whether a text may stand as an address: one @, letters, digits and few signs of ASCII, at most 254. What else an address may be is refused, because
/// it could carry a second recipient or header.
[[nodiscard]] bool is_address(std::string_view text);
/// "<fam-….17.LOG@domain>"
[[nodiscard]] std::string message_id(const projections::Letter& letter, const Sender& sender);
/// The mail's bytes with CRLF, text in base64 (RFC 5322, 2045), subject in encoded words (RFC 2047). It says that a program wrote it (RFC 3834).
[[nodiscard]] std::string mime_message(const projections::Letter& letter, const Sender& sender, Timestamp now);

}  // namespace ritrovo::mail
