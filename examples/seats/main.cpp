#include <evenfold/core/reflection/shape_of.hpp>
#include <evenfold/journal/sqlite/sqlite_journal.hpp>
#include <evenfold/kernel/fresh_id.hpp>
#include <evenfold/kernel/kernel.hpp>

#include <cstdio>

#include "seats.hpp"

namespace {

using namespace seats;
using Kernel = evenfold::kernel::Kernel<Seats>;

void submit(Kernel& kernel, Seats::Command command) {
    const auto outcome = kernel.submit({.command = evenfold::kernel::fresh<evenfold::CommandId>(),
                                        .actor = evenfold::Actor::user,
                                        .at = evenfold::kernel::now(),
                                        .cause = {},
                                        .correlation = {},
                                        .body = std::move(command)});
    std::puts(outcome ? "accepted" : "rejected");
}

} // namespace

int main(int count, char** words) {
    namespace journals = evenfold::journal;
    const auto journal =
        journals::open_sqlite_journal(count > 1 ? words[1] : "seats.db", journals::Access::create, {.domain = "seats"});
    if (!journal) {
        std::fprintf(stderr, "%s\n%s\n", journal.error().what.c_str(), journal.error().remedy.c_str());
        return 1;
    }
    const auto kernel = Kernel::open(**journal, &evenfold::kernel::now);
    if (!kernel) {
        std::fprintf(stderr, "%s\n", kernel.error().what.c_str());
        return 1;
    }
    const auto tonight = evenfold::kernel::fresh<ShowId>();
    submit(**kernel, OpenShow{.show = tonight, .seats = 2});
    submit(**kernel, Reserve{.show = tonight, .seat = 1, .guest = "Ada"});
    submit(**kernel, Reserve{.show = tonight, .seat = 1, .guest = "Grace"});
    (*kernel)->read([](const House& house, evenfold::Sequence head) {
        std::printf("%zu show(s) after event %zu\n", house.shows.size(), std::size_t{head});
    });
    return 0;
}
