#include "evenfold/journal/postgres/schema.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "evenfold/journal/postgres/schema_text.hpp"
#include "evenfold/journal/postgres/signatures/signing_rows.hpp"
#include "evenfold/journal/signing.hpp"

namespace evenfold::journal::postgres {

namespace {

struct TableShape {
    std::string_view table;
    std::string_view shape; // its columns, `!` meaning NOT NULL, and the columns of its unique indexes
};

// In the order of the names, as shapes_query returns them.
constexpr std::array<TableShape, 11> table_shapes{{
    {"anchorings", "size bigint!, anchor text!, at_ms bigint!, response text; 1 2"},
    {"empty_receipts", "number bigint!, command uuid!, mac bytea!, key integer!; 1; 2"},
    {"events",
     "sequence bigint!, stream bigint!, version bigint!, command uuid!, index_in_batch integer!, actor text!, "
     "cause bigint, correlation uuid!, at_ms bigint!, stored_at_ms bigint!, type bytea!, type_version bigint!, "
     "data bytea!, salt bytea, payload_hash bytea, prev bytea, mac bytea, key integer, removed integer; 1; 2 3"},
    {"head", "one boolean!, sequence bigint!, mac bytea, epoch bigint!, holder text!; 1"},
    {"heads", "size bigint!, root bytea!, frontier bytea!, at_ms bigint!, note text!; 1"},
    {"journal", "one boolean!, format integer!, domain bytea!, origin text!; 1"},
    {"keys",
     "number integer!, id text!, scheme text!, first_sequence bigint!, root bytea!, by_old bytea, by_new bytea!, "
     "at_ms bigint!; 1; 2"},
    {"receipts", "command uuid!, fingerprint bytea!, first bigint!, count bigint!; 1"},
    {"removals", "number integer!, note text!; 1"},
    {"streams", "id bigint!, name bytea!; 0 sha256(name); 1"},
    {"tiles", "level integer!, number bigint!, hashes bytea!; 1 2"},
}};

constexpr std::string_view shapes_query = R"sql(
SELECT c.relname::text,
       (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ||
                          CASE WHEN a.attnotnull THEN '!' ELSE '' END, ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) || '; ' ||
       coalesce((SELECT string_agg(i.key, '; ' ORDER BY i.key COLLATE "C")
                 FROM (SELECT x.indkey::text || coalesce(' ' || pg_get_expr(x.indexprs, x.indrelid), '') AS key
                       FROM pg_index x
                       WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid AND x.indpred IS NULL) i), '')
FROM pg_class c
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND c.relkind = 'r' AND c.relname = ANY($2)
ORDER BY c.relname COLLATE "C"
)sql";

// Whatever would change, hide or lose rows without an error.
constexpr std::string_view strangers_query = R"sql(
SELECT fault FROM (
    SELECT c.oid, CASE
        WHEN c.relpersistence <> 'p' THEN 'the table ' || c.relname || ' is not logged, so that a crash empties it'
        WHEN c.relrowsecurity THEN 'row security hides rows of the table ' || c.relname
        WHEN r.rulename IS NOT NULL THEN 'the rule ' || r.rulename || ' stands on the table ' || c.relname
        WHEN t.tgname IS NOT NULL THEN 'the trigger ' || t.tgname || ' stands on the table ' || c.relname
        WHEN i.inhrelid IS NOT NULL THEN 'the table ' || c.relname || ' is inherited'
    END AS fault
    FROM pg_class c
    LEFT JOIN pg_rewrite r ON r.ev_class = c.oid
    LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgname <> 'append_only'
    LEFT JOIN pg_inherits i ON i.inhparent = c.oid
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND c.relkind = 'r' AND c.relname = ANY($2)
) found WHERE fault IS NOT NULL LIMIT 1
)sql";

ArrayColumn table_names() {
    ArrayColumn names(ValueType::text);
    for (const TableShape& table : table_shapes) names.add(table.table);
    return names;
}

QueryParameters schema_and_tables(const JournalAddress& address, ArrayColumn& names) {
    QueryParameters parameters;
    parameters.add(address.schema(), ValueType::text).add(names);
    return parameters;
}

std::expected<void, Failure> check_shapes(ServerConnection& connection, const JournalAddress& address) {
    ArrayColumn names = table_names();
    const auto found = connection.query({"read the schema", shapes_query, schema_and_tables(address, names)});
    if (!found) return std::unexpected(found.error());
    int row = 0;
    for (const TableShape& table : table_shapes) {
        if (row == found->rows() || found->bytes(row, 0) != table.table)
            return std::unexpected(damaged(address.shown(), fmt::format("the table {} is missing", table.table)));
        if (found->bytes(row, 1) != table.shape) {
            return std::unexpected(
                damaged(address.shown(), fmt::format("the table {} is not that of format {}: it has {}, not {}",
                                                     table.table, format_version, found->bytes(row, 1), table.shape)));
        }
        ++row;
    }
    const auto stranger = connection.query({"read the schema", strangers_query, schema_and_tables(address, names)});
    if (!stranger) return std::unexpected(stranger.error());
    if (stranger->rows() == 0) return {};
    return std::unexpected(damaged(address.shown(), stranger->bytes(0, 0)));
}

std::expected<void, Failure> check_format(ServerConnection& connection, const JournalAddress& address) {
    const auto row = connection.query({"read the format", "SELECT format FROM journal WHERE one"});
    if (!row) return std::unexpected(row.error());
    if (row->rows() != 1) return std::unexpected(damaged(address.shown(), "the row of the table journal is missing"));
    const std::int64_t format = row->integer(0, 0);
    if (format == format_version) return {};
    return std::unexpected(Failure{.kind = FailureKind::newer_version,
                                   .what = fmt::format("{}: format version {}, but this evenfold reads version {}",
                                                       address.shown(), format, format_version),
                                   .remedy = "Use the version of evenfold that wrote it, or a later one."});
}

/// Returns `text` with the name of the schema in place of each `{}`.
std::string with_schema(std::string_view text, std::string_view schema) {
    std::string result;
    for (std::size_t at = text.find("{}"); at != std::string_view::npos; at = text.find("{}")) {
        result += fmt::format("{}\"{}\"", text.substr(0, at), schema);
        text.remove_prefix(at + 2);
    }
    return result += text;
}

constexpr std::string_view find_schema = "SELECT 1 FROM pg_namespace WHERE nspname = $1";

std::expected<void, Failure>
create_within(ServerConnection& connection, const JournalAddress& address, const PostgresOptions& options) {
    QueryParameters lock;
    lock.add(address.lock_number());
    if (auto locked =
            connection.query({"wait for other creators", "SELECT pg_advisory_xact_lock($1)", std::move(lock)});
        !locked)
        return std::unexpected(locked.error());
    const auto content = recognise(connection, address); // another connection may have created it meanwhile
    if (!content) return std::unexpected(content.error());
    if (*content == SchemaContent::journal) return {};
    QueryParameters name;
    name.add(address.schema(), ValueType::text);
    const auto known = connection.query({"look for the schema", find_schema, std::move(name)});
    if (!known) return std::unexpected(known.error());
    if (known->rows() == 0) {
        const auto made = connection.execute("create the schema", with_schema("CREATE SCHEMA {}", address.schema()));
        if (!made) return made;
    }
    if (auto made = connection.execute("create the roles", std::string(roles_text())); !made) return made;
    if (auto made = connection.execute("create the tables", with_schema(schema_text(), address.schema())); !made)
        return made;
    const auto derived = with_schema(derived_text(), address.schema() + "_derived");
    if (auto made = connection.execute("create the schema of derived tables", derived); !made) return made;
    QueryParameters row;
    row.add(format_version).add(options.domain, ValueType::bytea).add(options.origin, ValueType::text);
    const auto named = connection.query({"name the domain",
                                         "INSERT INTO journal (format, domain, origin) VALUES ($1, $2, "
                                         "coalesce(nullif($3, ''), 'journal/' || gen_random_uuid()))",
                                         std::move(row)});
    if (!named) return std::unexpected(named.error());
    if (!options.signing) return {};
    return seal_journal(connection, options.signing->key, present(), 0);
}

} // namespace

std::expected<SchemaContent, Failure> recognise(ServerConnection& connection, const JournalAddress& address) {
    const auto content = find_journal(connection, address);
    if (!content || *content == SchemaContent::nothing) return content;
    if (auto checked = check_shapes(connection, address); !checked) return std::unexpected(checked.error());
    return content;
}

std::expected<SchemaContent, Failure> find_journal(ServerConnection& connection, const JournalAddress& address) {
    ArrayColumn names = table_names();
    const auto counts =
        connection.query({"look for the journal",
                          "SELECT count(*), count(*) FILTER (WHERE relname = ANY($2)), "
                          "coalesce(bool_and(has_schema_privilege(relnamespace, 'USAGE')), true) FROM pg_class "
                          "WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)",
                          schema_and_tables(address, names)});
    if (!counts) return std::unexpected(counts.error());
    if (counts->integer(0, 0) == 0) return SchemaContent::nothing;
    if (counts->integer(0, 1) * 2 < static_cast<std::int64_t>(table_shapes.size())) {
        return std::unexpected(
            Failure{.kind = FailureKind::not_a_journal,
                    .what = fmt::format("{}: the schema {} has tables of another application", address.shown(),
                                        address.schema()),
                    .remedy = "Name another journal in the URL: ?journal=NAME; nothing was changed."});
    }
    if (!counts->boolean(0, 2)) return std::unexpected(denied_access(address.shown()));
    if (auto checked = check_format(connection, address); !checked) return std::unexpected(checked.error());
    return SchemaContent::journal;
}

std::expected<std::string, Failure> domain_of(ServerConnection& connection) {
    const auto row = connection.query({"read the domain", "SELECT domain FROM journal WHERE one"});
    if (!row) return std::unexpected(row.error());
    if (row->rows() != 1)
        return std::unexpected(damaged(connection.place(), "the row of the table journal is missing"));
    return std::string(row->bytes(0, 0));
}

std::expected<void, Failure> check_domain(ServerConnection& connection, std::string_view domain) {
    if (domain.empty()) return {};
    const auto have = domain_of(connection);
    if (!have) return std::unexpected(have.error());
    if (*have == domain) return {};
    const std::string made_for = have->empty() ? "no domain in particular" : fmt::format("the domain {}", *have);
    return std::unexpected(Failure{
        .kind = FailureKind::other_domain,
        .what = fmt::format("{}: a journal of {}, not of the domain {}", connection.place(), made_for, domain),
        .remedy = "Open it with the program that created it, or name another journal; this one was not changed."});
}

std::expected<void, Failure>
create_journal(ServerConnection& connection, const JournalAddress& address, const PostgresOptions& options) {
    if (auto begun = connection.execute("begin to create", "BEGIN"); !begun) return begun;
    auto made = create_within(connection, address, options);
    if (made) made = connection.execute("create the journal", "COMMIT");
    if (!made && !connection.is_lost()) (void)connection.execute("roll back", "ROLLBACK"); // the first failure counts
    return made;
}

std::expected<void, Failure> check_server(ServerConnection& connection) {
    static const std::string settings =
        fmt::format("SELECT {}, pg_is_in_recovery(), set_config('synchronous_commit', "
                    "current_setting('synchronous_commit'), false)", // keeps it if the configuration is changed
                    durable_settings);
    const auto row = connection.query({"read the settings", settings});
    if (!row) return std::unexpected(row.error());
    if (!row->boolean(0, 0)) return std::unexpected(weaker_settings(connection.place()));
    if (!row->boolean(0, 1)) return {};
    return std::unexpected(
        Failure{.kind = FailureKind::read_only,
                .what = fmt::format("{}: cannot write, because the server is a standby", connection.place()),
                .remedy = "Connect to the primary server, or open the journal read-only."});
}

Failure denied_access(std::string_view place) {
    return {.kind = FailureKind::denied,
            .what = fmt::format("{}: this user has no permission to use the journal", place),
            .remedy = "Let its owner grant the role evenfold_writer, or evenfold_reader, to this user."};
}

Failure weaker_settings(std::string_view place) {
    return {.kind = FailureKind::weaker,
            .what =
                fmt::format("{}: one of the settings fsync, full_page_writes and synchronous_commit is off: a power "
                            "failure could lose appended events",
                            place),
            .remedy = "Set all three to on in the server's configuration, and for the role and the database."};
}

Failure no_journal(const JournalAddress& address) {
    return {.kind = FailureKind::not_found,
            .what = fmt::format("{}: there is no journal in the schema {}", address.shown(), address.schema()),
            .remedy = "Check the name in the URL (?journal=NAME), or create the journal first."};
}

Failure events_gone(std::string_view place, const Receipt& receipt) {
    return damaged(place, fmt::format("the receipt of command {} names {} events from {}, which are not there",
                                      to_text(receipt.command), receipt.count, receipt.first));
}

} // namespace evenfold::journal::postgres
