// Both verifiers give the same result on files of SQLite, good and damaged (SL4). docs/verify.py shares no code with
// this library.
#include <doctest/doctest.h>

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evenfold/tests/journal/chain/damage.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"
#include "evenfold/tests/journal/signed/sqlite_rows.hpp"
#include "evenfold/tests/support/build_paths.hpp"

namespace evenfold::tests::chain {
namespace {

using nlohmann::json;

constexpr std::uint64_t keys_count = 12;

bool is_runnable(const std::string& command) {
    return std::system((command + " > /dev/null 2>&1").c_str()) == 0; // NOLINT(*-env33-c,*-mt-unsafe)
}

std::string file_name(std::size_t number) {
    const std::string digits = std::to_string(number);
    return std::string(6 - digits.size(), '0') + digits + ".db";
}

/// Copies of a file, and the report of this library on each.
class VerifiedCopies {
public:
    explicit VerifiedCopies(const std::filesystem::path& folder) : folder_(folder) {
        std::filesystem::create_directory(folder_ / "keys");
        for (std::uint64_t number = 1; number <= keys_count; ++number) {
            const auto path = folder_ / "keys" / std::to_string(number);
            std::ofstream(path) << secret_of(number) << '\n';
            ::chmod(path.c_str(), 0600);
        }
    }

    void add(const std::filesystem::path& file) {
        const auto copy = folder_ / file_name(own_.size());
        REQUIRE(run_sql(file, "VACUUM INTO '" + copy.string() + "'"));
        ChainTrust trust;
        for (std::uint64_t number = 1; number <= keys_count; ++number) trust.secrets.push_back(key_of(number));
        own_.push_back(json::parse(to_json(report_of_file(copy, trust))));
    }

    [[nodiscard]] const std::vector<json>& own() const { return own_; }

    /// Returns the reports of the second verifier.
    [[nodiscard]] std::vector<json> others() const {
        const std::string command = "cd '" + folder_.string() +
                                    "' && env -u EVENFOLD_KEYS -u EVENFOLD_HMAC_SECRET python3 -B '" + source_tree() +
                                    "/docs/verify.py' --json --keys keys *.db > output 2> errors";
        (void)std::system(command.c_str()); // NOLINT(cert-env33-c,concurrency-mt-unsafe): words of this test
        std::vector<json> lines;
        std::ifstream output(folder_ / "output");
        for (std::string line; std::getline(output, line);) lines.push_back(json::parse(line));
        return lines;
    }

private:
    std::filesystem::path folder_;
    std::vector<json> own_;
};

json without_detail(json report) {
    report.erase("detail");
    return report;
}

} // namespace

TEST_CASE("Second verifier: it reads good and damaged files of SQLite as this library does (SL4).") {
    if (!is_runnable("python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'")) {
        std::puts("skipped: python3, version 3.11 or later, is not installed");
        return;
    }
    const journal::ScratchFolder folder(journal::memory_storage());
    std::filesystem::create_directory(folder / "copies");
    VerifiedCopies copies(folder / "copies");
    SqliteRows rows(folder / "journal.db");
    std::size_t broken = 0;
    std::vector<DamageKind> kinds = event_damage();
    for (const auto& more : {order_damage(), table_damage()}) kinds.insert(kinds.end(), more.begin(), more.end());
    for (std::uint64_t seed = 0; seed < kinds.size(); ++seed) {
        HistoryWriter history = signed_history(seed);
        REQUIRE(rows.replace(history.stored));
        if (seed < 5) copies.add(rows.file());
        const DamageKind& kind = kinds[seed];
        if (kind.as_lines || !kind.apply(history) || !rows.replace(history.stored)) continue;
        copies.add(rows.file());
        ++broken;
    }
    CHECK(broken >= 40);
    const std::vector<json> others = copies.others();
    REQUIRE(others.size() == copies.own().size());
    std::size_t found = 0;
    for (std::size_t i = 0; i < others.size(); ++i) {
        CHECK_MESSAGE(without_detail(copies.own()[i]) == without_detail(others[i]), copies.own()[i].dump(), " is not ",
                      others[i].dump());
        if (!others[i].value("ok", true)) ++found;
    }
    CHECK(found >= 40);
}

} // namespace evenfold::tests::chain
