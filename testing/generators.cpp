#include "evenfold/testing/generators.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

#include "evenfold/core/values/instant.hpp"

namespace evenfold::testing {
namespace {

constexpr std::size_t small_pool = 4;
constexpr std::size_t elements_max = 3;
constexpr std::size_t depth_max = 24; // limit for values that contain values of their own type

/// Returns the `index`-th id of the pool of `entity`. It has no version, so that it is never a derived id.
Uuid pool_id(std::string_view entity, std::size_t index) {
    Uuid id;
    id.bytes[0] = entity.empty() ? std::uint8_t{0x1d} : static_cast<std::uint8_t>(entity.front());
    id.bytes[14] = static_cast<std::uint8_t>((index + 1) >> 8U);
    id.bytes[15] = static_cast<std::uint8_t>(index + 1);
    return id;
}

constexpr std::int64_t hour_ms = 3'600'000;

/// Returns the beginning of the day, in UTC, on which the program was started.
std::int64_t today_ms() {
    using namespace std::chrono;
    static const auto today = floor<days>(system_clock::now());
    return duration_cast<milliseconds>(today.time_since_epoch()).count();
}

constexpr std::int64_t midnight_ms(std::chrono::year_month_day day) {
    return std::chrono::milliseconds(std::chrono::sys_days(day).time_since_epoch()).count();
}
constexpr std::int64_t first_instant_ms = midnight_ms(std::chrono::year(0) / std::chrono::January / 1);
constexpr std::int64_t last_instant_ms = midnight_ms(std::chrono::year(10000) / std::chrono::January / 1) - 1;

/// Returns the first and the last instants of the years 0 to 9999, and those around the beginning of the epoch.
const std::vector<std::int64_t>& instant_limits() {
    static const std::vector<std::int64_t> limits{
        -1, 0, last_instant_ms, last_instant_ms - 1, first_instant_ms, first_instant_ms + 1};
    return limits;
}

} // namespace

void ObservedValues::clear() {
    count_ = 0;
    for (auto& [entity, ids] : ids_) ids.clear();
    for (auto& [field, numbers] : numbers_) numbers.clear();
    for (auto& [field, texts] : texts_) texts.clear();
    instants_.clear();
    margins_.clear();
}

std::size_t ObservedValues::entities() const {
    const auto has_ids = [](const auto& entity) { return entity.second.size() > 0; };
    return static_cast<std::size_t>(std::ranges::count_if(ids_, has_ids));
}

const RecentValues<std::uint64_t>* ObservedValues::numbers(std::string_view field) const {
    if (const auto* exact = find(numbers_, field)) return exact;
    for (const auto& [name, numbers] : numbers_) {
        if (name.size() > field.size() && name.ends_with(field) && name[name.size() - field.size() - 1] == '_' &&
            numbers.size() > 0)
            return &numbers;
    }
    return nullptr;
}

void ObservedValues::add(const Shape& shape, const void* object, std::string_view field) {
    ++count_;
    std::visit(
        [&]<class Kind>(const Kind& kind) {
            if constexpr (std::is_same_v<Kind, UuidShape>) {
                ids_[kind.entity].add(*static_cast<const Uuid*>(object));
            } else if constexpr (std::is_same_v<Kind, NaturalShape>) {
                numbers_[field].add(kind.read(object));
            } else if constexpr (std::is_same_v<Kind, IntegerShape>) {
                numbers_[field].add(static_cast<std::uint64_t>(kind.read(object)));
            } else if constexpr (std::is_same_v<Kind, InstantShape>) {
                instants_.add(static_cast<const Instant*>(object)->unix_ms);
            } else if constexpr (std::is_same_v<Kind, TextShape>) {
                texts_[field].add(std::string(kind.read(object)));
            } else if constexpr (std::is_same_v<Kind, StructureShape>) {
                add_margins(kind, object);
                for (const Field& one : kind.fields) add(one.shape(), one.at(to_read(object)), one.name);
            } else if constexpr (std::is_same_v<Kind, VariantShape>) {
                add(kind.alternatives[kind.index(object)](), kind.value(to_read(object)), field);
            } else if constexpr (std::is_same_v<Kind, OptionalShape>) {
                if (const void* held = kind.value(to_read(object))) add(kind.element(), held, field);
            } else if constexpr (std::is_same_v<Kind, SequenceShape>) {
                kind.each(object, [&](const void* element) { add(kind.element(), element, field); });
            } else if constexpr (std::is_same_v<Kind, IndirectShape> || std::is_same_v<Kind, PersonalShape>) {
                if (const void* held = kind.value(to_read(object))) add(kind.content(), held, field);
            }
        },
        shape.kind);
}

void ObservedValues::add_margins(const StructureShape& kind, const void* object) {
    std::vector<std::uint64_t> numbers;
    for (const Field& field : kind.fields) {
        if (const auto* natural = std::get_if<NaturalShape>(&field.shape().kind))
            numbers.push_back(natural->read(field.at(to_read(object))));
    }
    for (const std::uint64_t more : numbers) {
        for (const std::uint64_t less : numbers) {
            if (less < more) margins_.add(more - less);
        }
    }
}

/// Draws one value recursively.
class ValueGenerator {
public:
    ValueGenerator(const Generators& generators, ChoiceSource& source, const KnownValues& known)
        : drawing_(generators), source_(source), known_(known) {}

    void fill(const Shape& shape, void* object, std::string_view field) {
        if (depth_ == depth_max) return;
        ++depth_;
        std::visit([&](const auto& kind) { fill(shape, kind, object, field); }, shape.kind);
        --depth_;
    }

private:
    void fill(const Shape&, const BooleanShape&, void* object, std::string_view) {
        *static_cast<bool*>(object) = source_.below(2) == 1;
    }
    void fill(const Shape&, const IntegerShape& kind, void* object, std::string_view field) {
        const std::size_t way = source_.below(10);
        if (const auto near = margin(way)) {
            const auto size = static_cast<std::int64_t>(*near);
            if (kind.write(object, source_.below(2) == 1 ? -size : size)) return;
        }
        const auto met = known(way, field);
        if (met && kind.write(object, static_cast<std::int64_t>(*met))) return;
        const std::uint64_t size = unknown(way);
        const bool negative = source_.below(4) == 3;
        const auto half = static_cast<std::int64_t>(size > small_pool ? size >> 1U : size);
        for (std::int64_t value = half;; value >>= 8U) { // until it fits into the type
            if (kind.write(object, !negative ? value : size > small_pool ? -1 - value : -value)) return;
        }
    }
    void fill(const Shape&, const NaturalShape& kind, void* object, std::string_view field) {
        const std::size_t way = source_.below(10);
        if (const auto near = margin(way); near && kind.write(object, *near)) return;
        const auto met = known(way, field);
        for (std::uint64_t value = met ? *met : unknown(way); !kind.write(object, value);) value >>= 8U; // as above
    }
    void fill(const Shape&, const RealShape&, void* object, std::string_view) {
        static const std::vector<double> reals{0, 1, 0.5, -1, 1e300, std::numeric_limits<double>::denorm_min()};
        *static_cast<double*>(object) = source_.one_of(reals);
    }
    void fill(const Shape&, const TextShape& kind, void* object, std::string_view field) {
        kind.write(object, text(field));
    }
    void fill(const Shape&, const UuidShape& kind, void* object, std::string_view) {
        *static_cast<Uuid*>(object) = id(kind.entity);
    }
    void fill(const Shape&, const InstantShape&, void* object, std::string_view) {
        static_cast<Instant*>(object)->unix_ms = instant();
    }
    void fill(const Shape&, const EnumerationShape& kind, void* object, std::string_view) {
        kind.write(object, source_.below(kind.names.size()));
    }
    void fill(const Shape& shape, const StructureShape& kind, void* object, std::string_view) {
        for (const Field& field : kind.fields) {
            const auto own = drawing_.fields_.find({&shape, field.name});
            if (own != drawing_.fields_.end())
                own->second(source_, field.at(object));
            else
                fill(field.shape(), field.at(object), field.name);
        }
    }
    void fill(const Shape&, const VariantShape& kind, void* object, std::string_view field) {
        const std::size_t chosen = alternative(kind);
        fill(kind.alternatives[chosen](), kind.emplace(object, chosen), field);
    }
    void fill(const Shape&, const OptionalShape& kind, void* object, std::string_view field) {
        if (source_.below(2) == 1) fill(kind.element(), kind.emplace(object), field);
    }
    void fill(const Shape&, const SequenceShape& kind, void* object, std::string_view field) {
        for (std::size_t left = source_.below(elements_max + 1); left > 0; --left) {
            kind.add(object, [&](void* element) {
                fill(kind.element(), element, field);
                return true;
            });
        }
    }
    void fill(const Shape&, const IndirectShape& kind, void* object, std::string_view field) {
        fill(kind.content(), kind.value(object), field);
    }
    void fill(const Shape&, const PersonalShape& kind, void* object, std::string_view field) {
        if (source_.below(8) == 7) return kind.erase(object); // choice 0, to which cases shrink, is a value
        fill(kind.content(), kind.emplace(object), field);
    }

    /// Returns mostly a current id, otherwise a past one or one of the pool.
    Uuid id(std::string_view entity) {
        const RecentValues<Uuid>* past = known_.past.ids(entity);
        const std::size_t way = source_.below(10);
        if (const Uuid* live = way < 6 ? one_of(known_.live.ids(entity)) : nullptr) return *live;
        if (const Uuid* old = way > 7 ? one_of(past) : nullptr) return *old;
        return pool_id(entity, source_.below(small_pool + (past ? past->ever() : 0))); // the pool always has unused ids
    }

    /// Returns a current number, its successor, or a past number. Signed numbers are converted to unsigned.
    std::optional<std::uint64_t> known(std::size_t way, std::string_view field) {
        if (const auto* live = way > 2 && way < 8 ? one_of(known_.live.numbers(field)) : nullptr)
            return *live + (way < 6 ? 1 : 0);
        if (const auto* old = way == 8 ? one_of(known_.past.numbers(field)) : nullptr) return *old;
        return std::nullopt;
    }
    /// Returns the difference between two numbers of one struct, or one more or less, so that sums come near to what
    /// there is room for.
    std::optional<std::uint64_t> margin(std::size_t way) {
        const auto* live = way == 2 ? one_of(known_.live.margins()) : nullptr;
        if (!live) return std::nullopt;
        const std::size_t off = source_.below(3);
        return *live + (off == 1 ? 1 : 0) - (off == 2 ? 1 : 0);
    }
    /// Returns a small number, or a limit.
    std::uint64_t unknown(std::size_t way) {
        static const std::vector<std::uint64_t> limits{
            10, 100, 255, 65535, 4294967295, INT64_MAX, static_cast<std::uint64_t>(INT64_MIN), UINT64_MAX};
        return way == 9 ? source_.one_of(limits) : source_.below(small_pool + 1);
    }

    /// Returns a current instant, a millisecond before or after it, a past one, an early full second, an odd
    /// millisecond, one near now, or one at the limits of the years that have four digits.
    std::int64_t instant() {
        const std::size_t way = source_.below(12);
        if (const auto* live = way > 2 && way < 8 ? one_of(known_.live.instants()) : nullptr)
            return std::clamp(*live + (way == 6 ? -1 : way == 7 ? 1 : 0), first_instant_ms, last_instant_ms);
        if (const auto* old = way == 8 ? one_of(known_.past.instants()) : nullptr) return *old;
        if (way == 10) return near_now();
        if (way == 11) return source_.one_of(instant_limits());
        const auto second = static_cast<std::int64_t>(1000 * source_.below(1000));
        return way == 9 ? second + static_cast<std::int64_t>(source_.below(1000)) : second;
    }
    /// Returns a full hour of the present day, or a millisecond before or after it. The day is all that generators take
    /// from outside; the order of drawn instants does not depend on it.
    std::int64_t near_now() {
        const std::int64_t hour = today_ms() + static_cast<std::int64_t>(hour_ms * source_.below(25));
        const std::size_t off = source_.below(3);
        return hour + (off == 1 ? 1 : 0) - (off == 2 ? 1 : 0);
    }

    std::string text(std::string_view field) {
        using namespace std::string_literals;
        static const std::vector<std::string> words{"a", "b", "c", "/a"};
        static const std::vector<std::string> others{"",      "two words", "caf\303\251",         "\"\\/\n\t",
                                                     "a\0b"s, "\377\376",  std::string(200, 'x'), "../x"};
        const std::size_t way = source_.below(10);
        if (way == 9) return source_.one_of(others);
        if (const auto* live = way > 3 && way < 8 ? one_of(known_.live.texts(field)) : nullptr) return *live;
        if (const auto* old = way == 8 ? one_of(known_.past.texts(field)) : nullptr) return *old;
        return source_.one_of(words);
    }

    template <class T>
    const T* one_of(const RecentValues<T>* all) {
        return all ? &(*all)[source_.below(all->size())] : nullptr;
    }

    std::size_t alternative(const VariantShape& kind) {
        if (drawing_.weights_.empty()) return source_.below(kind.alternatives.size());
        std::size_t sum = 0;
        for (const ShapeFunction one : kind.alternatives) sum += drawing_.weight(one());
        if (sum == 0) return 0;
        std::size_t left = source_.below(sum);
        for (std::size_t index = 0;; ++index) {
            const std::size_t here = drawing_.weight(kind.alternatives[index]());
            if (left < here) return index;
            left -= here;
        }
    }

    const Generators& drawing_;
    ChoiceSource& source_;
    const KnownValues& known_;
    std::size_t depth_ = 0;
};

std::uint32_t Generators::choice_of(const VariantShape& kinds, std::size_t alternative) const {
    std::uint32_t before = 0;
    for (const ShapeFunction one : kinds.alternatives.first(alternative)) before += weight(one());
    return before;
}

void Generators::draw(const Shape& shape, void* object, ChoiceSource& source, const KnownValues& known) const {
    ValueGenerator(*this, source, known).fill(shape, object, {});
}

} // namespace evenfold::testing
