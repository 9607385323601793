// Power cuts under a server, on a file system of its own.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include "evenfold/tests/faults/judgement.hpp"
#include "evenfold/tests/faults/kill_rounds.hpp"
#include "evenfold/tests/faults/loop_disk.hpp"
#include "evenfold/tests/faults/postgres/postgres_store.hpp"
#include "evenfold/tests/faults/writing_process.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::tests::faults {

namespace {

using journal::TableAccess;

constexpr std::uint64_t server_megabytes = 256;

/// A server whose power can be cut. The members are null where that is not possible.
struct ServerOnDisk {
    std::unique_ptr<LoopDisk> disk;
    std::unique_ptr<PostgresServer> server;

    [[nodiscard]] static ServerOnDisk create() {
        ServerOnDisk made;
        made.disk = LoopDisk::create(server_megabytes);
        if (!made.disk) return made;
        made.server = PostgresServer::create(made.disk->folder());
        REQUIRE(made.disk->sync());
        return made;
    }

    /// Cuts the power under `writer`, and starts the server again.
    void cut_under(WritingProcess& writer, StepProgress& progress) const {
        REQUIRE(disk->cut_under(writer, progress));
        server->kill();
        REQUIRE(disk->restore_power());
        server->remove_lock_files();
        REQUIRE(server->start());
    }
};

/// Inserts rows into a table of its own, and acknowledges each.
int insert_rows(const std::string& url, const std::string& synchronous_commit, const journal::Pipe& acknowledged) {
    TableAccess tables(url);
    if (tables.run("SET synchronous_commit = " + synchronous_commit)) return 1;
    for (std::uint64_t row = 1;; ++row) {
        if (tables.run("INSERT INTO public.rows VALUES (" + std::to_string(row) + ")")) return 2;
        acknowledged.write(row);
    }
}

/// Returns the number of rows that a power cut loses.
std::uint64_t lost_rows(const ServerOnDisk& served, const std::string& synchronous_commit) {
    const std::string url = served.server->url("rows");
    REQUIRE(!TableAccess(url).run("DROP TABLE IF EXISTS public.rows; CREATE TABLE public.rows (number int)"));
    WritingProcess writer(0, [&](const journal::Pipe& pipe) { return insert_rows(url, synchronous_commit, pipe); });
    StepProgress progress;
    REQUIRE(writer.await(100));
    served.cut_under(writer, progress);
    const std::uint64_t there = std::stoull(TableAccess(url).text("SELECT count(*) FROM public.rows"));
    return progress.acknowledged - std::min(progress.acknowledged, there);
}

} // namespace

TEST_CASE("Power cuts, PostgreSQL: no acknowledged step is lost, and a server that commits early loses some.") {
    const ServerOnDisk served = ServerOnDisk::create();
    if (!served.server) return;
    std::mt19937 random(20'261'201);
    for (const bool is_signed : postgres_signings) {
        in_groups(fault_rounds(3), [&](int rounds) {
            const TestedStore store = postgres_store(served.server->url(served.server->new_journal()), is_signed);
            StepProgress progress;
            for (int round = 0; round < rounds; ++round) {
                WritingProcess writer(store, progress.acknowledged);
                REQUIRE(writer.await(random() % 40));
                served.cut_under(writer, progress);
                const Judgement judgement = judge(store, progress);
                CHECK_MESSAGE(judgement.is_good(), judgement.text());
            }
            CHECK(progress.acknowledged > 0);
        });
    }
    CHECK(lost_rows(served, "off") > 0); // negative control
    CHECK(lost_rows(served, "on") == 0);
}

} // namespace evenfold::tests::faults
