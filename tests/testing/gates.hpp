/// Sample domains for the kit: a gate with all optional parts of a domain, and gates with one fault each.
/// Shape: a gate is pushed by users, nobody may pull it, and each push has an outstanding bell. Faulty gates have the
/// types of the correct one; tests/testing/gates_test.cpp names the law that finds each.
/// Cost: the templates of the kit and the kernel for gates that several files use are compiled in gates.cpp.
#pragma once

#include <stdexcept>
#include <variant>

#include "evenfold/core/domain.hpp"
#include "evenfold/core/events/unknown.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/id.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/testing/laws.hpp"

namespace evenfold::gates {

struct Push {
    EVENFOLD_STRUCT(Push);
    friend bool operator==(const Push&, const Push&) = default;
};
struct Pull {
    EVENFOLD_STRUCT(Pull);
    friend bool operator==(const Pull&, const Pull&) = default;
};
struct Pushed {
    EVENFOLD_STRUCT(Pushed, (std::uint32_t, force));
    friend bool operator==(const Pushed&, const Pushed&) = default;
};
struct Pulled {
    EVENFOLD_STRUCT(Pulled);
    friend bool operator==(const Pulled&, const Pulled&) = default;
};
struct Forbidden {
    EVENFOLD_STRUCT(Forbidden);
    friend bool operator==(const Forbidden&, const Forbidden&) = default;
};
struct Count {
    EVENFOLD_STRUCT(Count, (std::uint32_t, pushes), (std::uint32_t, pulls));
    friend bool operator==(const Count&, const Count&) = default;
};
struct Bell {
    Id<struct BellTag> id;
    friend bool operator==(const Bell&, const Bell&) = default;
};

struct Gate {
    using Command = std::variant<Push, Pull>;
    using Event = std::variant<Pushed, Pulled, Unknown>;
    using Error = std::variant<Forbidden>;
    using Model = Count;
    using Decision = std::expected<std::vector<Event>, Error>;

    static Decision decide(const Command& asked, const Count&) {
        const bool is_push = std::holds_alternative<Push>(asked);
        return std::vector<Event>{is_push ? Event(Pushed{1}) : Event(Pulled{})};
    }
    static Count project(Count count, const Event& event) {
        count.pushes += std::holds_alternative<Pushed>(event) ? 1 : 0;
        count.pulls += std::holds_alternative<Pulled>(event) ? 1 : 0;
        return count;
    }
    static std::optional<Error> forbid(Actor actor, const Command& asked) {
        if (std::holds_alternative<Push>(asked) && actor == Actor::user) return std::nullopt;
        return Forbidden{};
    }
    static std::string stream_of(const Event&, const Count& count) { return "gate-" + std::to_string(count.pushes); }
    static std::vector<Bell> outstanding(const Count& count) {
        std::vector<Bell> bells(count.pushes % 8);
        for (std::size_t place = 0; place < bells.size(); ++place)
            bells[place].id.uuid.bytes[0] = static_cast<std::uint8_t>(place);
        return bells;
    }
};

/// Its stream names depend on the number of calls.
struct StreamsCounted : Gate {
    static std::string stream_of(const Event&, const Count&) {
        static int calls = 0;
        return std::to_string(++calls);
    }
};

/// Its stream names depend on the address of the model.
struct StreamsByAddress : Gate {
    static std::string stream_of(const Event&, const Count& count) {
        return std::to_string(reinterpret_cast<std::uintptr_t>(&count)); // NOLINT(*-reinterpret-cast): the fault
    }
};

/// After one push it has two bells with the same id; after two pushes it is correct again.
struct BellsAlike : Gate {
    static std::vector<Bell> outstanding(const Count& count) {
        return count.pushes == 1 ? std::vector<Bell>(2) : Gate::outstanding(count);
    }
};

/// Throws when it folds a push with a force that its own decide never returns.
struct PushesWeakly : Gate {
    static Count project(Count count, const Event& event) {
        const auto* pushed = std::get_if<Pushed>(&event);
        if (pushed && pushed->force != 1) throw std::out_of_range("too strong");
        return Gate::project(count, event);
    }
};

/// Folds correctly twice, as often as a kernel needs for one event, and no more.
struct Tiring : Gate {
    static Count project(Count count, const Event& event) {
        static int calls = 0;
        return ++calls > 2 ? Count{} : Gate::project(count, event);
    }
};

/// Throws a value that is not a std::exception.
struct ThrowsNumbers : Gate {
    static Decision decide(const Command&, const Count&) { throw 7; }
};

/// Refuses every command.
struct Stuck : Gate {
    static Decision decide(const Command&, const Count&) { return std::unexpected<Error>(Forbidden{}); }
};

/// Accepts every command without events.
struct Idle : Gate {
    static Decision decide(const Command&, const Count&) { return std::vector<Event>{}; }
};

} // namespace evenfold::gates

namespace evenfold {
extern template class kernel::Kernel<gates::Gate>;
extern template class kernel::Kernel<gates::Idle>;
extern template class kernel::Kernel<gates::Tiring>;
extern template const testing::AnyTestable& testing::any_testable<gates::Gate>();
extern template const testing::AnyTestable& testing::any_testable<gates::Idle>();
extern template const testing::AnyTestable& testing::any_testable<gates::Tiring>();
} // namespace evenfold
