#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <string>

namespace ritrovo::mail {

/// A handle of libcurl for one exchange, with what all of ours have: no signals, no redirects, limits of time. Runs on: one thread.
class CurlHandle {
 public:
  CurlHandle(const std::string& url, const char* protocols, std::int64_t timeout_ms, const std::string& ca_file);
  [[nodiscard]] CURL* get() const { return handle_.get(); }
  /// Adds a line to a list that the handle keeps.
  void add(curl_slist*& list, const std::string& line);
  void keep(curl_slist* list) { lists_.reset(list); }
  /// A word for what went wrong on the way, "tls" for instance; empty for what an answer has to say.
  [[nodiscard]] static std::string word_for(CURLcode code);
  /// Whether the other side can't be spoken to at all, so that trying others is of no use.
  [[nodiscard]] static bool unreachable(CURLcode code);

 private:
  struct Close {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct Free {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  std::unique_ptr<CURL, Close> handle_;
  std::unique_ptr<curl_slist, Free> lists_;
};

}  // namespace ritrovo::mail
