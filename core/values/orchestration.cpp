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

std::string_view head_of(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    std::size_t length = limit;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) --length;
    return text.substr(0, length > 0 ? length : limit);
}

ThreadId thread_of(const Resource& resource) {
    return std::visit([](const auto& held) { return held.thread; }, resource);
}

ResourceId id_of(const Resource& resource) {
    return std::visit([](const auto& held) { return on(held); }, resource);
}

} // namespace evenfold::orchestration
