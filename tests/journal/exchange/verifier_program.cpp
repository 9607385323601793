#include "evenfold/tests/journal/exchange/verifier_program.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "evenfold/journal/exchange/signed_end.hpp"
#include "evenfold/journal/heads/head.hpp"
#include "evenfold/journal/heads/removal.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"
#include "evenfold/tests/support/build_paths.hpp"

namespace evenfold::tests::exchange {
namespace {

using nlohmann::json;

constexpr std::uint64_t note_time_s = 1'790'000'001;

bool is_runnable(const std::string& command) {
    return std::system((command + " > /dev/null 2>&1").c_str()) == 0; // NOLINT(*-env33-c,*-mt-unsafe)
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    ::chmod(path.c_str(), 0600);
}

std::string name_of_file(std::size_t number) {
    std::string digits = std::to_string(number);
    return std::string(6 - digits.size(), '0') + digits + ".ndjson";
}

std::string program_text(const ProgramEdit& edit) {
    std::ifstream file(source_tree() + "/docs/verify.py");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::size_t at = text.find(edit.old);
    REQUIRE(at != std::string::npos);
    return text.replace(at, edit.old.size(), edit.by);
}

/// The files of one run of the program.
class ProgramRun {
public:
    ProgramRun(const std::vector<std::string>& texts, const SharedTrust& trust, const ProgramEdit& edit) {
        write_file(folder_ / "verify.py", program_text(edit));
        std::filesystem::create_directory(folder_ / "keys");
        for (std::uint64_t number = 1; number <= trust.secrets; ++number)
            write_file(folder_ / ("keys/" + std::to_string(number)), chain::secret_of(number) + "\n");
        for (std::size_t i = 0; i < texts.size(); ++i) write_file(file(i), texts[i]);
        for (std::size_t i = 0; i < trust.heads.size(); ++i) write_file(folder_ / head_name(i), trust.heads[i]);
    }

    [[nodiscard]] std::filesystem::path file(std::size_t number) const { return folder_ / name_of_file(number); }
    [[nodiscard]] static std::string head_name(std::size_t number) { return "head_" + std::to_string(number); }

    /// Returns the lines that the program prints.
    [[nodiscard]] std::vector<json> run(const SharedTrust& trust) const {
        constexpr std::array names{"empty", "null", "zeros"};
        std::string command = "cd '" + folder_.path().string() +
                              "' && env -u EVENFOLD_KEYS -u EVENFOLD_HMAC_SECRET "
                              "python3 -B verify.py --json --keys keys --first-prev " +
                              names.at(static_cast<std::size_t>(trust.first_previous));
        if (trust.is_public) command += " --public";
        if (trust.has_signer)
            command += " --signer '" + note_key().verifier().to_text(journal::heads::SignatureType::note) + "'";
        for (std::size_t i = 0; i < trust.heads.size(); ++i) command += " --head " + head_name(i);
        command += " *.ndjson > output 2> errors";
        (void)std::system(command.c_str()); // NOLINT(cert-env33-c,concurrency-mt-unsafe): words of this test
        std::ifstream errors(folder_ / "errors");
        const std::string complaint{std::istreambuf_iterator<char>(errors), {}};
        CHECK(complaint == "");
        std::vector<json> lines;
        std::ifstream output(folder_ / "output");
        for (std::string line; std::getline(output, line);) lines.push_back(json::parse(line));
        return lines;
    }

private:
    journal::ScratchFolder folder_{journal::memory_storage()};
};

ChainTrust chain_trust(const SharedTrust& shared) {
    ChainTrust trust;
    for (std::uint64_t number = 1; number <= shared.secrets; ++number) trust.secrets.push_back(chain::key_of(number));
    trust.public_only = shared.is_public;
    trust.first_previous = shared.first_previous;
    if (shared.has_signer) {
        trust.read_head = journal::heads::head_reader({note_key().verifier()});
        trust.read_removal = journal::heads::removal_reader({note_key().verifier()});
    }
    for (std::size_t i = 0; i < shared.heads.size(); ++i)
        trust.heads.push_back(
            {ProgramRun::head_name(i), shared.heads[i], Instant{static_cast<std::int64_t>(note_time_s) * 1'000}});
    return trust;
}

/// Returns the report of this library as JSON, or the kind of its failure.
json own_report(const std::filesystem::path& file, const SharedTrust& shared) {
    ExportReaderOptions options;
    if (shared.has_signer) options.read_end = end_reader({note_key().verifier()});
    const auto report = verified_file(file, chain_trust(shared), options);
    if (!report) return json{{"failure", name_of(report.error().kind)}};
    return json::parse(to_json(*report));
}

json without_details(json report) {
    report.erase("detail");
    report.erase("what");
    return report;
}

} // namespace

std::string missing_program() {
    if (!is_runnable("python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'"))
        return "python3, version 3.11 or later, is not installed";
    return is_runnable("openssl version") ? "" : "the program openssl is not installed";
}

const journal::heads::SigningKey& note_key() {
    static const journal::heads::SigningKey key = heads::signing_key(7);
    return key;
}

void sign_notes(StoredJournal& stored) {
    for (journal::chain::HeadRow& row : stored.heads) {
        const journal::chain::TreeHead tree{.size = row.size, .root = journal::chain::hash_from(row.root).value()};
        row.note = journal::heads::sign_head(note_key(), tree, note_time_s, std::nullopt).value();
    }
    for (journal::chain::RemovalRow& row : stored.removals) {
        const journal::chain::RemovalStatement statement = chain::trust_of(1).read_removal(row.note);
        journal::heads::SignedRemoval removal{.origin = statement.origin,
                                              .ranges = statement.ranges,
                                              .leaves = statement.leaves,
                                              .by = "Ada",
                                              .reason = "a test",
                                              .time_s = note_time_s};
        if (row.number % 2 == 1)
            removal.kind = journal::heads::DigestChange{
                .size = statement.ranges.back().last, .before = "0f", .after = std::string(128, 'a')};
        if (!statement.replaced.empty())
            removal.kind = journal::heads::CompactionTerms{
                .digests = {.size = statement.ranges.back().last, .before = "0f", .after = "a0"},
                .function = "test/1",
                .replaced = statement.replaced};
        row.note = journal::heads::sign_removal(note_key(), removal).value();
    }
}

bool ReportPair::agree() const {
    return without_details(own) == without_details(other);
}

std::vector<ReportPair>
by_both(const std::vector<std::string>& texts, const SharedTrust& trust, const ProgramEdit& edit) {
    const ProgramRun files(texts, trust, edit);
    const std::vector<json> others = files.run(trust);
    REQUIRE(others.size() == texts.size());
    std::vector<ReportPair> pairs;
    for (std::size_t i = 0; i < texts.size(); ++i) pairs.push_back({own_report(files.file(i), trust), others[i]});
    return pairs;
}

std::vector<json> compared(const std::vector<std::string>& texts, const SharedTrust& trust) {
    std::vector<json> reports;
    for (ReportPair& pair : by_both(texts, trust)) {
        CHECK_MESSAGE(pair.agree(), pair.own.dump(), " is not ", pair.other.dump());
        reports.push_back(std::move(pair.own));
    }
    return reports;
}

} // namespace evenfold::tests::exchange
