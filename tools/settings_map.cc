#include "tools/settings_map.h"

#include <sys/stat.h>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "engine/runtime/folder.h"

namespace ritrovo::tools {
namespace {

using definition::Node;

bool scalar(const Node& node) { return node.is(Node::Kind::kText) || node.is(Node::Kind::kInteger) || node.is(Node::Kind::kBoolean); }

}  // namespace

void SettingsMap::path(const char* name, std::filesystem::path& into) {
  names_.emplace_back(name);
  const Node* node = map_.find(name);
  if (node == nullptr) return;
  if (!node->is(Node::Kind::kText) || node->text.empty()) return problems_.error(node->place, fmt::format("'{}' is a path", name));
  into = folder_ / node->text;
}

void SettingsMap::text(const char* name, std::string& into) {
  names_.emplace_back(name);
  const Node* node = map_.find(name);
  if (node == nullptr) return;
  if (!scalar(*node) || node->text.empty()) return problems_.error(node->place, fmt::format("'{}' is a text", name));
  into = node->text;
}

void SettingsMap::secret(const char* name, std::string& into) {
  std::filesystem::path file;
  path(name, file);
  if (!file.empty()) into = read_secret(file, *map_.find(name), problems_);
}

void SettingsMap::flag(const char* name, bool& into) {
  names_.emplace_back(name);
  const Node* node = map_.find(name);
  if (node == nullptr) return;
  if (!node->is(Node::Kind::kBoolean)) return problems_.error(node->place, fmt::format("'{}' is true or false", name));
  into = node->boolean;
}

void SettingsMap::number(const char* name, std::int64_t most, std::int64_t& into) {
  names_.emplace_back(name);
  const Node* node = map_.find(name);
  if (node == nullptr) return;
  if (!node->is(Node::Kind::kInteger) || node->integer < 1 || node->integer > most) return problems_.error(node->place, fmt::format("'{}' is a whole number from 1 to {}", name, most));
  into = node->integer;
}

void SettingsMap::texts(const char* name, const std::function<std::string(const Node&)>& read, std::map<std::string, std::string>& into) {
  const Node* node = map(name);
  if (node == nullptr) return;
  for (const definition::Entry& entry : node->entries) {
    if (!scalar(entry.value)) {
      problems_.error(entry.value.place, fmt::format("'{}' is a text", entry.key));
    } else {
      into[entry.key] = read(entry.value);
    }
  }
}

const Node* SettingsMap::map(const char* name) {
  names_.emplace_back(name);
  const Node* node = map_.find(name);
  if (node == nullptr || node->is(Node::Kind::kMap)) return node;
  problems_.error(node->place, fmt::format("'{}' is a map of settings", name));
  return nullptr;
}

void SettingsMap::refuse_others() {
  for (const definition::Entry& entry : map_.entries) {
    const std::string near = nearest_name(entry.key, names_);
    bool known = false;
    for (const std::string& name : names_) known = known || name == entry.key;
    if (!known) problems_.error(entry.place, fmt::format("there is no setting '{}'", entry.key), near.empty() ? "" : fmt::format("did you mean '{}'?", near));
  }
}

std::string read_secret(const std::filesystem::path& file, const Node& node, definition::Problems& problems) {
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0 && (status.st_mode & S_IRWXO) != 0) {
    problems.error(node.place, fmt::format("{}: everybody on this machine may read this secret, or change it (mode {:04o})", file.string(), status.st_mode & 07777U), "chmod 600 it, and consider what it holds known: have it changed");
    return {};
  }
  Result<std::string> text = read_file(file);
  if (!text) {
    problems.error(node.place, text.error().message);
    return {};
  }
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  return std::move(*text);
}

}  // namespace ritrovo::tools
