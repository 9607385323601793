/// Reads blobs of any size from the object store in pieces, because libgit2 reads a packed object only as a whole.
/// Finds loose objects, and packs with an index of version 2, also in the stores that info/alternates names.
/// Shapes: the folder `objects` of a repository; bytes without the header of the object.
/// Errors: Failure; damaged if the bytes do not match the id.
/// Source: gitrepository-layout(5).
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/store/inflate_stream.hpp"
#include "evenfold/reactors/git/store/object_id.hpp"

namespace evenfold::git {

/// Passes the bytes of the blob `id`, which has `size` bytes, to `take`. Returns false, after no call of `take`, if
/// there is no such blob. Do not use the bytes before this returns, because they are compared with the id at the end.
[[nodiscard]] std::expected<bool, Failure>
stream_blob(const std::filesystem::path& objects, std::uint64_t size, const ObjectId& id, const TakeBytes& take);

} // namespace evenfold::git
