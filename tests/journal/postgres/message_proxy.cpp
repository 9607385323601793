#include "evenfold/tests/journal/postgres/message_proxy.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace evenfold::journal {

namespace {

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

sockaddr* plain(sockaddr_in& address) {
    return reinterpret_cast<sockaddr*>(&address); // NOLINT: of bind and connect
}

void send_at_once(int socket) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

/// Returns the next bytes; empty at the end of the connection.
std::string receive(int socket) {
    std::string bytes(1U << 16U, '\0');
    const ssize_t count = recv(socket, bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
}

std::size_t length_at(std::string_view bytes, std::size_t index) {
    std::size_t length = 0;
    for (std::size_t at = index; at < index + 4; ++at) length = (length << 8U) | static_cast<std::uint8_t>(bytes[at]);
    return length;
}

/// Removes a text that ends with a NUL from the beginning of `bytes`.
std::string take_text(std::string_view& bytes) {
    const std::size_t end = bytes.find('\0');
    std::string text(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
    return text;
}

} // namespace

MessageProxy::MessageProxy(int server_port) : server_port_(server_port), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    std::array<int, 2> ends{};
    if (bind(listener_, plain(address), size) != 0 || listen(listener_, 16) != 0 ||
        getsockname(listener_, plain(address), &size) != 0 || pipe(ends.data()) != 0)
        throw std::runtime_error("no proxy can be made");
    port_ = ntohs(address.sin_port);
    wake_read_ = ends[0];
    wake_write_ = ends[1];
}

MessageProxy::~MessageProxy() {
    {
        const std::scoped_lock lock(mutex_);
        is_ended_ = true;
    }
    (void)write(wake_write_, "", 1);
    if (thread_.joinable()) thread_.join();
    for (const auto& link : links_) close_link(*link);
    for (const int file : {listener_, wake_read_, wake_write_}) close(file);
}

void MessageProxy::start() {
    thread_ = std::thread([this] { run(); });
}

void MessageProxy::decide_by(Decide decide) {
    const std::scoped_lock lock(mutex_);
    decide_ = std::move(decide);
}

void MessageProxy::cut_next(std::string_view sql, ProxyAction action) {
    decide_by([wanted = std::string(sql), action, done = false](std::string_view executed) mutable {
        if (done || executed != wanted) return ProxyAction::forward;
        done = true;
        return action;
    });
}

int MessageProxy::cuts() {
    const std::scoped_lock lock(mutex_);
    return cuts_;
}

void MessageProxy::cut_all() {
    {
        const std::scoped_lock lock(mutex_);
        is_cut_all_ = true;
    }
    (void)write(wake_write_, "", 1);
    for (bool is_done = false; !is_done;) {
        const std::scoped_lock lock(mutex_);
        is_done = !is_cut_all_;
    }
}

void MessageProxy::close_link(Link& link) {
    if (link.client >= 0) close(std::exchange(link.client, -1));
    if (link.server >= 0) close(std::exchange(link.server, -1));
}

void MessageProxy::accept_one() {
    auto link = std::make_unique<Link>();
    link->client = accept(listener_, nullptr, nullptr);
    link->server = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(server_port_);
    send_at_once(link->client);
    send_at_once(link->server);
    if (connect(link->server, plain(address), sizeof address) == 0)
        links_.push_back(std::move(link));
    else
        close_link(*link);
}

ProxyAction MessageProxy::decision_on(std::string_view sql) {
    const std::scoped_lock lock(mutex_);
    const ProxyAction action = decide_ ? decide_(sql) : ProxyAction::forward;
    if (action != ProxyAction::forward) ++cuts_;
    return action;
}

/// Reads a whole message of the client, and returns the fate of the connection.
ProxyAction MessageProxy::read_message(Link& link, std::string_view message) {
    std::string_view body = message.substr(5);
    switch (message.front()) {
    case 'P': { // Parse: the name of the statement, its text
        const std::string name = take_text(body);
        link.sql[name] = take_text(body);
        return ProxyAction::forward;
    }
    case 'B': // Bind: the portal, the name of the statement
        (void)take_text(body);
        link.bound = link.sql[take_text(body)];
        return ProxyAction::forward;
    case 'E': return decision_on(link.bound);
    case 'Q': return decision_on(take_text(body)); // a query without parameters
    default: return ProxyAction::forward;
    }
}

/// Forwards what the client has sent. Returns false when the link has ended.
bool MessageProxy::from_client(Link& link) {
    const std::string bytes = receive(link.client);
    if (bytes.empty()) return false;
    link.unread += bytes;
    if (!link.has_started) {
        if (link.unread.size() < 4 || link.unread.size() < length_at(link.unread, 0)) return true;
        link.has_started = true;
        const std::size_t size = length_at(link.unread, 0);
        if (!send_all(link.server, std::string_view(link.unread).substr(0, size))) return false;
        link.unread.erase(0, size);
    }
    while (link.unread.size() >= 5 && link.unread.size() > length_at(link.unread, 1)) {
        const std::size_t size = length_at(link.unread, 1) + 1;
        const ProxyAction action = read_message(link, std::string_view(link.unread).substr(0, size));
        if (action == ProxyAction::cut_before) return false;
        link.is_cut_by_response = link.is_cut_by_response || action == ProxyAction::cut_after;
        if (!send_all(link.server, std::string_view(link.unread).substr(0, size))) return false;
        link.unread.erase(0, size);
    }
    return true;
}

bool MessageProxy::from_server(Link& link) {
    const std::string bytes = receive(link.server);
    return !bytes.empty() && !link.is_cut_by_response && send_all(link.client, bytes);
}

void MessageProxy::run() {
    for (;;) {
        std::vector<pollfd> files{{listener_, POLLIN, 0}, {wake_read_, POLLIN, 0}};
        for (const auto& link : links_) {
            files.push_back({link->client, POLLIN, 0});
            files.push_back({link->server, POLLIN, 0});
        }
        poll(files.data(), files.size(), -1);
        std::array<char, 16> wakes{};
        if (files[1].revents != 0) (void)read(wake_read_, wakes.data(), wakes.size());
        {
            const std::scoped_lock lock(mutex_);
            if (is_ended_) return;
            if (is_cut_all_) {
                for (const auto& link : links_) close_link(*link);
                links_.clear();
                is_cut_all_ = false;
                continue;
            }
        }
        for (std::size_t index = 0; index < links_.size(); ++index) {
            Link& link = *links_[index];
            bool is_open = true;
            if (files[2 + 2 * index].revents != 0) is_open = from_client(link);
            if (is_open && files[3 + 2 * index].revents != 0) is_open = from_server(link);
            if (!is_open) close_link(link);
        }
        std::erase_if(links_, [](const auto& link) { return link->client < 0; });
        if (files[0].revents != 0) accept_one();
    }
}

} // namespace evenfold::journal
