#include "evenfold/reactors/git/files/journal_file.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <unistd.h>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view database = "SQLite format 3\0"sv;
constexpr std::string_view application = "Evnf";
constexpr std::size_t application_offset = 68;
constexpr std::uint64_t page = 512; // the smallest page: the size of a database is a multiple of it
constexpr off_t log_headers = 56;   // of the log and of its first page, which in a fresh log is the database's first

/// Returns whether the first page of a journal begins at `offset` of the file.
bool begins_at(int folder, const std::string& name, off_t offset) {
    const system::Descriptor file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    std::array<char, application_offset + application.size()> bytes{};
    if (!file.is_open() || ::pread(file.number(), bytes.data(), bytes.size(), offset) != std::ssize(bytes))
        return false;
    const std::string_view head(bytes.data(), bytes.size());
    return head.starts_with(database) && head.ends_with(application);
}

} // namespace

bool is_journal(int folder, const std::string& name, std::uint64_t size) {
    return size % page == 0 && (begins_at(folder, name, 0) || begins_at(folder, name + "-wal", log_headers));
}

bool belongs_to(std::string_view path, std::string_view journal) {
    if (!path.starts_with(journal)) return false;
    const std::string_view rest = path.substr(journal.size());
    return std::ranges::find(journal_endings, rest.substr(0, rest.find('/'))) != journal_endings.end();
}

} // namespace evenfold::git
