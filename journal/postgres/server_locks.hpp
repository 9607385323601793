/// The locks that programs on several machines share beside a journal: advisory locks of one session.
/// Shape: a number that is derived from the journal's name and the lock. Errors: Failure if there is no connection.
/// When the connection was lost, a new one takes the same locks again, unless another program has got them meanwhile.
#pragma once

#include <cstdint>
#include <expected>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "evenfold/journal/postgres/address.hpp"
#include "evenfold/journal/program_locks.hpp"

namespace evenfold::journal::postgres {

class ServerLocks final : public ProgramLocks {
public:
    explicit ServerLocks(JournalAddress address) : address_(std::move(address)) {}

    [[nodiscard]] std::expected<void, Failure> connect();

    [[nodiscard]] bool try_lock(std::int64_t number) override;
    void unlock(std::int64_t number) override;
    [[nodiscard]] bool is_locked_elsewhere(std::int64_t number) override;

private:
    [[nodiscard]] std::int64_t key_of(std::int64_t number) const;
    [[nodiscard]] std::expected<bool, Failure> ask(std::string_view sql, std::int64_t number);
    [[nodiscard]] std::expected<bool, Failure> ask_again_if_lost(std::string_view sql, std::int64_t number);

    JournalAddress address_;
    std::mutex mutex_;
    std::optional<ServerConnection> connection_; // none after it was lost
    std::set<std::int64_t> taken_;               // numbers
};

} // namespace evenfold::journal::postgres
