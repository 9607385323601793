/// What must hold in every state of a small scope, and of every answer in it.
/// Shape: the first thing that is broken as a sentence that begins with its law; empty when all is well. The functions
/// that are asked come in as data, so that a fault can be planted in any of them.
/// Source: the orchestration specification, sections 6.3, 6.6 and 6.8: L10 to L19, L20, L21, L22, L27, L28, L32.
#pragma once

#include <string>

#include "evenfold/tests/laws/core.hpp"

namespace evenfold::orchestration::tests::small_scope {

/// A core to be asked.
struct Functions {
    Decision (*decide)(const Command&, const Model&);
    Model (*project)(Model, const Event&);
    std::vector<Effect> (*outstanding)(const Model&);
};

template <class Domain>
inline constexpr Functions functions_of{
    .decide = &Domain::decide, .project = &Domain::project, .outstanding = &Domain::outstanding};

/// The structure of the model alone: L10 to L17, L21.
[[nodiscard]] std::string broken_structure(const Model& model);

/// The structure of the model, L20, L22, L32 and what StartTurn promises: everything that is asked of one state.
[[nodiscard]] std::string broken_in(const Functions& core, const Model& model);

/// What a step may not do, and what the provider was promised of `answer`.
[[nodiscard]] std::string
broken_by(const Command& asked, const Decision& answer, const Model& before, const Model& after);

/// Both, for each command of a history asked of `core`, and after each: the law by which a path is pasted.
[[nodiscard]] CoreLaws laws_of_small_scopes(const Functions& core = functions_of<Core>);

} // namespace evenfold::orchestration::tests::small_scope
