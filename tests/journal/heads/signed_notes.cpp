#include "evenfold/tests/journal/heads/signed_notes.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/tests/support/build_paths.hpp"

namespace evenfold::tests::heads {

const HeadVector& head_vector() {
    static const HeadVector vector = [] {
        std::ifstream file(source_tree() + "/tests/journal/chain/vectors.json");
        const auto json = nlohmann::json::parse(file);
        const auto& head = json["head"];
        const auto bytes = [](const nlohmann::json& text) { return hex::decode(text.get<std::string>()).value(); };
        HeadVector read{.seed = bytes(head["seed"]),
                        .public_key = bytes(head["public_key"]),
                        .time = head["time"],
                        .note_id = head["key_id_01"],
                        .cosignature_id = head["key_id_04"],
                        .note = head["note"],
                        .root = bytes(json["v2"]["roots"]["3"]),
                        .entry_of_second = bytes(json["v2"]["events"][1]["entry"]),
                        .inclusion_of_second = {},
                        .removal_note = json["erasure"]["removal_note"],
                        .erasure_note = json["erasure"]["erasure_note"],
                        .removed_leaves = bytes(json["erasure"]["leaves"])};
        for (const auto& hash : json["v2"]["inclusion_of_2_in_3"])
            read.inclusion_of_second.push_back(journal::chain::hash_from(bytes(hash)).value());
        return read;
    }();
    return vector;
}

std::span<const std::uint8_t> octets_of(const std::string& bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

SigningKey signing_key(std::uint8_t number, const std::string& name) {
    const std::string seed(seed_bytes, static_cast<char>(number));
    return SigningKey::from_seed(name, octets_of(seed)).value();
}

SigningKey vector_key() {
    return SigningKey::from_seed("journal.example/plans", octets_of(head_vector().seed)).value();
}

TreeHead vector_tree() {
    return {.size = 3, .root = journal::chain::hash_from(head_vector().root).value()};
}

chain::MemoryTree random_tree(std::uint64_t seed, std::uint64_t size) {
    std::vector<journal::chain::Hash> leaves;
    for (std::uint64_t i = 0; i < size; ++i)
        leaves.push_back(journal::chain::leaf_hash(std::to_string(seed) + "/" + std::to_string(i)));
    return chain::MemoryTree(std::move(leaves));
}

} // namespace evenfold::tests::heads
