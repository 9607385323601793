#include "evenfold/reactors/anchors/file_anchor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "evenfold/journal/heads/note.hpp"
#include "evenfold/reactors/anchors/continuation.hpp"
#include "evenfold/reactors/anchors/head_records.hpp"
#include "evenfold/system/appended_file.hpp"

namespace evenfold::reactors::anchors {
namespace {

using system::AppendedFile;

// The end of a file, of this size, has a whole record, unless the file is another one: a cut record may follow it, and
// the record before may begin earlier.
constexpr std::uint64_t window_bytes = 3 * (journal::heads::note_bytes_max + 1);

/// The end of the file: its last record, and the bytes after it.
struct FileEnd {
    std::string bytes;
    std::string_view note; // empty: no record
    std::string_view rest;
    std::uint64_t kept_bytes = 0; // of the file, without the rest
};

Failure foreign_bytes(const std::filesystem::path& path, std::size_t count) {
    return {.kind = FailureKind::damaged,
            .what = fmt::format("{}: {} bytes at its end are no head of this journal", path.string(), count),
            .remedy = "Name another file. If these bytes belong nowhere, remove them."};
}

/// Reads the end into `end`, whose views are those of its bytes.
std::expected<void, Failure> read_end(const std::filesystem::path& path, const AppendedFile& file, FileEnd& end) {
    const std::uint64_t from = file.size() - std::min(file.size(), window_bytes);
    auto bytes = file.read_from(from);
    if (!bytes) return std::unexpected(std::move(bytes.error()));
    end.bytes = *std::move(bytes);
    HeadRecords records = head_records(end.bytes);
    // The window may begin within a record, which has then lost its first lines.
    if (from > 0 && !records.notes.empty()) records.notes.erase(records.notes.begin());
    if (from > 0 && records.notes.empty()) return std::unexpected(foreign_bytes(path, end.bytes.size()));
    if (!records.notes.empty()) end.note = records.notes.back();
    end.rest = std::string_view(end.bytes).substr(records.whole_bytes);
    end.kept_bytes = from + records.whole_bytes;
    return {};
}

class FileAnchor final : public Anchor {
public:
    explicit FileAnchor(const std::filesystem::path& path) : path_(path), name_("file:" + path.string()) {}

    [[nodiscard]] const std::string& name() const override { return name_; }

    [[nodiscard]] std::expected<AnchorReceipt, Failure> publish(const HeadPublication& publication) override {
        const auto head = head_of(publication);
        if (!head) return std::unexpected(head.error());
        auto file = AppendedFile::open_to_append(path_);
        if (!file) return std::unexpected(std::move(file.error()));
        FileEnd end;
        if (auto read = read_end(path_, *file, end); !read) return std::unexpected(std::move(read.error()));
        if (!is_cut_record(end.rest, head->origin)) return std::unexpected(foreign_bytes(path_, end.rest.size()));
        if (!end.note.empty()) {
            const auto continues = check_continuation(name_, end.note, *head, publication);
            if (!continues) return std::unexpected(continues.error());
            if (*continues == Continuation::same)
                return AnchorReceipt{.response = fmt::format("{} has this head already", path_.string()),
                                     .note = publication.note};
        }
        if (auto appended = file->append(end.kept_bytes, head_record(publication.note)); !appended)
            return std::unexpected(std::move(appended.error()));
        return AnchorReceipt{.response = fmt::format("{}, at byte {}", path_.string(), end.kept_bytes),
                             .note = publication.note};
    }

    [[nodiscard]] std::expected<std::optional<AnchoredHead>, Failure> newest() override {
        const auto file = AppendedFile::open_to_read(path_);
        if (is_missing(file)) return std::nullopt;
        if (!file) return std::unexpected(file.error());
        FileEnd end;
        if (auto read = read_end(path_, *file, end); !read) return std::unexpected(std::move(read.error()));
        if (end.note.empty()) return std::nullopt;
        return anchored_head(name_, std::string(end.note));
    }

    [[nodiscard]] std::expected<std::vector<AnchoredHead>, Failure> heads() override {
        std::vector<AnchoredHead> heads;
        const auto file = AppendedFile::open_to_read(path_);
        if (is_missing(file)) return heads;
        if (!file) return std::unexpected(file.error());
        const auto text = file->read_from(0);
        if (!text) return std::unexpected(text.error());
        for (const std::string_view note : head_records(*text).notes)
            heads.push_back(anchored_head(name_, std::string(note)));
        return heads;
    }

private:
    [[nodiscard]] static bool is_missing(const std::expected<AppendedFile, Failure>& file) {
        return !file && file.error().kind == FailureKind::not_found;
    }

    std::filesystem::path path_;
    std::string name_;
};

} // namespace

std::unique_ptr<Anchor> open_file_anchor(const std::filesystem::path& path) {
    return std::make_unique<FileAnchor>(path);
}

} // namespace evenfold::reactors::anchors
