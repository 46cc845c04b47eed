#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/record/engine_bodies.h"
#include "engine/record/event.h"
#include "engine/record/opened.h"
#include "workflows/definition/model.h"

namespace ritrovo::reasons {

/// The library that was in force when events from that version on were decided.
struct InForce {
  Version from;
  std::shared_ptr<const definition::Library> library;
};

/// All that an explanation of one case rests on: what was recorded until some moment, opened where it could be.
struct Knowledge {
  std::vector<Event> events;                    ///< of the case, from the first
  Opened opened;                                ///< every box of those events
  std::vector<InForce> libraries;               ///< by version; the first is in force from the case's beginning
  std::vector<PublishedDocument> documents;     ///< of every publication until then, the latest last: what is quoted
  Day today;                                    ///< the day that `events` reach
  bool shows_personal = true;                   ///< false: personal values are used and not shown
  /// The local day and minute of an instant: "2025-02-12 10:33".
  std::function<std::string(Timestamp)> local_time;
  /// How a person is called besides their alias; may be empty.
  std::function<std::string(std::string_view alias)> name;
};

}  // namespace ritrovo::reasons
