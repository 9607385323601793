/// The objects of a repository: look-up and reading, and writing of new ones into one pack or into memory.
/// Shapes: ids, and the bytes of an object without its header.
/// Errors: Failure; an object whose bytes do not match its name is FailureKind::damaged.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/git/store/handle.hpp"
#include "evenfold/reactors/git/store/inflate_stream.hpp"
#include "evenfold/reactors/git/store/pack.hpp"

namespace evenfold::git {

/// Returns a name of `repository`'s folder, unique among folders that share its git directory: 16 hexadecimal digits.
[[nodiscard]] std::string name_of_folder(const Repository& repository);

/// Not thread-safe.
class Objects {
public:
    /// Objects added are durable after `finish`. The caller must hold the folder's lock to write.
    [[nodiscard]] static std::expected<Objects, Failure> on_disk(const Repository& repository);

    /// Objects added are visible through `handle` of this object, and discarded with it.
    [[nodiscard]] static std::expected<Objects, Failure> in_memory(const Repository& repository);

    /// Objects added only get an id; they are not kept.
    [[nodiscard]] static std::expected<Objects, Failure> only_ids(const Repository& repository);

    [[nodiscard]] git_repository* handle() const { return handle_.get(); }

    /// Returns whether the object exists or was added. A loose object is assumed to be old, so `finish` flushes it.
    [[nodiscard]] bool has(const ObjectId& id);

    /// Adds the object unless it exists.
    [[nodiscard]] std::expected<ObjectId, Failure> add(ObjectKind kind, std::string_view bytes);

    /// Adds a blob that is too large for memory; see PackWriter::add_blob.
    [[nodiscard]] std::expected<ObjectId, Failure> add_blob(std::size_t size, const NextBytes& next);

    [[nodiscard]] std::expected<std::string, Failure> read(ObjectKind kind, const ObjectId& id) const;

    /// Passes the bytes of the blob to `take`, a large one piece by piece. Do not use the bytes before this returns,
    /// because they are compared with the id at the end.
    [[nodiscard]] std::expected<void, Failure> read_blob(const ObjectId& id, const TakeBytes& take) const;

    /// Makes all objects that were added or found durable and readable.
    [[nodiscard]] std::expected<void, Failure> finish();

private:
    Objects(const Repository& repository, RepositoryHandle handle, OdbHandle odb);

    std::filesystem::path objects_;
    std::string pack_name_;
    RepositoryHandle handle_;
    OdbHandle odb_;
    std::optional<PackWriter> pack_;
    bool only_ids_ = false;
    bool relies_on_loose_ = false;
};

} // namespace evenfold::git
