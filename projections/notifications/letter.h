#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <tl/expected.hpp>

#include "engine/runtime/machine.h"
#include "projections/notifications/outbox.h"
#include "projections/tongue.h"
#include "workflows/definition/message_reader.h"
#include "workflows/pathway/case_state.h"

namespace ritrovo::projections {

/// A message as it leaves: personal values in clear. Never kept, never logged.
struct Letter {
  std::string id;        ///< the same on every repeat: a Message-ID without its domain
  std::string to;        ///< address
  std::string subject;
  std::string text;
  std::string language;
  bool stoppable = false;  ///< its reader may say that they want no more
  boost::json::object facts;  ///< what it is about, without personal values (json_of)
};

/// Why a message isn't sent: the words that are recorded.
namespace withheld {
inline constexpr std::string_view kErased = "erased";            ///< its reader was forgotten
inline constexpr std::string_view kUnwanted = "unwanted";        ///< its reader wants none
inline constexpr std::string_view kNoAddress = "no_address";     ///< the case has none
inline constexpr std::string_view kNoWording = "no_wording";     ///< nothing says how it is worded, or who speaks for such a family
inline constexpr std::string_view kUnreadable = "unreadable";    ///< a box doesn't open
}  // namespace withheld

/// A case as it is known now, for whoever writes to it.
struct CaseContents {
  const pathway::CaseCore& core;
  const Opened& opened;                ///< every box
  const definition::Pathway& pathway;
  const definition::Library* library;  ///< titles of terms; may be nullptr
  std::set<std::string> unwanted;      ///< aliases of who wants no messages
};

/// Writes letters by a plan. Pure. Runs on: any thread.
class LetterWriter {
 public:
  using Translations = std::map<std::string, definition::Translation, std::less<>>;
  /// `centre`: what the office calls itself; `log_id` tells this folder's messages from another's.
  LetterWriter(definition::MessagePlan plan, Translations translations, std::string centre, std::string log_id);

  /// A letter to the family, in its language; or the word for why there is none.
  [[nodiscard]] tl::expected<Letter, std::string_view> to_family(const Notification& message, const CaseContents& contents) const;
  /// What a digest for staff says of a message: a line without personal values.
  [[nodiscard]] std::string staff_line(const Notification& message, const CaseContents& contents, std::string_view language) const;
  /// A digest of those lines. Its id depends on which messages it is made of.
  [[nodiscard]] Letter digest(const Digest& digest, const std::vector<std::string>& lines, std::string_view language) const;

  [[nodiscard]] const definition::MessagePlan& plan() const { return plan_; }

 private:
  using Lookup = std::function<std::string(std::string_view name)>;
  [[nodiscard]] static std::string filled(std::string_view text, const Lookup& lookup);
  [[nodiscard]] Tongue tongue(std::string_view language) const;
  /// The best that a text has for that language: itself, its first part ("de" of "de-AT"), the plan's own.
  [[nodiscard]] std::string language_for(const definition::Text& text, std::string_view wanted) const;
  [[nodiscard]] Lookup lookup(const Notification& message, const CaseContents& contents, std::string language) const;
  [[nodiscard]] std::string letter_id(std::string_view name) const;

  definition::MessagePlan plan_;
  Translations translations_;
  std::string centre_;
  std::string log_id_;
};

}  // namespace ritrovo::projections
