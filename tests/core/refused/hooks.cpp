// A domain's hooks in forms that are never called: each must be refused, with the right form in the message.
// The name of one case is defined on the command line; without any, the file compiles.

#include "evenfold/codec/event.hpp"
#include "evenfold/core/domain.hpp"

namespace {

struct Plain {
    using Command = int;
    using Event = int;
    using Model = int;
    using Error = int;
    static std::expected<std::vector<int>, int> decide(const Command& command, const Model&) {
        return std::vector{command};
    }
    static Model project(Model model, const Event& event) { return model + event; }
};

struct Asked : Plain {
#if defined(FORBID_RETURNS_BOOL)
    static bool forbid(evenfold::Actor, const Command&) { return true; }
#elif defined(FORBID_IS_OVERLOADED)
    static std::optional<int> forbid(const Command&) { return 1; }
    static std::optional<int> forbid(const Command&, evenfold::Actor) { return 1; }
#elif defined(FORBID_IS_NOT_STATIC)
    std::optional<int> forbid(evenfold::Actor, const Command&) { return 1; }
#elif defined(STREAM_WITHOUT_MODEL)
    static std::string stream_of(const Event&) { return "stream"; }
#elif defined(EFFECTS_OF_NOTHING)
    static void outstanding(const Model&) {}
#elif defined(CLASS_WITHOUT_ACTOR)
    static evenfold::ErrorClass class_of(const Error&) { return evenfold::ErrorClass::conflict; }
#elif defined(COMPACT_WITHOUT_VERSION)
    static std::vector<std::optional<Event>> compact(std::span<const Event>) { return {}; }
    static Model kept_by_compaction(const Model& model) { return model; }
#elif defined(UPCASTERS_OF_ANOTHER_TYPE)
    static std::vector<int> upcasters() { return {}; }
#else
    static std::optional<int> forbid(evenfold::Actor, const Command&) { return 1; }
    static std::string stream_of(const Event&, const Model&) { return "stream"; }
    static std::vector<int> outstanding(const Model&) { return {}; }
    static evenfold::ErrorClass class_of(const Error&, evenfold::Actor) { return evenfold::ErrorClass::conflict; }
    static std::vector<evenfold::codec::Upcaster> upcasters() { return {}; }
    static std::vector<std::optional<Event>> compact(std::span<const Event>) { return {}; }
    static Model kept_by_compaction(const Model& model) { return model; }
    static constexpr unsigned compaction_version = 1;
#endif
};

struct Sealed final : Plain {
#if defined(FORBID_OF_A_FINAL_STRUCT)
    static bool forbid(evenfold::Actor, const Command&) { return true; }
#endif
};

} // namespace

int main() {
    const bool forbidden = evenfold::forbid<Asked>(evenfold::Actor::user, 1).has_value();
    const bool sealed = evenfold::forbid<Sealed>(evenfold::Actor::user, 1).has_value();
    evenfold::hooks::check_upcasters<Asked, evenfold::codec::Upcaster>();
    return forbidden && !sealed && evenfold::stream_of<Asked>(1, 1) == "stream" ? 0 : 1;
}
