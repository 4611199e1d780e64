/**
 * What happened in a run: which item was born where and when, who held it since when, and what that
 * cost. Knows neither processes nor simulators; both write the same trace, and one report reads it.
 */
@NullMarked
package grapevine.netlab.trace;

import org.jspecify.annotations.NullMarked;
