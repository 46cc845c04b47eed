#include "adapters/mail/webhook_carrier.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "adapters/mail/curl_handle.h"
#include "engine/digest/hmac.h"

namespace ritrovo::mail {
namespace {

using projections::Sent;

/// What the other side answers is of no interest.
std::size_t pass_over(char* /*bytes*/, std::size_t size, std::size_t count, void* /*nowhere*/) { return size * count; }

bool is_final(long answer) { return answer == 400 || answer == 410 || answer == 422; }

std::string body_of(const projections::Letter& letter, bool with_text) {
  boost::json::object body = letter.facts;
  body["id"] = letter.id;
  if (with_text) {
    body["address"] = letter.to;
    body["subject"] = letter.subject;
    body["text"] = letter.text;
    body["language"] = letter.language;
  }
  return boost::json::serialize(body);
}

}  // namespace

Sent WebhookCarrier::send(const projections::Letter& letter) {
  CurlHandle handle(target_.url, "http,https", target_.timeout_ms, target_.ca_file);
  CURL* curl = handle.get();
  if (curl == nullptr) return {Sent::Kind::kUnreachable, "memory"};
  const std::string body = body_of(letter, target_.with_text);
  const std::int64_t at = now_().value();
  curl_slist* headers = nullptr;
  handle.add(headers, "Content-Type: application/json");
  handle.add(headers, "Expect:");
  handle.add(headers, fmt::format("Idempotency-Key: \"{}\"", letter.id));
  handle.add(headers, fmt::format("Ritrovo-Signature: t={},v1={}", at, hmac_sha256(target_.key, {std::to_string(at), ".", body}).hex()));
  handle.keep(headers);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &pass_over);
  const CURLcode code = curl_easy_perform(curl);
  if (CurlHandle::unreachable(code)) return {Sent::Kind::kUnreachable, CurlHandle::word_for(code)};
  if (code != CURLE_OK) return {Sent::Kind::kLater, code == CURLE_OPERATION_TIMEDOUT ? "timeout" : "dropped"};
  long answer = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
  if (answer >= 200 && answer < 300) return {Sent::Kind::kTaken, std::to_string(answer)};
  return {is_final(answer) ? Sent::Kind::kRefused : Sent::Kind::kLater, std::to_string(answer)};
}

}  // namespace ritrovo::mail
