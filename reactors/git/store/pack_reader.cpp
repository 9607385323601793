#include "evenfold/reactors/git/store/pack_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace evenfold::git {

namespace {

constexpr unsigned packed_blob = 3;
constexpr unsigned packed_delta_by_offset = 6;
constexpr unsigned packed_delta_by_id = 7;
constexpr std::size_t deltas_max = 4096; // one more than git allows in a chain
constexpr std::size_t copied_max = 1U << 16U;
constexpr std::uint64_t fanout_at = 8;
constexpr std::uint64_t ids_at = fanout_at + 256 * std::uint64_t{4};
constexpr std::uint64_t large_flag = 0x80000000U;

/// Reads a delta byte by byte.
class DeltaBytes {
public:
    DeltaBytes(InflateStream stream, std::uint64_t size) : stream_(std::move(stream)), left_(size) {}

    [[nodiscard]] bool is_at_end() const { return left_ == 0; }

    /// Returns the next byte, or nothing at the end or after damage.
    [[nodiscard]] std::optional<unsigned> byte() {
        const auto part = left_ > 0 ? stream_.next(1) : std::string_view();
        if (!part || part->empty()) return std::nullopt;
        --left_;
        return static_cast<unsigned char>(part->front());
    }

    /// Returns the number whose bytes are those that `bits` selects, the lowest first.
    [[nodiscard]] std::optional<std::uint64_t> number(unsigned bits, unsigned bytes_max) {
        std::uint64_t number = 0;
        for (unsigned i = 0; i < bytes_max; ++i) {
            if ((bits >> i & 1U) == 0) continue;
            const auto next = byte();
            if (!next) return std::nullopt;
            number |= static_cast<std::uint64_t>(*next) << (i * 8);
        }
        return number;
    }

    /// Skips the length of the base or of the result.
    [[nodiscard]] bool skip_length() {
        for (;;) {
            const auto next = byte();
            if (!next || *next < 0x80U) return next.has_value();
        }
    }

    [[nodiscard]] std::expected<void, Failure> pass_on(std::uint64_t size, const TakeBytes& take) {
        left_ -= std::min(left_, size);
        return stream_.pass_on(size, take);
    }

private:
    InflateStream stream_;
    std::uint64_t left_;
};

} // namespace

Failure PackReader::damage() const {
    return failure_of(FailureKind::damaged, path_.string() + ": an object of the pack is damaged");
}

std::expected<PackReader, Failure> PackReader::open(const std::filesystem::path& index, std::filesystem::path scratch) {
    std::filesystem::path path = index;
    path.replace_extension(".pack");
    system::Descriptor list(::open(index.c_str(), O_RDONLY | O_CLOEXEC));
    system::Descriptor pack(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!list.is_open() || !pack.is_open()) return std::unexpected(failure_of(path, "open the pack", errno));
    std::array<char, fanout_at> first_bytes{};
    constexpr std::array<char, fanout_at> version_2{'\377', 't', 'O', 'c', 0, 0, 0, 2};
    if (::pread(list.number(), first_bytes.data(), first_bytes.size(), 0) != std::ssize(first_bytes) ||
        first_bytes != version_2)
        return std::unexpected(failure_of(FailureKind::unsupported, index.string() + ": not an index of version 2"));
    return PackReader(std::move(list), std::move(pack), std::move(path), std::move(scratch));
}

/// Returns the number of that many bytes in the index, the highest byte first.
std::optional<std::uint64_t> PackReader::index_number(std::uint64_t at, std::size_t bytes) const {
    std::array<unsigned char, 8> raw{};
    if (::pread(index_.number(), raw.data(), bytes, static_cast<off_t>(at)) != static_cast<ssize_t>(bytes))
        return std::nullopt;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i) number = number << 8U | raw.at(i);
    return number;
}

std::optional<std::uint64_t> PackReader::find(const ObjectId& id) const {
    const std::uint64_t first_byte = id.bytes[0];
    const auto count = index_number(fanout_at + 255 * std::uint64_t{4}, 4);
    auto low = first_byte == 0 ? std::optional<std::uint64_t>(0) : index_number(fanout_at + (first_byte - 1) * 4, 4);
    auto high = index_number(fanout_at + first_byte * 4, 4);
    if (!count || !low || !high) return std::nullopt;
    while (*low < *high) {
        const std::uint64_t middle = *low + (*high - *low) / 2;
        ObjectId found;
        const std::size_t size = found.bytes.size();
        if (::pread(index_.number(), found.bytes.data(), size, static_cast<off_t>(ids_at + middle * size)) !=
            static_cast<ssize_t>(size))
            return std::nullopt;
        if (found == id) {
            const std::uint64_t offsets_at = ids_at + *count * (size + 4);
            const auto offset = index_number(offsets_at + middle * 4, 4);
            if (!offset || (*offset & large_flag) == 0) return offset;
            return index_number(offsets_at + *count * 4 + (*offset & ~large_flag) * 8, 8);
        }
        (found < id ? low : high) = found < id ? middle + 1 : middle;
    }
    return std::nullopt;
}

std::expected<PackReader::PackedObject, Failure> PackReader::read_header(std::uint64_t offset) const {
    std::array<unsigned char, 64> raw{}; // longer than any header
    const ssize_t size = ::pread(pack_.number(), raw.data(), raw.size(), static_cast<off_t>(offset));
    if (size < 0) return std::unexpected(failure_of(path_, "read an object", errno));
    std::size_t at = 0;
    const auto byte = [&]() -> std::uint64_t { return at < raw.size() ? raw.at(at++) : 0; };
    std::uint64_t next = byte();
    PackedObject object{.kind = static_cast<unsigned>(next >> 4U & 7U), .size = next & 15U};
    for (unsigned shift = 4; next >= 0x80U && shift < 64; shift += 7) {
        next = byte();
        object.size |= (next & 0x7fU) << shift;
    }
    if (object.kind == packed_delta_by_offset) {
        next = byte();
        std::uint64_t back = next & 0x7fU;
        while (next >= 0x80U) {
            next = byte();
            back = (back + 1) << 7U | (next & 0x7fU);
        }
        if (back == 0 || back >= offset) return std::unexpected(damage());
        object.base_at = offset - back;
    } else if (object.kind == packed_delta_by_id) {
        ObjectId base;
        if (at + base.bytes.size() > raw.size()) return std::unexpected(damage());
        std::memcpy(base.bytes.data(), raw.data() + at, base.bytes.size());
        at += base.bytes.size();
        const auto found = find(base);
        if (!found) return std::unexpected(damage());
        object.base_at = *found;
    }
    object.data = offset + at;
    return object;
}

std::expected<system::Descriptor, Failure> PackReader::make_temporary_file() const {
    std::string name = (scratch_ / "tmp_obj_XXXXXX").string(); // git's own name: `git prune` removes such files
    system::Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
    if (!file.is_open() || ::unlink(name.c_str()) != 0)
        return std::unexpected(failure_of(name, "make a temporary file", errno));
    return file;
}

/// Passes on what the delta makes of the base.
std::expected<void, Failure>
PackReader::apply_delta(const PackedObject& delta, const system::Descriptor& base, const TakeBytes& take) const {
    DeltaBytes bytes(InflateStream(pack_.number(), delta.data, path_), delta.size);
    if (!bytes.skip_length() || !bytes.skip_length()) return std::unexpected(damage());
    std::string buffer(copied_max, '\0');
    while (!bytes.is_at_end()) {
        const auto instruction = bytes.byte();
        if (!instruction || *instruction == 0) return std::unexpected(damage());
        if (*instruction < 0x80U) {
            if (auto passed = bytes.pass_on(*instruction, take); !passed) return passed;
            continue;
        }
        auto offset = bytes.number(*instruction & 15U, 4);
        auto left = bytes.number(*instruction >> 4U & 7U, 3);
        if (!offset || !left) return std::unexpected(damage());
        if (*left == 0) *left = 0x10000;
        while (*left > 0) {
            const std::size_t wanted = std::min<std::uint64_t>(*left, buffer.size());
            const ssize_t size = ::pread(base.number(), buffer.data(), wanted, static_cast<off_t>(*offset));
            if (size < 0) return std::unexpected(failure_of(path_, "read the base of a delta", errno));
            if (size == 0) return std::unexpected(damage());
            if (auto taken = take({buffer.data(), static_cast<std::size_t>(size)}); !taken) return taken;
            *offset += static_cast<std::uint64_t>(size);
            *left -= static_cast<std::uint64_t>(size);
        }
    }
    return {};
}

std::expected<void, Failure> PackReader::stream_blob(std::uint64_t offset, const TakeBytes& take) const {
    std::vector<PackedObject> deltas;
    auto object = read_header(offset);
    for (; object && object->base_at != 0; object = read_header(object->base_at)) {
        if (deltas.size() == deltas_max) return std::unexpected(damage());
        deltas.push_back(*object);
    }
    if (!object) return std::unexpected(object.error());
    if (object->kind != packed_blob) return std::unexpected(damage());
    InflateStream whole(pack_.number(), object->data, path_);
    if (deltas.empty()) return whole.pass_on(object->size, take);
    system::Descriptor base;
    const auto write_to = [this](const system::Descriptor& file) {
        return [this, &file](std::string_view bytes) -> std::expected<void, Failure> {
            if (const int error = system::write_all(file.number(), bytes))
                return std::unexpected(failure_of(path_, "unpack the base of a delta", error));
            return {};
        };
    };
    for (;;) {
        auto made = make_temporary_file();
        if (!made) return std::unexpected(made.error());
        if (!base.is_open()) {
            if (auto filled = whole.pass_on(object->size, write_to(*made)); !filled) return filled;
        } else {
            if (auto filled = apply_delta(deltas.back(), base, write_to(*made)); !filled) return filled;
            deltas.pop_back();
        }
        base = std::move(*made);
        if (deltas.size() == 1) return apply_delta(deltas.front(), base, take);
    }
}

} // namespace evenfold::git
