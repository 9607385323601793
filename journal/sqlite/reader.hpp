/// The reading half of a journal: connections that cannot write, and pages of records that hold no lock while visited.
/// Shapes: a page is at most 512 records or about 1 MiB of payload. Errors: damage is told with the sequence.
#pragma once

#include <filesystem>
#include <mutex>
#include <vector>

#include "evenfold/journal/sqlite/schema.hpp"

namespace evenfold::journal::sqlite {

/// Records in order; refilled in place, so that a long read allocates little.
class Page {
public:
    void clear();
    [[nodiscard]] bool is_full() const;
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const Record& operator[](std::size_t index) const { return records_[index]; }
    [[nodiscard]] std::span<const Record> records() const { return {records_.data(), size_}; }

    /// The next record to be filled, with the rest of an older one in it.
    [[nodiscard]] Record& add();
    void count_bytes(std::size_t bytes) { bytes_ += bytes; }

private:
    std::vector<Record> records_;
    std::size_t size_ = 0;
    std::size_t bytes_ = 0;
};

/// The same of payloads, whose bytes stand one behind the other.
class PayloadPage {
public:
    void clear();
    [[nodiscard]] bool is_full() const;
    [[nodiscard]] std::size_t size() const { return places_.size(); }
    [[nodiscard]] Payload operator[](std::size_t index) const;
    void add(const Payload& payload);

private:
    struct Place {
        Sequence sequence;
        std::size_t type_size;
        std::size_t data_size;
        std::size_t begin; // of the type in bytes_; the data stands behind it
        std::uint32_t type_version;
    };

    std::string bytes_;
    std::vector<Place> places_;
};

/// One connection; one thread at a time.
class Reader {
public:
    /// A connection that cannot write, to whatever database there is.
    [[nodiscard]] static std::expected<Database, Failure> connect(const std::filesystem::path& file, Mode mode);

    /// Takes over a connection to a journal; refuses tables that are not those of the format.
    [[nodiscard]] static std::expected<std::unique_ptr<Reader>, Failure> over(Database database);

    [[nodiscard]] std::expected<Sequence, Failure> head();

    /// The events `from` to `to`, or the first of them if the page gets full.
    [[nodiscard]] std::expected<void, Failure> fill(Page& page, Sequence from, Sequence to);

    [[nodiscard]] std::expected<void, Failure> fill(PayloadPage& page, Sequence from, Sequence to);

    /// The same of one stream: versions from `from`, sequences up to `to`.
    [[nodiscard]] std::expected<void, Failure>
    fill(Page& page, std::string_view stream, StreamVersion from, Sequence to);

    [[nodiscard]] std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command);

private:
    explicit Reader(Database database);

    [[nodiscard]] std::expected<void, Failure> fill(Page& page, Statement& rows);
    [[nodiscard]] std::expected<void, Failure> fill(Record& record, const Statement& row) const;
    [[nodiscard]] Failure missing(Sequence sequence) const;
    [[nodiscard]] Failure not_readable(Sequence sequence) const;

    Database database_;
    Statement head_, events_, payloads_, stream_, receipt_;
};

/// The idle readers of a journal. May be called from any thread.
class Readers {
public:
    Readers(const std::filesystem::path& file, Mode mode) : file_(file), mode_(mode) {}

    /// Lends `ask` a reader. A reader that met an error is closed.
    template <class Ask>
    auto use(Ask&& ask) -> decltype(ask(std::declval<Reader&>())) {
        auto reader = borrow();
        if (!reader) return std::unexpected(reader.error());
        auto answer = ask(**reader);
        if (answer) give_back(std::move(*reader));
        return answer;
    }

    /// Closes those that are idle.
    void forget();

private:
    [[nodiscard]] std::expected<std::unique_ptr<Reader>, Failure> open() const;
    [[nodiscard]] std::expected<std::unique_ptr<Reader>, Failure> borrow();
    void give_back(std::unique_ptr<Reader> reader);

    std::filesystem::path file_;
    Mode mode_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Reader>> idle_;
};

/// That the log beside `file` holds events which cannot be read here.
[[nodiscard]] Failure log_out_of_reach(const std::filesystem::path& file);

} // namespace evenfold::journal::sqlite
