#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/record/command.h"
#include "engine/record/event.h"
#include "engine/record/opened.h"
#include "engine/record/value.h"

namespace ritrovo {

/// Personal values of one person that an event will hold sealed.
struct Secret {
  PersonId owner;
  Values values;
};

/// An event before it is recorded: what decide returns. The runtime gives it its version, instant and provenance, and seals its secrets
/// into boxes, one for each owner.
struct Draft {
  RecordTag tag = RecordTag::kFirstOfWorkflow;
  Day effective;
  std::string body;  ///< encoded, without anything personal
  std::vector<Secret> secrets;
  bool derived = false;  ///< it follows from what was asked, or from its day: an erased person's part of it stays empty, and nothing is refused
};

/// The domain's no: recorded with its command, answered again to the same key. `code` is a stable name that a program can act on
/// ("unknown_fact"); `reason` is a sentence for the person who has to act and holds no personal value.
struct Rejection {
  std::string code;
  std::string reason;
  bool operator==(const Rejection&) const = default;
};

using Decision = std::variant<std::vector<Draft>, Rejection>;

/// A box that a state keeps, and the event it came from.
struct KeptBox {
  Version version;
  const Box* box = nullptr;
};

/// What the runtime needs from a workflow, and all that it knows of one.
///
/// `State` is a value: default-constructed it is a case without events; cheap to copy; the same events give the same bytes everywhere.
///  - `decide(state, opened, command, now)` is pure: the drafts that follow (at least one) or a Rejection. An `open` is decided on the
///    default state. The verb `wake` comes from the runtime when the day that `wake_on` asked for has begun; it may return no draft at all, but a
///    rejection of it is a bug.
///  - `apply(state, event)` is pure and can't fail; processing and replay use the same one. It sees sealed boxes only.
///  - `wake_on(state)` is the local day at whose beginning the case next has something to do by itself, if any.
///  - `kept_boxes(state)` lists the boxes whose values decide may ask for.
///  - `encode` and `decode` are a snapshot's bytes; encode is canonical (equal states, equal bytes).
///  - `publish(documents)` returns the machine that also knows what a publication record holds; called in the order of the records.
/// A RITROVO_ASSERT inside decide or apply puts the case into quarantine.
template <class M>
concept CaseMachine = std::copyable<M> && std::copyable<typename M::State> && std::default_initializable<typename M::State> &&
    requires(const M& machine, typename M::State& state, const typename M::State& read, const Opened& opened, const Command& command,
             const Event& event, Now now, std::string_view bytes) {
      { machine.decide(read, opened, command, now) } -> std::same_as<Decision>;
      { M::apply(state, event) } -> std::same_as<void>;
      { M::wake_on(read) } -> std::same_as<std::optional<Day>>;
      { M::kept_boxes(read) } -> std::same_as<std::vector<KeptBox>>;
      { M::encode(read) } -> std::same_as<std::string>;
      { M::decode(bytes) } -> std::same_as<Result<typename M::State>>;
      { machine.publish(bytes) } -> std::same_as<Result<M>>;
    };

}  // namespace ritrovo
