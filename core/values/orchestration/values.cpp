#include "evenfold/core/values/orchestration/values.hpp"

#include "evenfold/core/text/utf8.hpp"

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

std::string_view utf8_prefix(std::string_view text, std::size_t limit) {
    const std::size_t size = utf8::cut_size(text, limit);
    return text.substr(0, size > 0 ? size : limit);
}

ThreadId thread_of(const Resource& resource) {
    return std::visit([](const auto& held) { return held.thread; }, resource);
}

ResourceId id_of(const Resource& resource) {
    return std::visit([](const auto& held) { return on(held); }, resource);
}

} // namespace evenfold::orchestration
