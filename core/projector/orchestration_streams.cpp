#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {
namespace {

// Events of turns, requests, checkpoints, reverts and commits are in the stream of their thread.

template <class Entity>
std::string stream_of_thread(const Entity* entity) {
    return entity ? stream_of(entity->thread) : std::string();
}

std::string stream_of_request(const RequestId& id, const Index& index) {
    const Request* request = index.find(id);
    return request ? stream_of_thread(index.find(request->turn)) : std::string();
}

template <class Event>
std::string stream_of(const Event& event, const Index& index) {
    if constexpr (requires { event.thread; })
        return stream_of(event.thread);
    else if constexpr (requires { event.project; })
        return stream_of(event.project);
    else if constexpr (requires { event.turn; })
        return stream_of_thread(index.find(event.turn));
    else if constexpr (requires { event.request; })
        return stream_of_request(event.request, index);
    else if constexpr (requires { event.checkpoint; })
        return stream_of_thread(index.find(event.checkpoint));
    else if constexpr (requires { event.revert; })
        return stream_of_thread(index.find(event.revert));
    else if constexpr (requires { event.commit; })
        return stream_of_thread(index.find(event.commit));
    else if constexpr (requires { event.resource; })
        return stream_of(thread_of(event.resource));
    else {
        static_assert(std::is_same_v<Event, Unknown>,
                      "an event needs a member thread, project, turn, request, checkpoint, revert, commit or resource");
        return "unknown";
    }
}

} // namespace

std::string stream_of(const ProjectId& project) {
    return "project-" + to_text(project);
}

std::string stream_of(const ThreadId& thread) {
    return "thread-" + to_text(thread);
}

std::string stream_of(const Event& event, const Model& model) {
    return std::visit([&](const auto& alternative) { return stream_of(alternative, model->index); }, event);
}

} // namespace evenfold::orchestration
