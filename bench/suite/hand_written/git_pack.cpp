// The pack writer of a checkpoint, compared with the two ways in which libgit2 writes new objects.

#include <fmt/format.h>
#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <memory>
#include <random>

#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/bench/suite/hand_written/git_pair.hpp"
#include "evenfold/bench/suite/stored/stored.hpp"
#include "evenfold/core/values/sha256.hpp"
#include "evenfold/reactors/git/store/handle.hpp"
#include "evenfold/reactors/git/store/pack.hpp"

namespace evenfold::bench {
namespace {

/// Blobs like the files of a work tree: 200 bytes to 20 kB of text.
using Blobs = std::shared_ptr<const std::vector<std::string>>;
Blobs blobs_of(std::size_t count) {
    auto blobs = std::make_shared<std::vector<std::string>>();
    std::mt19937_64 random(42);
    for (std::size_t i = 0; i < count; ++i) {
        std::string text;
        const std::size_t size = 200 + random() % 20'000;
        while (text.size() < size) text += fmt::format("line {} of file {}\n", random() % 1'000'000, i);
        blobs->push_back(std::move(text));
    }
    return blobs;
}

/// Writes into a new repository per run. Returns a digest of the objects that can be read from it afterwards.
template <class Write>
std::string written(RunTimer& watch, const std::vector<std::string>& blobs, Write write) {
    const Folder scratch;
    git::start_library(); // makes libgit2 flush its writes, as in the reactors
    git::RepositoryHandle handle;
    require_code(git_repository_init(out(handle), scratch.file("repository").c_str(), 1), "make a repository");
    watch.start();
    write(handle.get(), scratch);
    watch.stop();
    git::RepositoryHandle reopened;
    git::OdbHandle odb;
    require_code(git_repository_open(out(reopened), scratch.file("repository").c_str()), "open the repository");
    require_code(git_repository_odb(out(odb), reopened.get()), "open the objects");
    Sha256 hash;
    for (const std::string& blob : blobs) {
        const git_oid oid = git::to_oid(git::id_of(git::ObjectKind::blob, blob));
        git::OdbObjectHandle object;
        require_code(git_odb_read(out(object), odb.get(), &oid), "read an object");
        hash.update({static_cast<const char*>(git_odb_object_data(object.get())), git_odb_object_size(object.get())});
    }
    return to_text(hash.finish());
}

std::string written_by_us(RunTimer& watch, const std::vector<std::string>& blobs) {
    return written(watch, blobs, [&](git_repository*, const Folder& scratch) {
        git::PackWriter pack(scratch.file("repository") / "objects" / "pack", "bench");
        for (const std::string& blob : blobs)
            require(pack.add(git::ObjectKind::blob, git::id_of(git::ObjectKind::blob, blob), blob).has_value(), "add");
        require(pack.finish().has_value(), "finish a pack");
    });
}

/// Writes objects to memory first, because libgit2's packbuilder takes them from the repository.
std::string packed_by_library(RunTimer& watch, const std::vector<std::string>& blobs) {
    struct PackbuilderDeleter {
        void operator()(git_packbuilder* held) const { git_packbuilder_free(held); }
    };
    return written(watch, blobs, [&](git_repository* repository, const Folder&) {
        git::OdbHandle odb;
        git_odb_backend* memory = nullptr;
        require_code(git_repository_odb(out(odb), repository), "open the objects");
        require_code(git_mempack_new(&memory), "keep objects in memory");
        require_code(git_odb_add_backend(odb.get(), memory, 999), "keep objects in memory");
        git_packbuilder* made = nullptr;
        require_code(git_packbuilder_new(&made, repository), "make a pack");
        const std::unique_ptr<git_packbuilder, PackbuilderDeleter> builder(made);
        for (const std::string& blob : blobs) {
            git_oid oid{};
            require_code(git_odb_write(&oid, odb.get(), blob.data(), blob.size(), GIT_OBJECT_BLOB), "add an object");
            require_code(git_packbuilder_insert(builder.get(), &oid, nullptr), "add to a pack");
        }
        require_code(git_packbuilder_write(builder.get(), nullptr, 0, nullptr, nullptr), "write a pack");
    });
}

std::string written_loose_by_library(RunTimer& watch, const std::vector<std::string>& blobs) {
    return written(watch, blobs, [&](git_repository* repository, const Folder&) {
        git::OdbHandle odb;
        require_code(git_repository_odb(out(odb), repository), "open the objects");
        for (const std::string& blob : blobs) {
            git_oid oid{};
            require_code(git_odb_write(&oid, odb.get(), blob.data(), blob.size(), GIT_OBJECT_BLOB), "add an object");
        }
    });
}

} // namespace

void add_hand_written_pack_cases(const BenchEffort& effort) {
    for (const std::size_t count : {std::size_t{10}, std::size_t{60}, std::size_t{1'000}}) {
        const Blobs blobs = blobs_of(count);
        add_pair(fmt::format("pack_{}/libgit2_packbuilder", count), count, effort.pairs, blobs, written_by_us,
                 packed_by_library);
        add_pair(fmt::format("pack_{}/libgit2_loose", count), count, effort.pairs, blobs, written_by_us,
                 written_loose_by_library);
    }
}

} // namespace evenfold::bench
