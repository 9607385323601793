/// A PostgreSQL server of a test, on loopback, with its data in a scratch folder; ended by its process id.
/// Shape: one server per test process, which all of its tests share. Each test uses a journal with a name of its own.
/// Where PostgreSQL is not installed, `shared` prints a line `skipped: <why>` and returns null.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace evenfold::tests {

class PostgresServer {
public:
    /// Returns the running server of this process.
    [[nodiscard]] static PostgresServer* shared();
    /// Starts another server, with its data in `storage`. Prints and returns as `shared` does.
    [[nodiscard]] static std::unique_ptr<PostgresServer> create(const std::filesystem::path& storage);

    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;
    ~PostgresServer();

    /// Returns the URL of a journal, as `user`; through another port if one is given.
    [[nodiscard]] std::string url(std::string_view journal, std::string_view user = "postgres", int port = 0) const;
    /// Returns the URL of a journal through the server's Unix socket.
    [[nodiscard]] std::string socket_url(std::string_view journal) const;
    /// Returns a name that no earlier journal of this server has.
    [[nodiscard]] std::string new_journal();
    [[nodiscard]] int port() const { return port_; }

    /// Ends the server at once, like a crash. Its data stay.
    void kill();
    /// Ends the server and all of its connections by its own signal for that, without a checkpoint.
    void stop_at_once();
    /// Removes the files that say that the server runs, as after a power cut nobody else does.
    void remove_lock_files() const;
    /// Ends the server in good order.
    void stop();
    /// Starts the server again, with additional settings such as "fsync=off". Returns whether it accepts connections.
    [[nodiscard]] bool start(const std::vector<std::string>& settings = {});

    /// Makes the server start as a standby that follows nobody, or as a primary.
    void set_standby(bool is_standby);

private:
    PostgresServer(std::filesystem::path programs, std::filesystem::path folder)
        : programs_(std::move(programs)), folder_(std::move(folder)) {}

    [[nodiscard]] bool initialise();
    [[nodiscard]] bool accepts_connections() const;
    void end(int signal);

    std::filesystem::path programs_;
    std::filesystem::path folder_;
    int port_ = 0;
    pid_t pid_ = -1;
    int journals_ = 0;
};

} // namespace evenfold::tests
