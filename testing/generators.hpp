/// Random values of any reflected type, generated from its shape alone.
/// Shape: ids, numbers, instants and texts come from small pools and from the values so far in the history, field by
/// field, so that references hit, collisions happen and counters match. Sometimes they are arbitrary.
/// A domain may set weights of alternatives and its own functions for fields.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/core/values/uuid.hpp"
#include "evenfold/testing/choices.hpp"

namespace evenfold::testing {

/// The last few values of a field, or of the ids of an entity.
template <class T>
class RecentValues {
public:
    void add(T value) {
        for (std::size_t index = 0; index < count_; ++index) {
            if (values_[index] == value) return;
        }
        values_[next_] = std::move(value);
        ++ever_;
        next_ = (next_ + 1) % values_.size();
        if (count_ < values_.size()) ++count_;
    }
    /// Forgets all values, but keeps their memory.
    void clear() { next_ = count_ = ever_ = 0; }
    [[nodiscard]] std::size_t size() const { return count_; }
    /// Returns the number of values added, including forgotten ones.
    [[nodiscard]] std::size_t ever() const { return ever_; }
    /// Returns the latest value for index 0.
    [[nodiscard]] const T& operator[](std::size_t index) const {
        return values_[(next_ + values_.size() - 1 - index) % values_.size()];
    }

private:
    std::array<T, 16> values_{};
    std::size_t next_ = 0;
    std::size_t count_ = 0;
    std::size_t ever_ = 0;
};

/// The values in some objects: ids by entity, numbers and texts by field name. Instants of all fields are kept
/// together, because domains compare them across fields.
class ObservedValues {
public:
    /// Adds all values in the object of that shape.
    void add(const Shape& shape, const void* object) { add(shape, object, {}); }

    /// Forgets all values, but keeps their memory.
    void clear();

    /// Returns the number of values added, each counted with its parts.
    [[nodiscard]] std::size_t count() const { return count_; }

    /// Returns the number of types of ids.
    [[nodiscard]] std::size_t entities() const;

    [[nodiscard]] const RecentValues<Uuid>* ids(std::string_view entity) const { return find(ids_, entity); }
    /// Returns the numbers in the fields of that name, otherwise those in one whose name ends with it: `next_chunk` for
    /// `chunk`.
    [[nodiscard]] const RecentValues<std::uint64_t>* numbers(std::string_view field) const;
    [[nodiscard]] const RecentValues<std::int64_t>* instants() const {
        return instants_.size() > 0 ? &instants_ : nullptr;
    }
    /// Returns differences between two numbers of one struct, such as a capacity and what is used of it.
    [[nodiscard]] const RecentValues<std::uint64_t>* margins() const {
        return margins_.size() > 0 ? &margins_ : nullptr;
    }
    [[nodiscard]] const RecentValues<std::string>* texts(std::string_view field) const { return find(texts_, field); }

private:
    template <class T>
    using ByName = std::map<std::string_view, RecentValues<T>>; // names have static lifetime, as their shapes

    template <class T>
    static const RecentValues<T>* find(const ByName<T>& all, std::string_view name) {
        const auto found = all.find(name);
        return found == all.end() || found->second.size() == 0 ? nullptr : &found->second;
    }

    void add(const Shape& shape, const void* object, std::string_view field);
    void add_margins(const StructureShape& kind, const void* object);

    std::size_t count_ = 0;
    ByName<Uuid> ids_;
    ByName<std::uint64_t> numbers_;
    RecentValues<std::int64_t> instants_; // in milliseconds
    RecentValues<std::uint64_t> margins_;
    ByName<std::string> texts_;
};

/// The values that references are drawn from: those of the current model, and those of all past events.
struct KnownValues {
    ObservedValues live;
    ObservedValues past;
};

/// Options for random values of a domain; the defaults are a good start.
class Generators {
public:
    /// Sets how often an alternative occurs, relative to 1 for others; 0 is never.
    template <class Alternative>
    Generators& weigh(unsigned weight) {
        weights_[&shape_of<Alternative>()] = weight;
        return *this;
    }

    /// Sets the function that draws the field `member`.
    template <class Struct, class T>
    Generators& field(T Struct::* member, std::type_identity_t<std::function<T(ChoiceSource&)>> draw) {
        Struct probe{};
        const void* wanted = &(probe.*member);
        for (const Field& field : std::get<StructureShape>(shape_of<Struct>().kind).fields) {
            if (field.at(&probe) != wanted) continue;
            fields_[{&shape_of<Struct>(), field.name}] = [draw = std::move(draw)](ChoiceSource& source, void* object) {
                *static_cast<T*>(object) = draw(source);
            };
        }
        return *this;
    }

    /// Returns how often the alternative of that shape occurs, relative to 1.
    [[nodiscard]] unsigned weight(const Shape& alternative) const {
        const auto found = weights_.find(&alternative);
        return found == weights_.end() ? 1 : found->second;
    }

    /// Returns the choice with which `draw` selects that alternative, whose weight must not be 0.
    [[nodiscard]] std::uint32_t choice_of(const VariantShape& kinds, std::size_t alternative) const;

    /// Fills the default-constructed object of that shape.
    void draw(const Shape& shape, void* object, ChoiceSource& source, const KnownValues& known) const;

    template <class T>
    [[nodiscard]] T draw(ChoiceSource& source, const KnownValues& known = {}) const {
        T value{};
        draw(shape_of<T>(), &value, source, known);
        return value;
    }

private:
    friend class ValueGenerator;
    using Draw = std::function<void(ChoiceSource&, void*)>;

    std::map<const Shape*, unsigned> weights_;
    std::map<std::pair<const Shape*, std::string_view>, Draw> fields_;
};

} // namespace evenfold::testing
