/**
 * A node that runs: {@link grapevine.node.app.run.Node} puts it together from the other packages by
 * plain constructors.
 */
@NullMarked
package grapevine.node.app.run;

import org.jspecify.annotations.NullMarked;
