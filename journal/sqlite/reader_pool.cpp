#include <utility>

#include "evenfold/journal/sqlite/reader.hpp"
#include "evenfold/storage/sqlite/write_ahead_log.hpp"

// The pool of readers; reader.cpp has the readers.

namespace evenfold::journal::sqlite {

namespace {

constexpr std::size_t idle_max = 4;

} // namespace

std::expected<ReaderPool::Lent, Failure> ReaderPool::open(const std::optional<system::FileStatus>& rest) const {
    auto database = JournalReader::connect(file_, rest ? OpenMode::frozen : OpenMode::read);
    if (!database) return std::unexpected(failure_to_read(file_, database.error()));
    auto reader = JournalReader::attach(std::move(*database));
    if (!reader) return std::unexpected(failure_to_read(file_, reader.error()));
    return Lent{.reader = std::move(*reader), .frozen = rest};
}

std::expected<ReaderPool::Lent, Failure> ReaderPool::acquire() {
    if (auto named = registered_.check_name(file_); !named) return std::unexpected(named.error());
    const auto rest = freezing_ == Freezing::allowed ? storage::sqlite::at_rest(file_) : std::nullopt;
    {
        const std::scoped_lock lock(mutex_);
        while (!idle_.empty()) {
            Lent lent = std::move(idle_.back());
            idle_.pop_back();
            if (!lent.frozen || lent.frozen == rest) return lent;
        }
    }
    return open(rest);
}

bool ReaderPool::is_valid(const Lent& lent) const {
    return !lent.frozen || lent.frozen == storage::sqlite::at_rest(file_);
}

void ReaderPool::release(Lent lent) {
    const std::scoped_lock lock(mutex_);
    if (idle_.size() < idle_max) idle_.push_back(std::move(lent));
}

void ReaderPool::close_idle() {
    const std::scoped_lock lock(mutex_);
    idle_.clear();
}

} // namespace evenfold::journal::sqlite
