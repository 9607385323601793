#include "evenfold/tests/journal/postgres/cut_process.hpp"

#include <csignal>
#include <sstream>
#include <string_view>

#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/journal/postgres/message_proxy.hpp"
#include "evenfold/tests/journal/postgres/postgres_journals.hpp"

namespace evenfold::journal {

namespace {

/// Sends `signal` to the processes of the server that serve journals. After SIGKILL the server ends all of its
/// connections; waits for that, because it accepts new ones until then.
void signal_backends(const std::string& url, int signal) {
    TableAccess tables(url);
    std::istringstream processes(tables.text("SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE "
                                             "application_name = 'evenfold' AND pid <> pg_backend_pid()"));
    bool is_killed = false;
    for (pid_t process = 0; processes >> process;) is_killed = kill(process, signal) == 0 && signal == SIGKILL;
    while (is_killed && !tables.run("SELECT 1")) {}
}

/// Waits until the server has recovered.
void await_server(const std::string& url) {
    const auto parsed = storage::postgres::ServerUrl::parse(url, "journal");
    REQUIRE(parsed);
    while (!storage::postgres::ServerConnection::open(*parsed, {})) {}
}

} // namespace

CutHere at_statement(int number) {
    return [number, executed = 0](std::string_view) mutable { return ++executed == number; };
}

CutHere at_commit() {
    return [](std::string_view sql) { return sql == "COMMIT"; };
}

CutResult run_and_cut(tests::PostgresServer& server, const std::string& name, CutHere cut_here, CutKind kind,
                      const std::function<int(const std::string& url)>& use) {
    MessageProxy proxy(server.port());
    const std::string url = server.url(name, "postgres", proxy.port()) + "&sslmode=disable";
    ChildProcess process([&] { return use(url); });
    proxy.decide_by([&, pid = process.pid(), has_begun = false, is_done = false](std::string_view sql) mutable {
        has_begun = has_begun || sql.starts_with("BEGIN ISOLATION LEVEL READ COMMITTED");
        if (!has_begun || is_done || !cut_here(sql)) return ProxyAction::forward;
        is_done = true;
        switch (kind) {
        case CutKind::client_before: kill(pid, SIGKILL); return ProxyAction::cut_before;
        case CutKind::client_after: kill(pid, SIGKILL); return ProxyAction::cut_after;
        case CutKind::backends_ended: signal_backends(server.url(name), SIGTERM); return ProxyAction::cut_before;
        case CutKind::backends_killed: signal_backends(server.url(name), SIGKILL); return ProxyAction::cut_before;
        }
        return ProxyAction::forward;
    });
    proxy.start();
    const int exit = process.end();
    await_server(server.url(name));
    return {.was_cut = proxy.cuts() > 0, .exit = exit};
}

} // namespace evenfold::journal
