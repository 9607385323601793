#include "evenfold/journal/postgres/schema_text.hpp"

namespace evenfold::journal::postgres {

namespace {

// Two creators at once may both find that a role is missing.
constexpr std::string_view roles = R"sql(
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['evenfold_writer', 'evenfold_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
END $$;
)sql";

constexpr std::string_view derived = R"sql(
DO $$
BEGIN
    IF to_regnamespace('{}') IS NOT NULL THEN
        RETURN;
    END IF;
    BEGIN
        CREATE SCHEMA {} AUTHORIZATION evenfold_writer;
    EXCEPTION WHEN insufficient_privilege THEN -- the creator is not a member of the role
        CREATE SCHEMA {};
        GRANT ALL ON SCHEMA {} TO evenfold_writer;
    END;
    GRANT USAGE ON SCHEMA {} TO evenfold_reader;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END $$;
)sql";

constexpr std::string_view schema = R"sql(
SET LOCAL search_path = {};

CREATE TABLE streams (
    id   bigint PRIMARY KEY,
    name bytea  NOT NULL
);
CREATE UNIQUE INDEX streams_name ON streams (sha256(name)); -- a name may be longer than an index entry

CREATE TABLE keys (
    number         int    PRIMARY KEY,
    id             text   NOT NULL UNIQUE,
    scheme         text   NOT NULL CHECK (scheme IN ('v2', 'compat-v1')),
    first_sequence bigint NOT NULL,
    root           bytea  NOT NULL,
    by_old         bytea,
    by_new         bytea  NOT NULL,
    at_ms          bigint NOT NULL
);

CREATE TABLE events (
    sequence       bigint PRIMARY KEY CHECK (sequence > 0),
    stream         bigint NOT NULL REFERENCES streams,
    version        bigint NOT NULL CHECK (version > 0),
    command        uuid   NOT NULL,
    index_in_batch int    NOT NULL CHECK (index_in_batch >= 0),
    actor          text   NOT NULL CHECK (actor IN ('user', 'agent', 'reactor', 'provider', 'system')),
    cause          bigint,
    correlation    uuid   NOT NULL,
    at_ms          bigint NOT NULL,
    stored_at_ms   bigint NOT NULL,
    type           bytea  NOT NULL,
    type_version   bigint NOT NULL CHECK (type_version >= 0),
    data           bytea  NOT NULL,
    salt           bytea CHECK (octet_length(salt) = 16),
    payload_hash   bytea CHECK (octet_length(payload_hash) = 32),
    prev           bytea CHECK (octet_length(prev) = 32),
    mac            bytea CHECK (octet_length(mac) = 32),
    key            int REFERENCES keys,
    removed        int,
    UNIQUE (stream, version)
);

-- The statistics of a column have samples of its values, which an erasure could not reach.
ALTER TABLE events ALTER COLUMN data SET STATISTICS 0, ALTER COLUMN salt SET STATISTICS 0;

CREATE TABLE receipts (
    command     uuid   PRIMARY KEY,
    fingerprint bytea  NOT NULL,
    first       bigint NOT NULL,
    count       bigint NOT NULL CHECK (count >= 0)
);

CREATE TABLE empty_receipts (
    number  bigint PRIMARY KEY,
    command uuid   NOT NULL UNIQUE REFERENCES receipts,
    mac     bytea  NOT NULL CHECK (octet_length(mac) = 32),
    key     int    NOT NULL REFERENCES keys
);

CREATE TABLE heads (
    size     bigint PRIMARY KEY,
    root     bytea  NOT NULL CHECK (octet_length(root) = 32),
    frontier bytea  NOT NULL,
    at_ms    bigint NOT NULL,
    note     text   NOT NULL
);

CREATE TABLE tiles (
    level  int,
    number bigint,
    hashes bytea NOT NULL CHECK (octet_length(hashes) = 8192),
    PRIMARY KEY (level, number)
);

CREATE TABLE removals (
    number int  PRIMARY KEY,
    note   text NOT NULL
);

CREATE TABLE anchorings (
    size     bigint,
    anchor   text,
    at_ms    bigint NOT NULL,
    response text,
    PRIMARY KEY (size, anchor)
);

CREATE TABLE journal (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    format int     NOT NULL,
    domain bytea   NOT NULL,
    origin text    NOT NULL
);

CREATE TABLE head (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    sequence bigint  NOT NULL CHECK (sequence >= 0),
    mac      bytea CHECK (octet_length(mac) = 32),
    epoch    bigint  NOT NULL,
    holder   text    NOT NULL
) WITH (fillfactor = 10); -- each append updates its one row, which then stays in its page
INSERT INTO head (sequence, epoch, holder) VALUES (0, 0, '');

-- Only the owner of a table can lift its trigger, for a removal of payloads: evenfold_writer cannot.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a journal is append only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';
END $$;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['streams', 'keys', 'events', 'receipts', 'empty_receipts', 'heads', 'tiles', 'removals',
                                'anchorings', 'journal'] LOOP
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
                       'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION shown(bytes bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN convert_from(bytes, 'UTF8');
EXCEPTION WHEN OTHERS THEN -- not text: a NUL, or another encoding
    RETURN '\x' || encode(bytes, 'hex');
END $$;
CREATE VIEW log AS
    SELECT sequence, shown(name) AS stream, version, shown(type) AS type, type_version,
           CASE WHEN removed IS NULL OR data <> '' THEN shown(data) END AS data, actor, cause, command, index_in_batch,
           correlation, at_ms, stored_at_ms, encode(payload_hash, 'hex') AS payload_hash,
           (SELECT encode(before.mac, 'hex') FROM events before
            WHERE before.stream = events.stream AND before.version = events.version - 1) AS prev_hash,
           encode(prev, 'hex') AS prev, encode(mac, 'hex') AS signature, key
    FROM events JOIN streams ON streams.id = events.stream;

GRANT USAGE ON SCHEMA {} TO evenfold_writer, evenfold_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA {} TO evenfold_writer, evenfold_reader;
GRANT INSERT ON streams, keys, events, receipts, empty_receipts, heads, tiles, removals, anchorings TO evenfold_writer;
GRANT UPDATE (sequence, mac, epoch, holder) ON head TO evenfold_writer;
)sql";

} // namespace

std::string_view roles_text() {
    return roles;
}

std::string_view derived_text() {
    return derived;
}

std::string_view schema_text() {
    return schema;
}

} // namespace evenfold::journal::postgres
