#include "projections/case_fold.h"

#include <utility>
#include <variant>

#include "engine/base/assert.h"
#include "engine/digest/sha256.h"
#include "engine/record/engine_bodies.h"
#include "workflows/definition/loader.h"
#include "workflows/definition/publication.h"

namespace ritrovo::projections {
namespace {

/// The library and what that publication holds. A publication was checked before it was recorded: what can't be read any more adds nothing,
/// and the cases pinned to it are counted as unreadable.
std::shared_ptr<const definition::Library> with_publication(std::shared_ptr<const definition::Library> library, std::string_view body) {
  std::vector<definition::Document> documents;
  if (Result<PublicationBody> publication = decode_publication(body)) {
    for (PublishedDocument& document : publication->documents) documents.push_back({std::move(document.path), std::move(document.text)});
  } else if (Result<std::vector<definition::Document>> plain = definition::decode_publication(body)) {
    documents = std::move(*plain);
  } else {
    return library;
  }
  definition::Loaded loaded = definition::load(documents, library.get(), definition::Scrutiny::kRecorded);
  if (!library) return std::make_shared<const definition::Library>(std::move(loaded.library));
  Result<definition::Library> merged = definition::merge(*library, loaded.library);
  return merged ? std::make_shared<const definition::Library>(std::move(*merged)) : library;
}

/// Keeps the frame up to date.
struct Framing {
  CaseFrame& frame;
  void operator()(const pathway::PersonAdded& body) const { frame.persons.push_back({body.id, body.alias, body.role, false}); }
  void operator()(const pathway::PersonLeft& body) const {
    RITROVO_ASSERT_OP(std::size_t{body.person}, <, frame.persons.size());
    frame.persons[body.person].left = true;
  }
  void operator()(const pathway::CaseSuspended& /*body*/) const { frame.life = pathway::CaseLife::kSuspended; }
  void operator()(const pathway::CaseResumed& body) const {
    // `resume` with a step looks at that step again; it isn't about the case's life unless the case was suspended.
    if (body.step == definition::kNone || frame.life == pathway::CaseLife::kSuspended) frame.life = pathway::CaseLife::kOpen;
  }
  void operator()(const pathway::CaseClosed& /*body*/) const { frame.life = pathway::CaseLife::kClosed; }
  void operator()(const pathway::CaseReopened& /*body*/) const { frame.life = pathway::CaseLife::kOpen; }
  void operator()(const pathway::PathwayCompleted& /*body*/) const { frame.life = pathway::CaseLife::kCompleted; }
  template <class Body>
  void operator()(const Body& /*body*/) const {}
};

}  // namespace

std::string_view CaseFrame::alias(pathway::PersonIndex person) const {
  return person < persons.size() ? std::string_view(persons[person].alias) : std::string_view();
}

CaseFold::CaseFold(std::shared_ptr<const definition::Library> library) : library_(std::move(library)) {}

void CaseFold::apply(const Event& event) {
  if (event.tag == RecordTag::kPublication) {
    if (met_.insert(sha256(event.body)).second) pending_.push_back(event.body);
    return;
  }
  if (event.tag < RecordTag::kFirstOfWorkflow || event.version == Version()) return;
  const Result<pathway::Body> body = pathway::decode_body(event.tag, event.body);
  if (!body) assertion_failed(__FILE__, __LINE__, "decode_body", body.error().message);
  const auto* opened = std::get_if<pathway::CaseOpened>(&*body);
  auto at = frames_.find(event.case_id);
  if (at == frames_.end()) {
    if (opened == nullptr) return;  // of a case that can't be read
    const definition::Pathway* pathway = pathway_with(opened->identity);
    if (pathway == nullptr) {
      ++unreadable_;
      return;
    }
    at = frames_.emplace(event.case_id, CaseFrame{event.case_id, {}, pathway::CaseLife::kOpen, event.effective, pathway, {}}).first;
  }
  CaseFrame& frame = at->second;
  frame.version = event.version;
  std::visit(Framing{frame}, *body);
  const CaseEvent change{event, *body, frame, event.provenance ? std::string_view(event.provenance->actor.id) : std::string_view()};
  for (View* view : views_) view->apply(change);
}

const std::shared_ptr<const definition::Library>& CaseFold::library() {
  compile_pending();
  return library_;
}

const CaseFrame* CaseFold::frame(CaseId case_id) const {
  const auto found = frames_.find(case_id);
  return found == frames_.end() ? nullptr : &found->second;
}

const definition::Pathway* CaseFold::pathway_with(const Hash256& identity) {
  const auto pinned = pinned_.find(identity);
  if (pinned != pinned_.end()) return pinned->second.get();
  std::shared_ptr<const definition::Pathway> found = library_ ? library_->with_identity(identity) : nullptr;
  if (!found && !pending_.empty()) {
    compile_pending();
    if (library_) found = library_->with_identity(identity);
  }
  if (!found) return nullptr;
  return pinned_.emplace(identity, std::move(found)).first->second.get();
}

void CaseFold::compile_pending() {
  for (const std::string& body : std::exchange(pending_, {})) library_ = with_publication(std::move(library_), body);
}

}  // namespace ritrovo::projections
