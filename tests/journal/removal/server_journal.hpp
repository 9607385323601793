/// A signed journal in PostgreSQL from which payloads are removed, and the bytes of its storage.
/// Shapes: as in signed_removal.hpp; the folders of a server, with its files as they are after a checkpoint.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "evenfold/tests/journal/postgres/postgres_journals.hpp"
#include "evenfold/tests/journal/removal/signed_removal.hpp"

namespace evenfold::tests::removal {

/// Some events of a ServerJournal: from before signing began, longer than a page (7 and 14), and the last one.
inline const Ranges server_ranges{{3, 4}, {7, 7}, {14, 20}, {40, 40}};
inline constexpr std::uint64_t server_count = 11;
inline constexpr Sequence server_last = 40;

[[nodiscard]] bool is_in_server_ranges(Sequence sequence);

/// A journal with `server_last` events, of which 5 are from before signing began.
class ServerJournal {
public:
    explicit ServerJournal(PostgresServer& server);

    [[nodiscard]] journal::Journal& journal() { return *journal_; }
    [[nodiscard]] journal::TableAccess& owner() { return owner_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& url() const { return url_; }

    /// Returns the payloads in the files of the table of events, of its long values and of their indexes.
    [[nodiscard]] FolderBytes table_bytes();
    /// Returns the payloads in the files of a folder of the server, "." for all.
    [[nodiscard]] FolderBytes bytes_in(const std::string& folder);

private:
    std::string name_;
    std::string url_;
    std::unique_ptr<journal::Journal> journal_;
    journal::TableAccess owner_;
};

/// As ServerJournal::table_bytes, over another connection to the same tables.
[[nodiscard]] FolderBytes bytes_of_tables(journal::TableAccess& owner);

} // namespace evenfold::tests::removal
