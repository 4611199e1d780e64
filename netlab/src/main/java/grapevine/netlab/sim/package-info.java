/**
 * The simulator: the node's own core, many times over, in virtual time. One queue of events, one
 * clock, no threads; equal seeds give equal runs on every JVM.
 */
@NullMarked
package grapevine.netlab.sim;

import org.jspecify.annotations.NullMarked;
