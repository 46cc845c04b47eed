#include "adapters/mail/mail_carrier.h"

#include <algorithm>
#include <cstring>

#include "adapters/mail/curl_handle.h"

namespace ritrovo::mail {
namespace {

using projections::Sent;

/// What is left to be read of a mail.
struct Upload {
  std::string bytes;
  std::size_t at = 0;
};

std::size_t read_upload(char* into, std::size_t size, std::size_t count, void* from) {
  auto* upload = static_cast<Upload*>(from);
  const std::size_t taken = std::min(size * count, upload->bytes.size() - upload->at);
  std::memcpy(into, upload->bytes.data() + upload->at, taken);
  upload->at += taken;
  return taken;
}

/// Answers that no later try changes.
bool is_final(long answer) { return answer == 550 || answer == 551 || answer == 553 || answer == 556; }

}  // namespace

Sent MailCarrier::send(const projections::Letter& letter) {
  if (!is_address(letter.to)) return {Sent::Kind::kRefused, "address"};
  CurlHandle handle(server_.url, "smtp,smtps", server_.timeout_ms, server_.ca_file);
  CURL* curl = handle.get();
  if (curl == nullptr) return {Sent::Kind::kUnreachable, "memory"};
  curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(server_.tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!server_.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, server_.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, server_.password.c_str());
  }
  curl_slist* recipients = nullptr;
  handle.add(recipients, "<" + letter.to + ">");
  handle.keep(recipients);
  const std::string from = "<" + sender_.from + ">";
  Upload upload{mime_message(letter, sender_, now_()), 0};
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, &read_upload);
  curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OK) return {Sent::Kind::kTaken, "250"};
  if (CurlHandle::unreachable(code)) return {Sent::Kind::kUnreachable, CurlHandle::word_for(code)};
  long answer = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
  if (is_final(answer)) return {Sent::Kind::kRefused, std::to_string(answer)};
  const std::string word = CurlHandle::word_for(code);
  if (!word.empty()) return {Sent::Kind::kLater, word};
  return {Sent::Kind::kLater, answer >= 400 ? std::to_string(answer) : "dropped"};
}

}  // namespace ritrovo::mail
