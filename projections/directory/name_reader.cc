#include "projections/directory/name_reader.h"

#include <algorithm>
#include <utility>

#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "engine/base/assert.h"

namespace ritrovo::projections {
namespace {

/// ASCII needs no rules but lower case: nearly every name of a passport.
bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z')) {
      if (!inside) words.emplace_back();
      inside = true;
      words.back() += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (c != '\'' && c != '`') {
      // An apostrophe stands inside a word: N'Diaye, Ch'en.
      inside = false;
    }
  }
  return words;
}

bool has_letter(const icu::UnicodeString& text) {
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
    if (u_isalpha(text.char32At(i))) return true;
  return false;
}

}  // namespace

struct NameReader::Rules {
  std::unique_ptr<icu::Transliterator> to_latin;
};

NameReader::NameReader() : rules_(std::make_unique<Rules>()) {
  UErrorCode failed = U_ZERO_ERROR;
  rules_->to_latin.reset(icu::Transliterator::createInstance("Any-Latin; NFD; [:Nonspacing Mark:] Remove; NFC; Latin-ASCII", UTRANS_FORWARD, failed));
  RITROVO_ASSERT(U_SUCCESS(failed));
}

NameReader::~NameReader() = default;

std::vector<std::string> NameReader::words(std::string_view name) const {
  if (is_ascii(name)) return split(name);
  // Word by word: some scripts are read by what stands beside a letter, and a word must read the same alone and in a name.
  if (const auto space = name.find(' '); space != std::string_view::npos) {
    std::vector<std::string> all = words(name.substr(0, space));
    for (std::string& word : words(name.substr(space + 1))) all.push_back(std::move(word));
    return all;
  }
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size())));
  const bool letters = has_letter(text);
  rules_->to_latin->transliterate(text);
  std::string latin;
  text.toUTF8String(latin);
  // What has no Latin letter even so (a modifier, a sign) belongs to the word around it.
  std::erase_if(latin, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  std::vector<std::string> read = split(latin);
  // A script that ICU has no rules for (Sinhala): the word as it is written finds itself, at least.
  if (read.empty() && letters) read.emplace_back(name);
  return read;
}

}  // namespace ritrovo::projections
