#include "adapters/mail/curl_handle.h"

namespace ritrovo::mail {
namespace {

/// libcurl is set up before its first handle; once, and for the whole process.
bool set_up() {
  static const bool kDone = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return kDone;
}

constexpr long kConnectMsMax = 15'000;

}  // namespace

CurlHandle::CurlHandle(const std::string& url, const char* protocols, std::int64_t timeout_ms, const std::string& ca_file) : handle_(set_up() ? curl_easy_init() : nullptr) {
  CURL* curl = handle_.get();
  if (curl == nullptr) return;
  const long whole = static_cast<long>(timeout_ms);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, whole);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, whole < kConnectMsMax ? whole : kConnectMsMax);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
}

void CurlHandle::add(curl_slist*& list, const std::string& line) {
  // Where memory lacks, the list stays as it was.
  if (curl_slist* longer = curl_slist_append(list, line.c_str()); longer != nullptr) list = longer;
}

std::string CurlHandle::word_for(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return "connect";
    case CURLE_OPERATION_TIMEDOUT: return "timeout";
    case CURLE_LOGIN_DENIED: return "login";
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM: return "tls";
    default: return {};  // of libcurl's hundred codes, these are the ones that somebody can act on
  }
}

bool CurlHandle::unreachable(CURLcode code) {
  const std::string word = word_for(code);
  return word == "connect" || word == "login" || word == "tls";
}

}  // namespace ritrovo::mail
