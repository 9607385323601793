/// Prints JSON documents to standard output as they are produced, so that no document exists as a whole.
///
///     JsonPrinter printer(JsonLayout::indented);
///     printer.write(R"({"events":[)"); // a piece may end anywhere
///     printer.write("1,2]}");
///     printer.end();
///
/// Shapes: compact JSON in; indented documents have two spaces per level. Characters that a terminal would execute or
/// hide become \u escapes, which readers of JSON undo.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace evenfold::cli {

enum class JsonLayout : unsigned char { indented, compact };

class JsonPrinter {
public:
    explicit JsonPrinter(JsonLayout layout) : is_indented_(layout == JsonLayout::indented) {}

    /// Writes the next piece of a document. It must be valid JSON; this is not checked.
    void write(std::string_view json);

    /// Ends a document, with a line break.
    void end();

private:
    void put_structural(char at);
    void break_line();
    void flush();

    bool is_indented_;
    bool in_string_ = false;
    bool is_escaped_ = false; // the last character was a backslash
    bool is_opened_ = false;  // the last character was an opening bracket
    std::size_t depth_ = 0;
    std::string out_;
};

/// Prints an array of documents, one by one.
class JsonArrayPrinter {
public:
    explicit JsonArrayPrinter(JsonLayout layout) : printer_(layout) { printer_.write("["); }

    void add(std::string_view json) {
        if (has_elements_) printer_.write(",");
        has_elements_ = true;
        printer_.write(json);
    }
    void end() {
        printer_.write("]");
        printer_.end();
    }

private:
    JsonPrinter printer_;
    bool has_elements_ = false;
};

/// Prints one document.
void print_document(std::string_view json, JsonLayout layout = JsonLayout::indented);

} // namespace evenfold::cli
