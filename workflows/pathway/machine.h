#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/runtime/machine.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"

namespace ritrovo::pathway {

/// The workflow as the runtime takes it (CaseMachine): decide and apply over the published library. Cheap to copy; immutable.
/// Runs on: any thread.
class PathwayMachine {
 public:
  using State = CaseState;
  PathwayMachine();
  explicit PathwayMachine(std::shared_ptr<const definition::Library> library);

  [[nodiscard]] Decision decide(const CaseState& state, const Opened& opened, const Command& command, Now now) const;
  static void apply(CaseState& state, const Event& event) { pathway::apply(state, event); }
  [[nodiscard]] static std::optional<Day> wake_on(const CaseState& state) { return pathway::wake_on(state.core); }
  [[nodiscard]] static std::vector<KeptBox> kept_boxes(const CaseState& state);
  [[nodiscard]] static std::string encode(const CaseState& state) { return encode_state(state); }
  [[nodiscard]] static Result<CaseState> decode(std::string_view bytes) { return decode_state(bytes); }
  /// The machine that also knows what that publication record holds (PublicationBody in engine/record). kMalformed names the first problem;
  /// kExists where a name and version come with other content.
  [[nodiscard]] Result<PathwayMachine> publish(std::string_view publication) const;

  [[nodiscard]] const std::shared_ptr<const definition::Library>& library() const { return library_; }

 private:
  std::shared_ptr<const definition::Library> library_;
};

}  // namespace ritrovo::pathway
