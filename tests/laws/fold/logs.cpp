#include "evenfold/tests/laws/fold/logs.hpp"

#include <cstddef>
#include <utility>
#include <variant>

namespace evenfold::orchestration::tests {

Events generated_log(std::uint64_t seed, const testing::HistoryOptions<Core>& drawn) {
    testing::Random random(seed);
    return testing::generate_history(random, drawn).history.events();
}

Events shuffled(Events log, std::size_t reach, testing::Random& random) {
    for (std::size_t place = 0; place < log.size(); ++place) {
        const std::size_t far = 1 + random.next() % reach;
        if (place + far >= log.size() || (reach <= 3 && random.next() % 10 != 0)) continue;
        Event later = std::move(log[place + far]); // std::swap of a variant instantiates 2,000 functions
        log[place + far] = std::exchange(log[place], std::move(later));
    }
    return log;
}

Events again(Events log, testing::Random& random) {
    for (std::size_t left = log.size() / 20; left > 0; --left) {
        const Event event = log[random.next() % log.size()];
        log.insert(log.begin() + static_cast<std::ptrdiff_t>(random.next() % log.size()), event);
    }
    return log;
}

Events riffled(const Events& one, const Events& other, testing::Random& random) {
    Events log;
    auto next = other.begin();
    for (const Event& event : one) {
        while (next != other.end() && random.next() % 2 == 0) log.push_back(*next++);
        log.push_back(event);
    }
    log.insert(log.end(), next, other.end());
    return log;
}

Events astray(Events log, testing::Random& random) {
    for (Event& event : log) {
        if (auto* appended = std::get_if<TextAppended>(&event)) appended->block += random.next() % 2;
    }
    return log;
}

} // namespace evenfold::orchestration::tests
