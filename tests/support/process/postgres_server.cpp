#include "evenfold/tests/support/process/postgres_server.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::tests {

namespace {

using std::filesystem::path;

constexpr std::chrono::seconds start_wait{30};

/// Returns the folder of PostgreSQL's programs; empty if there is none.
path find_programs() {
    if (const char* wish = std::getenv("EVENFOLD_POSTGRES_PROGRAMS")) // NOLINT(concurrency-mt-unsafe): one thread
        return exists(path(wish) / "initdb") ? path(wish) : path();
    std::error_code ignored;
    path newest;
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
        const path programs = version.path() / "bin";
        const bool is_whole = exists(programs / "postgres") && exists(programs / "initdb");
        if (is_whole && (newest.empty() || programs > newest)) newest = programs;
    }
    return newest;
}

/// Returns the folder for the data. In memory, a restart does not sync thousands of files, which takes 10 s on a busy
/// disk; a crash of the server, unlike one of the machine, loses nothing there.
path find_storage() {
    if (const char* wish = std::getenv("EVENFOLD_POSTGRES_DATA")) return wish; // NOLINT(concurrency-mt-unsafe)
    return journal::memory_storage();
}

/// Returns the user of the server, which must not be root; null if this user will do.
const passwd* server_user() {
    return getuid() == 0 ? getpwnam("postgres") : nullptr; // NOLINT(concurrency-mt-unsafe): one thread
}

/// Starts a program as the user of the server, with its output in `log`. It ends with this process.
pid_t start_program(const std::vector<std::string>& words, const path& log) {
    const passwd* user = server_user();
    const pid_t pid = fork();
    if (pid != 0) return pid;
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (user != nullptr &&
        (setgid(user->pw_gid) != 0 || initgroups(user->pw_name, user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
        _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str())); // NOLINT: of exec
    arguments.push_back(nullptr);
    execv(arguments.front(), arguments.data());
    _exit(127);
}

int status_of(pid_t pid) {
    int status = -1;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    return status;
}

/// Blocks until the process ends, at most 5 ms, because a server does not notify when it has started.
void wait_briefly_for_end(pid_t pid) {
    const int process = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (process < 0) return;
    pollfd ended{.fd = process, .events = POLLIN, .revents = 0};
    poll(&ended, 1, 5);
    close(process);
}

/// Returns a port of loopback above 14000 that nobody uses now.
int free_port() {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address); // NOLINT: of bind
    const bool bound = bind(listener, plain, size) == 0 && getsockname(listener, plain, &size) == 0;
    close(listener);
    return bound ? ntohs(address.sin_port) : 0;
}

} // namespace

PostgresServer* PostgresServer::shared() {
    static const std::unique_ptr<PostgresServer> server = create(find_storage());
    return server.get();
}

std::unique_ptr<PostgresServer> PostgresServer::create(const path& storage) {
    const path programs = find_programs();
    if (programs.empty() || (getuid() == 0 && server_user() == nullptr)) {
        std::puts("skipped: PostgreSQL is not installed (Debian: postgresql)");
        return nullptr;
    }
    std::string name = (storage / "evenfold-postgres-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) return nullptr;
    const passwd* user = server_user();
    if (user != nullptr && chown(name.c_str(), user->pw_uid, user->pw_gid) != 0) return nullptr;
    std::unique_ptr<PostgresServer> server(new PostgresServer(programs, name));
    constexpr int ports_max = 5; // another process may take the port before the server does
    bool is_started = server->initialise();
    for (int tries = 0; is_started && server->pid_ < 0 && tries < ports_max; ++tries) {
        server->port_ = free_port();
        if (!server->start()) server->end(SIGQUIT);
    }
    if (is_started && server->pid_ >= 0) return server;
    std::puts(("skipped: PostgreSQL could not be started; its log is " + name + "/log").c_str());
    server->folder_.clear();
    return nullptr;
}

bool PostgresServer::initialise() {
    const std::string data = folder_ / "data";
    const pid_t pid = start_program({programs_ / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync",
                                     "-E", "UTF8", "--locale=C", "--no-instructions"},
                                    folder_ / "log");
    return status_of(pid) == 0;
}

bool PostgresServer::start(const std::vector<std::string>& settings) {
    std::vector<std::string> words{programs_ / "postgres",
                                   "-D",
                                   folder_ / "data",
                                   "-p",
                                   std::to_string(port_),
                                   "-k",
                                   folder_,
                                   "-c",
                                   "listen_addresses=127.0.0.1",
                                   "-c",
                                   "shared_buffers=16MB",
                                   "-c",
                                   "max_connections=60",
                                   "-c",
                                   "recovery_init_sync_method=syncfs"};
    for (const std::string& setting : settings) words.insert(words.end(), {"-c", setting});
    const auto deadline = std::chrono::steady_clock::now() + start_wait;
    while (std::chrono::steady_clock::now() < deadline) {
        if (pid_ < 0) pid_ = start_program(words, folder_ / "log");
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) == pid_) // as while processes of a killed server still end
            pid_ = -1;
        else if (accepts_connections())
            return true;
        wait_briefly_for_end(pid_);
    }
    return false;
}

bool PostgresServer::accepts_connections() const {
    const std::string where = "host=127.0.0.1 dbname=postgres user=postgres port=" + std::to_string(port_);
    return PQping(where.c_str()) == PQPING_OK;
}

std::string PostgresServer::url(std::string_view journal, std::string_view user, int port) const {
    return "postgresql://" + std::string(user) + "@127.0.0.1:" + std::to_string(port == 0 ? port_ : port) +
           "/postgres?journal=" + std::string(journal);
}

std::string PostgresServer::new_journal() {
    return "test_" + std::to_string(++journals_);
}

std::string PostgresServer::socket_url(std::string_view journal) const {
    return "postgresql://postgres@/postgres?host=" + folder_.string() + "&port=" + std::to_string(port_) +
           "&journal=" + std::string(journal);
}

void PostgresServer::end(int signal) {
    if (pid_ < 0) return;
    ::kill(pid_, signal);
    (void)status_of(std::exchange(pid_, -1));
}

void PostgresServer::kill() {
    end(SIGKILL);
}

void PostgresServer::stop_at_once() {
    end(SIGQUIT);
}

void PostgresServer::remove_lock_files() const {
    const std::string socket = ".s.PGSQL." + std::to_string(port_);
    for (const path& file : {folder_ / "data" / "postmaster.pid", folder_ / socket, folder_ / (socket + ".lock")})
        std::filesystem::remove(file);
}

void PostgresServer::stop() {
    end(SIGINT);
}

void PostgresServer::set_standby(bool is_standby) {
    const path mark = folder_ / "data" / "standby.signal";
    if (is_standby)
        std::ofstream{mark};
    else
        std::filesystem::remove(mark);
}

PostgresServer::~PostgresServer() {
    end(SIGQUIT);
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

} // namespace evenfold::tests
