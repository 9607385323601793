/// Reads blobs of a pack in pieces. The base of a delta is unpacked into a temporary file that has no name, so that
/// memory does not grow with the blob.
/// Shapes: an index of version 2 and the pack beside it; offsets in the pack.
/// Errors: Failure naming the pack; unsupported for another version of the index, damaged for invalid bytes.
/// Source: gitformat-pack(5).
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/store/inflate_stream.hpp"
#include "evenfold/reactors/git/store/object_id.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

class PackReader {
public:
    /// Temporary files are made in the folder `scratch`, because the pack may be in a store that is only read.
    [[nodiscard]] static std::expected<PackReader, Failure>
    open(const std::filesystem::path& index, std::filesystem::path scratch);

    /// Returns the offset of the object; nothing if the pack does not have it.
    [[nodiscard]] std::optional<std::uint64_t> find(const ObjectId& id) const;

    /// Passes the bytes of the blob at `offset` to `take`.
    [[nodiscard]] std::expected<void, Failure> stream_blob(std::uint64_t offset, const TakeBytes& take) const;

private:
    PackReader(system::Descriptor index, system::Descriptor pack, std::filesystem::path path,
               std::filesystem::path scratch)
        : index_(std::move(index)), pack_(std::move(pack)), path_(std::move(path)), scratch_(std::move(scratch)) {}

    /// The header of an object in the pack.
    struct PackedObject {
        unsigned kind = 0;         // as in the pack
        std::uint64_t size = 0;    // inflated; that of the delta for a delta
        std::uint64_t data = 0;    // offset of the deflated bytes
        std::uint64_t base_at = 0; // offset of the base; 0 if this is no delta
    };
    [[nodiscard]] std::expected<PackedObject, Failure> read_header(std::uint64_t offset) const;
    [[nodiscard]] std::optional<std::uint64_t> index_number(std::uint64_t at, std::size_t bytes) const;
    [[nodiscard]] std::expected<system::Descriptor, Failure> make_temporary_file() const;
    [[nodiscard]] std::expected<void, Failure>
    apply_delta(const PackedObject& delta, const system::Descriptor& base, const TakeBytes& take) const;
    [[nodiscard]] Failure damage() const;

    system::Descriptor index_;
    system::Descriptor pack_;
    std::filesystem::path path_; // of the pack
    std::filesystem::path scratch_;
};

} // namespace evenfold::git
