/**
 * What all commands of {@code grapevine} share: the terminal, tables and forms of output, and the
 * exit code with which a failure ends.
 */
@NullMarked
package grapevine.node.app.console;

import org.jspecify.annotations.NullMarked;
