/**
 * The program {@code grapevine} and the commands that need no running node. Nothing else in the
 * module knows this package.
 */
@NullMarked
package grapevine.node.app;

import org.jspecify.annotations.NullMarked;
