/**
 * A scenario as text: TOML and GML read, with complaints that name file, line and key; and written.
 */
@NullMarked
package grapevine.netlab.scenario.file;

import org.jspecify.annotations.NullMarked;
