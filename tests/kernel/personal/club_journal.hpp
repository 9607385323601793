/// The domain of examples/members over a journal in a file, with a key store on another path.
/// Shapes: `journal/` has the files of the journal, `keys` is the store; failures of the setup fail the test.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/examples/members/members.hpp"
#include "evenfold/journal/sealing/key_store.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::club {

using namespace members;
using journal::sealing::KeyStore;
using Kernel = kernel::Kernel<Members>;

inline const MemberId ada{{{1}}};
inline const MemberId grace{{{2}}};
inline constexpr const char* ada_name = "Augusta Ada King";
inline constexpr const char* grace_name = "Grace Brewster Hopper";

[[nodiscard]] inline Kernel::Command command(std::uint8_t number, Members::Command body) {
    Kernel::Command made;
    made.command = CommandId{{{9, number}}};
    made.body = std::move(body);
    return made;
}

[[nodiscard]] inline Kernel::Command enroll(std::uint8_t number, const MemberId& member, const char* name) {
    return command(number, Enroll{.member = member, .name = name, .telephone = {}});
}

class ClubJournal {
public:
    explicit ClubJournal(const journal::SqliteOptions& options = {.domain = "members"})
        : journal_((std::filesystem::create_directory(scratch_ / "journal"),
                    journal::open_sqlite_journal(file(), journal::Access::create, options).value())),
          keys_(KeyStore::create(scratch_ / "keys", {.journal = file()}).value()) {}

    [[nodiscard]] std::filesystem::path file() const { return scratch_ / "journal/club.db"; }
    [[nodiscard]] std::filesystem::path key_folder() const { return scratch_ / "keys"; }
    [[nodiscard]] journal::Journal& journal() { return *journal_; }
    [[nodiscard]] KeyStore& keys() { return *keys_; }

    [[nodiscard]] std::unique_ptr<Kernel> open(codec::Sealer* sealer, kernel::ReplayedModel<Members> from = {}) {
        auto opened =
            Kernel::open(*journal_, [] { return Instant{}; }, {.starting_state = std::move(from), .sealer = sealer});
        REQUIRE_MESSAGE(opened, opened.error().what);
        return std::move(*opened);
    }
    [[nodiscard]] std::unique_ptr<Kernel> open() { return open(keys_.get()); }

    /// Returns the number of files below the folder of the journal, or in the key store, that contain `text`.
    [[nodiscard]] std::size_t files_with(const std::string& text) const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch_.path())) {
            if (!entry.is_regular_file()) continue;
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(file), {}};
            if (bytes.find(text) != std::string::npos) ++count;
        }
        return count;
    }

private:
    journal::ScratchFolder scratch_;
    std::unique_ptr<journal::Journal> journal_;
    std::unique_ptr<KeyStore> keys_;
};

} // namespace evenfold::club
