#include "evenfold/tests/house/domains.hpp"

#include <array>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "evenfold/tests/house/checks.hpp"

using namespace evenfold::house;

namespace {

// The domain of the negative controls.
constexpr std::array<Exception, 1> parking_also{{{"decider/parking/fees", "for the control"}}};
constexpr std::array<Exception, 1> parking_users{{{"cli/verbs/", "for the control"}}};
constexpr DomainEntry parking{"parking", "ticket", "tests/golden/parking/", parking_also, parking_users};

std::vector<Source> parking_tree() {
    const std::string text = "\nnamespace evenfold::parking {\n";
    std::vector<Source> tree{{"core/decider/parking/fees.cpp", ""}};
    for (const std::string directory : {"commands", "events", "projector", "decider"}) {
        tree.push_back({"core/" + directory + "/parking.hpp", text});
        tree.push_back({"core/" + directory + "/parking/ticket.hpp", text});
    }
    return tree;
}

} // namespace

TEST_CASE("House: a domain has the same rows in each of its four directories.") {
    for (const DomainEntry& domain : domains) check_none(domain_files(tree(), domain));
    CHECK(domain_files(parking_tree(), parking).empty());
    const auto changed = [](auto change) {
        std::vector<Source> files = parking_tree();
        change(files);
        return domain_files(files, parking);
    };
    check_caught(changed([](auto& files) { files.pop_back(); }), "core/decider/parking/ticket.hpp");
    check_caught(changed([](auto& files) { files.erase(files.begin()); }), "core/decider/parking/fees");
    check_caught(changed([](auto& files) { files.push_back({"core/events/parking/lost.cpp", ""}); }),
                 "core/events/parking/lost.cpp:1");
    check_caught(changed([](auto& files) { files.push_back({"core/events/parking_more.cpp", ""}); }),
                 "core/events/parking_more.cpp:1");
    check_caught(changed([](auto& files) { files.back().text = "\nnamespace evenfold::garage {\n"; }),
                 "core/decider/parking/ticket.hpp:1");
}

TEST_CASE("House: every domain is in the table.") {
    check_none(unlisted_domains(tree(), domains));
    CHECK(unlisted_domains(parking_tree(), std::array{parking}).empty());
    CHECK(unlisted_domains(parking_tree(), domains).size() == parking_tree().size());
}

TEST_CASE("House: only a domain itself and the code built for it name it.") {
    for (const DomainEntry& domain : domains) {
        check_each([&](const Source& source) { return domain_named(source, domain); });
    }
    const std::string include = "#include \"evenfold/core/events/parking/ticket.hpp\"\n";
    check_caught(domain_named({"core/decider/orchestration/turn.cpp", include}, parking),
                 "core/decider/orchestration/turn.cpp:1");
    check_caught(domain_named({"kernel/x.cpp", "\nusing parking::Ticket;\n"}, parking), "kernel/x.cpp:2");
    check_caught(domain_named({"kernel/x.hpp", "using namespace evenfold::parking;\n"}, parking), "kernel/x.hpp:1");
    check_caught(domain_named({"core/values/x.hpp", "#include \"evenfold/core/decider/parking/fees.hpp\"\n"}, parking),
                 "core/values/x.hpp:1");
    CHECK(domain_named({"core/decider/parking/ticket.cpp", include}, parking).empty());
    CHECK(domain_named({"reactors/parking/gate.cpp", include}, parking).empty());
    CHECK(domain_named({"server/routes/parking.cpp", include}, parking).empty());
    CHECK(domain_named({"cli/main.cpp", include}, parking).empty());
    CHECK(domain_named({"cli/verbs/park.cpp", include}, parking).empty());
    check_caught(domain_named({"kernel/x.cpp", "// as parking::Ticket does\n"}, parking), "kernel/x.cpp:1");
    CHECK(domain_named({"reactors/process/x.cpp", "// as parking::Ticket does\n"}, parking).empty());
}

TEST_CASE("House: each command and each event is in all places that must have it.") {
    for (const DomainEntry& domain : domains) check_none(missing_places(tree(), domain));
}

TEST_CASE("House: the fault for a missing command or event names the place.") {
    const std::vector<Source> files{
        {"core/commands/parking.hpp", "using type = std::variant<\n    Park>;\n"},
        {"core/events/parking.hpp", "using type = std::variant<Parked,\n    Unknown>;\n"},
        {"core/commands/parking/ticket.hpp", "struct Park {\n};\n"},
        {"core/events/parking/ticket.hpp", "struct Parked {\n};\n"},
        {"core/decider/parking/ticket.hpp", "Decision on(const Park& command, const Index& index);\n"},
        {"core/projector/parking/ticket.hpp", "void on(State& state, const Parked& event);\n"},
        {"docs/parking.md", "| 1 | Park | people | free | Parked |\n"},
        {"tests/core/decider/ticket_test.cpp", "Park\n"},
        {"tests/golden/parking/commands.txt", "Park v1 = nothing\n"},
        {"tests/golden/parking/fingerprints.txt", "0a Park\n"},
        {"tests/golden/parking/events.txt", "Parked v1 = nothing\n"},
        {"tests/golden/parking/events/Parked.v1.json", "{}\n"}};
    check_none(missing_places(files, parking));
    for (std::size_t place = 2; place < files.size(); ++place) {
        std::vector<Source> lacking = files;
        lacking[place].text = "\n";
        if (lacking[place].path.ends_with(".json")) lacking.pop_back();
        CAPTURE(files[place].path);
        const auto faults = missing_places(lacking, parking);
        REQUIRE_FALSE(faults.empty());
        CHECK(faults.size() == (files[place].path == "docs/parking.md" ? 2 : 1));
        CHECK(faults.front().starts_with("Park"));
    }
    CHECK(missing_places(std::vector<Source>{}, parking).size() == 1);
}

TEST_CASE("House: the generic library names no domain, in code or in comments.") {
    const DomainEntry& orchestration = domains.front();
    const std::string include = "#include \"evenfold/core/events/orchestration.hpp\"\n";
    check_caught(domain_named({"core/effects.hpp", include}, orchestration), "core/effects.hpp:1");
    check_caught(domain_named({"core/values/x.hpp", "\n/// See orchestration.\n"}, orchestration),
                 "core/values/x.hpp:2");
    check_caught(domain_named({"kernel/x.cpp", "using orchestration::Turn;\n"}, orchestration), "kernel/x.cpp:1");
    check_caught(domain_named({"testing/x.hpp", include}, orchestration), "testing/x.hpp:1");
    CHECK(domain_named({"core/events/orchestration/x.hpp", include}, orchestration).empty());
    CHECK(domain_named({"core/events/orchestration_shapes.cpp", include}, orchestration).empty());
    CHECK(domain_named({"reactors/orchestration/x.hpp", include}, orchestration).empty());
}
