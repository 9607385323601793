#include <doctest/doctest.h>

#include <boost/hana/define_struct.hpp>
#include <stdexcept>

#include "evenfold/core/events/unknown.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/kernel/replay.hpp"

namespace evenfold::kernel {
namespace {

enum class Size : std::uint8_t { small, large };
enum class OtherSize : std::uint8_t { small, huge };

// The event `Opened` in several builds of a program. A journal has it in version 1, as the first struct has it.

struct Opened {
    BOOST_HANA_DEFINE_STRUCT(Opened, (std::string, name), (Size, size));
    friend bool operator==(const Opened&, const Opened&) = default;
};
struct OpenedWithTitle {
    static constexpr std::string_view stored_name = "Opened";
    BOOST_HANA_DEFINE_STRUCT(OpenedWithTitle, (std::string, title), (Size, size));
};
struct OpenedWithFloor {
    static constexpr std::string_view stored_name = "Opened";
    BOOST_HANA_DEFINE_STRUCT(OpenedWithFloor, (std::string, name), (Size, size), (std::uint32_t, floor));
};
struct OpenedWithOtherSize {
    static constexpr std::string_view stored_name = "Opened";
    BOOST_HANA_DEFINE_STRUCT(OpenedWithOtherSize, (std::string, name), (OtherSize, size));
};
struct OpenedInVersion2 {
    static constexpr std::string_view stored_name = "Opened";
    static constexpr std::uint32_t stored_version = 2;
    BOOST_HANA_DEFINE_STRUCT(OpenedInVersion2, (std::string, title), (Size, size));
};
struct Closed {
    BOOST_HANA_DEFINE_STRUCT(Closed, (std::string, name));
};

/// Counts events of the first type.
template <class... Types>
struct Build {
    using Command = std::variant<Closed>;
    using Event = std::variant<Types...>;
    using Error = std::variant<Closed>;
    struct Model {
        int opened = 0;
    };
    static std::expected<std::vector<Event>, Error> decide(const Command& /*command*/, const Model& /*model*/) {
        return std::vector<Event>();
    }
    static Model project(Model model, const Event& event) {
        model.opened += event.index() == 0 ? 1 : 0;
        return model;
    }
};

struct Upcast : Build<OpenedInVersion2, Closed> {
    static std::span<const codec::Upcaster> upcasters() {
        static constexpr codec::Upcaster all[] = {{"Opened", 1, [](std::string_view data) {
                                                       return "{\"title\"" + std::string(data.substr(data.find(':')));
                                                   }}};
        return all;
    }
};
struct ThrowingUpcast : Build<OpenedInVersion2, Unknown> {
    static std::span<const codec::Upcaster> upcasters() {
        static constexpr codec::Upcaster all[] = {
            {"Opened", 1, [](std::string_view) -> std::string { throw std::runtime_error("no title"); }}};
        return all;
    }
};
struct NoUpcasters : Build<OpenedInVersion2, Unknown> {
    static std::span<const codec::Upcaster> upcasters() { throw std::runtime_error("no list"); }
};

/// A journal with a small and a large Opened, and whatever is added.
class OldJournal {
public:
    OldJournal() {
        append("Opened", 1, R"({"name":"a","size":"small"})");
        append("Opened", 1, R"({"name":"b","size":"large"})");
    }

    void append(const std::string& type, std::uint32_t version, const std::string& data) {
        CommandId command;
        command.uuid.bytes.back() = ++number_;
        const journal::Batch batch{.command = command,
                                   .fingerprint = "f",
                                   .actor = Actor::user,
                                   .cause = {},
                                   .correlation = command,
                                   .at = {},
                                   .stored_at = {},
                                   .expectations = {},
                                   .events = {{.stream = "s", .type = type, .type_version = version, .data = data}}};
        REQUIRE(journal_.append(std::span(&batch, 1), {}));
    }

    template <Domain D>
    [[nodiscard]] std::expected<ReplayedModel<D>, journal::Failure> replayed() {
        return replay<D>(journal_);
    }

    /// Checks that D cannot read the journal, with this text and remedy.
    template <Domain D>
    void check_refused(std::string_view what, std::string_view remedy) {
        const auto model = replayed<D>();
        REQUIRE_FALSE(model);
        CHECK(model.error().what == what);
        CHECK(model.error().remedy == remedy);
    }

private:
    journal::MemoryJournal journal_;
    std::uint8_t number_ = 0;
};

constexpr std::string_view raise = "if this program has changed Opened, raise its `stored_version` to 2 and add an "
                                   "upcaster from version 1; if a newer program wrote the event, use that one; if "
                                   "another program changed the journal, restore it from a backup";

} // namespace

TEST_CASE("Evolution: a field that was added or renamed without a new version is refused with the remedy.") {
    OldJournal journal;
    CHECK(journal.replayed<Build<Opened>>()->model.opened == 2);
    const std::string_view title =
        "event 1 cannot be read: Opened/title: expected a value; got nothing (unknown field: /name)";
    journal.check_refused<Build<OpenedWithTitle>>(title, raise);
    journal.check_refused<Build<OpenedWithTitle, Unknown>>(title, raise);
    const std::string_view floor = "event 1 cannot be read: Opened/floor: expected a value; got nothing";
    journal.check_refused<Build<OpenedWithFloor>>(floor, raise);
    journal.check_refused<Build<OpenedWithFloor, Unknown>>(floor, raise);
}

TEST_CASE("Evolution: an unknown enumerator in a known version is refused, also if the domain has Unknown.") {
    OldJournal journal;
    const std::string_view what = "event 2 cannot be read: Opened/size: expected one of small, huge; got \"large\"";
    journal.check_refused<Build<OpenedWithOtherSize>>(what, raise);
    journal.check_refused<Build<OpenedWithOtherSize, Unknown>>(what, raise);
}

TEST_CASE("Evolution: an older version without an upcaster is refused, also if the domain has Unknown.") {
    OldJournal journal;
    const std::string_view what =
        "event 1 cannot be read: Opened: expected version 2, or an upcaster from version 1; got Opened version 1";
    const std::string_view remedy =
        "add the missing upcaster to `upcasters()` of the domain, so that it can read Opened version 1";
    journal.check_refused<Build<OpenedInVersion2>>(what, remedy);
    journal.check_refused<Build<OpenedInVersion2, Unknown>>(what, remedy);
    CHECK(journal.replayed<Build<OpenedInVersion2>>().error().kind == journal::FailureKind::defect);
    CHECK(journal.replayed<Upcast>()->model.opened == 2); // control: with the upcaster it is read
}

TEST_CASE("Evolution: an upcaster that fails is named with the event, and does not end the program.") {
    OldJournal journal;
    journal.check_refused<ThrowingUpcast>(
        "event 1 cannot be read: Opened: expected a result of the upcaster from version 1; got an exception: no title",
        "correct the upcasters of Opened from version 1 on; if another program changed the journal, restore it from a "
        "backup");
    const auto model = journal.replayed<NoUpcasters>();
    REQUIRE_FALSE(model);
    CHECK(model.error().what == "the upcasters of the domain could not be read: an exception was thrown: no list");
}

TEST_CASE("Evolution: only types and versions of later builds become Unknown.") {
    OldJournal journal;
    journal.append("Opened", 2, R"({"title":"c"})");
    journal.append("Sold", 1, "{}");
    const auto model = journal.replayed<Build<Opened, Unknown>>();
    REQUIRE(model);
    CHECK(model->model.opened == 2);
    CHECK(model->unknown_events == 2);
    journal.check_refused<Build<Opened>>(
        "event 3 cannot be read: Opened: expected version 1 or an earlier one; got Opened version 2",
        "use the program that wrote it, because it is a newer version");
    OldJournal sold;
    sold.append("Sold", 1, "{}");
    sold.check_refused<Build<Opened>>(
        "event 3 cannot be read: Sold: expected an event of this domain; got Sold version 1",
        "use the program that wrote it, because it may be a newer version or serve another domain; if this program has "
        "renamed the type, give it the old name as `stored_name`");
}

} // namespace evenfold::kernel
