#include "evenfold/codec/unknown_fields.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <vector>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/ordered_json.hpp"

namespace evenfold::codec {
namespace {

using Json = codec::OrderedJson;

/// Returns whether `text` is an RFC 6901 pointer to a value below the root.
bool is_pointer(std::string_view text) {
    if (!text.starts_with('/')) return false;
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (text[index] != '~') continue;
        if (index + 1 == text.size() || (text[index + 1] != '0' && text[index + 1] != '1')) return false;
    }
    return true;
}

/// Returns the unescaped names along `pointer`.
std::vector<std::string> names_of(std::string_view pointer) {
    std::vector<std::string> names;
    for (std::size_t index = 0; index < pointer.size(); ++index) {
        if (pointer[index] == '/')
            names.emplace_back();
        else if (pointer[index] == '~')
            names.back() += pointer[++index] == '0' ? '~' : '/';
        else
            names.back() += pointer[index];
    }
    return names;
}

/// Restores one unknown field. Drops it if the shape or the encoded value conflicts with its path.
class UnknownFieldRestorer {
public:
    UnknownFieldRestorer(std::vector<std::string> names, const Json& value) : names_(std::move(names)), value_(value) {}

    void restore(const Shape& shape, Json& json) {
        std::visit([&](const auto& kind) { on(kind, json); }, shape.kind);
    }

private:
    void on(const auto&, Json&) {} // other kinds have no fields
    void on(const StructureShape& kind, Json& json) { restore_in_fields(kind, json, false); }
    void on(const VariantShape& kind, Json& json) {
        for (const ShapeFunction alternative : kind.alternatives) {
            const Shape& held = alternative();
            if (json.at("type") != held.name) continue;
            if (const StructureShape* structure = fields_beside_type(held))
                return restore_in_fields(*structure, json, true);
            if (is_last())
                insert_value(json);
            else if (names_[depth_] == "value")
                descend(held, json.at("value"));
            return;
        }
    }
    void on(const OptionalShape& kind, Json& json) {
        if (!json.is_null()) restore(kind.element(), json);
    }
    void on(const SequenceShape& kind, Json& json) {
        const std::string& name = names_[depth_];
        std::size_t index = 0;
        const auto error = std::from_chars(name.data(), name.data() + name.size(), index).ec;
        const bool is_index = error == std::errc() && std::to_string(index) == name;
        if (is_index && index < json.size() && !is_last()) descend(kind.element(), json[index]);
    }
    void on(const IndirectShape& kind, Json& json) { restore(kind.content(), json); }

    void restore_in_fields(const StructureShape& kind, Json& json, bool in_variant) {
        const std::string& name = names_[depth_];
        if (in_variant && name == "type") return;
        const auto field = std::ranges::find(kind.fields, name, &Field::name);
        if (field == kind.fields.end()) {
            if (is_last()) insert_value(json);
        } else if (!is_last() && json.contains(name)) {
            descend(field->shape(), json[name]);
        }
    }

    void descend(const Shape& shape, Json& json) {
        ++depth_;
        restore(shape, json);
    }
    void insert_value(Json& json) {
        if (!json.contains(names_[depth_])) json[names_[depth_]] = value_;
    }
    [[nodiscard]] bool is_last() const { return depth_ + 1 == names_.size(); }

    std::vector<std::string> names_; // at least one
    const Json& value_;
    std::size_t depth_ = 0;
};

} // namespace

std::string with_unknown_fields(const Shape& shape, std::string json, std::string_view unknown_fields) {
    if (unknown_fields.empty()) return json;
    const Json fields = Json::parse(unknown_fields, nullptr, false);
    if (!fields.is_array()) return json;
    Json document = Json::parse(json);
    for (const Json& field : fields) {
        if (!field.is_array() || field.size() != 2 || !field[0].is_string()) continue;
        const auto& text = field[0].get_ref<const std::string&>();
        if (is_pointer(text)) UnknownFieldRestorer(names_of(text), field[1]).restore(shape, document);
    }
    return document.dump();
}

} // namespace evenfold::codec
