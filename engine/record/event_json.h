#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/record/event.h"

namespace ritrovo {

/// What an event's JSON says of its kind and body; made by whoever owns the tag.
struct BodyView {
  std::string name;  ///< of the kind: "step_opened"
  Values body;
};

/// Where a record stands.
struct RecordPlace {
  PartitionId partition;
  Position position;
};

/// An event as JSON on one line: partition and position (if given), event (the kind's name), tag, case, version, cause, recorded, effective_on,
/// actor, key, fingerprint, records, source, correlation, traceparent (on the first record of a command), body, boxes [{owner, sealed}].
/// Ids are printed, days and instants are text, boxes stay sealed (base64). `view` is called once.
[[nodiscard]] std::string event_json(const Event& event, const std::function<BodyView(const Event&)>& view,
                                     const std::optional<RecordPlace>& place = std::nullopt);

/// The view of the engine's own records (tags 1 … 99); a body that doesn't decode is shown as {"undecodable": reason}.
[[nodiscard]] BodyView engine_body_view(const Event& event);

}  // namespace ritrovo
