/// Writes many new objects into one pack, so that a few flushes make all of them durable.
/// Shapes: a pack of version 2 without deltas, and its index of version 2.
/// Written by hand because libgit2's packbuilder takes 6 times as long for 60 files, needs every object in memory first
/// and searches for deltas; loose objects take 25 times as long, because each is flushed (docs/hand-written.md).
/// Source: gitformat-pack(5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/store/object_id.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

/// Reads the next bytes of an object into a buffer and returns them; empty at the end.
using NextBytes = std::function<std::expected<std::string_view, Failure>()>;

/// Not thread-safe. An unfinished writer leaves at most a temporary file, which `git gc` removes and the next writer of
/// that name overwrites.
class PackWriter {
public:
    /// Writes below `folder` (objects/pack); `name` must be unique among concurrent writers there.
    PackWriter(std::filesystem::path folder, const std::string& name);
    PackWriter(PackWriter&&) noexcept;
    ~PackWriter();

    [[nodiscard]] bool holds(const ObjectId& id) const { return ids_.contains(id); }

    [[nodiscard]] std::expected<void, Failure> add(ObjectKind kind, const ObjectId& id, std::string_view bytes);

    /// Adds a blob of `size` bytes as they are read. Returns its id, and keeps nothing if the pack has it already.
    /// Fails with FailureKind::busy, and keeps nothing, if there are fewer bytes.
    [[nodiscard]] std::expected<ObjectId, Failure> add_blob(std::size_t size, const NextBytes& next);

    /// Makes all added objects durable under the pack's final name. Leaves no file if there are no objects.
    [[nodiscard]] std::expected<void, Failure> finish();

private:
    struct IndexEntry {
        ObjectId id;
        std::uint32_t crc = 0;
        std::uint64_t offset = 0;
    };
    struct Deflater;

    [[nodiscard]] std::expected<void, Failure> open();
    [[nodiscard]] std::expected<void, Failure> put(std::string_view bytes);
    [[nodiscard]] std::expected<void, Failure> deflate(std::string_view bytes, bool last);
    [[nodiscard]] std::expected<void, Failure> begin(ObjectKind kind, std::size_t size);
    [[nodiscard]] std::expected<void, Failure> flush();
    [[nodiscard]] std::expected<void, Failure> rewind(std::uint64_t offset);
    [[nodiscard]] std::expected<ObjectId, Failure> seal(); // leaves the pack complete but not flushed
    [[nodiscard]] std::string index_of(const ObjectId& pack);

    std::filesystem::path folder_;
    std::filesystem::path path_;
    system::Descriptor file_;
    std::string waiting_; // written once it is large
    std::uint64_t offset_ = 0;
    std::uint32_t crc_ = 0;
    std::vector<IndexEntry> index_;
    std::unordered_set<ObjectId, ObjectIdHash> ids_;
    std::unique_ptr<Deflater> deflater_;
};

} // namespace evenfold::git
