/// The rows that a query returned, in PostgreSQL's binary format.
/// Shapes: rows and columns count from 0. Valid as long as the result lives, also after the connection is closed.
#pragma once

#include <cstdint>
#include <libpq-fe.h>
#include <memory>
#include <string_view>

#include "evenfold/storage/postgres/query_parameters.hpp"

namespace evenfold::storage::postgres {

class QueryResult {
public:
    explicit QueryResult(PGresult* result) : result_(result) {}

    [[nodiscard]] int rows() const { return PQntuples(result_.get()); }
    /// Returns the number of rows that an INSERT or UPDATE has stored.
    [[nodiscard]] std::uint64_t affected() const;
    /// Returns the name of the executed command, such as "COMMIT".
    [[nodiscard]] std::string_view command() const { return PQcmdStatus(result_.get()); }

    [[nodiscard]] bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) == 1; }
    /// Returns the bytes of a bytea, a text or a uuid.
    [[nodiscard]] std::string_view bytes(int row, int column) const {
        return {PQgetvalue(result_.get(), row, column),
                static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
    }
    [[nodiscard]] std::int64_t integer(int row, int column) const { return integer_of(bytes(row, column)); }
    [[nodiscard]] bool boolean(int row, int column) const { return integer(row, column) != 0; }

private:
    struct ClearResult {
        void operator()(PGresult* result) const { PQclear(result); }
    };

    std::unique_ptr<PGresult, ClearResult> result_;
};

} // namespace evenfold::storage::postgres
