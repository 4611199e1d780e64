/**
 * Published results, run again: each {@link grapevine.netlab.published.Experiment} gives rows of a
 * published figure beside ours, with the tolerance by which they are judged. A package of its own,
 * since an experiment needs both the simulator and the models, and neither may know the other.
 */
@NullMarked
package grapevine.netlab.published;

import org.jspecify.annotations.NullMarked;
