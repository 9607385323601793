#include "evenfold/tests/house/domains.hpp"

#include <array>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "evenfold/tests/house/checks.hpp"

using namespace evenfold::house;

namespace {

// A domain that the controls are about.
constexpr std::array<Exception, 1> parking_also{{{"decider/parking/fees", "for the control"}}};
constexpr std::array<Exception, 1> parking_users{{{"cli/verbs/", "for the control"}}};
constexpr DomainEntry parking{"parking", "ticket", parking_also, parking_users};

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

TEST_CASE("House: a domain has the same rows in each of its four directories") {
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

TEST_CASE("House: every domain is in the table") {
    check_none(unlisted_domains(tree(), domains));
    CHECK(unlisted_domains(parking_tree(), std::array{parking}).empty());
    CHECK(unlisted_domains(parking_tree(), domains).size() == parking_tree().size());
}

TEST_CASE("House: only a domain itself and what is built for it name it") {
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
    CHECK(domain_named({"kernel/x.cpp", "// as parking::Ticket does\n"}, parking).empty());
}
