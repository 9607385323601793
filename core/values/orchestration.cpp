#include "evenfold/core/values/orchestration.hpp"

namespace evenfold::orchestration {
namespace {

ResourceId on(const GitRefResource& resource) {
    return derive<ResourceTag>(resource.checkpoint, "git-ref", resource.git_ref);
}

ResourceId on(const WorktreeResource& resource) {
    return derive<ResourceTag>(resource.thread, "worktree", resource.path);
}

ResourceId on(const SessionResource& resource) {
    return derive<ResourceTag>(resource.thread, "session", std::to_string(resource.epoch));
}

} // namespace

ThreadId thread_of(const Resource& resource) {
    return std::visit([](const auto& held) { return held.thread; }, resource);
}

ResourceId id_of(const Resource& resource) {
    return std::visit([](const auto& held) { return on(held); }, resource);
}

} // namespace evenfold::orchestration
