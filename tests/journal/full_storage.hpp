/// A journal on storage that gets full, and then has room again.
/// Answer: 0, or the number of the step that went wrong; for use in a forked process.
#pragma once

#include <filesystem>
#include <functional>

namespace evenfold::journal {

/// Appends until the storage is full, then makes room with `make_room` and tries the same batch again. 0 when the error
/// said so, reading went on, nothing acknowledged is lost and the batch is stored once.
[[nodiscard]] int fill_up(const std::filesystem::path& file, const std::function<bool()>& make_room);

} // namespace evenfold::journal
