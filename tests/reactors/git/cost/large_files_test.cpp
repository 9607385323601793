#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <unistd.h>

#include "evenfold/reactors/git/files/coverage.hpp"
#include "evenfold/reactors/git/restore.hpp"
#include "evenfold/reactors/git/store/objects.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/reactors/git/sandbox.hpp"
#include "evenfold/tests/support/process/memory.hpp"

using namespace evenfold;
using namespace evenfold::git_test;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t small_size = 2U << 20U; // read in pieces, too
constexpr std::size_t large_size = 24U << 20U;
constexpr std::size_t growth_max = 4U << 20U;
constexpr std::size_t piece = 1U << 16U;

enum class StorageForm { packed, loose, delta };

/// Writes random bytes piece by piece, because memory that this process frees would hide that of a child.
void write_large(const fs::path& path, std::size_t size) {
    std::mt19937_64 random(42);
    std::string bytes(piece, '\0');
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    for (std::size_t left = size; left > 0; left -= std::min(left, piece)) {
        std::ranges::generate(bytes, [&] { return static_cast<char>(random()); });
        file.write(bytes.data(), static_cast<std::streamsize>(std::min(left, piece)));
    }
}

/// Returns by how much `work` raises the peak of a process.
std::uint64_t peak_growth(const std::function<void()>& work) {
    const journal::Pipe grown;
    journal::ChildProcess child([&] {
        const std::uint64_t before = tests::peak_memory_of(::getpid());
        work();
        grown.write(tests::peak_memory_of(::getpid()) - before);
        return 0;
    });
    REQUIRE(child.end() == 0);
    const auto growth = grown.read();
    REQUIRE(growth.has_value());
    return *growth;
}

/// Fails the test unless git stores the blob as a delta.
void require_delta(const Sandbox& box, const std::string& blob) {
    const CommandResult base = run_git(box.root(), {"cat-file", "--batch-check=%(deltabase)"}, blob + "\n");
    REQUIRE(base.exit == 0);
    REQUIRE(base.out.size() == 41);
    REQUIRE(base.out != std::string(40, '0') + "\n");
}

/// Takes the checkpoints 1 and 2 of one file in two versions. The blob of the first is stored in the form.
void prepare(const Sandbox& box, StorageForm form, std::size_t size) {
    write_large(box.root() / "large", size);
    if (form == StorageForm::loose) box.git({"add", "large"});
    captured(box, "1");
    write_large(box.root() / "large", size + piece);
    captured(box, "2");
    if (form != StorageForm::delta) return;
    box.git({"repack", "-adfq"});
    require_delta(box, ref_of("1") + ":large");
}

std::uint64_t peak_of_restore(StorageForm form, std::size_t size) {
    const Sandbox box;
    prepare(box, form, size);
    const std::uint64_t growth = peak_growth([&] { restored(box, "1", "2"); });
    CHECK(box.git({"hash-object", "--no-filters", "large"}) == box.git({"rev-parse", ref_of("1") + ":large"}));
    return growth;
}

/// Damages a byte in the middle of the largest pack.
void damage_pack(const Sandbox& box) {
    fs::path largest;
    for (const auto& entry : fs::directory_iterator(box.root() / ".git" / "objects" / "pack"))
        if (largest.empty() || fs::file_size(entry) > fs::file_size(largest)) largest = entry.path();
    fs::permissions(largest, fs::perms::owner_write, fs::perm_options::add);
    std::fstream file(largest, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(fs::file_size(largest) / 2));
    file.write("damaged", 7);
}

} // namespace

TEST_CASE("Large files: the memory of a restore does not grow with the file, however its blob is stored.") {
    for (const StorageForm form : {StorageForm::packed, StorageForm::loose, StorageForm::delta}) {
        CAPTURE(static_cast<int>(form));
        const std::uint64_t small = peak_of_restore(form, small_size);
        const std::uint64_t large = peak_of_restore(form, large_size);
        MESSAGE("peak: " << (small >> 10U) << " KiB for the small file, " << (large >> 10U) << " KiB for the large");
        CHECK(large < small + growth_max);
    }
}

TEST_CASE("Large files: negative control: reading a blob as a whole is seen in the peak.") {
    const Sandbox box;
    prepare(box, StorageForm::packed, large_size);
    const std::uint64_t growth = peak_growth([&] {
        const auto objects = git::Objects::only_ids(box.opened());
        const auto files = git::read_checkpoint_files(ref_of("1"), *objects);
        (void)objects->read(git::ObjectKind::blob, files->entries.front().id);
    });
    CHECK(growth > large_size);
}

TEST_CASE("Large files: a damaged blob fails the restore and replaces no file.") {
    const Sandbox box;
    prepare(box, StorageForm::packed, small_size);
    box.git({"repack", "-adq"});
    const std::string before = box.git({"hash-object", "--no-filters", "large"});
    damage_pack(box);
    const std::string other = before == box.git({"rev-parse", ref_of("2") + ":large"}) ? "1" : "2";
    const auto done = git::restore(box.opened(), {.ref = ref_of(other), .rescue = {}});
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().kind == git::FailureKind::damaged);
    CHECK(box.git({"hash-object", "--no-filters", "large"}) == before);
    CHECK(box.files().size() == 1);
}

TEST_CASE("Large files: a blob in a store that the repository borrows from is restored.") {
    const Sandbox box;
    write_large(box.root() / "large", small_size + piece);
    box.commit_all("first");
    write_large(box.root() / "large", small_size);
    box.commit_all("second");
    box.git({"repack", "-adfq"});
    require_delta(box, "HEAD:large");
    REQUIRE(run_git(box.root(), {"clone", "--quiet", "--shared", ".", box.beside("copy").string()}).exit == 0);
    const fs::path large = box.beside("copy") / "large";
    const auto repository = git::open(box.beside("copy"));
    REQUIRE(repository);
    REQUIRE(git::capture(*repository, capture_of("1")));
    fs::remove(large);
    REQUIRE(git::restore(*repository, {.ref = ref_of("1"), .rescue = {}}));
    CHECK(run_git(box.beside("copy"), {"status", "--porcelain"}).out.empty());
    CHECK(fs::file_size(large) == small_size);
}
