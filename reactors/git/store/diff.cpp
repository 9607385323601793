#include "evenfold/reactors/git/store/diff.hpp"

namespace evenfold::git {

namespace {

int look_up(git_repository* repository, const git_oid* id, TreeHandle& tree) {
    return id ? git_tree_lookup(out(tree), repository, id) : 0;
}

} // namespace

std::expected<DiffHandle, Failure>
diff_of_trees(git_repository* repository, const git_oid* before, const git_oid* after) {
    TreeHandle old_tree;
    TreeHandle new_tree;
    DiffHandle diff;
    git_diff_options options{};
    (void)git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_SKIP_BINARY_CHECK;
    int code = look_up(repository, before, old_tree);
    if (code == 0) code = look_up(repository, after, new_tree);
    if (code == 0) code = git_diff_tree_to_tree(out(diff), repository, old_tree.get(), new_tree.get(), &options);
    if (code != 0) return std::unexpected(library_failure(git_repository_path(repository), "compare two trees", code));
    return diff;
}

} // namespace evenfold::git
