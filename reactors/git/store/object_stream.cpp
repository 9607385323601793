#include "evenfold/reactors/git/store/object_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include "evenfold/reactors/git/store/inflate_stream.hpp"
#include "evenfold/reactors/git/store/pack_reader.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t header_max = 32; // of a loose object
constexpr int alternates_max = 5;      // as many levels as git follows

/// Returns the object folder and those that it borrows objects from.
void add_folders(const fs::path& objects, int levels, std::vector<fs::path>& folders) {
    folders.push_back(objects);
    if (levels == 0) return;
    std::ifstream file(objects / "info" / "alternates");
    for (std::string line; std::getline(file, line);)
        if (!line.empty() && line.front() != '#') add_folders(objects / line, levels - 1, folders);
}

/// Passes the bytes of a loose object on. Returns false if there is none.
std::expected<bool, Failure>
stream_loose(const fs::path& objects, const fs::path&, const ObjectId& id, const TakeBytes& take) {
    const std::string name = to_text(id);
    const fs::path path = objects / name.substr(0, 2) / name.substr(2);
    const system::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT) return false;
    if (!file.is_open()) return std::unexpected(failure_of(path, "read the object", errno));
    InflateStream stream(file.number(), 0, path);
    std::string header;
    while (header.size() < header_max && !header.ends_with('\0')) {
        const auto byte = stream.next(1);
        if (!byte) return std::unexpected(byte.error());
        if (byte->empty()) break;
        header += *byte;
    }
    std::uint64_t size = 0;
    const std::string kind = "blob ";
    if (!header.starts_with(kind) ||
        std::from_chars(header.data() + kind.size(), header.data() + header.size(), size).ec != std::errc{})
        return std::unexpected(failure_of(FailureKind::damaged, path.string() + ": not a blob"));
    if (auto passed = stream.pass_on(size, take); !passed) return std::unexpected(passed.error());
    return true;
}

/// Passes the bytes of a packed object on. Returns false if no pack of the folder has it.
std::expected<bool, Failure>
stream_packed(const fs::path& objects, const fs::path& scratch, const ObjectId& id, const TakeBytes& take) {
    std::error_code error;
    for (fs::directory_iterator at(objects / "pack", error); !error && at != fs::directory_iterator();
         at.increment(error)) {
        if (at->path().extension() != ".idx") continue;
        auto pack = PackReader::open(at->path(), scratch);
        if (!pack) continue; // of another version, or removed by a repack
        const auto offset = pack->find(id);
        if (!offset) continue;
        if (auto passed = pack->stream_blob(*offset, take); !passed) return std::unexpected(passed.error());
        return true;
    }
    return false;
}

} // namespace

std::expected<bool, Failure>
stream_blob(const fs::path& objects, std::uint64_t size, const ObjectId& id, const TakeBytes& take) {
    std::vector<fs::path> folders;
    add_folders(objects, alternates_max, folders);
    Sha1 sha;
    sha.update(object_header(ObjectKind::blob, size));
    const TakeBytes hashed = [&](std::string_view bytes) {
        sha.update(bytes);
        return take(bytes);
    };
    for (const auto& from : {stream_packed, stream_loose}) {
        for (const fs::path& folder : folders) {
            const auto passed = from(folder, objects, id, hashed);
            if (!passed) return passed;
            if (!*passed) continue;
            if (sha.finish() == id) return true;
            return std::unexpected(failure_of(FailureKind::damaged, to_text(id) + ": does not match its id"));
        }
    }
    return false;
}

} // namespace evenfold::git
