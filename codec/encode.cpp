#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "evenfold/codec/codec.hpp"
#include "evenfold/codec/personal/personal_writer.hpp"
#include "evenfold/codec/scan.hpp"
#include "evenfold/codec/text.hpp"
#include "evenfold/codec/unknown_fields.hpp"
#include "evenfold/core/text/utf8.hpp"
#include "evenfold/core/values/hex.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::codec {
namespace {

/// Writes compact JSON while it walks an object. The output equals that of nlohmann's dump. It builds no document,
/// because that costs several times as much (docs/hand-written.md). It writes null for a part without JSON, and keeps
/// the first such part as its error.
class JsonEncoder {
public:
    JsonEncoder() { out_.reserve(likely_bytes); }
    /// Passes the text on to `sink` in pieces instead of keeping it. `sink` must outlive the encoder.
    explicit JsonEncoder(const TextSink& sink) : sink_(&sink) { out_.reserve(2 * piece_bytes); }
    /// Writes personal values with `personal`, which must outlive the encoder.
    explicit JsonEncoder(const PersonalWriter& personal) : personal_(&personal) { out_.reserve(likely_bytes); }

    void write_value(const Shape& shape, const void* object) {
        std::visit([&](const auto& kind) { on(kind, object); }, shape.kind);
    }

    [[nodiscard]] std::string take() { return std::move(out_); }
    [[nodiscard]] const std::optional<EncodeError>& error() const { return error_; }
    /// Passes on what is left. Call it once, at the end, if there is a sink.
    void finish() { pass_on(0); }

private:
    static constexpr std::size_t likely_bytes = 160; // most events and commands are shorter
    static constexpr std::size_t piece_bytes = 65536;

    /// Keeps the last `kept` bytes, because write_comma looks at the last one.
    void pass_on(std::size_t kept) {
        (*sink_)(std::string_view(out_).substr(0, out_.size() - kept));
        out_.erase(0, out_.size() - kept);
    }

    void on(const BooleanShape&, const void* object) { out_ += *static_cast<const bool*>(object) ? "true" : "false"; }
    void on(const IntegerShape& kind, const void* object) { write_number(kind.read(object)); }
    void on(const NaturalShape& kind, const void* object) { write_number(kind.read(object)); }
    void on(const RealShape&, const void* object) {
        const double real = *static_cast<const double*>(object);
        if (std::isfinite(real))
            out_ += nlohmann::json(real).dump();
        else if (std::isnan(real)) // JSON has no number for these
            write_plain_string("NaN");
        else
            write_plain_string(real > 0 ? "Infinity" : "-Infinity");
    }
    void on(const TextShape& kind, const void* object) {
        const std::string_view text = kind.read(object);
        const std::size_t before = out_.size();
        if (write_string(text) || utf8::is_valid(text)) return;
        out_.resize(before);
        write_nested('{', '}', [&] {
            out_ += R"("$hex":)";
            write_plain_string(hex::encode(text));
        });
    }
    void on(const UuidShape&, const void* object) {
        const UuidText text = characters(*static_cast<const Uuid*>(object));
        write_plain_string({text.data(), text.size()});
    }
    void on(const InstantShape&, const void* object) {
        write_plain_string(to_text(*static_cast<const Instant*>(object)));
    }
    void on(const EnumerationShape& kind, const void* object) {
        const std::size_t index = kind.read(object);
        if (index < kind.names.size()) return write_plain_string(kind.names[index]);
        fail(fmt::format("one of {}", fmt::join(kind.names, ", ")), fmt::format("the value {}", index));
    }

    void on(const StructureShape& kind, const void* object) {
        write_nested('{', '}', [&] { write_fields(kind, object); });
    }

    void on(const VariantShape& kind, const void* object) {
        const std::size_t index = kind.index(object);
        if (index >= kind.alternatives.size()) return fail("an alternative", "a variant without a value");
        const Shape& held = kind.alternatives[index]();
        const void* value = kind.value(to_read(object));
        write_nested('{', '}', [&] {
            out_ += R"("type":)";
            write_plain_string(held.name);
            if (const StructureShape* structure = fields_beside_type(held)) return write_fields(*structure, value);
            out_ += R"(,"value":)";
            write_part(held, value, {.field = &held_value});
        });
    }

    void on(const OptionalShape& kind, const void* object) {
        if (const void* held = kind.value(to_read(object)))
            write_value(kind.element(), held);
        else
            out_ += "null";
    }

    void on(const SequenceShape& kind, const void* object) {
        const Shape& element = kind.element();
        std::size_t index = 0;
        write_nested('[', ']', [&] {
            kind.each(object, [&](const void* one) {
                write_comma();
                write_part(element, one, {.index = index++});
                if (sink_ && out_.size() >= piece_bytes) pass_on(1);
            });
        });
    }

    void on(const IndirectShape& kind, const void* object) { write_value(kind.content(), kind.value(to_read(object))); }

    void write_fields(const StructureShape& kind, const void* object) {
        for (const Field& field : kind.fields) {
            const Shape& shape = field.shape();
            void* value = field.at(to_read(object));
            const auto* optional = std::get_if<OptionalShape>(&shape.kind);
            if (optional && !optional->value(value)) continue;
            write_comma();
            write_plain_string(field.name);
            out_ += ':';
            write_part(shape, value, {.field = &field, .owner = object});
        }
    }

    /// The member with the value of a variant, for paths.
    static constexpr Field held_value{.name = "value", .shape = nullptr, .at = nullptr};

    /// A step from a value to a part of it.
    struct PathStep {
        const Field* field = nullptr; // of the struct at `owner`; null: the element `index` of a sequence
        const void* owner = nullptr;
        std::size_t index = 0;
        const PathStep* before = nullptr;
    };

    void write_part(const Shape& shape, const void* object, PathStep step) {
        step.before = step_;
        step_ = &step;
        write_value(shape, object);
        step_ = step.before;
    }

    /// Returns the path to the value that is being written.
    [[nodiscard]] std::string path() const {
        std::string path;
        for (const PathStep* step = step_; step; step = step->before)
            path.insert(0, step->field ? fmt::format("/{}", step->field->name) : fmt::format("/{}", step->index));
        return path;
    }

    void on(const PersonalShape& kind, const void* object) {
        const void* content = kind.value(to_read(object));
        if (!content) return write_nested('{', '}', [&] { out_ += R"("$erased":true)"; });
        if (!personal_) return write_value(kind.content(), content);
        if (depth_ + 2 > nesting_max) return fail_nesting();
        JsonEncoder encoder; // a personal value within another is sealed with it
        encoder.write_value(kind.content(), content);
        const PathStep* named = step_;
        while (named && !(named->field && named->field->subject)) named = named->before;
        const auto written = encoder.error() ? std::unexpected(*encoder.error())
                                             : personal_->write(path(), named ? named->field->subject : nullptr,
                                                                named ? named->owner : nullptr, encoder.take());
        if (written)
            out_ += *written;
        else
            fail(written.error());
    }

    template <class Write>
    void write_nested(char opening, char closing, Write write) {
        if (depth_ == nesting_max) return fail_nesting();
        ++depth_;
        out_ += opening;
        write();
        out_ += closing;
        --depth_;
    }

    void fail(std::string expected, std::string got) {
        fail(EncodeError{.type = {}, .path = {}, .expected = std::move(expected), .got = std::move(got)});
    }
    void fail_nesting() { fail(fmt::format("at most {} levels of nesting", nesting_max), "more"); }
    void fail(EncodeError error) {
        out_ += "null";
        if (error_) return;
        error.path.insert(0, path());
        error_ = std::move(error);
    }

    /// Appends a comma, except before the first element in its brackets.
    void write_comma() {
        if (out_.back() != '{' && out_.back() != '[') out_ += ',';
    }

    template <class Number>
    void write_number(Number value) {
        std::array<char, 24> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        out_.append(digits.data(), end);
    }

    /// Appends a string that needs no escapes.
    void write_plain_string(std::string_view text) {
        out_ += '"';
        out_ += text;
        out_ += '"';
    }

    /// Appends a string. Returns false if it is not ASCII, because it may then not be UTF-8 either.
    bool write_string(std::string_view text) {
        std::uint64_t bits = 0; // with high bits if a byte is not ASCII
        out_ += '"';
        for (;;) {
            const std::size_t plain = plain_bytes(text, bits);
            out_ += text.substr(0, plain);
            if (plain == text.size()) break;
            write_escape(text[plain]);
            text.remove_prefix(plain + 1);
        }
        out_ += '"';
        return (bits & high_bits) == 0;
    }

    void write_escape(char at) {
        out_ += '\\';
        switch (at) {
        case '\b': out_ += 'b'; break;
        case '\t': out_ += 't'; break;
        case '\n': out_ += 'n'; break;
        case '\f': out_ += 'f'; break;
        case '\r': out_ += 'r'; break;
        case '"':
        case '\\': out_ += at; break;
        default: out_ += "u00" + hex::encode(std::string_view(&at, 1));
        }
    }

    std::string out_;
    std::size_t depth_ = 0;
    std::optional<EncodeError> error_;
    const TextSink* sink_ = nullptr;
    const PersonalWriter* personal_ = nullptr; // null: personal values are shown
    const PathStep* step_ = nullptr;           // to the value that is being written
};

} // namespace

void encode_to(const TextSink& sink, const Shape& shape, const void* object) {
    JsonEncoder encoder(sink);
    encoder.write_value(shape, object);
    encoder.finish();
}

std::string encode(const Shape& shape, const void* object, std::string_view unknown_fields) {
    JsonEncoder encoder;
    encoder.write_value(shape, object);
    return with_unknown_fields(shape, encoder.take(), unknown_fields);
}

std::string
encode_with(const PersonalWriter& writer, const Shape& shape, const void* object, std::string_view unknown_fields) {
    JsonEncoder encoder(writer);
    encoder.write_value(shape, object);
    return with_unknown_fields(shape, encoder.take(), unknown_fields);
}

std::expected<std::string, EncodeError>
try_encode(const Shape& shape, const void* object, std::string_view unknown_fields) {
    return try_encode_with(PersonalWriter(PersonalForm::sealed, name_of(shape, object), nullptr), shape, object,
                           unknown_fields);
}

std::expected<std::string, EncodeError>
try_encode_with(const PersonalWriter& writer, const Shape& shape, const void* object, std::string_view unknown_fields) {
    JsonEncoder encoder(writer);
    encoder.write_value(shape, object);
    if (encoder.error()) {
        EncodeError error = *encoder.error();
        error.type = name_of(shape, object);
        return std::unexpected(std::move(error));
    }
    return with_unknown_fields(shape, encoder.take(), unknown_fields);
}

} // namespace evenfold::codec
