#include "evenfold/tests/journal/removal/server_journal.hpp"

#include <algorithm>
#include <sstream>

namespace evenfold::tests::removal {

using namespace journal;

namespace {

constexpr Sequence server_sealed = 5; // events from before signing began

std::filesystem::path data_folder(TableAccess& owner) {
    return owner.text("SELECT current_setting('data_directory')");
}

} // namespace

bool is_in_server_ranges(Sequence sequence) {
    return std::ranges::any_of(server_ranges,
                               [&](const auto& range) { return range.first <= sequence && sequence <= range.last; });
}

ServerJournal::ServerJournal(PostgresServer& server)
    : name_(server.new_journal()),
      url_(server.url(name_)),
      journal_(open_journal(url_, Access::create, {.domain = "plans"})),
      owner_(url_) {
    grow_and_sign(*journal_, server_sealed, server_last - server_sealed);
}

FolderBytes ServerJournal::table_bytes() {
    return bytes_of_tables(owner_);
}

FolderBytes ServerJournal::bytes_in(const std::string& folder) {
    REQUIRE(!owner_.run("CHECKPOINT"));
    return FolderBytes(data_folder(owner_) / folder);
}

FolderBytes bytes_of_tables(TableAccess& owner) {
    REQUIRE(!owner.run("CHECKPOINT")); // so that the files have what the memory of the server has
    std::istringstream paths(owner.text(
        "SELECT string_agg(pg_relation_filepath(oid), ' ') FROM pg_class, "
        "(SELECT oid AS events, reltoastrelid AS long FROM pg_class WHERE oid = 'events'::regclass) t "
        "WHERE oid IN (events, long) OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN (events, long))"));
    FolderBytes bytes;
    for (std::string path; paths >> path;) bytes.add(data_folder(owner) / path);
    return bytes;
}

} // namespace evenfold::tests::removal
