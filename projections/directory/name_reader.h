#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ritrovo::projections {

/// Reads names as words in Latin letters, lower case, without accents: "Нур Ель-Сайєд" gives nur, el, sajjed. What a script doesn't write, a
/// reading doesn't have: Arabic comes without most vowels.
///
/// Making one takes milliseconds, since ICU compiles its rules; it is kept. Runs on: one thread at a time.
class NameReader {
 public:
  /// Asserts where ICU's data isn't there: the program was built with it.
  NameReader();
  ~NameReader();
  NameReader(const NameReader&) = delete;
  NameReader& operator=(const NameReader&) = delete;
  /// The words of a name, in its order; none for a text without a letter. A word of a script that ICU can't read stands as it
  /// was written. Bytes that aren't UTF-8 are no letters.
  [[nodiscard]] std::vector<std::string> words(std::string_view name) const;

 private:
  struct Rules;
  std::unique_ptr<Rules> rules_;
};

}  // namespace ritrovo::projections
