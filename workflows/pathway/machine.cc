#include "workflows/pathway/machine.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/record/engine_bodies.h"
#include "workflows/definition/loader.h"
#include "workflows/definition/publication.h"
#include "workflows/pathway/decide.h"

namespace ritrovo::pathway {

static_assert(CaseMachine<PathwayMachine>);

PathwayMachine::PathwayMachine() : library_(std::make_shared<definition::Library>()) {}
PathwayMachine::PathwayMachine(std::shared_ptr<const definition::Library> library) : library_(std::move(library)) {}

Decision PathwayMachine::decide(const CaseState& state, const Opened& opened, const Command& command, Now now) const {
  return pathway::decide(*library_, state, opened, command, now);
}

std::vector<KeptBox> PathwayMachine::kept_boxes(const CaseState& state) {
  std::vector<KeptBox> boxes;
  boxes.reserve(state.boxes.size());
  for (const StateBox& kept : state.boxes) boxes.push_back({kept.version, &kept.box});
  return boxes;
}

Result<PathwayMachine> PathwayMachine::publish(std::string_view publication) const {
  Result<PublicationBody> body = ritrovo::decode_publication(publication);
  if (!body) return tl::unexpected(body.error());
  std::vector<definition::Document> documents;
  for (PublishedDocument& document : body->documents) documents.push_back({std::move(document.path), std::move(document.text)});
  // What stands in a record was checked in full before; a checker that has become stricter since must not refuse the past.
  const definition::Loaded loaded = definition::load(documents, library_.get(), definition::Scrutiny::kRecorded);
  if (!loaded.good()) {
    const auto first = std::find_if(loaded.problems.begin(), loaded.problems.end(),
                                    [](const definition::Problem& problem) { return problem.severity == definition::Severity::kError; });
    return failure(ErrorCode::kMalformed, first == loaded.problems.end() ? "a publication that doesn't load" : to_string(*first));
  }
  Result<definition::Library> merged = definition::merge(*library_, loaded.library);
  if (!merged) return tl::unexpected(merged.error());
  return PathwayMachine(std::make_shared<const definition::Library>(std::move(*merged)));
}

}  // namespace ritrovo::pathway
