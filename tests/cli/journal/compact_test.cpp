#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "evenfold/tests/cli/journal/signed_project.hpp"
#include "evenfold/tests/support/build_paths.hpp"

// The verb compact: the copy has the same chain and model, and both verifiers prove it.

namespace evenfold::cli_test {
namespace {

const Arguments compact_into{"compact", "--by", "Ada", "--into", "short.db"};

/// Returns a stream whose text is recorded in several events.
std::string long_stream() {
    std::vector<std::string> pieces;
    for (int number = 1; number <= 9; ++number)
        pieces.push_back("<piece " + std::to_string(number) + ">" + std::string(250, 'x'));
    return anthropic_stream(pieces);
}

const std::string joined_text = "xxxx<piece 2>xxxx"; // in one payload

/// A signed journal with the text of an agent in several events.
class ProjectToCompact : public SignedProject {
public:
    ProjectToCompact() : signer_(add_signer()) {
        const auto done = signed_run({"ingest"}, long_stream());
        REQUIRE_MESSAGE(done.exit == 0, done.err);
    }

    /// Returns the report of a verification of `file` that trusts the secret and the signing key.
    [[nodiscard]] Json verified(const std::string& file) const {
        const ProgramResult result = signed_run({"--db", file, "verify", "--json", "--signer", signer_});
        INFO(result.err);
        return result.json();
    }

    /// Returns the report of the second verifier.
    [[nodiscard]] Json verified_again(const std::string& file) const {
        const std::string command = "env -u EVENFOLD_KEYS python3 '" + tests::source_tree() +
                                    "/docs/verify.py' --json --keys '" + path("keys") + "' --signer '" +
                                    path("signer/signer.pub") + "' '" + path(file) + "' > '" + path("report") +
                                    "' 2>&1";
        (void)std::system(command.c_str()); // NOLINT(cert-env33-c,concurrency-mt-unsafe): words of this test
        return Json::parse(content(path("report")), nullptr, false);
    }

    [[nodiscard]] Json read(const std::string& file, const std::string& verb) const {
        return run({"--db", file, verb, "--json"}).json();
    }

private:
    std::string signer_;
};

const std::string original = ".evenfold/journal.db";

} // namespace

TEST_CASE("compact: the copy has joined payloads, the same model, chain and heads, and the original stays.") {
    const ProjectToCompact project;
    const Json whole = project.verified(original);
    REQUIRE(whole["ok"] == true);
    const std::string before = content(project.path(original));
    const ProgramResult done = project.signed_run(compact_into);
    REQUIRE_MESSAGE(done.exit == 0, done.err);
    CHECK(done.out.starts_with("short.db: "));
    CHECK(!std::filesystem::exists(project.path("short.db-wal"))); // the file is whole by itself
    CHECK(done.out.find("every signature stays valid") != std::string::npos);
    CHECK(content(project.path(original)) == before);
    CHECK(project.verified(original) == whole);

    const Json compacted = project.verified("short.db");
    REQUIRE_MESSAGE(compacted["ok"] == true, compacted.dump());
    CHECK(compacted["head"] == whole["head"]);
    CHECK(compacted["events"] == whole["events"]);
    CHECK(compacted["removed"] > 4);
    CHECK(compacted["remarks"].dump().find(R"("remark":"compacted")") != std::string::npos);
    CHECK(project.verified_again("short.db") == compacted);

    CHECK(project.read("short.db", "transcript") == project.read(original, "transcript"));
    CHECK(content(project.path("short.db")).find(joined_text) != std::string::npos);
    CHECK(content(project.path(original)).find(joined_text) == std::string::npos);
    CHECK(!std::filesystem::exists(project.path("short.db-unfinished")));
    CHECK(project.run({"--db", "short.db", "replay"}).exit == 0);
}

TEST_CASE("compact: a changed payload of the copy is found where it is.") {
    const ProjectToCompact project;
    REQUIRE(project.signed_run(compact_into).exit == 0);
    std::string bytes = content(project.path("short.db"));
    bytes.replace(bytes.find(joined_text), 4, "yyyy");
    project.write("short.db", bytes);
    for (const Json& report : {project.verified("short.db"), project.verified_again("short.db")}) {
        CHECK(report["ok"] == false);
        CHECK(report["reason"] == "payload_mismatch");
    }
}

TEST_CASE("compact: the copy goes on as the journal, can be exported, and cannot be compacted again.") {
    const ProjectToCompact project;
    REQUIRE(project.signed_run(compact_into).exit == 0);
    Arguments again = compact_into;
    again.back() = "shorter.db";
    again.insert(again.begin(), {"--db", "short.db"});
    const ProgramResult unchanged = project.signed_run(again);
    CHECK(unchanged.exit == 0);
    CHECK(unchanged.out == "nothing can be compacted; nothing was written\n");
    CHECK(!std::filesystem::exists(project.path("shorter.db")));

    REQUIRE(project.signed_run({"--db", "short.db", "ingest"}, long_stream()).exit == 0);
    CHECK(project.verified("short.db")["ok"] == true);
    REQUIRE(project.signed_run({"--db", "short.db", "journal", "export", "short.ndjson"}).exit == 0);
    CHECK(project.verified_again("short.ndjson")["ok"] == true);
    CHECK(project.signed_run(again).exit == 0);
    CHECK(project.verified("shorter.db")["ok"] == true);
}

TEST_CASE("compact: refuses an existing file, a journal that was changed, and one that is not signed.") {
    const ProjectToCompact project;
    project.write("short.db", "mine");
    check_refused(project.signed_run(compact_into), 1, "short.db: the file exists already");
    CHECK(content(project.path("short.db")) == "mine");
    std::filesystem::remove(project.path("short.db"));
    check_refused(project.signed_run({"compact", "--into", "short.db"}), 2, "it needs --signing-key and --by");
    project.change("DROP TRIGGER events_refuse_UPDATE; UPDATE events SET actor = 'system' WHERE sequence = 3");
    // Without the secret the mac of that event is not checked, but its leaf is in a signed head.
    check_refused(project.signed_run(compact_into), 4, "is not as it was signed");
    CHECK(!std::filesystem::exists(project.path("short.db")));

    const CliFixture unsigned_project;
    REQUIRE(unsigned_project.run({"ingest"}, anthropic_stream({"a", "b"})).exit == 0);
    std::filesystem::copy(project.path("signer"), unsigned_project.path("signer"));
    Arguments with_key = compact_into;
    with_key.insert(with_key.begin(), {"--signing-key", "signer"});
    check_refused(unsigned_project.run(with_key), 1, "the journal is not signed, so a compaction could not be proven");
}

} // namespace evenfold::cli_test
