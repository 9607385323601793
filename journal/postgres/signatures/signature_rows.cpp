#include "evenfold/journal/postgres/signatures/signature_rows.hpp"

#include "evenfold/journal/postgres/event_rows.hpp"

namespace evenfold::journal::postgres {

void LinkRows::add(std::uint64_t number, const CommandId& command, std::string_view mac, std::uint64_t key) {
    number_.add(number);
    command_.add(bytes_of(command));
    mac_.add(mac);
    key_.add(static_cast<std::int64_t>(key));
}

QueryParameters LinkRows::parameters() {
    QueryParameters parameters;
    parameters.add(number_).add(command_).add(mac_).add(key_);
    return parameters;
}

TileRows::TileRows(const std::vector<chain::TreeTile>& tiles) {
    for (const chain::TreeTile& tile : tiles) {
        level_.add(std::int64_t{tile.level});
        number_.add(tile.number);
        hashes_.add(tile.hashes);
    }
}

QueryParameters TileRows::parameters() {
    QueryParameters parameters;
    parameters.add(level_).add(number_).add(hashes_);
    return parameters;
}

} // namespace evenfold::journal::postgres
