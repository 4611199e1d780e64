/**
 * Real node processes on this machine: their directories, their lives, and what they tell. A node
 * is known here by its command line, its data directory and its HTTP interfaces only.
 */
@NullMarked
package grapevine.netlab.local;

import org.jspecify.annotations.NullMarked;
