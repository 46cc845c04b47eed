#include "tools/followed.h"

#include <atomic>

namespace ritrovo::tools {
namespace {

std::atomic<FolderViews*> followed_views = nullptr;
std::atomic<FolderDirectory*> followed_directory = nullptr;

}  // namespace

Followed::Followed(FolderViews* views, FolderDirectory& directory) {
  followed_views = views;
  followed_directory = &directory;
}

Followed::~Followed() {
  followed_views = nullptr;
  followed_directory = nullptr;
}

FolderViews* Followed::views(const Context& context) { return context.served == nullptr ? nullptr : followed_views.load(); }
FolderDirectory* Followed::directory(const Context& context) { return context.served == nullptr ? nullptr : followed_directory.load(); }

}  // namespace ritrovo::tools
