/// The laws that must hold in every state of a small scope, and for every decision in it.
/// Shape: each function returns the first violation as a sentence that begins with its law, or an empty string. The
/// functions of the core are passed as data, so that a fault can be planted in any of them.
/// Source: the orchestration specification, sections 6.3, 6.6 and 6.8: L10 to L19, L20, L21, L22, L27, L28, L32.
#pragma once

#include <string>

#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests::small_scope {

/// The functions of the core under test.
struct Functions {
    Decision (*decide)(const Command&, const Model&);
    Model (*project)(Model, const Event&);
    std::vector<Effect> (*outstanding)(const Model&);
};

template <class Domain>
inline constexpr Functions functions_of{
    .decide = &Domain::decide, .project = &Domain::project, .outstanding = &Domain::outstanding};

/// Checks the structure of the model alone: L10 to L17, L21.
[[nodiscard]] std::string broken_structure(const Model& model);

/// Checks everything that concerns one state: the structure of the model, L20, L22, L32 and the guarantees of
/// StartTurn.
[[nodiscard]] std::string broken_in(const Functions& core, const Model& model);

/// Checks that a step is allowed and that `answer` keeps the guarantees to the provider.
[[nodiscard]] std::string
broken_by(const Command& asked, const Decision& answer, const Model& before, const Model& after);

/// Returns the law that checks both for each command of a history, decided by `core`. Pasted paths are checked with it.
[[nodiscard]] CoreLaws laws_of_small_scopes(const Functions& core = functions_of<Core>);

} // namespace evenfold::orchestration::tests::small_scope
