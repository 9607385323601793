/// The objects of a repository: looked up, read, and new ones written into one pack or into memory.
/// Shapes: ids, and the bytes of an object without its header.
/// Errors: Failure; an object that does not have the bytes of its name is FailureKind::damaged.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/git/store/handle.hpp"
#include "evenfold/reactors/git/store/pack.hpp"

namespace evenfold::git {

/// The name of `repository`'s folder among all that use its git directory: 16 hexadecimal digits.
[[nodiscard]] std::string name_of_folder(const Repository& repository);

/// Not for use by two threads at once.
class Objects {
public:
    /// What is added lasts after `finish`. Only the holder of the folder's lock may write.
    [[nodiscard]] static std::expected<Objects, Failure> on_disk(const Repository& repository);

    /// What is added is seen through `handle` of this object, and forgotten with it.
    [[nodiscard]] static std::expected<Objects, Failure> in_memory(const Repository& repository);

    /// What is added has its id and is not kept.
    [[nodiscard]] static std::expected<Objects, Failure> only_ids(const Repository& repository);

    [[nodiscard]] git_repository* handle() const { return handle_.get(); }

    /// Whether it is there, or added. One that lies in a file of its own is taken to be old: `finish` flushes it.
    [[nodiscard]] bool has(const ObjectId& id);

    /// Adds it unless it is there.
    [[nodiscard]] std::expected<ObjectId, Failure> add(ObjectKind kind, std::string_view bytes);

    /// Adds a blob that is too large for memory; see PackWriter::add_blob.
    [[nodiscard]] std::expected<ObjectId, Failure> add_blob(std::size_t size, const NextBytes& next);

    [[nodiscard]] std::expected<std::string, Failure> read(ObjectKind kind, const ObjectId& id) const;

    /// After success all that was added or found lasts, and can be read.
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
