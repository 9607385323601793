#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/chain/chain.hpp"
#include "evenfold/journal/chain/stored_entry.hpp"
#include "evenfold/journal/chain/tree/proof.hpp"
#include "evenfold/tests/support/build_paths.hpp"

// The vectors of the format: vectors.json beside this file. Other implementations use the same file.

namespace evenfold::journal::chain {
namespace {

using Json = nlohmann::json;

const Json& vectors() {
    static const Json json = [] {
        std::ifstream file(tests::source_tree() + "/tests/journal/chain/vectors.json");
        return Json::parse(file);
    }();
    return json;
}

std::string text(const Json& json) {
    return json.get<std::string>();
}

std::string unhex(const Json& json) {
    return hex::decode(text(json)).value();
}

Hash hash(const Json& json) {
    return hash_from(unhex(json)).value();
}

CommandId command_id(const Json& json) {
    CommandId id;
    const std::string bytes = unhex(json);
    REQUIRE(bytes.size() == id.uuid.bytes.size());
    std::ranges::copy(bytes, id.uuid.bytes.begin());
    return id;
}

JournalKey key_of(const Json& secret) {
    return JournalKey::from_secret(text(secret)).value();
}

/// The fields of an event; `json` must outlive it.
CoveredEvent event_of(const Json& json) {
    CoveredEvent event;
    event.sequence = json["sequence"];
    event.version = json["version"];
    event.command = command_id(json["command"]);
    event.index = json["index"];
    event.count = json["count"];
    if (!json["cause"].is_null()) event.cause = json["cause"].get<Sequence>();
    event.correlation = command_id(json["correlation"]);
    event.at = {json["at_ms"]};
    event.stored_at = {json["stored_at_ms"]};
    event.type_version = json["type_version"];
    event.payload_hash = payload_hash_of(unhex(json["salt"]), text(json["data"]));
    event.stream = json["stream"].get_ref<const std::string&>();
    event.type = json["type"].get_ref<const std::string&>();
    event.actor = json["actor"].get_ref<const std::string&>();
    event.fingerprint = json["fingerprint"].get_ref<const std::string&>();
    return event;
}

ChainNames names() {
    const Json& v2 = vectors()["v2"];
    return {v2["origin"].get_ref<const std::string&>(), v2["domain"].get_ref<const std::string&>()};
}

/// Returns the chain behind the events of the vectors.
Chain whole_chain() {
    const Json& v2 = vectors()["v2"];
    Chain chain = Chain::begin(key_of(vectors()["secret"]), names(), TreeFrontier());
    for (const Json& json : v2["events"]) {
        for (const Json& empty : v2["idle"]) {
            if (empty["first"] != json["sequence"]) continue;
            const SealedReceipt receipt = chain.add_empty_receipt(command_id(empty["command"]),
                                                                  empty["fingerprint"].get_ref<const std::string&>());
            CHECK(receipt == SealedReceipt{empty["number"], hash(empty["mac"])});
        }
        CoveredEvent event = event_of(json);
        const Hash stream_previous = hash(json["stream_prev"]);
        const std::optional<Hash> stream_mac =
            stream_previous == Hash{} ? std::nullopt : std::optional(stream_previous);
        const SealedEvent sealed = chain.extend(event, stream_mac);
        CHECK(sealed == SealedEvent{hash(json["prev"]), stream_previous, hash(json["leaf"]), hash(json["mac"])});
        CHECK(event.payload_hash == hash(json["payload_hash"]));
        std::string entry;
        append_entry(entry, event);
        CHECK(hex::encode(entry) == text(json["entry"]));
        CHECK(chain.state().tree.root() == hash(v2["roots"][std::to_string(event.sequence)]));
    }
    return chain;
}

CompatEvent compat_event(const Json& json) {
    return {.stream = json["stream"].get_ref<const std::string&>(),
            .type = json["type"].get_ref<const std::string&>(),
            .payload_hash = payload_hash_of({}, text(json["payload"])),
            .stream_previous = std::nullopt,
            .first = FirstPrevious::empty};
}

} // namespace

TEST_CASE("Vectors: the key of a secret and its id.") {
    const HmacKey secret(text(vectors()["secret"]));
    CHECK(secret.mac({"evenfold/mac/v2"}) == hash(vectors()["mac_key"]));
    CHECK(key_of(vectors()["secret"]).id() == text(vectors()["key_id"]));
    CHECK(HmacKey(unhex(vectors()["mac_key"])).mac({"x"}) == key_of(vectors()["secret"]).v2().mac({"x"}));
}

TEST_CASE("Vectors: compat-v1 signs the events of a stream.") {
    const JournalKey key = key_of(vectors()["secret"]);
    for (const Json& json : vectors()["compat_v1"]["events"]) {
        CompatEvent event = compat_event(json);
        if (!text(json["prev_hash"]).empty()) event.stream_previous = hash(json["prev_hash"]);
        CHECK(event.payload_hash == hash(json["payload_hash"]));
        CHECK(compat_message(event) == text(json["message"]));
        CHECK(compat_mac(key.compat(), event) == hash(json["mac"]));
    }
    CompatEvent first = compat_event(vectors()["compat_v1"]["events"][0]);
    const Json& macs = vectors()["compat_v1"]["first_prev"];
    CHECK(compat_mac(key.compat(), first) == hash(macs["empty"]));
    first.first = FirstPrevious::null;
    CHECK(compat_mac(key.compat(), first) == hash(macs["null"]));
    first.first = FirstPrevious::zeros;
    CHECK(compat_mac(key.compat(), first) == hash(macs["zeros"]));
}

TEST_CASE("Vectors: under compat-v1, bytes can be shifted between the stream and the type (a known flaw).") {
    const JournalKey key = key_of(vectors()["secret"]);
    const Json& events = vectors()["compat_v1"]["relabel"];
    REQUIRE(events.size() == 2);
    CHECK(events[0]["stream"] != events[1]["stream"]);
    for (const Json& json : events) CHECK(compat_mac(key.compat(), compat_event(json)) == hash(json["mac"]));
    CHECK(events[0]["mac"] == events[1]["mac"]);
}

TEST_CASE("Vectors: the genesis of scheme v2.") {
    const Json& v2 = vectors()["v2"];
    CHECK(empty_tree_root() == hash(v2["empty_root"]));
    const std::string id = text(vectors()["key_id"]);
    const Genesis genesis{.before = v2["before"],
                          .root = empty_tree_root(),
                          .origin = names().origin,
                          .domain = names().domain,
                          .key_id = id};
    CHECK(hex::encode(genesis_message(genesis)) == text(v2["genesis_message"]));
    const Chain chain = Chain::begin(key_of(vectors()["secret"]), names(), TreeFrontier());
    CHECK(chain.state().mac == hash(v2["genesis"]));
    CHECK(chain.state().head == 0);
}

TEST_CASE("Vectors: events, receipts without events, and roots of scheme v2.") {
    const Chain chain = whole_chain();
    CHECK(chain.state().head == vectors()["v2"]["events"].size());
    CHECK(chain.state().newest_empty == hash(vectors()["v2"]["idle"][0]["mac"]));
}

TEST_CASE("Vectors: both keys sign a change of keys.") {
    const Json& json = vectors()["v2"]["key_change"];
    Chain chain = whole_chain();
    const std::string old_id = chain.key().id();
    const KeyChange change{.number = json["number"],
                           .first = json["first"],
                           .root = chain.state().tree.root(),
                           .mac = chain.state().mac,
                           .old_id = old_id,
                           .new_id = json["key_id"].get_ref<const std::string&>()};
    CHECK(hex::encode(key_change_message(change)) == text(json["message"]));
    const SealedKeyChange sealed = chain.change_key(key_of(json["secret"]), json["number"]);
    CHECK(sealed == SealedKeyChange{json["first"], change.root, hash(json["by_old"]), hash(json["by_new"])});
    CHECK(chain.key().id() == text(json["key_id"]));
}

TEST_CASE("Vectors: an event whose payload was removed keeps its leaf and its mac (SL12).") {
    const Json& removed = vectors()["erasure"]["removed"];
    const Json& json = vectors()["v2"]["events"][1];
    const CoveredEvent covered = event_of(json);
    EventRow row;
    row.sequence = removed["sequence"];
    row.stream = json["stream"];
    row.version = json["version"];
    row.command = covered.command;
    row.index = covered.index;
    row.actor = json["actor"];
    row.correlation = covered.correlation;
    row.at = covered.at;
    row.stored_at = covered.stored_at;
    row.type = json["type"];
    row.type_version = covered.type_version;
    row.data = removed["data"];
    row.salt = removed["salt"];
    row.payload_hash = unhex(removed["payload_hash"]);
    row.removed = 1;
    const ReceiptRow receipt{
        .command = covered.command, .fingerprint = json["fingerprint"], .first = 1, .count = covered.count};
    const std::string id = text(vectors()["key_id"]);
    std::string entry;
    append_entry(entry, covered_event(row, receipt, id, std::nullopt));
    const Hash leaf = leaf_hash(entry);
    CHECK(leaf == hash(removed["leaf"]));
    CHECK(hash_of(bytes_of(leaf)) == hash(vectors()["erasure"]["leaves"]));
    CHECK(link_mac(key_of(vectors()["secret"]).v2(), hash(json["prev"]), hash(json["stream_prev"]), leaf) ==
          hash(removed["mac"]));
}

TEST_CASE("Vectors: proofs of inclusion and consistency.") {
    const Json& v2 = vectors()["v2"];
    const auto proof = [](const Json& json) {
        TreeProof hashes;
        for (const Json& one : json) hashes.push_back(hash(one));
        return hashes;
    };
    const auto head = [&](std::uint64_t size) { return TreeHead{size, hash(v2["roots"][std::to_string(size)])}; };
    CHECK(is_included(hash(v2["events"][1]["leaf"]), 1, 3, proof(v2["inclusion_of_2_in_3"]), head(3).root));
    CHECK(is_consistent(head(2), head(3), proof(v2["consistency_2_3"])));
    CHECK(is_consistent(head(1), head(3), proof(v2["consistency_1_3"])));
}

} // namespace evenfold::journal::chain
