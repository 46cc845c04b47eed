#include "engine/record/event_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "engine/digest/encoding.h"
#include "engine/record/engine_bodies.h"
#include "engine/record/json_bridge.h"

namespace ritrovo {

namespace {

std::string hex_of(const auto& bytes) { return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}); }

void put_provenance(boost::json::object& object, const Provenance& it) {
  boost::json::array roles;
  for (const std::string& role : it.actor.roles) roles.push_back(boost::json::string(role));
  object["actor"] = boost::json::object{{"id", it.actor.id}, {"organisation", it.actor.organisation}, {"roles", std::move(roles)}};
  if (!it.key.empty()) object["key"] = it.key;
  object["fingerprint"] = hex_of(it.fingerprint);
  object["records"] = it.records;
  if (it.source) object["source"] = boost::json::object{{"name", it.source->name}, {"offset", it.source->offset}};
  if (!it.correlation.empty()) object["correlation"] = it.correlation;
  if (!it.traceparent.empty()) object["traceparent"] = it.traceparent;
}

Values undecodable(const Error& error) {
  Values values;
  set(values, "undecodable", error.message);
  return values;
}

Values publication_view(const PublicationBody& body) {
  ValueList paths;
  for (const PublishedDocument& document : body.documents) paths.emplace_back(document.path);
  return {{"documents", std::move(paths)}, {"hash", body.hash.hex()}};
}

BodyView erasure_view(const Event& event) {
  const auto body = decode_erasure(event.body);
  if (!body) return {"erasure", undecodable(body.error())};
  Values values{{"ground", body->ground}, {"stage", std::string(name_of(body->stage))}};
  if (body->person != PersonId()) set(values, "person", body->person.printed());
  return {"erasure", std::move(values)};
}

}  // namespace

std::string event_json(const Event& event, const std::function<BodyView(const Event&)>& view, const std::optional<RecordPlace>& place) {
  BodyView body = view(event);
  boost::json::object object;
  if (place) {
    object["partition"] = place->partition.value();
    object["position"] = place->position.value();
  }
  object["event"] = body.name;
  object["tag"] = static_cast<std::uint16_t>(event.tag);
  if (event.case_id.value() != 0) object["case"] = event.case_id.printed();
  if (event.version.value() != 0) {
    object["version"] = event.version.value();
    object["cause"] = event.cause.value();
  }
  object["recorded"] = to_string(event.recorded);
  object["effective_on"] = to_string(event.effective);
  if (event.provenance) put_provenance(object, *event.provenance);
  object["body"] = to_boost(body.body);
  boost::json::array boxes;
  for (const Box& box : event.boxes)
    boxes.push_back(boost::json::object{{"owner", box.owner.printed()}, {"sealed", to_base64(box.sealed)}});
  if (!boxes.empty()) object["boxes"] = std::move(boxes);
  return boost::json::serialize(object);
}

BodyView engine_body_view(const Event& event) {
  if (event.tag == kErasureTag) return erasure_view(event);
  switch (event.tag) {
    case RecordTag::kRejection: {
      const auto body = decode_rejection(event.body);
      return {"rejected", body ? Values{{"code", body->code}, {"reason", body->reason}, {"verb", body->verb}} : undecodable(body.error())};
    }
    case RecordTag::kCommandParked: {
      const auto body = decode_parked(event.body);
      return {"command_parked", body ? Values{{"key_hash", hex_of(body->key_hash)}} : undecodable(body.error())};
    }
    case RecordTag::kCaseQuarantined: {
      const auto body = decode_quarantine(event.body);
      return {"case_quarantined", body ? Values{{"culprit", hex_of(body->culprit)}, {"detail", body->detail}, {"explanation", explain(*body)}, {"verb", body->verb}} : undecodable(body.error())};
    }
    case RecordTag::kQuarantineReleased: {
      const auto body = decode_release(event.body);
      return {"quarantine_released", body ? Values{{"note", body->note}} : undecodable(body.error())};
    }
    case RecordTag::kPublication: {
      const auto body = decode_publication(event.body);
      return {"published", body ? publication_view(*body) : undecodable(body.error())};
    }
    case RecordTag::kFirstOfWorkflow: break;
  }
  return {"tag_" + std::to_string(static_cast<std::uint16_t>(event.tag)), {}};
}

}  // namespace ritrovo
