// Checkpoints and restores, compared with git's whole commands for the same change in a second tree of the same files.
// Ours are the functions that the reactors call, in a running process. They flush what they write to the disk; git's
// do not. The disk has no other work when a side begins. A revert is measured after its rescue checkpoint was taken,
// and together with it, although git saves nothing.

#include <fmt/format.h>
#include <memory>

#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/bench/suite/git/bench_tree.hpp"

namespace evenfold::bench {
namespace {

struct GitSizes {
    std::size_t files;
    std::size_t changed;
    std::size_t removed;
    std::size_t pairs;
    std::size_t removal_pairs;
    bool is_published; // otherwise the disk may have other work, because waiting for it takes longest
};

/// A tree and the number of runs of its side, which name checkpoints and versions of files.
struct Side {
    BenchTree tree;
    std::size_t run = 0;

    explicit Side(std::size_t files) : tree(files) {}

    [[nodiscard]] std::string checkpoint() const { return fmt::format("{}", run); }
    [[nodiscard]] std::string previous() const { return run == 0 ? std::string() : fmt::format("{}", run - 1); }
};

template <class Work>
std::string timed(RunTimer& watch, const BenchTree& tree, const GitSizes& sizes, Work work) {
    if (sizes.is_published) flush_disk();
    watch.start();
    work();
    watch.stop();
    return tree.digest();
}

/// Changes files that are spread over the tree, others in each run.
void change(Side& side, const GitSizes& sizes) {
    ++side.run;
    const std::size_t step = sizes.files / sizes.changed;
    for (std::size_t i = 0; i < sizes.changed; ++i)
        side.tree.write({.first = i * step + side.run % step, .count = 1}, side.run);
}

/// Makes a pair whose sides each have a tree, which is made when the pair first runs. `ours` and `theirs` take the
/// watch and their side.
template <class Ours, class Theirs>
void add_git_pair(const std::string& name, double required, std::size_t events, std::size_t pairs,
                  const GitSizes& sizes, Ours ours, Theirs theirs) {
    const auto side_of = [&sizes](auto work) {
        return [work, files = sizes.files, side = std::make_shared<std::unique_ptr<Side>>()](RunTimer& watch) {
            if (!*side) *side = std::make_unique<Side>(files);
            return work(watch, **side);
        };
    };
    add({.name = "git/" + name,
         .goal = required > 0 ? "git's own command" : "",
         .required = required,
         .events = events,
         .pairs = pairs,
         .product = side_of(ours),
         .limit = side_of(theirs)});
}

void add_checkpoint_case(const GitSizes& sizes) {
    add_git_pair(
        fmt::format("checkpoint_of_{}", sizes.changed), 1.0, sizes.changed, sizes.pairs, sizes,
        [sizes](RunTimer& watch, Side& side) {
            if (side.run == 0) side.tree.capture("0", "");
            change(side, sizes);
            return timed(watch, side.tree, sizes, [&] { side.tree.capture(side.checkpoint(), side.previous()); });
        },
        [sizes](RunTimer& watch, Side& side) {
            change(side, sizes);
            return timed(watch, side.tree, sizes, [&] {
                side.tree.git({"add", "--all"});
                side.tree.git({"commit", "--quiet", "--message=next"});
            });
        });
}

void add_revert_cases(const GitSizes& sizes) {
    const auto checked_out = [sizes](RunTimer& watch, Side& side) {
        change(side, sizes);
        return timed(watch, side.tree, sizes, [&] { side.tree.git({"checkout", "--quiet", "main", "--", "."}); });
    };
    const auto begin = [sizes](Side& side) {
        if (side.run == 0) side.tree.capture("target", "");
        change(side, sizes);
    };
    add_git_pair(
        fmt::format("revert_of_{}", sizes.changed), 1 / 1.5, sizes.changed, sizes.pairs, sizes,
        [begin, sizes](RunTimer& watch, Side& side) {
            begin(side);
            side.tree.capture(side.checkpoint(), "target");
            return timed(watch, side.tree, sizes, [&] { side.tree.restore("target", side.checkpoint()); });
        },
        checked_out);
    if (!sizes.is_published) return;
    add_git_pair(
        fmt::format("revert_of_{}_with_rescue", sizes.changed), 0, sizes.changed, sizes.pairs, sizes,
        [begin, sizes](RunTimer& watch, Side& side) {
            begin(side);
            return timed(watch, side.tree, sizes, [&] {
                side.tree.capture(side.checkpoint(), "target");
                side.tree.restore("target", side.checkpoint());
            });
        },
        checked_out);
}

void add_removal_case(GitSizes sizes) {
    sizes.is_published = true; // also in a quick run, because files that were never written cost less to remove
    add_git_pair(
        fmt::format("removal_of_{}", sizes.removed), 1 / 1.5, sizes.removed, sizes.removal_pairs, sizes,
        [sizes](RunTimer& watch, Side& side) {
            if (side.run++ == 0) side.tree.capture("target", "");
            side.tree.write({.first = sizes.files, .count = sizes.removed}, 0);
            side.tree.capture(side.checkpoint(), "target");
            return timed(watch, side.tree, sizes, [&] { side.tree.restore("target", side.checkpoint()); });
        },
        [sizes](RunTimer& watch, Side& side) {
            side.tree.write({.first = sizes.files, .count = sizes.removed}, 0);
            return timed(watch, side.tree, sizes, [&] { side.tree.git({"clean", "-fdq"}); });
        });
}

/// The first checkpoint of a tree that git has not seen.
void add_first_checkpoint_case(const GitSizes& sizes) {
    add({.name = "git/first_checkpoint",
         .goal = "",
         .events = sizes.files,
         .pairs = sizes.removal_pairs,
         .product =
             [sizes](RunTimer& watch) {
                 const BenchTree tree(sizes.files, false);
                 return timed(watch, tree, sizes, [&] { tree.capture("0", ""); });
             },
         .limit =
             [sizes](RunTimer& watch) {
                 const BenchTree tree(sizes.files, false);
                 return timed(watch, tree, sizes, [&] {
                     tree.git({"add", "--all"});
                     tree.git({"commit", "--quiet", "--message=first"});
                 });
             }});
}

} // namespace

void add_git_cases(const BenchEffort& effort) {
    const GitSizes sizes = effort.quick ? GitSizes{.files = 500,
                                                   .changed = 60,
                                                   .removed = 300,
                                                   .pairs = 3,
                                                   .removal_pairs = 1,
                                                   .is_published = false}
                                        : GitSizes{.files = 5'000,
                                                   .changed = 60,
                                                   .removed = 30'000,
                                                   .pairs = 15,
                                                   .removal_pairs = 3,
                                                   .is_published = true};
    add_checkpoint_case(sizes);
    add_revert_cases(sizes);
    add_removal_case(sizes);
    add_first_checkpoint_case(sizes);
}

} // namespace evenfold::bench
