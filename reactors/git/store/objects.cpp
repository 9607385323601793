#include "evenfold/reactors/git/store/objects.hpp"

#include <cerrno>
#include <fcntl.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evenfold/core/values/sha256.hpp"
#include "evenfold/reactors/git/store/object_stream.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

namespace {

constexpr std::size_t whole_max = 1U << 20U; // larger blobs are read in pieces
constexpr int memory_first = 999;            // before the backends of the disk

git_object_t type_of(ObjectKind kind) {
    return static_cast<git_object_t>(kind);
}

} // namespace

std::string name_of_folder(const Repository& repository) {
    return sha256_hex(repository.folder.string()).substr(0, 16);
}

Objects::Objects(const Repository& repository, RepositoryHandle handle, OdbHandle odb)
    : objects_(repository.common_dir / "objects"),
      pack_name_("evenfold_" + name_of_folder(repository)),
      handle_(std::move(handle)),
      odb_(std::move(odb)) {}

std::expected<Objects, Failure> Objects::on_disk(const Repository& repository) {
    auto handle = handle_of(repository);
    if (!handle) return std::unexpected(handle.error());
    OdbHandle odb;
    if (const int code = git_repository_odb(out(odb), handle->get()))
        return std::unexpected(library_failure(repository.common_dir.string(), "open the objects", code));
    Objects objects(repository, std::move(*handle), std::move(odb));
    objects.pack_.emplace(objects.objects_ / "pack", objects.pack_name_);
    return objects;
}

std::expected<Objects, Failure> Objects::in_memory(const Repository& repository) {
    auto objects = on_disk(repository);
    if (!objects) return objects;
    objects->pack_.reset();
    git_odb_backend* memory = nullptr;
    int code = git_mempack_new(&memory);
    if (code == 0) code = git_odb_add_backend(objects->odb_.get(), memory, memory_first);
    if (code != 0) return std::unexpected(library_failure(repository.folder.string(), "keep objects in memory", code));
    return objects;
}

std::expected<Objects, Failure> Objects::only_ids(const Repository& repository) {
    auto objects = on_disk(repository);
    if (!objects) return objects;
    objects->pack_.reset();
    objects->only_ids_ = true;
    return objects;
}

bool Objects::has(const ObjectId& id) {
    if (only_ids_) return true;
    if (pack_ && pack_->holds(id)) return true;
    const git_oid oid = to_oid(id);
    if (git_odb_exists_ext(odb_.get(), &oid, GIT_ODB_LOOKUP_NO_REFRESH) == 0) return false;
    if (!pack_) return true;
    // A fresh time also keeps `git prune` from removing an object that no ref has reached so far.
    const std::string text = to_text(id);
    const auto loose = objects_ / text.substr(0, 2) / text.substr(2);
    if (::utimensat(AT_FDCWD, loose.c_str(), nullptr, 0) == 0 || errno != ENOENT) relies_on_loose_ = true;
    return true;
}

std::expected<ObjectId, Failure> Objects::add(ObjectKind kind, std::string_view bytes) {
    const ObjectId id = id_of(kind, bytes);
    if (only_ids_ || has(id)) return id;
    if (pack_) {
        if (auto added = pack_->add(kind, id, bytes); !added) return std::unexpected(added.error());
        return id;
    }
    git_oid oid{};
    if (const int code = git_odb_write(&oid, odb_.get(), bytes.data(), bytes.size(), type_of(kind)))
        return std::unexpected(library_failure(to_text(id), "keep an object in memory", code));
    return from_oid(oid);
}

std::expected<ObjectId, Failure> Objects::add_blob(std::size_t size, const NextBytes& next) {
    if (pack_) return pack_->add_blob(size, next);
    std::string bytes;
    while (bytes.size() < size) {
        const auto part = next();
        if (!part) return std::unexpected(part.error());
        if (part->empty())
            return std::unexpected(failure_of(FailureKind::busy, "a file became shorter as it was read"));
        bytes += part->substr(0, size - bytes.size());
    }
    return add(ObjectKind::blob, bytes);
}

std::expected<std::string, Failure> Objects::read(ObjectKind kind, const ObjectId& id) const {
    const git_oid oid = to_oid(id);
    OdbObjectHandle object;
    if (const int code = git_odb_read(out(object), odb_.get(), &oid)) {
        Failure failure = library_failure(to_text(id), "read an object", code);
        failure.kind = FailureKind::damaged;
        return std::unexpected(std::move(failure));
    }
    if (git_odb_object_type(object.get()) != type_of(kind))
        return std::unexpected(failure_of(FailureKind::damaged, to_text(id) + ": an object of another kind"));
    const std::string_view bytes(static_cast<const char*>(git_odb_object_data(object.get())),
                                 git_odb_object_size(object.get()));
    if (id_of(kind, bytes) != id)
        return std::unexpected(failure_of(FailureKind::damaged, to_text(id) + ": does not match its id"));
    return std::string(bytes);
}

std::expected<void, Failure> Objects::read_blob(const ObjectId& id, const TakeBytes& take) const {
    const git_oid oid = to_oid(id);
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    const bool is_large = git_odb_read_header(&size, &type, odb_.get(), &oid) == 0 && size > whole_max;
    if (is_large) {
        const auto passed = stream_blob(objects_, size, id, take);
        if (!passed) return std::unexpected(passed.error());
        if (*passed) return {};
    }
    const auto bytes = read(ObjectKind::blob, id);
    if (!bytes) return std::unexpected(bytes.error());
    return take(*bytes);
}

std::expected<void, Failure> Objects::finish() {
    if (!pack_) return {};
    if (auto finished = pack_->finish(); !finished) return finished;
    if (relies_on_loose_) {
        // git leaves its loose objects unflushed; one call is cheaper than one per object.
        const system::Descriptor folder(::open(objects_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!folder.is_open() || ::syncfs(folder.number()) != 0)
            return std::unexpected(failure_of(objects_, "flush the objects", errno));
    }
    relies_on_loose_ = false;
    pack_.emplace(objects_ / "pack", pack_name_);
    git_odb_refresh(odb_.get());
    return {};
}

} // namespace evenfold::git
