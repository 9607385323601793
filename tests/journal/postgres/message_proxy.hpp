/// A proxy on loopback between a journal and its server, which can end a connection before or after any statement.
/// Shape: it reads the messages of the client: the statement of each Execute, by its text, and that of each Query. The
/// URL must have sslmode=disable. Source: https://www.postgresql.org/docs/15/protocol-message-formats.html
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace evenfold::journal {

/// The fate of a connection when a statement is executed: nothing special; it ends before the server has got the
/// statement; or when the server has responded to it, without forwarding the response.
enum class ProxyAction : std::uint8_t { forward, cut_before, cut_after };

class MessageProxy {
public:
    /// Decides for each execution of a statement. Called by the proxy's thread.
    using Decide = std::function<ProxyAction(std::string_view sql)>;

    /// Listens, but accepts nothing before `start`, so that a process may be forked in between.
    explicit MessageProxy(int server_port);
    MessageProxy(const MessageProxy&) = delete;
    MessageProxy& operator=(const MessageProxy&) = delete;
    ~MessageProxy();

    void start();
    [[nodiscard]] int port() const { return port_; }

    void decide_by(Decide decide);
    /// Cuts the connection that next executes `sql`.
    void cut_next(std::string_view sql, ProxyAction action);
    /// Returns how many connections were cut by a decision.
    [[nodiscard]] int cuts();
    /// Ends all connections now.
    void cut_all();

private:
    struct Link {
        int client = -1;
        int server = -1;
        bool has_started = false;               // the startup message, which has no type, was read
        bool is_cut_by_response = false;        // ends when the server responds
        std::string unread;                     // of the client, before a whole message
        std::map<std::string, std::string> sql; // by the name of the prepared statement
        std::string bound;                      // the statement of the last Bind
    };

    void run();
    void accept_one();
    [[nodiscard]] bool from_client(Link& link);
    [[nodiscard]] bool from_server(Link& link);
    [[nodiscard]] ProxyAction decision_on(std::string_view sql);
    [[nodiscard]] ProxyAction read_message(Link& link, std::string_view message);
    static void close_link(Link& link);

    int server_port_;
    int listener_ = -1;
    int port_ = 0;
    int wake_read_ = -1;
    int wake_write_ = -1;
    std::mutex mutex_; // of the next four
    Decide decide_;
    int cuts_ = 0;
    bool is_cut_all_ = false;
    bool is_ended_ = false;
    std::vector<std::unique_ptr<Link>> links_;
    std::thread thread_;
};

} // namespace evenfold::journal
