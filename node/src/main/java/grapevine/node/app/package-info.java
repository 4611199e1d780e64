/**
 * The program {@code grapevine}: its commands, its configuration, and {@link
 * grapevine.node.app.Node}, which puts a node together from the other packages by plain
 * constructors. Nothing else in the module knows this package.
 */
@NullMarked
package grapevine.node.app;

import org.jspecify.annotations.NullMarked;
