#include "evenfold/reactors/git/store/pack.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/durable.hpp"

namespace evenfold::git {

namespace {

constexpr std::size_t waiting_max = 1U << 20U;
constexpr std::uint64_t small_offset_max = 0x7fffffff;
constexpr std::size_t chunk_max = 1U << 30U; // fits the unsigned int of zlib

void append_big_endian(std::string& text, std::uint64_t number, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) text += static_cast<char>(number >> (i * 8));
}

std::string pack_header(std::size_t count) {
    std::string header = "PACK";
    append_big_endian(header, 2, 4);
    append_big_endian(header, count, 4);
    return header;
}

unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())); // NOLINT: zlib's interface takes no const
}

} // namespace

struct PackWriter::Deflater {
    Deflater() { ready = deflateInit(&stream, Z_BEST_SPEED) == Z_OK; }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
    ~Deflater() { deflateEnd(&stream); }

    z_stream stream{};
    bool ready = false;
    std::string output = std::string(1U << 16U, '\0');
};

PackWriter::PackWriter(std::filesystem::path folder, const std::string& name)
    : folder_(std::move(folder)), path_(folder_ / ("tmp_" + name)) {}
PackWriter::PackWriter(PackWriter&&) noexcept = default;
PackWriter::~PackWriter() {
    if (file_.is_open()) ::unlink(path_.c_str());
}

std::expected<void, Failure> PackWriter::open() {
    if (file_.is_open()) return {};
    if (auto made = system::make_folders(folder_); !made) return made;
    ::unlink(path_.c_str()); // a killed process may have left it read-only
    file_ = system::Descriptor(::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file_.is_open()) return std::unexpected(failure_of(path_, "open to write objects", errno));
    deflater_ = std::make_unique<Deflater>();
    if (!deflater_->ready) return std::unexpected(failure_of(path_, "compress", ENOMEM));
    return put(pack_header(0));
}

std::expected<void, Failure> PackWriter::flush() {
    if (const int error = system::write_all(file_.number(), waiting_))
        return std::unexpected(failure_of(path_, "write objects", error));
    waiting_.clear();
    return {};
}

std::expected<void, Failure> PackWriter::put(std::string_view bytes) {
    waiting_ += bytes;
    offset_ += bytes.size();
    crc_ = static_cast<std::uint32_t>(crc32(crc_, as_bytes(bytes), static_cast<unsigned>(bytes.size())));
    return waiting_.size() < waiting_max ? std::expected<void, Failure>{} : flush();
}

std::expected<void, Failure> PackWriter::rewind(std::uint64_t offset) {
    if (auto flushed = flush(); !flushed) return flushed;
    offset_ = offset;
    const auto to = static_cast<off_t>(offset);
    if (::ftruncate(file_.number(), to) != 0 || ::lseek(file_.number(), to, SEEK_SET) != to)
        return std::unexpected(failure_of(path_, "shorten", errno));
    return {};
}

std::expected<void, Failure> PackWriter::begin(ObjectKind kind, std::size_t size) {
    if (auto opened = open(); !opened) return opened;
    crc_ = 0;
    deflateReset(&deflater_->stream);
    std::string header;
    auto byte = static_cast<unsigned>(kind) << 4U | static_cast<unsigned>(size & 15U);
    for (size >>= 4U; size > 0; size >>= 7U) {
        header += static_cast<char>(byte | 0x80U);
        byte = static_cast<unsigned>(size & 0x7fU);
    }
    header += static_cast<char>(byte);
    return put(header);
}

std::expected<void, Failure> PackWriter::deflate(std::string_view bytes, bool last) {
    z_stream& stream = deflater_->stream;
    do {
        const std::string_view part = bytes.substr(0, chunk_max);
        bytes.remove_prefix(part.size());
        stream.next_in = as_bytes(part);
        stream.avail_in = static_cast<unsigned>(part.size());
        do {
            stream.next_out = as_bytes(deflater_->output);
            stream.avail_out = static_cast<unsigned>(deflater_->output.size());
            ::deflate(&stream, last && bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
            const std::size_t made = deflater_->output.size() - stream.avail_out;
            if (auto done = put(std::string_view(deflater_->output).substr(0, made)); !done) return done;
        } while (stream.avail_out == 0);
    } while (!bytes.empty());
    return {};
}

std::expected<void, Failure> PackWriter::add(ObjectKind kind, const ObjectId& id, std::string_view bytes) {
    if (!ids_.insert(id).second) return {};
    if (auto opened = open(); !opened) return opened;
    const std::uint64_t offset = offset_;
    if (auto begun = begin(kind, bytes.size()); !begun) return begun;
    if (auto deflated = deflate(bytes, true); !deflated) return deflated;
    index_.push_back({.id = id, .crc = crc_, .offset = offset});
    return {};
}

std::expected<ObjectId, Failure> PackWriter::add_blob(std::size_t size, const NextBytes& next) {
    if (auto opened = open(); !opened) return std::unexpected(opened.error());
    const std::uint64_t offset = offset_;
    if (auto begun = begin(ObjectKind::blob, size); !begun) return std::unexpected(begun.error());
    Sha1 sha;
    sha.update(object_header(ObjectKind::blob, size));
    std::size_t left = size;
    while (left > 0) {
        const auto bytes = next();
        if (!bytes || bytes->empty()) {
            if (auto back = rewind(offset); !back) return std::unexpected(back.error());
            return std::unexpected(bytes ? failure_of(FailureKind::busy, "a file became shorter as it was read")
                                         : bytes.error());
        }
        const std::string_view part = bytes->substr(0, left);
        left -= part.size();
        sha.update(part);
        if (auto deflated = deflate(part, false); !deflated) return std::unexpected(deflated.error());
    }
    if (auto deflated = deflate({}, true); !deflated) return std::unexpected(deflated.error());
    const ObjectId id = sha.finish();
    if (ids_.insert(id).second) {
        index_.push_back({.id = id, .crc = crc_, .offset = offset});
    } else if (auto back = rewind(offset); !back) {
        return std::unexpected(back.error());
    }
    return id;
}

std::string PackWriter::index_of(const ObjectId& pack) {
    std::ranges::sort(index_, {}, &IndexEntry::id);
    std::string index = "\377tOc";
    append_big_endian(index, 2, 4);
    for (std::size_t first = 0, count = 0; first < 256; ++first) {
        while (count < index_.size() && index_[count].id.bytes[0] == first) ++count;
        append_big_endian(index, count, 4);
    }
    for (const IndexEntry& entry : index_)
        index.append(reinterpret_cast<const char*>(entry.id.bytes.data()), entry.id.bytes.size());
    for (const IndexEntry& entry : index_) append_big_endian(index, entry.crc, 4);
    std::string large;
    for (const IndexEntry& entry : index_) {
        if (entry.offset <= small_offset_max) {
            append_big_endian(index, entry.offset, 4);
            continue;
        }
        append_big_endian(index, 0x80000000U | large.size() / 8, 4);
        append_big_endian(large, entry.offset, 8);
    }
    index += large;
    index.append(reinterpret_cast<const char*>(pack.bytes.data()), pack.bytes.size());
    Sha1 sha;
    sha.update(index);
    const ObjectId sum = sha.finish();
    index.append(reinterpret_cast<const char*>(sum.bytes.data()), sum.bytes.size());
    return index;
}

/// Writes the count, which is known only at the end, and the checksum over all bytes.
std::expected<ObjectId, Failure> PackWriter::seal() {
    const std::string header = pack_header(index_.size());
    Sha1 sha;
    if (waiting_.size() == offset_) { // no byte of it is in the file
        waiting_.replace(0, header.size(), header);
        sha.update(waiting_);
    }
    const bool is_hashed = waiting_.size() == offset_;
    if (auto flushed = flush(); !flushed) return std::unexpected(flushed.error());
    if (::pwrite(file_.number(), header.data(), header.size(), 0) != static_cast<ssize_t>(header.size()))
        return std::unexpected(failure_of(path_, "write the count of objects", errno));
    std::string part(is_hashed ? 0 : waiting_max, '\0');
    for (std::uint64_t at = is_hashed ? offset_ : 0; at < offset_;) {
        const std::size_t wanted = std::min<std::uint64_t>(part.size(), offset_ - at);
        const ssize_t size = ::pread(file_.number(), part.data(), wanted, static_cast<off_t>(at));
        if (size <= 0) return std::unexpected(failure_of(path_, "read back", size < 0 ? errno : EIO));
        sha.update({part.data(), static_cast<std::size_t>(size)});
        at += static_cast<std::uint64_t>(size);
    }
    const ObjectId sum = sha.finish();
    const std::string_view bytes(reinterpret_cast<const char*>(sum.bytes.data()), sum.bytes.size());
    if (const int error = system::write_all(file_.number(), bytes))
        return std::unexpected(failure_of(path_, "write the checksum", error));
    if (::fchmod(file_.number(), 0444) != 0) return std::unexpected(failure_of(path_, "set the mode", errno));
    return sum;
}

std::expected<void, Failure> PackWriter::finish() {
    if (index_.empty()) {
        if (file_.is_open()) ::unlink(path_.c_str());
        file_ = system::Descriptor();
        return {};
    }
    const auto sum = seal();
    if (!sum) return std::unexpected(sum.error());
    const std::string name = (folder_ / ("pack-" + to_text(*sum))).string();
    const std::string index_path = path_.string() + "_idx";
    ::unlink(index_path.c_str());
    system::Descriptor index(::open(index_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0444));
    if (!index.is_open()) return std::unexpected(failure_of(index_path, "open to write", errno));
    if (const int error = system::write_all(index.number(), index_of(*sum)))
        return std::unexpected(failure_of(index_path, "write", error));
    if (auto flushed = system::sync_files({file_.number(), index.number()}, path_); !flushed) return flushed;
    // Rename the index last, because git looks for it.
    if (::rename(path_.c_str(), (name + ".pack").c_str()) != 0 ||
        ::rename(index_path.c_str(), (name + ".idx").c_str()) != 0)
        return std::unexpected(failure_of(path_, "rename", errno));
    file_ = system::Descriptor();
    return system::sync_path(folder_);
}

} // namespace evenfold::git
